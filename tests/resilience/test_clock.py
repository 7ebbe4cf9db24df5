"""A year ends while a shift does, and that what goes wrong with the time is seen."""

from collections.abc import Callable
from datetime import date, time, timedelta

import pytest

from chalicelib.cases.domain import promise
from chalicelib.cases.services import missing_notifications
from chalicelib.messages.store.messages import DynamoMessages
from tests.resilience import clock
from tests.resilience.harness import World
from tests.resilience.outcome import Outcome

Patch = pytest.MonkeyPatch
pytestmark = pytest.mark.xdist_group("faults")
YEAR_END = clock.Days("a year's end", date(2026, 12, 31), 1, edges=(time(17),))
TWICE = clock.Days("twice", clock.WEDNESDAY, 1, clock.twice, edges=(time(10),))
AN_OUTAGE = clock.Days(
    "a day without schedules", clock.WEDNESDAY, 3, out=1, longer=clock.AT_WORK, edges=(time(10),)
)


def lived(world: World, days: clock.Days) -> Outcome:
    empty = world.snapshot()
    try:
        return clock.live(world, days)
    finally:
        world.restore(empty)


@pytest.mark.parametrize("run", [clock.once, clock.behind])
def test_the_last_shift_of_a_year_ends_well(world: World, run: clock.Run) -> None:
    days = clock.Days(YEAR_END.name, YEAR_END.first, YEAR_END.days, run, edges=YEAR_END.edges)
    outcome = lived(world, days)

    assert outcome.broken == ()
    assert outcome.counts["calls"]
    assert outcome.counts["messages"]


def keep_what_was_promised(patch: Patch) -> None:
    patch.setattr(missing_notifications, "as_of_now", lambda message, *_: message)


def settle_nothing(patch: Patch) -> None:
    patch.setattr(DynamoMessages, "mark_sent", lambda *_: None)


def be_open_always(patch: Patch) -> None:
    patch.setattr(promise, "_up", lambda at, _: at + timedelta(hours=12))


@pytest.mark.parametrize(
    ("plant", "days", "told"),
    [
        (keep_what_was_promised, AN_OUTAGE, "a time that is past"),
        (settle_nothing, TWICE, "the same twice"),
        (be_open_always, YEAR_END, "when nobody is here"),
    ],
)
def test_what_is_planted_is_found(
    world: World, monkeypatch: Patch, plant: Callable[[Patch], None], days: clock.Days, told: str
) -> None:
    assert lived(world, days).broken == (), "unplanted"
    plant(monkeypatch)

    assert any(told in each for each in lived(world, days).broken)
