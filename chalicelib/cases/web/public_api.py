"""What anybody may call: ask for a callback, look at one's own, and when we are open.

The schemas are imported where they are used: they take longer to load than all the rest, and what
only reads needs none.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Final, Literal, TypedDict

from chalicelib.cases.domain.answers import Channel
from chalicelib.cases.domain.case import Status
from chalicelib.cases.services.cases import own_path
from chalicelib.cases.web.serializers import STILL_TO_COME, OwnCase, Span, own_case, window
from chalicelib.cases.wiring import Cases
from chalicelib.core.domain.datetimes import to_iso
from chalicelib.core.domain.working_hours import NeverOpen
from chalicelib.core.web.request import WebRequest, reference_in
from chalicelib.core.web.responses import Accepted, Address, Created, Instant, Json, json_answer
from chalicelib.core.wiring import Core
from chalicelib.rota.wiring import Rota

if TYPE_CHECKING:
    from chalicelib.cases.services.send_link import LinkRequest


WishName = Literal["language", "mode", "window", "prefers_woman"]
_WISH_NAMES: Final[dict[str, WishName]] = {
    "language": "language",
    "mode": "mode",
    "part_of_day": "window",
    "prefers_woman": "prefers_woman",
}


class Asked(TypedDict):
    """The answer to a request; ``duplicate`` says that the person had an open case already.

    ``added`` is false where there was no room for what this request told. ``wishes`` names those
    of its own fields about the call that hold now.
    """

    reference: str
    status: Status
    duplicate: bool
    expected: Span | None
    manage_url: Address | None
    added: bool
    wishes: list[WishName]


class LinkSent(TypedDict):
    """Whether the link goes by SMS; false: this phone gets none, and its owner has to ring us."""

    by_sms: bool


class Opening(TypedDict):
    """Whether the helpline is open, from and until when; null: it never opens or closes."""

    open: bool
    opens_at: Instant | None
    closes_at: Instant | None
    number: str


def ask(request: WebRequest) -> Json[Asked] | Created[Asked]:
    """Ask for a callback."""
    from chalicelib.cases.web.schemas.callbacks import parse_callback

    data = request.json()
    request.suggest_language(data.get("language"))
    callback = parse_callback(
        data,
        channel=Channel.API,
        language=request.language,
        request_id=request.request_id,
        consent_version=request.use(Cases).consent_version,
        offers_video=request.use(Cases).offers_video,
    )
    now = request.now()
    request.use(Cases).address_limit.check(request.source, now)
    answer = request.use(Cases).request_callback(callback, now)
    asked: Asked = {
        "reference": answer.reference,
        "status": STILL_TO_COME,
        "duplicate": answer.duplicate,
        "expected": window(answer.expected),
        "manage_url": (
            own_link(request, answer.reference, answer.link_token) if answer.link_token else None
        ),
        "added": answer.added,
        "wishes": [_WISH_NAMES[name] for name in answer.granted],
    }
    return json_answer(asked) if answer.duplicate else json_answer(asked, HTTPStatus.CREATED)


def show(request: WebRequest, reference: str) -> Json[OwnCase]:
    """Show how the patient's own case stands."""
    token = request.query.get("t", "")
    own = request.use(Cases).own_case.get(reference_in(reference), token, request.now())
    return json_answer(own_case(own.case))


def cancel(request: WebRequest, reference: str) -> Json[OwnCase]:
    """Cancel the patient's own case; the token stands in the body or the query."""
    from chalicelib.core.web.schemas.link_token import parse_token

    token = parse_token(request.json(required=False)) or request.query.get("t", "")
    case = request.use(Cases).own_case.cancel(reference_in(reference), token, request.now())
    return json_answer(own_case(case))


def reschedule(request: WebRequest, reference: str) -> Json[OwnCase]:
    """Call in another part of the day, while the case is in line.

    ``any_doctor`` gives up the wish for a woman doctor.
    """
    from chalicelib.cases.web.schemas.callbacks import parse_reschedule

    token, wish = parse_reschedule(request.json())
    token = token or request.query.get("t", "")
    case = request.use(Cases).own_case.reschedule(
        reference_in(reference), token, wish.part, request.now(), any_doctor=wish.any_doctor
    )
    return json_answer(own_case(case))


def send_link(request: WebRequest, reference: str) -> Accepted[LinkSent]:
    """Send the link that opens everything by SMS to the case's phone.

    The token is that of any link of the case, also of one that has ended.
    """
    from chalicelib.core.web.schemas.link_token import parse_token

    token = parse_token(request.json(required=False)) or request.query.get("t", "")
    return json_answer(
        {"by_sms": ask_for_link(request, reference, token).by_sms}, HTTPStatus.ACCEPTED
    )


def ask_for_link(request: WebRequest, reference: str, token: str) -> LinkRequest:
    """Send the link by SMS, and tell the audit where one more was sent."""
    sent = request.use(Cases).send_link(reference_in(reference), token, request.now())
    if sent.is_new:
        request.concerns(sent.case.reference)
    return sent


def hours(request: WebRequest) -> Json[Opening]:
    """Tell whether the helpline is open, from and until when, and its number."""
    now = request.now()
    clock = request.use(Rota).duty_view.hours(now)
    opening = clock.window_at(now)
    try:
        opens_at: str | None = to_iso(opening.start if opening else clock.next_opening(now))
        closing = clock.next_closing(now)
    except NeverOpen:
        opens_at = closing = None
    return json_answer(
        {
            "open": opening is not None,
            "opens_at": opens_at,
            "closes_at": to_iso(closing) if closing is not None else None,
            "number": request.use(Core).settings.helpline_number,
        },
        headers={"Cache-Control": "public, max-age=60"},
    )


def own_link(request: WebRequest, reference: str, token: str) -> str:
    """Give the address of a patient's own page, to be kept and sent on."""
    return f"{request.use(Core).settings.public_url or request.origin}/{own_path(reference, token)}"
