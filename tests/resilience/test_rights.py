"""What a function does on its worst day, its policy grants: what is rare is forgotten there."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from datetime import time
from functools import partial

import pytest

from tests.resilience import clock
from tests.resilience.harness import World, count, tell_of_changes
from tests.support import functions
from tests.support.aws_calls import Call, seen_calls
from tests.support.policies import TABLES, granted

pytestmark = pytest.mark.xdist_group("faults")
READERS = {tell_of_changes: "case_changes", count: "count_cases"}
LOST = clock.Days("all is lost", clock.WEDNESDAY, 3, out=1, longer=clock.AT_WORK, edges=(time(10),))
LATE = replace(LOST, name="all is late", forgets=False)


def function_of(work: Callable[[], object]) -> str:
    """Name the function that is run; nothing for what stands for a person."""
    if isinstance(work, partial):
        return READERS.get(work.func, "")
    return work.__name__ if work.__module__ == functions.__name__ else ""


def test_what_a_bad_day_asks_for_is_granted(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    by_function: defaultdict[str, set[Call]] = defaultdict(set)
    run = World.run
    empty = world.snapshot()
    with seen_calls(TABLES) as calls:

        def noted(self: World, work: Callable[[], object], *cut: object) -> object:
            calls.clear()
            try:
                return run(self, work, *cut)
            finally:
                by_function[function_of(work)] |= calls

        monkeypatch.setattr(World, "run", noted)
        try:
            for days in (LOST, LATE):
                assert clock.live(world, days).broken == ()
                world.restore(empty)
        finally:
            world.restore(empty)

    del by_function[""]
    assert by_function.keys() >= {"case_changes", "sweep_unsent", "turn_shifts", "purge"}
    of_tables = {
        (function, *call)
        for function, called in by_function.items()
        for call in called - granted(function)
        if call[0].startswith("dynamodb:")
    }
    assert of_tables == set()
