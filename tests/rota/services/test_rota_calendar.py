"""The rota as a calendar: published days, and those that would come after them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from chalicelib.core.domain.errors import InvalidInput, NotFound, VersionConflict
from chalicelib.rota.domain.change_log import By
from chalicelib.rota.domain.model import Fair, Leave, RoundRobin
from chalicelib.rota.services.rota_calendar import MOST_AHEAD, PreviewLines, RotaCalendar
from tests.support.rota_world import (
    ASHA,
    MONDAY,
    ONE_DAY,
    RAVI,
    TARA,
    RotaWorld,
    afternoon,
    at,
    morning,
)

NOW = at(MONDAY, 9)
HORIZON = MONDAY + timedelta(days=30)
FOUR_WEEKS = timedelta(days=28)


@pytest.fixture
def world() -> RotaWorld:
    return RotaWorld().published(NOW)


def calendar(world: RotaWorld) -> RotaCalendar:
    return RotaCalendar(world.edits, world.links)


def preview(world: RotaWorld, *lines, version=1, days=FOUR_WEEKS):
    return PreviewLines(world.edits)(lines, version, days, NOW)


def test_what_is_not_published_is_planned_as_it_will_be_published(world):
    december = (date(2026, 12, 1), date(2027, 1, 1))
    before = calendar(world).days(*december, NOW)

    world.publish(NOW + timedelta(days=12))
    after = calendar(world).days(*december, NOW)

    assert before.published[-1].day == HORIZON - ONE_DAY
    assert before.planned[0].day == HORIZON
    assert before.planned[-1].day == date(2026, 12, 31)
    assert after.planned == ()
    assert (*before.published, *before.planned) == after.published


def test_a_month_far_ahead_counts_through_what_lies_between(world):
    by = By("meera", RAVI)
    world.leave.add(Leave(RAVI, HORIZON, HORIZON + timedelta(days=8)), by, NOW)
    january = calendar(world).days(date(2027, 1, 1), date(2027, 1, 8), NOW).planned

    world.publish(NOW + timedelta(days=20))

    assert january == calendar(world).days(date(2027, 1, 1), date(2027, 1, 8), NOW).published


def test_nothing_is_planned_for_the_past_nor_out_of_sight(world):
    october = calendar(world).days(date(2026, 10, 1), date(2026, 11, 1), NOW)
    far = MONDAY + MOST_AHEAD
    last = calendar(world).days(far - ONE_DAY, far + ONE_DAY, NOW)

    assert (october.published, october.planned) == ((), ())
    assert [day.day for day in last.planned] == [far - ONE_DAY]


def test_without_lines_nothing_is_planned():
    world = RotaWorld(lines=[])

    assert calendar(world).days(MONDAY, HORIZON, NOW).planned == ()


@pytest.mark.parametrize("month", [date(2026, 12, 1), date(2027, 2, 1)])
def test_a_month_costs_the_same_reads_whatever_is_in_it(world, month):
    world.edits.calls.clear()

    calendar(world).days(month, month + timedelta(days=28), NOW)

    assert len(world.edits.calls) <= 8


def test_a_shift_is_found_by_its_id_published_or_planned(world):
    published = calendar(world).shift("morning-20261124-1000", NOW)
    planned = calendar(world).shift(f"morning-{HORIZON:%Y%m%d}-1000", NOW)

    assert (published.shift.on, published.is_published) == ((RAVI,), True)
    assert (planned.shift.start, planned.is_published) == (at(HORIZON, 10), False)
    assert planned.shift in planned.day.shifts


@pytest.mark.parametrize(
    "unknown",
    [
        "morning-20261124-1001",
        "evening-20261124-1000",
        "morning-20261399-1000",
        "morning",
        "",
        "morning-20200101-1000",
    ],
)
def test_a_shift_that_is_not_there(world, unknown):
    with pytest.raises(NotFound):
        calendar(world).shift(unknown, NOW)


def test_a_preview_shows_the_days_that_the_change_will_reach(world):
    without_tara = morning(rotation=RoundRobin((ASHA, RAVI), MONDAY))
    found = preview(world, without_tara, afternoon())

    assert (found.start, found.end) == (HORIZON, HORIZON + FOUR_WEEKS)
    assert {move.line for move in found.comparison.moves} >= {"morning"}
    world.manage.put_lines((without_tara, afternoon()), 1, By("meera"), NOW)
    world.publish(NOW + FOUR_WEEKS)
    served = [world.on(HORIZON + timedelta(days=ahead)) for ahead in (0, 1, 2)]
    assert TARA not in {who for on in served for who in on}


def test_a_preview_of_what_is_there_is_no_change(world):
    found = preview(world, morning(), afternoon()).comparison

    assert (found.moves, found.opened, found.closed, found.spoilt) == ((), (), (), 0)


def test_a_preview_stores_nothing(world):
    before = world.rota.images()

    preview(world, morning(people=3))

    assert world.rota.images() == before


def test_a_preview_tells_what_does_not_hold_together(world):
    with pytest.raises(InvalidInput, match=r"lines\[1\]\.rotation\.members\[0\]: unknown"):
        preview(world, morning(), afternoon(rotation=Fair(("dr-who",))))


def test_a_preview_of_lines_that_somebody_has_changed_since(world):
    world.manage.put_lines((morning(people=2),), 1, By("tara"), NOW)

    with pytest.raises(VersionConflict):
        preview(world, morning())
