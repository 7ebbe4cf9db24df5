"""The promised window: honest, in working hours, wider the longer the wait."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.cases.domain.promise import promise
from chalicelib.core.domain.datetimes import Window
from chalicelib.core.domain.working_hours import DEFAULT_HOURS

SUNDAY_NIGHT = datetime(2026, 11, 22, 16, 0, tzinfo=UTC)
MONDAY_TEN = datetime(2026, 11, 23, 4, 30, tzinfo=UTC)
INSTANTS = st.integers(0, 2 * 365 * 24 * 60).map(
    lambda minute: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minute)
)


def of(not_before: datetime, ahead: int, doctors: int = 1, handling: int = 15) -> Window:
    return promise(
        not_before=not_before,
        ahead=ahead,
        doctors=doctors,
        handling_minutes=handling,
        hours=DEFAULT_HOURS,
    )


def test_an_empty_line_in_open_hours_is_called_within_the_half_hour() -> None:
    assert of(MONDAY_TEN, ahead=0) == Window(MONDAY_TEN, MONDAY_TEN + timedelta(minutes=30))


def test_at_night_the_first_is_called_when_the_helpline_opens() -> None:
    assert of(SUNDAY_NIGHT, ahead=0) == Window(MONDAY_TEN, MONDAY_TEN + timedelta(minutes=30))


def test_eight_ahead_of_two_doctors_wait_for_four_calls() -> None:
    window = of(MONDAY_TEN, ahead=8, doctors=2)

    assert window == Window(MONDAY_TEN + timedelta(minutes=45), MONDAY_TEN + timedelta(minutes=120))


@given(INSTANTS, st.integers(0, 300), st.integers(0, 12), st.integers(1, 60))
def test_the_window_is_never_empty_early_or_outside_the_hours(
    now: datetime, ahead: int, doctors: int, handling: int
) -> None:
    window = of(now, ahead, doctors, handling)

    assert now <= window.start < window.end
    assert DEFAULT_HOURS.is_open(window.start)
    assert DEFAULT_HOURS.is_open(window.end - timedelta(microseconds=1))


@given(INSTANTS, st.integers(0, 200), st.integers(1, 12))
def test_one_more_ahead_is_never_promised_sooner(now: datetime, ahead: int, doctors: int) -> None:
    window, behind = of(now, ahead, doctors), of(now, ahead + 1, doctors)

    assert window.start <= behind.start
    assert window.end <= behind.end
