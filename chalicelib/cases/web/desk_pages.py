"""The oncologist's desk: take the next case, speak with the patient, tell what came of it.

All that a doctor does with a case stands in one form, so that no button loses what was written
beside it: whatever does not end the case gives every text back.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final

from chalice.app import Response

from chalicelib.cases.domain.answers import Mode
from chalicelib.cases.domain.case import Case
from chalicelib.cases.domain.timeline import Result
from chalicelib.cases.services.calls import Calling
from chalicelib.cases.services.release_limit import ReleaseReason
from chalicelib.cases.services.work_queue import Duty
from chalicelib.cases.web import labels
from chalicelib.cases.web.case_summary import at_a_glance
from chalicelib.cases.web.desk_api import release_case
from chalicelib.cases.web.desk_serializers import duty as duty_json
from chalicelib.cases.web.schemas.desk import parse_attempt, parse_release
from chalicelib.cases.wiring import Cases
from chalicelib.core.domain.errors import (
    Conflict,
    HasOpenCase,
    HelplineError,
    IllegalTransition,
    InvalidField,
    InvalidInput,
    NotFound,
    NotOnDuty,
    NotYourCase,
    TooManyReleases,
)
from chalicelib.core.i18n import label_options, say_time
from chalicelib.core.web.authorisation import caller_id
from chalicelib.core.web.console_forms import Problems, problems_of
from chalicelib.core.web.error_messages import error_message
from chalicelib.core.web.http_errors import STATUSES, public_code, status_of
from chalicelib.core.web.language_names import say_languages
from chalicelib.core.web.rendering import redirect, render
from chalicelib.core.web.request import WebRequest, reference_in
from chalicelib.messages.domain.telephony import CallState
from chalicelib.rota.web.labels import namer, said_shift

_RESULT: Final = "result"
_REASON: Final = "reason"
_TEXTS: Final = ("note", "advice", "follow_up")
# What the provider says of a call is a proposal: whether it was the patient, only the doctor knows.
_PROPOSED: Final[Mapping[CallState, Result]] = {
    CallState.COMPLETED: Result.ANSWERED,
    CallState.NO_ANSWER: Result.NO_ANSWER,
    CallState.BUSY: Result.BUSY,
    CallState.FAILED: Result.FAILED,
}
_LOST: Final = (IllegalTransition, NotYourCase, NotFound)
Values = dict[str, str]


@dataclass(frozen=True, slots=True)
class Came:
    """What came of a button that does not end the case."""

    calling: Calling | None = None
    refused: HelplineError | None = None
    problems: Problems = ()
    asks_reason: bool = False

    @property
    def status(self) -> int:
        """The status under which the case is shown again."""
        if self.refused:
            return status_of(self.refused)
        return STATUSES[InvalidInput] if self.problems else HTTPStatus.OK


_NOTHING: Final = Came()


def show(request: WebRequest) -> Response:
    """Show the case in hand, or who waits."""
    standing = _standing(request)
    if standing.case is None:
        request.concerns()
        return _idle_page(request, standing)
    request.concerns(standing.case.reference)
    return _case_page(request, standing, standing.case)


def take_next(request: WebRequest) -> Response:
    """Take the next case."""
    request.concerns()
    try:
        case = request.use(Cases).work_queue.next(caller_id(request), request.now())
    except HasOpenCase:
        return redirect(request, "desk")
    except NotOnDuty:
        return redirect(request, "desk?done=not_on_duty")
    if case is None:
        return redirect(request, "desk?done=none_waits")
    request.concerns(case.reference)
    return redirect(request, "desk")


def keep(request: WebRequest, reference: str) -> Response:
    """Keep the case for longer."""
    known = reference_in(reference)
    try:
        request.use(Cases).work_queue.keep(known, caller_id(request), request.now())
    except _LOST as error:
        return _lost_page(request, error, known)
    return _same_case(request, known)


def call(request: WebRequest, reference: str) -> Response:
    """Call the patient."""
    known = reference_in(reference)
    try:
        begun = request.use(Cases).calls.begin(known, caller_id(request), request.now())
    except _LOST as error:
        return _lost_page(request, error, known)
    except HelplineError as error:
        return _same_case(request, known, Came(refused=_expected(error)))
    return _same_case(request, known, Came(calling=begun))


def video(request: WebRequest, reference: str) -> Response:
    """Open a room, and have the patient told."""
    known = reference_in(reference)
    try:
        request.use(Cases).video.open(known, caller_id(request), request.now())
    except _LOST as error:
        return _lost_page(request, error, known)
    except HelplineError as error:
        return _same_case(request, known, Came(refused=_expected(error)))
    return _same_case(request, known)


def outcome(request: WebRequest, reference: str) -> Response:
    """Record what came of the call."""
    known, given = reference_in(reference), _typed(request)
    data = {name: value for name, value in given.items() if value.strip()}
    who = caller_id(request)
    try:
        attempt = parse_attempt(data, by=who, at=request.now())
        case = request.use(Cases).work_queue.record(known, attempt)
    except (InvalidInput, InvalidField) as error:
        problems = problems_of(error, request.language, otherwise=_RESULT)
        return _same_case(request, known, Came(problems=problems))
    except _LOST as error:
        return _lost_page(request, error)
    except HelplineError as error:
        return _same_case(request, known, Came(refused=_expected(error)))
    done = "outcome_kept" if case.was_kept_beside(who) else f"case_{case.status.value}"
    return redirect(request, f"desk?done={done}")


def release(request: WebRequest, reference: str) -> Response:
    """Return the case to its place in the queue."""
    known = reference_in(reference)
    reason = request.form().get(_REASON, [""])[-1]
    try:
        release_case(request, known, parse_release({_REASON: reason} if reason else {}))
    except InvalidInput as error:
        problems = problems_of(error, request.language, otherwise=_REASON)
        return _same_case(request, known, Came(problems=problems, asks_reason=True))
    except TooManyReleases as error:
        return _same_case(request, known, Came(refused=error, asks_reason=True))
    except _LOST as error:
        return _lost_page(request, error, known)
    except HelplineError as error:
        return _same_case(request, known, Came(refused=_expected(error)))
    return redirect(request, "desk?done=released")


def _standing(request: WebRequest) -> Duty:
    return request.use(Cases).work_queue.duty(caller_id(request), request.now())


def _typed(request: WebRequest) -> Values:
    form = request.form()
    return {name: form.get(name, [""])[-1] for name in (_RESULT, *_TEXTS)}


def _expected(error: HelplineError) -> HelplineError:
    """Let only through what a doctor can be told beside the case."""
    if isinstance(error, Conflict) or public_code(error) in ("call_failed", "busy"):
        return error
    raise error


def _same_case(request: WebRequest, reference: str, came: Came = _NOTHING) -> Response:
    """Show the case again, with everything that was typed; never another that is in hand by now."""
    standing = _standing(request)
    if standing.case is None or standing.case.reference != reference:
        return _lost_page(request, NotFound(), reference, came.problems)
    return _case_page(request, standing, standing.case, came, _typed(request))


def _case_page(
    request: WebRequest,
    standing: Duty,
    case: Case,
    came: Came = _NOTHING,
    typed: Values | None = None,
) -> Response:
    values = typed or dict.fromkeys((_RESULT, *_TEXTS), "")
    ended = _PROPOSED.get(case.call.state) if case.call else None
    if ended and not values[_RESULT]:
        values = {**values, _RESULT: ended.value}
    return render(
        request,
        "desk/case.html",
        came.status,
        case=case,
        glance=at_a_glance(case, request.language, namer(request)),
        doctor=standing.oncologist,
        on_duty=standing.shift is not None,
        is_talking=case.is_talking(request.now()),
        lease_until=say_time(case.lease_until, request.language) if case.lease_until else "",
        values=values,
        problems=came.problems,
        wrong=dict(reversed(came.problems)),
        refused=_said(came.refused, request) if came.refused else "",
        calling=came.calling,
        reasons=label_options(labels.RELEASE_REASONS, ReleaseReason, request.language)
        if came.asks_reason
        else [],
        call_ended=ended.value if ended else "",
        wants_video=case.mode is Mode.VIDEO,
        **_video_of(request, case),
    )


def _video_of(request: WebRequest, case: Case) -> dict[str, Any]:
    """Give the doctor's way into the room, while it is open."""
    rooms, now = request.use(Cases).video, request.now()
    link = rooms.of_doctor(case, now).link if case.video_is_open(now) else None
    until = say_time(case.video.end, request.language) if case.video else ""
    return {"has_video": rooms.is_offered, "room": link, "room_until": until}


def _idle_page(request: WebRequest, standing: Duty) -> Response:
    language = request.language
    waiting = duty_json(standing)["waiting"]
    return render(
        request,
        "desk/desk.html",
        until=say_time(standing.shift.end, language) if standing.shift else "",
        waiting=[(say_languages([code], language), count) for code, count in waiting.items()],
        total=sum(waiting.values()),
        shifts=[said_shift(each, language) for each in standing.next_shifts],
    )


def _lost_page(
    request: WebRequest,
    error: HelplineError,
    reference: str | None = None,
    problems: Problems = (),
) -> Response:
    """Explain kindly that the case is somebody else's by now, and show again what was written.

    With ``reference`` the page can record the outcome all the same.
    """
    given = _typed(request)
    return render(
        request,
        "desk/lost.html",
        STATUSES[InvalidInput] if problems else status_of(error),
        written="\n\n".join(text for name in _TEXTS if (text := given[name].strip())),
        reference=reference,
        values=given,
        results=labels.results_told(request.language),
        problems=problems,
        wrong=dict(reversed(problems)),
    )


def _said(error: HelplineError, request: WebRequest) -> str:
    return error_message(public_code(error), request.language, error.params)
