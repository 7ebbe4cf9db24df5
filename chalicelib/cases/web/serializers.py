"""Cases and the queue as the outside sees them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, TypedDict, assert_never

from chalicelib.cases.domain.answers import Channel, Details, Mode
from chalicelib.cases.domain.calls import VideoRoom
from chalicelib.cases.domain.case import Case, Status
from chalicelib.cases.domain.questionnaire import (
    QUESTIONS,
    ChoiceAnswer,
    NumberAnswer,
    Question,
    TextAnswer,
)
from chalicelib.cases.domain.queue import Claim, Waiting
from chalicelib.cases.domain.timeline import CloseReason, Happening, Result
from chalicelib.core.domain.datetimes import Window, to_iso
from chalicelib.core.domain.phone import masked
from chalicelib.core.web.responses import Instant
from chalicelib.core.web.serializers import to_json

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
    is_open = case.status.is_open
    return to_json(
        OwnCase,
        case,
        status=own_status(case),
        closed_reason=own_reason(case),
        expected=window(case.expected) if is_open else None,
        can_cancel=is_open,
    )


def full_case(case: Case) -> FullCase:
    """Show a case whole to those who work here, but for the number, which only a call needs."""
    return to_json(
        FullCase,
        case,
        **answers_json(case.answers),
        phone=masked(case.phone) if case.phone else "",
        adult_needed=case.is_minor,
        expected=window(case.expected),
        additions=told_later(case),
        consent=to_json(ShownConsent, case.consent, confirmed=case.consent.is_confirmed),
        attempts=[to_json(ShownAttempt, each) for each in case.attempts],
        timeline=[to_json(TimelineEntry, each) for each in case.timeline],
    )


def told_later(case: Case) -> list[ToldLater]:
    """Show what was told later, in order of time."""
    return [
        to_json(
            ToldLater,
            each,
            **answers_json(each.details),
            merged_from=each.source if each.is_merged else None,
            differs=list(each.details.unlike(case.answers).given),
        )
        for each in case.additions
    ]


def answers_json(details: Details) -> CaseAnswers:
    """Show every answer; null, or an empty list, is one that was not given."""
    return to_json(CaseAnswers, details)


def case_state(case: Case) -> CaseState:
    """Show where a case stands after its oncologist let go of it; nothing personal any more."""
    is_waiting = case.status is Status.WAITING
    return to_json(
        CaseState,
        case,
        tries=len(case.attempts),
        not_before=case.not_before if is_waiting else None,
    )


def recorded_attempt(case: Case, by: str) -> RecordedAttempt:
    """Show where a case stands after an attempt of theirs, and as what it is kept."""
    return {**case_state(case), "kept_as": "note" if case.was_kept_beside(by) else "outcome"}


def waiting(each: Waiting, status: str) -> WaitingCase:
    """Show a waiting case in a list."""
    return to_json(WaitingCase, each, status=status)


def claimed(each: Claim) -> ClaimedCase:
    """Show who holds a case, in a list."""
    return to_json(ClaimedCase, each, status=Status.CLAIMED, owner=each.oncologist)


def window(span: Window | VideoRoom | None) -> Span | None:
    """Show a span of time, where there is one."""
    return {"from": to_iso(span.start), "to": to_iso(span.end)} if span else None
