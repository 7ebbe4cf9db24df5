"""The pages that a patient's own link opens: how the request stands, and what can be changed.

What a link is too weak for, and one that has ended, core/web/error_page.py explains.

Looking changes nothing. Each form carries the case's own token, which no other site knows.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from chalice.app import Response

from chalicelib.cases.domain.answers import Mode
from chalicelib.cases.domain.case import UNSERVED_FOR, Case
from chalicelib.cases.domain.links import Strength
from chalicelib.cases.domain.queue_position import Place
from chalicelib.cases.services.cases import own_path
from chalicelib.cases.services.video import video_path
from chalicelib.cases.web.call_checklist import to_keep_ready
from chalicelib.cases.web.public_api import ask_for_link, own_link
from chalicelib.cases.web.serializers import own_reason
from chalicelib.cases.wiring import Cases
from chalicelib.core.domain.errors import HelplineError
from chalicelib.core.i18n import say_near, say_near_day
from chalicelib.core.web.rendering import redirect, render, said_promise, said_reference
from chalicelib.core.web.request import WebRequest, reference_in
from chalicelib.core.web.ticks import is_ticked

_ANY_DOCTOR: Final = "any_doctor"


def show(request: WebRequest, reference: str) -> Response:
    """Show the patient's own case: what happens next, what to keep ready, the ways out."""
    token, now = request.query.get("t", ""), request.now()
    own = request.use(Cases).own_case.get(reference_in(reference), token, now)
    case, is_strong = own.case, own.strength is Strength.STRONG
    request.prefer_language(case.written_in)
    language = request.language
    last = case.attempts[-1].at if case.attempts else None
    has_video = request.use(Cases).offers_video and (
        case.mode is Mode.VIDEO or case.video_is_open(now)
    )
    return render(
        request,
        "patient/case.html",
        case=case,
        reason=own_reason(case),
        spoken=said_reference(case.reference),
        expected=said_promise(case.expected, now, language) if case.expected else None,
        has_begun=case.expected is not None and case.expected.start <= now,
        is_late=case.expected is not None and case.expected.end < now,
        closes_at=_closes_at(case, now, language),
        place=_place(request, case),
        tried_at=say_near(last, now, language) if last else None,
        again_at=say_near(case.not_before, now, language) if case.not_before > now else None,
        can_reschedule=case.can_reschedule,
        ready=to_keep_ready(case, by_video=has_video),
        has_video=has_video,
        video=video_path(case.reference, token) if is_strong else None,
        is_strong=is_strong,
        token=token,
        link=own_link(request, case.reference, token),
        own=own_path(case.reference, token),
        changed="changed" in request.query,
    )


def cancel(request: WebRequest, reference: str) -> Response:
    """Cancel the patient's own case, and show it."""
    token = _token_in(request)
    case = request.use(Cases).own_case.cancel(reference_in(reference), token, request.now())
    return redirect(request, own_path(case.reference, token))


def reschedule(request: WebRequest, reference: str) -> Response:
    """Call at another time of the day, and show what is promised now."""
    from chalicelib.cases.web.schemas.callbacks import parse_reschedule

    form = request.form()
    data: dict[str, object] = {name: values[-1] for name, values in form.items()}
    if _ANY_DOCTOR in data:
        data[_ANY_DOCTOR] = is_ticked(form, _ANY_DOCTOR)
    token, wish = parse_reschedule(data)
    case = request.use(Cases).own_case.reschedule(
        reference_in(reference), token, wish.part, request.now(), any_doctor=wish.any_doctor
    )
    return redirect(request, f"{own_path(case.reference, token)}&changed=1")


def send_link(request: WebRequest, reference: str) -> Response:
    """Send the link that opens everything by SMS, and say so, or that this phone gets no SMS."""
    token = _token_in(request)
    sent = ask_for_link(request, reference, token)
    request.prefer_language(sent.case.written_in)
    return render(
        request,
        "patient/link_sent.html",
        by_sms=sent.by_sms,
        spoken=said_reference(sent.case.reference),
    )


def show_video(request: WebRequest, reference: str) -> Response:
    """Show the button to the room, or why there is none."""
    token, now = request.query.get("t", ""), request.now()
    call = request.use(Cases).video.of_patient(reference_in(reference), token, now)
    case = call.case
    request.suggest_language(case.language)
    request.prefer_language(case.written_in)
    return render(
        request,
        "patient/video.html",
        link=call.link,
        case=case,
        until=say_near(case.video.end, now, request.language) if case.video else "",
        expected=said_promise(case.expected, now, request.language) if case.expected else None,
        expected_to_come=case.expected is not None and case.expected.end > now,
        own=own_path(case.reference, token),
    )


def _closes_at(case: Case, now: datetime, language: str) -> str:
    """Return the day on which a case that nobody serves ends; empty for one with a promise."""
    since = case.unpromised_since
    return say_near_day(since + UNSERVED_FOR, now, language) if since else ""


def _place(request: WebRequest, case: Case) -> Place | None:
    """Tell the place in line; nothing where it can't be known: the promise matters more."""
    if not case.status.is_open:
        return None
    try:
        return request.use(Cases).own_case.place(case, request.now())
    except HelplineError:
        return None


def _token_in(request: WebRequest) -> str:
    return request.form().get("t", [""])[-1]
