"""The promised window: honest, in working hours, wider the longer the wait."""

from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.cases.domain.coverage import HORIZON, coverage_of, queue_for, repeated
from chalicelib.cases.domain.promise import Queues, is_within_hours, promise
from chalicelib.cases.domain.queue import Line
from chalicelib.core.domain.datetimes import Window
from chalicelib.core.domain.working_hours import DEFAULT_HOURS, OpenWindow, WorkingHours
from chalicelib.rota.domain.duty import DutyDay, Oncologist, Shift
from tests.support.builders import an_oncologist, duty_days

SUNDAY_NIGHT = datetime(2026, 11, 22, 16, 0, tzinfo=UTC)
MONDAY_TEN = datetime(2026, 11, 23, 4, 30, tzinfo=UTC)
INSTANTS = st.integers(0, 2 * 365 * 24 * 60).map(
    lambda minute: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minute)
)
HANNA = an_oncologist(id="hanna", languages=("hi",), joined=None)
HENRY = an_oncologist(id="henry", languages=("hi", "en"), joined=None, gender="male")
TARA = an_oncologist(id="tara", languages=("ta", "en"), joined=None)


def asked(
    at: datetime,
    waiting: dict[str, int],
    *doctors: Oncologist,
    name: str = "hi",
    handling: int = 15,
    days: int = 28,
    hours: WorkingHours = DEFAULT_HOURS,
) -> Window | None:
    on = [doctor.id for doctor in doctors]
    first = at.date() - timedelta(days=1)
    stretches = coverage_of(duty_days(on, days, first), doctors, hours).from_now(at)
    if days > 1:
        stretches = repeated(stretches, 13)
    return promise(
        name, Queues(waiting, handling), stretches, hours, not_before=hours.next_opening(at)
    )


def several(count: int) -> list[Oncologist]:
    return [
        an_oncologist(id=f"d{number}", languages=("hi",), joined=None) for number in range(count)
    ]


def test_an_empty_line_in_open_hours_is_called_within_the_half_hour() -> None:
    assert asked(MONDAY_TEN, {}, HANNA) == Window(MONDAY_TEN, MONDAY_TEN + timedelta(minutes=30))


def test_at_night_the_first_is_called_when_the_helpline_opens() -> None:
    assert asked(SUNDAY_NIGHT, {}, HANNA) == Window(MONDAY_TEN, MONDAY_TEN + timedelta(minutes=30))


def test_eight_ahead_of_two_doctors_wait_for_four_calls() -> None:
    window = asked(MONDAY_TEN, {"hi": 8}, *several(2))

    assert window == Window(MONDAY_TEN + timedelta(minutes=45), MONDAY_TEN + timedelta(minutes=120))


def test_forty_ahead_in_another_language_of_the_same_doctor_are_called_first() -> None:
    english = asked(MONDAY_TEN, {"hi": 40}, HENRY, name="en")

    assert english == asked(MONDAY_TEN, {"hi": 40}, HENRY, name="hi")
    assert english is not None
    assert english.start >= DEFAULT_HOURS.add(MONDAY_TEN, timedelta(hours=7))


def test_a_doctor_whose_queues_are_empty_comes_at_once() -> None:
    window = asked(MONDAY_TEN, {"hi": 40}, HENRY, TARA, name="en")

    assert window == Window(MONDAY_TEN, MONDAY_TEN + timedelta(minutes=30))


def test_a_man_takes_nobody_who_asked_for_a_woman() -> None:
    assert asked(MONDAY_TEN, {}, HENRY, name="en#woman") is None
    assert asked(MONDAY_TEN, {"hi#woman": 40}, HENRY) == asked(MONDAY_TEN, {}, HENRY)


def test_nobody_is_promised_what_no_published_day_holds() -> None:
    assert asked(MONDAY_TEN, {"hi": 60}, HENRY, days=1) is None
    assert asked(MONDAY_TEN, {}, HENRY, name="te") is None


def test_a_window_ends_when_the_helpline_closes() -> None:
    until_five_past_five = WorkingHours(weekly=((OpenWindow(time(9, 55), time(17, 5)),),) * 7)
    shift = Shift(
        "late", "late", MONDAY_TEN, MONDAY_TEN + timedelta(hours=7, minutes=5), ("hanna",)
    )
    day = DutyDay(MONDAY_TEN.date(), (shift,))
    closing = shift.end
    asked_at = closing - timedelta(minutes=30)
    stretches = coverage_of([day], [HANNA], until_five_past_five).from_now(asked_at)

    window = promise("hi", Queues({}, 15), stretches, until_five_past_five, not_before=asked_at)

    assert window == Window(asked_at, closing)


def test_a_window_whose_day_was_closed_since_lies_outside_the_hours() -> None:
    window = Window(MONDAY_TEN, MONDAY_TEN + timedelta(hours=1))
    closed = WorkingHours(DEFAULT_HOURS.weekly, closures=frozenset({MONDAY_TEN.date()}))
    whole = Window(MONDAY_TEN, DEFAULT_HOURS.next_closing(MONDAY_TEN))

    assert is_within_hours(window, DEFAULT_HOURS)
    assert is_within_hours(whole, DEFAULT_HOURS)
    assert not is_within_hours(window, closed)


@pytest.mark.parametrize(
    ("serves", "spoken", "woman", "queue"),
    [
        ({Line("te")}, {"te"}, True, Line("te", woman_only=True)),
        ({Line("en")}, {"te", "en"}, True, Line("en", woman_only=True)),
        ({Line("en")}, {"en"}, False, Line("en")),
        (set(), {"te"}, False, Line("te")),
        (set(), {"hi"}, False, Line("en")),
        (set(), set(), False, Line("te")),
    ],
)
def test_who_asks_in_telugu_waits_where_somebody_serves_them(serves, spoken, woman, queue) -> None:
    found = queue_for("te", prefers_woman=woman, serves=serves.__contains__, spoken=lambda: spoken)

    assert found == queue


@given(
    INSTANTS,
    st.integers(0, 300),
    st.integers(1, 12),
    st.integers(1, 60),
)
def test_the_window_is_never_empty_early_or_outside_the_hours(
    now: datetime, ahead: int, doctors: int, handling: int
) -> None:
    window = asked(now, {"hi": ahead}, *several(doctors), handling=handling)

    assert window is not None
    assert now <= window.start < window.end
    assert is_within_hours(window, DEFAULT_HOURS)


QUEUES = st.dictionaries(
    st.sampled_from(("hi", "hi#woman", "en", "ta", "ta#woman")), st.integers(0, 60)
)


@given(INSTANTS, QUEUES, st.sampled_from(("hi", "en", "ta", "hi#woman")))
def test_one_more_ahead_is_never_promised_sooner(
    now: datetime, waiting: dict[str, int], name: str
) -> None:
    doctors = (HANNA, HENRY, TARA)
    more = {**waiting, name: waiting.get(name, 0) + 1}
    window, behind = (asked(now, each, *doctors, name=name) for each in (waiting, more))

    assert window is not None
    assert behind is not None
    assert window.start <= behind.start
    assert window.end <= behind.end


def test_the_published_days_are_repeated_every_four_weeks() -> None:
    days = coverage_of(duty_days(["hanna"]), [HANNA], DEFAULT_HOURS).stretches
    twice = repeated(days, 2)

    assert len(twice) == 2 * len(days)
    assert twice[len(days)].start - twice[0].start == HORIZON.total_seconds()
