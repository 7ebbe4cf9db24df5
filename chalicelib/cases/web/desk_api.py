"""What an oncologist on duty calls."""

from __future__ import annotations

from chalicelib.cases.domain.case import Case
from chalicelib.cases.services.release_limit import ReleaseReason
from chalicelib.cases.web.call_serializers import ShownCalling, ShownVideo, calling, video_call
from chalicelib.cases.web.desk_serializers import ShownDuty
from chalicelib.cases.web.desk_serializers import duty as duty_json
from chalicelib.cases.web.schemas.desk import parse_attempt, parse_release
from chalicelib.cases.web.serializers import (
    CaseState,
    FullCase,
    RecordedAttempt,
    case_state,
    full_case,
    recorded_attempt,
)
from chalicelib.cases.wiring import Cases
from chalicelib.core.domain.roles import ONCOLOGIST
from chalicelib.core.web.audit_trail import record_also
from chalicelib.core.web.authorisation import caller_id
from chalicelib.core.web.request import WebRequest, reference_in
from chalicelib.core.web.responses import Empty, Json, empty_answer, json_answer
from chalicelib.core.web.schemas.fields import refuse_any_field


def duty(request: WebRequest) -> Json[ShownDuty]:
    """Tell how things stand: on duty, the case in hand, who waits, the next shifts."""
    standing = request.use(Cases).work_queue.duty(caller_id(request), request.now())
    request.concerns(*([standing.case.reference] if standing.case else []))
    return json_answer(duty_json(standing))


def take_next(request: WebRequest) -> Json[FullCase] | Empty:
    """Claim the next case; 204 where none suits."""
    refuse_any_field(request.json(required=False))
    case = request.use(Cases).work_queue.next(caller_id(request), request.now())
    request.concerns(*([case.reference] if case else []))
    return json_answer(full_case(case)) if case else empty_answer()


def attempt(request: WebRequest, reference: str) -> Json[RecordedAttempt]:
    """Record the result of a call, as the owner or up to 24 hours after losing the case."""
    known, who = reference_in(reference), caller_id(request)
    tried = parse_attempt(request.json(), by=who, at=request.now())
    case = request.use(Cases).work_queue.record(known, tried)
    return json_answer(recorded_attempt(case, who))


def call(request: WebRequest, reference: str) -> Json[ShownCalling]:
    """Call the patient: the doctor's own phone rings first."""
    refuse_any_field(request.json(required=False))
    known = reference_in(reference)
    return json_answer(
        calling(request.use(Cases).calls.begin(known, caller_id(request), request.now()))
    )


def video(request: WebRequest, reference: str) -> Json[ShownVideo]:
    """Open a room: the doctor's link is answered, the patient's goes by SMS."""
    refuse_any_field(request.json(required=False))
    known = reference_in(reference)
    return json_answer(
        video_call(request.use(Cases).video.open(known, caller_id(request), request.now()))
    )


def release(request: WebRequest, reference: str) -> Json[CaseState]:
    """Return the case to its place in line; after five in an hour a reason is needed."""
    reason = parse_release(request.json(required=False))
    return json_answer(case_state(release_case(request, reference_in(reference), reason)))


def release_case(request: WebRequest, reference: str, reason: ReleaseReason | None) -> Case:
    """Release a case within the caller's limit. Raises TooManyReleases, and as the queue does."""
    who, now = caller_id(request), request.now()
    if request.use(Cases).release_limit.check(who, reason, now) and reason is not None:
        detail = {"reason": reason.value}
        record_also(request, "queue.many_releases", ONCOLOGIST, reference, detail)
    return request.use(Cases).work_queue.release(reference, who, now, reason or "")
