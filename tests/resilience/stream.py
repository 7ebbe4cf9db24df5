"""The stream: its records once, twice, out of order, late or never, for each of its two readers.

Of a case's life with few records every order of delivery is tried, and every choice of records
that are lost; of longer lives a sample. At the end every message was sent, under one id, and the
counters are what a recount of the cases gives.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import islice, permutations, product
from random import Random
from typing import Any, Final, TypeAlias

from chalicelib.cases.store import keys
from tests.resilience import actors
from tests.resilience.actors import ADMINISTRATOR, Asking
from tests.resilience.harness import READERS, World, a_world
from tests.resilience.invariants import broken_in, sent_too_often
from tests.resilience.outcome import Outcome, show
from tests.support import functions

Record: TypeAlias = dict[str, Any]
Delivery: TypeAlias = tuple[int, ...]
"""In which order a reader gets the records, by their numbers: each once, twice, or never."""
Step: TypeAlias = Callable[[World, str], object]

TOLD_AND_COUNTED: Final = frozenset({5, 9})
"""The invariants of messages and counters."""
PHONE: Final = "9812345670"


@dataclass(frozen=True)
class Life:
    """What becomes of one case, from its asking on."""

    name: str
    steps: Sequence[Step]


def run(*, long: bool) -> Iterator[Outcome]:
    """Deliver every life in hundreds of ways, or in a few."""
    with a_world() as world:
        actors.furnish(world)
        # In the afternoon, when two are on duty.
        world.clock.go(hours=2)
        for life in LIVES if long else LIVES[:2]:
            yield explore(world, life, most=400 if long else 12)


def explore(world: World, life: Life, *, most: int) -> Outcome:
    """Deliver the records of a life in so many ways."""
    empty = world.snapshot()
    counts: Counter[str] = Counter()
    found: Counter[str] = Counter()
    try:
        records = _lived(world, life)
        lived = world.snapshot()
        for delivery in deliveries(len(records), most):
            world.restore(lived)
            counts["deliveries"] += 1
            show(life.name, counts["deliveries"], most)
            counts["records"] += sum(map(len, delivery))
            found.update(_delivered(world, records, delivery))
    finally:
        world.restore(empty)
    told = [f"{what} ({times} times)" for what, times in found.items()]
    return Outcome(f"{life.name}, {len(records)} records", counts, told)


def deliveries(records: int, most: int) -> Iterator[tuple[Delivery, Delivery]]:
    """Give ways to deliver so many records, to each reader in one of them: all, or so many.

    Every order of every choice of them, twice each where the dice say so.
    """
    numbers = range(records)
    chosen = [
        tuple(order)
        for kept in product((True, False), repeat=records)
        for order in permutations([number for number in numbers if kept[number]])
    ]
    dice = Random(records)
    if len(chosen) > most:
        chosen = [tuple(numbers), (), *dice.sample(chosen, most - 2)]
    for number, order in enumerate(chosen):
        doubled = tuple(each for each in order for _ in range(1 + (number % 3 == 0)))
        late = [*order, *order[: number % (len(order) + 1)]]
        dice.shuffle(late)
        yield doubled, tuple(late)


def _lived(world: World, life: Life) -> list[Record]:
    """Live a life, and keep what the stream has to tell of it."""
    world.stream.clear()
    asking = Asking("first", PHONE, message="बात करनी है")
    case = str(actors.by_json(world, asking).body["reference"])
    for step in life.steps:
        world.clock.go(minutes=3)
        step(world, case)
    records, world.stream = list(world.stream), []
    # What else stands in the table is passed over by both readers.
    return [each for each in records if each["dynamodb"]["Keys"]["sk"]["S"] == keys.CASE]


def _delivered(
    world: World, records: Sequence[Record], delivery: tuple[Delivery, Delivery]
) -> Iterator[str]:
    """Deliver, each reader for itself, and hold what came of it to the end."""
    for reader, order in zip(READERS, delivery, strict=True):
        # One batch, or several: a reader is called with what has come by then.
        for batch in _batches([records[number] for number in order]):
            world.run(partial(reader, batch))
    if all(set(order) == set(range(len(records))) for order in delivery):
        yield from broken_in(world, TOLD_AND_COUNTED)
    for _ in range(2):
        world.clock.go(minutes=6)
        world.run(functions.sweep_unsent)
    world.run(functions.recount_cases)
    yield from (f"at the end, {each}" for each in broken_in(world, TOLD_AND_COUNTED))
    yield from sent_too_often(world)


def _batches(records: Sequence[Record]) -> Iterator[list[Record]]:
    left = iter(records)
    while batch := list(islice(left, 2)):
        yield batch


def _again(world: World, _: str) -> None:
    actors.by_json(world, Asking("again", PHONE, message="और भी"))


def _held(who: str) -> Step:
    return lambda world, _: actors.call(world, who, "POST", "/duty/next")


def _tried(who: str, result: str) -> Step:
    def step(world: World, case: str) -> None:
        body = {"result": result, "note": "told"}
        actors.call(world, who, "POST", f"/cases/{case}/attempts", body)

    return step


def _closed(world: World, case: str) -> None:
    path = f"/admin/cases/{case}/close"
    actors.call(world, ADMINISTRATOR, "POST", path, {"reason": "cancelled"})


def _erased(world: World, case: str) -> None:
    actors.call(world, ADMINISTRATOR, "POST", f"/admin/cases/{case}/erase")


LIVES: Final = (
    Life("asked, closed", [_closed]),
    Life("asked, held, answered", [_held("asha"), _tried("asha", "answered")]),
    Life("asked, again, closed", [_again, _closed]),
    Life("asked, again, held, answered", [_again, _held("asha"), _tried("asha", "answered")]),
    Life(
        "asked, held, given back, held, answered",
        [
            _held("asha"),
            lambda world, case: actors.call(world, "asha", "POST", f"/cases/{case}/release"),
            _held("chitra"),
            _held("asha"),
            _tried("asha", "wrong_number"),
        ],
    ),
    Life("asked, held, erased", [_held("asha"), _erased]),
)
