"""What a case counts for in the reports, on each day that it touches.

A tally follows from the case alone, so that counting again from the cases gives the same numbers.
What became of a request counts on the day of the asking; a call counts, for whoever made it, on
the day of the call. Nothing in a tally is what somebody typed: cities and sites are those that
:mod:`~chalicelib.core.domain.cities` and :mod:`~chalicelib.core.domain.cancer_sites` know.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import Any, Final, assert_never

from chalicelib.cases.domain.case import Case, Status
from chalicelib.cases.domain.promise import promise_kept
from chalicelib.cases.domain.questionnaire import NOT_TOLD, QUESTIONS, Grouping, Question
from chalicelib.cases.domain.timeline import CloseReason, Result
from chalicelib.core.domain.cancer_sites import site_of
from chalicelib.core.domain.cities import city_of
from chalicelib.core.domain.datetimes import calendar_day
from chalicelib.reports.domain.distinct_callers import caller_of

OTHER: Final = "other"
_MINUTE: Final = timedelta(minutes=1)
_PRECISE_TO: Final = 100


Dimension = str
"""By what requests are told apart: the answer to a question, the language or the channel."""
LANGUAGE: Final = "language"
CHANNEL: Final = "channel"
COUNTED: Final = {each.dimension: each for each in QUESTIONS.values() if each.dimension}
"""The questions whose answers are counted, by their dimensions."""
SEVERAL: Final = tuple(name for name, question in COUNTED.items() if question.is_several)
"""The dimensions in which a request may be in several groups, which do not add up to the total."""
DIMENSIONS: Final = (
    *(name for name in COUNTED if name not in SEVERAL),
    LANGUAGE,
    CHANNEL,
    *SEVERAL,
)


class Outcome(StrEnum):
    """What became of a request: it is open, was answered, or ended for a :class:`CloseReason`."""

    OPEN = "open"
    ANSWERED = "answered"
    UNREACHABLE = "unreachable"
    WRONG_NUMBER = "wrong_number"
    EXPIRED = "expired"
    CANCELLED = "cancelled"
    ABUSIVE = "abusive"
    DUPLICATE = "duplicate"
    ERASED = "erased"

    @property
    def is_missed(self) -> bool:
        """Whether we failed to speak with somebody who wanted it."""
        return self in (Outcome.UNREACHABLE, Outcome.WRONG_NUMBER, Outcome.EXPIRED)


AGES: Final = ("under_40", "40_to_49", "50_to_59", "60_to_69", "70_and_over")


@dataclass(frozen=True, slots=True)
class Asked:
    """A request: what became of it, and how long they waited for the first call.

    ``waited`` is in minutes as :func:`rounded` keeps them, None until there was a call;
    ``promise_kept`` is None while nobody can tell. A dimension has several groups where several
    reasons were given.
    """

    outcome: Outcome
    waited: int | None = None
    promise_kept: bool | None = None
    groups: Mapping[Dimension, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Call:
    """One attempt to call back; ``promise_kept`` is told of the one that a promise was about."""

    by: str
    answered: bool
    promise_kept: bool | None = None


@dataclass(frozen=True, slots=True)
class Tally:
    """What a case counts for on one day; ``caller`` is who asked, where that is told of it."""

    asked: Asked | None = None
    calls: tuple[Call, ...] = ()
    caller: int | None = None


def tallies_of(case: Case) -> dict[date, Tally]:
    """Tell what a case counts for, by the days of the helpline's calendar."""
    asked_on = calendar_day(case.requested_at)
    calls: dict[date, list[Call]] = {asked_on: []}
    kept = _promise_kept(case)
    promised = len(case.attempts) - case.tries_since_reopened
    for number, attempt in enumerate(case.attempts):
        answered = attempt.result is Result.ANSWERED
        call = Call(attempt.by, answered, kept if number == promised else None)
        calls.setdefault(calendar_day(attempt.at), []).append(call)
    caller = caller_of(case.phone_key or case.reference)
    return {
        day: Tally(_asked(case, kept), tuple(made), caller)
        if day == asked_on
        else Tally(None, tuple(made))
        for day, made in calls.items()
    }


def rounded(minutes: int) -> int:
    """Round up to two significant digits: minutes up to 100, then tens up to 1,000, and so on."""
    step = 1
    while minutes > _PRECISE_TO * step:
        step *= 10
    return -(-minutes // step) * step


def _asked(case: Case, kept: bool | None) -> Asked:  # noqa: FBT001  # one caller
    return Asked(
        outcome=_outcome(case),
        waited=_waited(case),
        promise_kept=kept,
        groups=_groups(case),
    )


def _outcome(case: Case) -> Outcome:
    """Tell what became of a case; whoever we spoke with was answered, whatever came after."""
    spoken = any(attempt.result is Result.ANSWERED for attempt in case.attempts)
    if spoken or case.status is Status.COMPLETED:
        return Outcome.ANSWERED
    if case.status.is_open:
        return Outcome.OPEN
    return Outcome(case.closed_reason or CloseReason.EXPIRED)


def _waited(case: Case) -> int | None:
    if not case.attempts:
        return None
    waited = case.attempts[0].at - case.requested_at
    return rounded(max(0, -(-waited // _MINUTE)))


def _promise_kept(case: Case) -> bool | None:
    """Tell whether the promise was kept: not where a case ended uncalled after its window.

    A case that was reopened has a new promise, and that one counts.
    """
    calls = case.attempts[len(case.attempts) - case.tries_since_reopened :]
    kept = promise_kept(None, replace(case, attempts=calls))
    if kept is not None or case.expected is None or case.finished_at is None:
        return kept
    return False if case.finished_at >= case.expected.end else None


def _groups(case: Case) -> dict[Dimension, tuple[str, ...]]:
    told = case.answers.given
    groups = {
        name: _groups_of(question, told[question.name]) if question.name in told else (NOT_TOLD,)
        for name, question in COUNTED.items()
    }
    found = {**groups, LANGUAGE: (case.language,), CHANNEL: (case.channel.value,)}
    return {name: found[name] for name in DIMENSIONS}


def _groups_of(question: Question, answer: Any) -> tuple[str, ...]:  # noqa: ANN401  # its own
    match question.groups:
        case Grouping.OPTIONS | None:
            chosen = map(question.option, answer if question.is_several else (answer,))
            return tuple(dict.fromkeys(each.counted_as for each in chosen))
        case Grouping.DECADES:
            return (_age_band(answer),)
        case Grouping.SITES:
            return (site_of(answer) or OTHER,)
        case Grouping.CITIES:
            return (city_of(answer) or OTHER,)
        case _:
            assert_never(question.groups)


def _age_band(age: int) -> str:
    return AGES[min(max(age // 10 - 3, 0), len(AGES) - 1)]
