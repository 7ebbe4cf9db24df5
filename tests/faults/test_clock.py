"""A year ends while a shift does: a short form of the days in faults/clock.py."""

from datetime import date, time

import pytest

from faults import clock
from faults._world import World

pytestmark = pytest.mark.xdist_group("faults")


@pytest.mark.parametrize("run", [clock.once, clock.behind])
def test_the_last_shift_of_a_year_ends_well(world: World, run: clock.Run) -> None:
    empty = world.snapshot()
    days = clock.Days("a year's end", date(2026, 12, 31), 1, run, edges=(time(17),))
    try:
        outcome = clock.live(world, days)
    finally:
        world.restore(empty)

    assert outcome.broken == ()
    assert outcome.counts["calls"]
    assert outcome.counts["messages"]
