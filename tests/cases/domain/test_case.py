"""The case's states: what leads where, and what is refused."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.cases.domain.case import LEASE, Case, Status
from chalicelib.cases.domain.retry_policy import RetryPolicy
from chalicelib.cases.domain.timeline import Attempt, CloseReason, Happening, Result
from chalicelib.core.domain.errors import HelplineError, IllegalTransition, NotYourCase
from chalicelib.core.domain.working_hours import DEFAULT_HOURS
from tests.support.builders import a_case

MONDAY_TEN = datetime(2026, 11, 23, 4, 30, tzinfo=UTC)
RETRIES = RetryPolicy()


def minutes(count: int) -> timedelta:
    return timedelta(minutes=count)


def tried(case: Case, result: Result, at: datetime, by: str = "asha") -> Case:
    return case.record(Attempt(at=at, by=by, result=result), retries=RETRIES, hours=DEFAULT_HOURS)


def test_a_claim_gives_the_case_for_the_length_of_a_lease() -> None:
    case = a_case().claim("asha", MONDAY_TEN)

    assert case.status is Status.CLAIMED
    assert case.owner == "asha"
    assert case.lease_until == MONDAY_TEN + LEASE
    assert case.timeline[-1].what is Happening.CLAIMED
    assert case.timeline[-1].by == "asha"


def test_a_claimed_case_cannot_be_claimed_again() -> None:
    with pytest.raises(IllegalTransition):
        a_case().claim("asha", MONDAY_TEN).claim("ravi", MONDAY_TEN)


def test_three_unanswered_calls_end_as_unreachable_after_ten_and_sixty_working_minutes() -> None:
    case = a_case(requested_at=MONDAY_TEN)

    case = tried(case.claim("asha", MONDAY_TEN), Result.NO_ANSWER, MONDAY_TEN)
    assert (case.status, case.not_before) == (Status.WAITING, MONDAY_TEN + minutes(10))

    second = MONDAY_TEN + minutes(6 * 60 + 30)
    case = tried(case.claim("asha", second), Result.BUSY, second)
    tuesday = MONDAY_TEN + timedelta(days=1)
    assert case.not_before == tuesday + minutes(30), "16:30 plus 60 working minutes is 10:30"

    case = tried(case.claim("ravi", tuesday + minutes(30)), Result.NO_ANSWER, tuesday, by="ravi")
    assert (case.status, case.closed_reason) == (Status.CLOSED, CloseReason.UNREACHABLE)
    assert [attempt.result for attempt in case.attempts] == ["no_answer", "busy", "no_answer"]


def test_a_retry_keeps_the_place_in_line() -> None:
    waiting = a_case(requested_at=MONDAY_TEN)
    again = tried(waiting.claim("asha", MONDAY_TEN), Result.NO_ANSWER, MONDAY_TEN)

    assert (again.priority, again.requested_at) == (waiting.priority, waiting.requested_at)


def test_a_further_try_beyond_the_delays_is_on_the_next_working_day() -> None:
    policy = RetryPolicy(tries=4)
    saturday = datetime(2026, 11, 28, 9, 0, tzinfo=UTC)

    assert policy.next_try(3, saturday, DEFAULT_HOURS) == datetime(2026, 11, 30, 4, 30, tzinfo=UTC)
    assert policy.next_try(4, saturday, DEFAULT_HOURS) is None


def test_an_answer_completes_and_tells_how_long_it_took() -> None:
    claimed = a_case().claim("asha", MONDAY_TEN)
    done = tried(claimed, Result.ANSWERED, MONDAY_TEN + minutes(12))

    assert done.status is Status.COMPLETED
    assert done.handling_minutes == 12
    assert done.owner is None


def test_a_wrong_number_closes_at_once() -> None:
    done = tried(a_case().claim("asha", MONDAY_TEN), Result.WRONG_NUMBER, MONDAY_TEN)

    assert done.closed_reason is CloseReason.WRONG_NUMBER


def test_only_the_owner_acts_on_a_claimed_case() -> None:
    claimed = a_case().claim("asha", MONDAY_TEN)

    with pytest.raises(NotYourCase):
        claimed.release("ravi", MONDAY_TEN)
    with pytest.raises(NotYourCase):
        tried(claimed, Result.ANSWERED, MONDAY_TEN, by="ravi")


def test_a_lease_expires_when_it_has_run_out_and_not_before() -> None:
    claimed = a_case().claim("asha", MONDAY_TEN)

    with pytest.raises(IllegalTransition):
        claimed.expire_lease(MONDAY_TEN + LEASE - timedelta(microseconds=1))
    back = claimed.expire_lease(MONDAY_TEN + LEASE)
    assert (back.status, back.owner, back.timeline[-1].detail) == (Status.WAITING, None, "asha")


def test_nothing_happens_to_a_finished_case() -> None:
    done = a_case().close(CloseReason.CANCELLED, "patient", MONDAY_TEN)

    for change in (
        lambda: done.claim("asha", MONDAY_TEN),
        lambda: done.release("asha", MONDAY_TEN),
        lambda: done.close(CloseReason.EXPIRED, "system", MONDAY_TEN),
        lambda: done.hand_over(MONDAY_TEN),
        lambda: done.expire_lease(MONDAY_TEN),
    ):
        with pytest.raises(IllegalTransition):
            change()


def test_a_naive_instant_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        a_case().claim("asha", datetime(2026, 11, 23, 10, 0))  # noqa: DTZ001  # the point


STEPS = st.lists(
    st.tuples(
        st.sampled_from(
            ["claim", "release", "lease", "hand_over", "cancel", *(each.value for each in Result)]
        ),
        st.sampled_from(["asha", "ravi"]),
        st.integers(0, 600),
    ),
    max_size=14,
)


@given(STEPS)
def test_whatever_happens_a_case_stays_consistent(steps: list[tuple[str, str, int]]) -> None:
    case, now = a_case(requested_at=MONDAY_TEN), MONDAY_TEN
    for step, who, wait in steps:
        now += minutes(wait)
        before = case
        try:
            case = _take(case, step, who, now)
        except HelplineError:
            assert case is before
            continue
        assert case.version == before.version + 1
        assert case.timeline[:-1] == before.timeline
        assert (case.owner is None) == (case.lease_until is None)
        assert (case.owner is not None) == (case.status is Status.CLAIMED)
        assert (case.finished_at is None) == case.status.is_open
        assert (case.closed_reason is not None) == (case.status is Status.CLOSED)
        assert case.unanswered_tries <= RETRIES.tries + len(case.attempts) - _moving(case)
        assert (case.requested_at, case.reference) == (before.requested_at, before.reference)


def _moving(case: Case) -> int:
    """Count the attempts that were not merely kept beside what others did."""
    late = sum(entry.what is Happening.RECORDED_LATE for entry in case.timeline)
    return len(case.attempts) - late


def _take(case: Case, step: str, who: str, now: datetime) -> Case:
    match step:
        case "claim":
            return case.claim(who, now)
        case "release":
            return case.release(who, now)
        case "lease":
            return case.expire_lease(now)
        case "hand_over":
            return case.hand_over(now)
        case "cancel":
            return case.close(CloseReason.CANCELLED, "patient", now)
    return tried(case, Result(step), now, by=who)
