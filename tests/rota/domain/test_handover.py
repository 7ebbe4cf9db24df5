"""Boundaries and broken duty, against what is seen by stepping through the day."""

from datetime import datetime, time, timedelta

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.core.domain.datetimes import IST
from chalicelib.rota.domain.duty import DutyDay, Shift
from chalicelib.rota.domain.handover import boundaries, on_duty_until
from tests.support.rota_world import MONDAY

MIDNIGHT = datetime.combine(MONDAY, time(), IST)
STEP = timedelta(minutes=30)
STEPS = 96
PEOPLE = ("a", "b", "c")


def at(step: int) -> datetime:
    return MIDNIGHT + step * STEP


def a_day(place: int, spans: list[tuple[int, int, tuple[str, ...]]]) -> DutyDay:
    """Shifts of the first or the second day, in half hours from its midnight."""
    shifts = tuple(
        Shift(
            f"{place}-{number}", f"line-{number}", at(48 * place + start), at(48 * place + end), on
        )
        for number, (start, end, on) in enumerate(spans)
    )
    return DutyDay(MONDAY + timedelta(days=place), shifts)


spans = st.lists(
    st.tuples(
        st.integers(0, 47), st.integers(1, 12), st.lists(st.sampled_from(PEOPLE), unique=True)
    ).map(lambda given: (given[0], min(48, given[0] + given[1]), tuple(given[2]))),
    max_size=4,
)


def on_duty(days: list[DutyDay], step: int) -> set[str]:
    return {who for day in days for who in day.on_duty_at(at(step))}


@given(spans, spans, st.integers(0, STEPS), st.integers(0, STEPS))
def test_whoever_comes_and_goes_is_found_once(first, second, after, through) -> None:
    days = [a_day(0, first), a_day(1, second)]

    found = boundaries(days, at(after), at(through))

    stepped = [
        (at(step), now - before, before - now)
        for step in range(after + 1, through + 1)
        for before, now in [(on_duty(days, step - 1), on_duty(days, step))]
        if before != now
    ]
    assert [
        (each.at, {who for who, _ in each.coming}, {who for who, _ in each.going}) for each in found
    ] == stepped
    for each in found:
        assert all(who in shift.on and shift.covers(each.at) for who, shift in each.coming)
        assert all(who in shift.on and shift.end == each.at for who, shift in each.going)


@given(spans, spans, st.sampled_from(PEOPLE), st.integers(0, STEPS), st.integers(0, STEPS))
def test_duty_without_a_break_is_what_stepping_sees(first, second, who, since, until) -> None:
    days = [a_day(0, first), a_day(1, second)]
    since, until = min(since, until), max(since, until)

    held = on_duty_until(days, who, at(since)) > at(until)

    assert held == all(who in on_duty(days, step) for step in range(since, until + 1))
