"""A short crash sweep: a few operations of each kind, cut at a few of their calls."""

import pytest

from tests.resilience import crash
from tests.resilience.harness import World
from tests.resilience.operation import Operation

pytestmark = pytest.mark.xdist_group("faults")
KINDS = {
    "ask, JSON": 7,
    "claim": 17,
    "no_answer": 7,
    "correct the phone": 7,
    "ask again, with other wishes": 7,
    "reopen, merged": 11,
    "erase, held": 7,
    "swap declined": 29,
    "sign in": 13,
    "stream, messages": 29,
    "turn_shifts": 41,
    "sweep_unsent": 97,
}
"""Of how many points of each one is taken."""


@pytest.mark.parametrize("name", KINDS)
def test_what_is_cut_anywhere_is_whole_again(world: World, name: str) -> None:
    operation = next(each for each in crash.OPERATIONS if each.name == name)
    result = crash.sweep(world, operation, KINDS[name])

    assert result.points
    assert list(map(str, result.found)) == []


@pytest.mark.parametrize("operation", crash.OPERATIONS, ids=lambda operation: operation.name)
def test_each_operation_does_what_it_is_swept_for(world: World, operation: Operation) -> None:
    with crash.prepared(world, operation) as cuts:
        assert cuts.calls


@pytest.mark.parametrize("is_so", [True, False])
def test_what_does_nothing_is_not_swept(world: World, *, is_so: bool) -> None:
    idle = Operation("idle", lambda *_: None, done=lambda *_: is_so)

    with pytest.raises(RuntimeError, match="idle"):
        crash.sweep(world, idle)


def test_every_function_and_every_way_in_is_swept() -> None:
    names = {operation.name for operation in crash.OPERATIONS}

    assert len(names) == len(crash.OPERATIONS)
    schedules = {"due_cases", "turn_shifts", "sweep_unsent", "publish_rota", "watch_gaps", "remind"}
    assert names >= schedules | {"recount_cases", "purge, withdrawn", "stream, counters"}
    assert names >= {"ask, form", "ask, JSON", "ask, SMS", "ask, missed call"}
