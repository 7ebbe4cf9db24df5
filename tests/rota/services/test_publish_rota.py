"""Duty days, published once and never reshuffled."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from chalicelib.core.domain.errors import Busy
from chalicelib.rota.domain.change_log import By
from chalicelib.rota.domain.fair_assignment import TRAILING_DAYS
from chalicelib.rota.domain.model import Fair, Leave, Override, RoundRobin
from chalicelib.rota.services.publish_rota import DAYS_PUBLISHED, PublishedRota
from chalicelib.rota.services.rota_calendar import RotaCalendar
from tests.support.builders import a_duty_day
from tests.support.rota_world import (
    EARLY,
    MONDAY,
    NAMES,
    ONE_DAY,
    RotaWorld,
    a_doctor,
    afternoon,
    at,
    morning,
)

ADMIN = By("admin")


def days_of(world: RotaWorld) -> list:
    return world.rota.find_duty_days(MONDAY, MONDAY + 200 * ONE_DAY)


def test_four_weeks_ahead_are_published_at_any_hour_before_the_next_run() -> None:
    world = RotaWorld()

    published = world.publish(EARLY)

    through = MONDAY + DAYS_PUBLISHED * ONE_DAY
    assert published == PublishedRota(DAYS_PUBLISHED, through)
    just_before_the_next_run = (EARLY + ONE_DAY).date()
    assert through - just_before_the_next_run > timedelta(days=28)
    days = days_of(world)
    assert [day.day for day in days] == [MONDAY + n * ONE_DAY for n in range(DAYS_PUBLISHED)]
    sunday = days[6]
    assert (sunday.day.isoweekday(), sunday.shifts) == (7, ())
    assert [world.on(MONDAY + n * ONE_DAY) for n in range(4)] == [(who,) for who in NAMES] + [
        ("dr-asha",)
    ]


def test_a_second_run_publishes_nothing_and_the_next_day_adds_one() -> None:
    world = RotaWorld().published(EARLY)
    before = days_of(world)

    assert world.publish(at(MONDAY, 23)).days == 0
    assert world.publish(EARLY + ONE_DAY).days == 1
    assert days_of(world)[: len(before)] == before


def test_days_published_one_by_one_are_those_published_at_once() -> None:
    daily, late = RotaWorld().published(EARLY), RotaWorld().published(EARLY)
    for day in range(1, 15):
        daily.publish(EARLY + day * ONE_DAY)
    late.publish(EARLY + 14 * ONE_DAY)

    assert days_of(daily) == days_of(late)


def publishes_between(world: RotaWorld) -> None:
    """Publish by another run after the next reading of the head."""
    read = world.edits.head

    def head() -> object:
        found = read()
        world.edits.head = read
        world.publish(EARLY + 9 * ONE_DAY)
        return found

    world.edits.head = head


def test_a_run_that_another_overtakes_after_its_first_reading_starts_again() -> None:
    world = RotaWorld().published(EARLY)
    publishes_between(world)

    assert world.publish(EARLY + 9 * ONE_DAY).days == 0
    assert len(days_of(world)) == DAYS_PUBLISHED + 9


def test_a_calendar_and_a_change_that_a_run_overtakes_are_read_again() -> None:
    world = RotaWorld().published(EARLY)
    publishes_between(world)
    calendar = RotaCalendar(world.edits, world.links)
    far = MONDAY + 35 * ONE_DAY
    shown = calendar.days(far, far + ONE_DAY, EARLY + 9 * ONE_DAY)
    assert [day.day for day in shown.published] == [far]

    world = RotaWorld().published(EARLY)
    publishes_between(world)
    override = Override("morning", at(far, 10), at(far, 12), add="dr-asha")
    world.manage.add_exception(override, ADMIN, EARLY + 9 * ONE_DAY)
    assert "dr-asha" in world.on(far)


def daily(world: RotaWorld, first: int, last: int) -> str:
    """Publish on each of some days; return who serves each afternoon that it adds, by a letter."""
    before = len(days_of(world))
    for day in range(first, last):
        world.publish(EARLY + day * ONE_DAY)
    added = days_of(world)[before:]
    return "".join(shift.on[0][3] for day in added for shift in day.shifts)


def fair_world() -> RotaWorld:
    """A fair afternoon of three, published daily for eight weeks."""
    world = RotaWorld(lines=(afternoon(),)).published(EARLY)
    daily(world, 1, 56)
    return world


def test_a_newcomer_to_a_fair_line_serves_no_run_of_shifts() -> None:
    world = fair_world()
    now = EARLY + 56 * ONE_DAY
    world.manage.add_oncologist(a_doctor("dr-usha"), ADMIN, now)
    lines = world.manage.lines()
    world.manage.put_lines((afternoon(rotation=Fair((*NAMES, "dr-usha"))),), 1, ADMIN, now)

    served = daily(world, 56, 84)

    assert lines.version == 1
    assert served[:4].count("u") == 1
    assert "uu" not in served
    assert 5 <= served.count("u") <= 7  # a quarter of 24 shifts


def test_whoever_comes_back_to_a_fair_line_serves_no_run_of_shifts() -> None:
    world = fair_world()
    now = EARLY + 56 * ONE_DAY
    start = now.date() + DAYS_PUBLISHED * ONE_DAY
    leave = Leave("dr-tara", start, start + 28 * ONE_DAY)
    world.leave.add(leave, By("admin", "dr-tara"), now)

    served = daily(world, 56, 56 + 28 + 28)

    assert "t" not in served[:23]
    assert "tt" not in served
    assert 7 <= served.count("t") <= 9  # a third of 24 shifts


def test_a_new_member_reshuffles_nothing_that_is_published() -> None:
    world = RotaWorld().published(EARLY)
    before = days_of(world)
    world.manage.add_oncologist(a_doctor("dr-new"), ADMIN, EARLY)
    lines = world.manage.lines()
    joined = replace(lines.value[0], rotation=RoundRobin((*NAMES, "dr-new"), MONDAY))
    world.manage.put_lines((joined, *lines.value[1:]), lines.version, ADMIN, EARLY)

    world.publish(EARLY + 7 * ONE_DAY)

    assert days_of(world)[: len(before)] == before
    added = days_of(world)[len(before) :]
    assert any("dr-new" in shift.on for day in added for shift in day.shifts)


def test_without_a_line_no_day_is_published_empty() -> None:
    world = RotaWorld(lines=())

    assert world.publish(EARLY) == PublishedRota(0, None)
    assert days_of(world) == []


def test_what_stands_already_is_left_alone() -> None:
    world = RotaWorld()
    seeded = a_duty_day(day=MONDAY + ONE_DAY)
    world.rota.put_duty_day(seeded)

    assert world.publish(EARLY).days == DAYS_PUBLISHED - 1
    assert world.rota.find_duty_day(seeded.day) == seeded


def test_of_two_runs_at_once_one_publishes() -> None:
    world, other = RotaWorld(), []
    world.edits.before_commit.append(lambda: other.append(world.publish(EARLY)))

    mine = world.publish(EARLY)

    assert [mine.days, other[0].days] == [0, DAYS_PUBLISHED]
    assert len(days_of(world)) == DAYS_PUBLISHED


def test_an_override_made_while_a_run_plans_is_in_what_it_publishes() -> None:
    world = RotaWorld()
    friday = MONDAY + 4 * ONE_DAY
    override = Override("morning", at(friday, 10), at(friday, 13, 30), add="dr-asha")
    world.edits.before_commit.append(lambda: world.manage.add_exception(override, ADMIN, EARLY))

    world.publish(EARLY)

    assert set(world.on(friday)) == {"dr-ravi", "dr-asha"}


def test_where_others_keep_writing_it_gives_up() -> None:
    world = RotaWorld()
    world.edits.before_commit = [world.edits.somebody_writes] * 10

    with pytest.raises(Busy):
        world.publish(EARLY)


def test_an_override_that_cannot_stand_any_more_is_left_out_and_told() -> None:
    world = RotaWorld().published(EARLY)
    later = date(2026, 12, 30)
    override = Override("morning", at(later, 10), at(later, 13, 30), add="dr-tara")
    world.manage.add_exception(override, ADMIN, EARLY)
    world.manage.change_oncologist(
        "dr-tara", 1, lambda who: replace(who, left=date(2026, 12, 1)), ADMIN, EARLY
    )

    published = world.publish(at(date(2026, 12, 10), 2))

    assert published.refused == 1
    assert "dr-tara" not in world.on(later)


def test_fair_counts_what_was_served_and_not_what_was_planned() -> None:
    fair = morning(id="day", rotation=RotaWorld().manage.lines().value[1].rotation)
    world = RotaWorld(lines=(fair,)).published(EARLY)
    # Asha takes every shift of the first four weeks on herself.
    for day in days_of(world):
        shifts = tuple(replace(shift, on=("dr-asha",)) for shift in day.shifts)
        world.rota.put_duty_day(replace(day, shifts=shifts))

    world.publish(at(MONDAY + DAYS_PUBLISHED * ONE_DAY, 2))

    later = world.rota.find_duty_days(
        MONDAY + DAYS_PUBLISHED * ONE_DAY, MONDAY + 2 * DAYS_PUBLISHED * ONE_DAY
    )
    assert DAYS_PUBLISHED * 2 < TRAILING_DAYS
    assert {who for day in later for shift in day.shifts for who in shift.on} == {
        "dr-ravi",
        "dr-tara",
    }
