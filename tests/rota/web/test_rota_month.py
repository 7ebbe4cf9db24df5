"""The calendar as a view: weeks of days of shifts, with what has to be seen in each."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time, timedelta

import pytest

from chalicelib.core.domain.working_hours import DEFAULT_HOURS, OpenWindow
from chalicelib.rota.domain.change_log import By
from chalicelib.rota.domain.model import Fair, Leave, Override
from chalicelib.rota.services.rota_calendar import RotaCalendar
from chalicelib.rota.web.rota_month import (
    Closed,
    Month,
    Standing,
    candidates,
    first_after,
    month_of,
)
from tests.support.rota_world import (
    ASHA,
    MONDAY,
    NAMES,
    RAVI,
    TARA,
    TUESDAY,
    RotaWorld,
    a_doctor,
    at,
    morning,
)

NOW = at(MONDAY, 12)
NOVEMBER, DECEMBER = date(2026, 11, 1), date(2026, 12, 1)


@pytest.fixture
def world() -> RotaWorld:
    return RotaWorld().published(at(MONDAY, 9))


def drawn(world: RotaWorld, first: date = NOVEMBER, now=NOW) -> Month:
    read = RotaCalendar(world.edits, world.links).days(first, first_after(first), now)
    return month_of(first, read, now)


def cell(world: RotaWorld, day: date):
    return drawn(world, day.replace(day=1)).days[day.day - 1]


@pytest.mark.parametrize(
    ("first", "blanks_before", "weeks"),
    [
        (date(2026, 11, 1), 6, 6),
        (date(2027, 2, 1), 0, 4),
        (date(2026, 12, 1), 1, 5),
        (date(2028, 2, 1), 1, 5),
    ],
)
def test_weeks_begin_on_monday_and_are_whole(first, blanks_before, weeks):
    month = drawn(RotaWorld(lines=[]), first)

    assert (len(month.weeks), {len(week) for week in month.weeks}) == (weeks, {7})
    assert month.weeks[0].count(None) == blanks_before
    days = [day.day for week in month.weeks for day in week if day]
    assert days == [first + timedelta(days=ahead) for ahead in range(len(days))]
    assert (days[-1] + timedelta(days=1)).day == 1


def test_the_months_beside_it():
    december = drawn(RotaWorld(lines=[]), DECEMBER)

    assert (december.previous, december.next) == (NOVEMBER, date(2027, 1, 1))


def test_a_day_is_past_today_published_planned_or_none_of_these(world):
    days = drawn(world).days

    assert [day.day for day in days if day.is_today] == [MONDAY]
    assert [day.day.day for day in days if day.is_past] == list(range(1, 23))
    assert {day.standing for day in days[22:]} == {Standing.PUBLISHED}
    assert {day.standing for day in days[:22]} == {Standing.NONE}
    standings = [day.standing for day in drawn(world, DECEMBER).days]
    assert standings == [Standing.PUBLISHED] * 22 + [Standing.PLANNED] * 9


def test_holidays_are_told_apart_from_the_days_that_are_closed_every_week(world):
    friday = date(2026, 12, 25)
    world.rota.put_hours(
        replace(
            DEFAULT_HOURS,
            closures=frozenset({friday, friday + timedelta(days=1)}),
            extra={friday + timedelta(days=1): (OpenWindow(time(10), time(0)),)},
        )
    )

    holiday, shortened, sunday = drawn(world, DECEMBER).days[24:27]

    assert (holiday.closed, holiday.special) == (Closed.HOLIDAY, ())
    assert (shortened.closed, shortened.special) == (None, (("10:00", "24:00"),))
    assert (sunday.closed, sunday.special) == (Closed.WEEKLY, ())


def test_a_gap_is_counted_until_it_is_over(world):
    nobody = Override("morning", at(TUESDAY, 11), at(TUESDAY, 12), remove=RAVI)
    world.manage.add_exception(nobody, By("meera"), NOW)

    ((day, shift),) = drawn(world).gaps
    assert (day.day, shift.span, shift.on, shift.missing) == (TUESDAY, ("11:00", "12:00"), (), 1)
    assert (shift.by_hand, day.has_gap) == (True, True)
    afterwards = drawn(world, now=at(TUESDAY, 12))
    assert afterwards.gaps == ()
    assert [cell.lacks for cell in afterwards.days[23].shifts] == [False, True, False, False]


def test_a_language_that_nobody_speaks_is_a_gap():
    world = RotaWorld(
        lines=[morning(languages=("hi", "ta"))], doctors=[a_doctor(ASHA), a_doctor(RAVI)]
    )
    world.edits.put_lines((morning(languages=("hi", "ta"), rotation=Fair((ASHA,))),))
    world.published(at(MONDAY, 9))

    shift = cell(world, TUESDAY).shifts[0]

    assert (shift.missing, shift.silent, shift.is_gap) == (0, ("ta",), True)


def test_leave_offers_and_confirmations_stand_at_their_names(world):
    world.leave.add(Leave(TARA, TUESDAY, TUESDAY + timedelta(days=1)), By("meera", TARA), NOW)
    world.swaps.offer("morning-20261124-1000", None, By("meera", RAVI), NOW)

    day = cell(world, TUESDAY)

    assert day.away == (TARA.title(),)
    (ravi,) = day.shifts[0].on
    assert (ravi.name, ravi.offered, ravi.confirmed) == (RAVI.title(), True, False)


def test_a_shift_of_a_line_that_is_no_more_lacks_nothing(world):
    world.manage.put_lines((), 1, By("meera"), NOW)

    shift = cell(world, TUESDAY).shifts[0]

    assert (shift.line, shift.lacks, shift.hue) == ("morning", False, 0)


def test_a_shift_until_midnight_ends_with_its_day():
    world = RotaWorld(lines=[morning(start=time(20), end=time(0))])
    world.rota.put_hours(replace(DEFAULT_HOURS, weekly=((OpenWindow(time(20), time(0)),),) * 7))
    world.published(at(MONDAY, 9))

    assert cell(world, TUESDAY).shifts[0].span == ("20:00", "24:00")


def test_who_could_take_a_shift_comes_first_and_the_others_with_the_reason():
    doctors = [
        a_doctor("ann", joined=date(2027, 1, 1)),
        a_doctor("bea", left=TUESDAY),
        a_doctor("eva"),
        *map(a_doctor, NAMES),
    ]
    world = RotaWorld(
        lines=[morning(), morning(id="beside", rotation=Fair((ASHA,)))], doctors=doctors
    ).published(at(MONDAY, 9))
    world.leave.add(Leave(TARA, TUESDAY, TUESDAY + timedelta(days=1)), By("m", TARA), NOW)

    picked = RotaCalendar(world.edits, world.links).shift("morning-20261124-1000", NOW)

    assert [(each.id, each.hindered) for each in candidates(picked)] == [
        ("eva", None),
        (ASHA, "on_two_lines"),
        (TARA, "on_leave"),
        ("ann", "not_joined"),
        ("bea", "gone"),
    ]
