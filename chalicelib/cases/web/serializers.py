"""Cases and the queue as the outside sees them."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal, TypedDict, assert_never, cast

from chalicelib.cases.domain.answers import Addition, Channel, Details, Mode
from chalicelib.cases.domain.calls import VideoRoom
from chalicelib.cases.domain.case import Case, Status
from chalicelib.cases.domain.questionnaire import (
    QUESTIONS,
    ChoiceAnswer,
    NumberAnswer,
    Question,
    TextAnswer,
)
from chalicelib.cases.domain.queue import Claim, Finished, Waiting
from chalicelib.cases.domain.timeline import Attempt, CloseReason, Entry, Happening, Result
from chalicelib.core.domain.datetimes import Window, to_iso
from chalicelib.core.domain.phone import masked
from chalicelib.core.web.responses import Instant

# To the person who asked, an open case is one in which the call is still to come, whoever has it.
STILL_TO_COME = Status.WAITING
_TOLD_REASONS = frozenset(
    {
        CloseReason.UNREACHABLE,
        CloseReason.CANCELLED,
        CloseReason.WRONG_NUMBER,
        CloseReason.DUPLICATE,
        CloseReason.EXPIRED,
        CloseReason.ERASED,
    }
)


def _shape_of(question: Question) -> Any:  # noqa: ANN401  # a type
    """Return the type of an answer in JSON."""
    if question.is_list:
        return list[str]
    match question.answer:
        case NumberAnswer():
            return int | None
        case TextAnswer() | ChoiceAnswer():
            return str | None
        case _:
            assert_never(question.answer)


Span = TypedDict("Span", {"from": Instant, "to": Instant})


class OwnCase(TypedDict):
    """A patient's own case."""

    reference: str
    status: Status
    closed_reason: CloseReason | None
    expected: Span | None
    requested_at: Instant
    finished_at: Instant | None
    language: str
    mode: Mode
    can_cancel: bool
    can_reschedule: bool


class ShownConsent(TypedDict):
    """What a person agreed to, and when."""

    version: str
    language: str
    at: Instant
    given_by: Channel
    confirmed: bool


class ShownAttempt(TypedDict):
    """One attempt to call back."""

    at: Instant
    by: str
    result: Result
    note: str | None
    advice: str | None
    follow_up: str | None


class TimelineEntry(TypedDict):
    """One line of a case's timeline."""

    at: Instant
    by: str
    what: Happening
    detail: str


if TYPE_CHECKING:

    class CaseAnswers(TypedDict):
        """The answers to a request's optional questions, by their names."""

else:
    CaseAnswers = TypedDict(
        "CaseAnswers", {name: _shape_of(row) for name, row in QUESTIONS.items()}
    )


class ToldLater(CaseAnswers):
    """What a later request told, or a merged case; ``differs`` names answers that do not count."""

    at: Instant
    channel: Channel
    merged_from: str | None
    differs: list[str]


class FullCase(CaseAnswers):
    """A case, whole; its phone is masked.

    The answers are the first request's, with blanks filled by ``additions``, which show who told
    what.
    """

    reference: str
    status: Status
    closed_reason: CloseReason | None
    phone: str
    language: str
    channel: Channel
    mode: Mode
    prefers_woman: bool
    adult_needed: bool
    another_person: bool
    priority: int
    additions: list[ToldLater]
    consent: ShownConsent
    requested_at: Instant
    not_before: Instant
    expected: Span | None
    owner: str | None
    claimed_at: Instant | None
    lease_until: Instant | None
    finished_at: Instant | None
    attempts: list[ShownAttempt]
    timeline: list[TimelineEntry]


class CaseState(TypedDict):
    """Where a case stands."""

    reference: str
    status: Status
    closed_reason: CloseReason | None
    tries: int
    not_before: Instant | None
    finished_at: Instant | None


class RecordedAttempt(CaseState):
    """Where a case stands after an attempt was recorded.

    ``kept_as``: ``note`` where somebody else has the case, its phone was changed, or it is closed:
    what was typed is kept on it, and moved nothing.
    """

    kept_as: Literal["outcome", "note"]


class WaitingCase(TypedDict):
    """A waiting case in a list; ``status`` tells whether its time has come."""

    reference: str
    status: str
    language: str
    prefers_woman: bool
    priority: int
    mode: Mode
    requested_at: Instant
    not_before: Instant
    tries: int


class ClaimedCase(TypedDict):
    """Who holds a case, in a list."""

    reference: str
    status: str
    owner: str
    claimed_at: Instant
    lease_until: Instant


class FinishedCase(TypedDict):
    """A finished case in a list."""

    reference: str
    status: Status
    closed_reason: str | None
    language: str
    requested_at: Instant
    finished_at: Instant
    tries: int
    handling_minutes: int | None


class CasePage(TypedDict):
    """A page of a list of cases; ``cursor`` asks for the next, null on the last."""

    cases: list[WaitingCase] | list[ClaimedCase] | list[FinishedCase]
    cursor: str | None


def own_status(case: Case) -> Status:
    """Tell where a case stands, to the person who asked."""
    return STILL_TO_COME if case.status.is_open else case.status


def own_reason(case: Case) -> CloseReason | None:
    """Tell why a case was closed, where that is fit to be told to the person who asked."""
    return case.closed_reason if case.closed_reason in _TOLD_REASONS else None


def own_case(case: Case) -> OwnCase:
    """Show a patient their own case: what became of it, and nothing they did not ask here for."""
    return {
        "reference": case.reference,
        "status": own_status(case),
        "closed_reason": own_reason(case),
        "expected": window(case.expected) if case.expected and case.status.is_open else None,
        "requested_at": to_iso(case.requested_at),
        "finished_at": _instant(case.finished_at),
        "language": case.language,
        "mode": case.mode,
        "can_cancel": case.status.is_open,
        "can_reschedule": case.can_reschedule,
    }


def full_case(case: Case) -> FullCase:
    """Show a case whole to those who work here, but for the number, which only a call needs."""
    return {
        "reference": case.reference,
        "status": case.status,
        "closed_reason": case.closed_reason,
        "phone": masked(case.phone) if case.phone else "",
        "language": case.language,
        "channel": case.channel,
        "mode": case.mode,
        "prefers_woman": case.prefers_woman,
        "adult_needed": case.is_minor,
        "another_person": case.another_person,
        "priority": case.priority,
        **answers_json(case.answers),
        "additions": told_later(case),
        "consent": {
            "version": case.consent.version,
            "language": case.consent.language,
            "at": to_iso(case.consent.at),
            "given_by": case.consent.given_by,
            "confirmed": case.consent.is_confirmed,
        },
        "requested_at": to_iso(case.requested_at),
        "not_before": to_iso(case.not_before),
        "expected": window(case.expected) if case.expected else None,
        "owner": case.owner,
        "claimed_at": _instant(case.claimed_at),
        "lease_until": _instant(case.lease_until),
        "finished_at": _instant(case.finished_at),
        "attempts": [_attempt(attempt) for attempt in case.attempts],
        "timeline": [_entry(entry) for entry in case.timeline],
    }


def told_later(case: Case) -> list[ToldLater]:
    """Show what was told later, in order of time."""
    answers = case.answers
    return [_told_later(each, answers) for each in case.additions]


def _told_later(addition: Addition, answers: Details) -> ToldLater:
    told, differing = addition.details, addition.details.unlike(answers)
    return {
        "at": to_iso(addition.at),
        "channel": addition.channel,
        "merged_from": addition.source if addition.is_merged else None,
        **answers_json(told),
        "differs": list(differing.given),
    }


def answers_json(details: Details) -> CaseAnswers:
    """Show every answer; null, or an empty list, is one that was not given."""
    told = {name: getattr(details, name) for name in QUESTIONS}
    shown = {name: [*each] if isinstance(each, tuple) else each for name, each in told.items()}
    return cast("CaseAnswers", shown)


def case_state(case: Case) -> CaseState:
    """Show where a case stands after its oncologist let go of it; nothing personal any more."""
    return {
        "reference": case.reference,
        "status": case.status,
        "closed_reason": case.closed_reason,
        "tries": len(case.attempts),
        "not_before": to_iso(case.not_before) if case.status is Status.WAITING else None,
        "finished_at": _instant(case.finished_at),
    }


def recorded_attempt(case: Case, by: str) -> RecordedAttempt:
    """Show where a case stands after an attempt of theirs, and as what it is kept."""
    return {**case_state(case), "kept_as": "note" if case.was_kept_beside(by) else "outcome"}


def waiting(each: Waiting, status: str) -> WaitingCase:
    """Show a waiting case in a list."""
    return {
        "reference": each.reference,
        "status": status,
        "language": each.language,
        "prefers_woman": each.prefers_woman,
        "priority": each.priority,
        "mode": each.mode,
        "requested_at": to_iso(each.requested_at),
        "not_before": to_iso(each.not_before),
        "tries": each.tries,
    }


def claimed(each: Claim) -> ClaimedCase:
    """Show who holds a case, in a list."""
    return {
        "reference": each.reference,
        "status": Status.CLAIMED.value,
        "owner": each.oncologist,
        "claimed_at": to_iso(each.claimed_at),
        "lease_until": to_iso(each.lease_until),
    }


def finished(each: Finished) -> FinishedCase:
    """Show a finished case in a list."""
    return {
        "reference": each.reference,
        "status": each.status,
        "closed_reason": each.closed_reason,
        "language": each.language,
        "requested_at": to_iso(each.requested_at),
        "finished_at": to_iso(each.finished_at),
        "tries": each.tries,
        "handling_minutes": each.handling_minutes,
    }


def window(span: Window | VideoRoom) -> Span:
    """Show a span of time."""
    return {"from": to_iso(span.start), "to": to_iso(span.end)}


def _attempt(attempt: Attempt) -> ShownAttempt:
    return {
        "at": to_iso(attempt.at),
        "by": attempt.by,
        "result": attempt.result,
        "note": attempt.note,
        "advice": attempt.advice,
        "follow_up": attempt.follow_up,
    }


def _entry(entry: Entry) -> TimelineEntry:
    return {
        "at": to_iso(entry.at),
        "by": entry.by,
        "what": entry.what,
        "detail": entry.detail,
    }


def _instant(at: datetime | None) -> str | None:
    return to_iso(at) if at else None
