"""Whoever loses a case while they talk records the outcome afterwards; nothing typed is lost."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from chalicelib.cases.domain.answers import Details
from chalicelib.cases.domain.case import RECORDED_LATE_FOR, Case, Status
from chalicelib.cases.domain.notifications import messages_owed
from chalicelib.cases.domain.retry_policy import RetryPolicy
from chalicelib.cases.domain.timeline import PATIENT, CloseReason, Happening, Result
from chalicelib.core.domain.errors import IllegalTransition, NotYourCase
from chalicelib.core.domain.working_hours import DEFAULT_HOURS
from chalicelib.messages.domain.templates import Template
from tests.support.builders import NOON, a_case, an_attempt, with_attempt

ASHA, RAVI = "dr-asha", "dr-ravi"
HOUR = timedelta(hours=1)
LATER = NOON + HOUR


def record(case: Case, result: Result = Result.ANSWERED, at: datetime = LATER) -> Case:
    attempt = an_attempt(result, at=at, by=ASHA, note="what we talked about")
    return with_attempt(case, attempt)


def claimed() -> Case:
    return a_case().claim(ASHA, NOON)


WAYS_TO_LOSE: dict[str, Callable[[Case], Case]] = {
    "handover": lambda case: case.hand_over(NOON + HOUR / 2),
    "lease": lambda case: case.expire_lease(NOON + HOUR / 2),
}


@pytest.mark.parametrize("lose", WAYS_TO_LOSE.values(), ids=WAYS_TO_LOSE)
def test_who_lost_a_case_that_nobody_took_records_as_its_owner(
    lose: Callable[[Case], Case],
) -> None:
    waiting = lose(claimed())
    done = record(waiting)

    assert (done.status, done.attempts[-1].note) == (Status.COMPLETED, "what we talked about")
    (told,) = messages_owed(waiting, done, DEFAULT_HOURS)
    assert (told.template, told.variables["oncologist"]) == (Template.FINISHED, ASHA)
    assert record(waiting, Result.NO_ANSWER).status is Status.WAITING
    assert record(waiting, Result.WRONG_NUMBER).closed_reason is CloseReason.WRONG_NUMBER


def with_another_phone(case: Case) -> Case:
    return case.correct({"phone": "+919812345671", "phone_key": "other"}, "admin", LATER)


@pytest.mark.parametrize("lose", WAYS_TO_LOSE.values(), ids=WAYS_TO_LOSE)
@pytest.mark.parametrize("result", [each for each in Result if each is not Result.ANSWERED])
def test_what_came_of_a_call_to_the_phone_before_says_nothing_of_the_corrected_one(
    lose: Callable[[Case], Case], result: Result
) -> None:
    before = with_another_phone(lose(claimed()))
    after = record(before, result)

    assert after.was_kept_beside(ASHA)
    assert after.attempts[-1].note == "what we talked about"
    assert (after.status, after.not_before) == (Status.WAITING, before.not_before)
    assert after.link_serial == before.link_serial, "the right phone keeps its link"
    assert record(before).status is Status.COMPLETED, "they talked all the same"


def test_a_phone_that_was_corrected_before_they_took_the_case_is_the_one_they_called() -> None:
    case = with_another_phone(a_case()).claim(ASHA, NOON).hand_over(NOON)

    assert record(case, Result.WRONG_NUMBER).closed_reason is CloseReason.WRONG_NUMBER


def test_it_may_be_recorded_for_a_day() -> None:
    waiting = claimed().hand_over(NOON)

    assert record(waiting, at=NOON + RECORDED_LATE_FOR).status is Status.COMPLETED
    with pytest.raises(IllegalTransition):
        record(waiting, at=NOON + RECORDED_LATE_FOR + timedelta(seconds=1))


TAKEN: dict[str, Callable[[], Case]] = {
    "claimed by another": lambda: claimed().hand_over(NOON).claim(RAVI, NOON),
    "given to another": lambda: claimed().assign(RAVI, "admin", NOON),
    "taken and given back": lambda: claimed().hand_over(NOON).claim(RAVI, NOON).release(RAVI, NOON),
    "cancelled while they talked": lambda: claimed().close(CloseReason.CANCELLED, PATIENT, NOON),
    "cancelled afterwards": lambda: (
        claimed().hand_over(NOON).close(CloseReason.CANCELLED, PATIENT, NOON)
    ),
}


@pytest.mark.parametrize("lost", TAKEN.values(), ids=TAKEN)
@pytest.mark.parametrize("result", Result)
def test_what_was_typed_is_kept_beside_what_others_do(
    lost: Callable[[], Case], result: Result
) -> None:
    before = lost()
    after = record(before, result)

    assert after.attempts[-1].note == "what we talked about"
    assert after.was_kept_beside(ASHA)
    assert not before.was_kept_beside(ASHA)
    for name in ("status", "closed_reason", "owner", "lease_until", "not_before", "finished_at"):
        assert getattr(after, name) == getattr(before, name)
    assert messages_owed(before, after, DEFAULT_HOURS) == []
    missing = messages_owed(None, after, DEFAULT_HOURS)
    if result is Result.WRONG_NUMBER:
        assert missing == [], "a number that turned out wrong is owed nothing of before"
    else:
        owed = messages_owed(None, before, DEFAULT_HOURS)
        assert len(missing) == len(owed), "a record that was lost is still made good"


def test_what_another_finished_stays_finished_and_is_told_as_theirs() -> None:
    taken = claimed().hand_over(NOON).claim(RAVI, NOON)
    done = with_attempt(taken, an_attempt(Result.ANSWERED, by=RAVI, at=NOON))
    late = record(done)

    assert late.status is Status.COMPLETED
    finished = messages_owed(None, late, DEFAULT_HOURS)[-1]
    assert finished.variables["oncologist"] == RAVI


def test_it_is_recorded_once() -> None:
    with pytest.raises(IllegalTransition):
        record(record(claimed().hand_over(NOON)), at=LATER + HOUR)
    with pytest.raises(NotYourCase):
        record(record(TAKEN["claimed by another"]()), at=LATER + HOUR)


@pytest.mark.parametrize(
    "case",
    [
        a_case(),
        claimed().release(ASHA, NOON),
        claimed().hand_over(NOON).erase(Details(), "asked", PATIENT, NOON),
        a_case().claim(RAVI, NOON).hand_over(NOON),
    ],
    ids=["never theirs", "given back", "erased", "another's"],
)
def test_nobody_else_records(case: Case) -> None:
    with pytest.raises(IllegalTransition):
        record(case)


def test_who_takes_it_again_records_as_the_owner() -> None:
    again = claimed().hand_over(NOON).claim(RAVI, NOON).release(RAVI, NOON).claim(ASHA, NOON)

    assert record(again).timeline[-1].what is Happening.ATTEMPTED


def test_a_fault_of_ours_does_not_count_against_the_patient() -> None:
    case, at = a_case(), NOON
    waits = []
    for _ in range(6):
        case = with_attempt(case.claim(ASHA, at), an_attempt(Result.FAILED, at=at))
        waits.append((case.not_before - at) // timedelta(minutes=1))
        at = case.not_before

    assert case.status is Status.WAITING
    assert waits[:4] == [5, 15, 30, 60]
    assert (case.failures_in_a_row, case.unanswered_tries) == (6, 0)

    for _ in range(RetryPolicy().tries):
        case = with_attempt(case.claim(ASHA, at), an_attempt(Result.NO_ANSWER, at=at))
        at = case.not_before
    assert case.closed_reason is CloseReason.UNREACHABLE, "every real try was made"


def test_failures_in_a_row_end_with_any_other_result() -> None:
    tried = tuple(an_attempt(result) for result in (Result.FAILED, Result.BUSY, Result.FAILED))

    assert a_case(attempts=tried).failures_in_a_row == 1
    assert a_case(attempts=tried[:2]).failures_in_a_row == 0
    assert a_case().failures_in_a_row == 0
