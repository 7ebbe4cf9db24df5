"""The crash sweep: every operation, cut before and after each of its AWS calls, one at a time.

After each cut runs what production would run again: the caller tries once more, or has gone; the
stream delivers, and delivers again what was being delivered; the schedules come round. Then every
invariant is asked of the tables. What is swept stands in :mod:`tests.resilience.operations`.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from typing import Final

from tests.resilience.harness import Answer, Cut, Point, Snapshot, World, a_world
from tests.resilience.invariants import CHECKS as CHECKS  # noqa: PLC0414  # what is asked after each cut
from tests.resilience.invariants import Violation, read, violations
from tests.resilience.operation import TAKEN, Operation, State
from tests.resilience.operations import cases, desk, patients, rota, schedules, sign_in
from tests.resilience.outcome import Outcome
from tests.support import functions

OPERATIONS: Final = (
    *patients.OPERATIONS,
    *desk.OPERATIONS,
    *cases.OPERATIONS,
    *rota.OPERATIONS,
    *sign_in.OPERATIONS,
    *schedules.OPERATIONS,
)
SHORT: Final = 40
"""Of so many points the short form takes one, so that each operation is cut somewhere."""
SCHEDULES: Final[Sequence[Callable[[], object]]] = (
    functions.due_cases,
    functions.turn_shifts,
    functions.sweep_unsent,
    functions.remind,
)
ITSELF: Final = 0
"""The number of what is no invariant: that what was done again came to its end."""


@dataclass(frozen=True, slots=True)
class Found:
    """A cut after which something was broken."""

    operation: str
    point: Point
    again: bool
    violations: Sequence[Violation]

    def __str__(self) -> str:
        """Tell it as a person reads it, without anybody's data."""
        told = "; ".join(f"{each.invariant}: {each.what}" for each in self.violations)
        return f"cut {self.point}, {'done again' if self.again else 'left at that'}: {told}"


@dataclass
class Sweep:
    """What a sweep came to: AWS calls of the operation, points it was cut at, what was found."""

    calls: int = 0
    points: int = 0
    found: list[Found] = field(default_factory=list)


def run(*, long: bool) -> Iterator[Outcome]:
    """Sweep every operation at every point, or a few points of each."""
    names = [operation.name for operation in OPERATIONS]
    if not long:
        with a_world() as world:
            for operation in OPERATIONS:
                yield _outcome(operation.name, sweep(world, operation, SHORT))
        return
    with ProcessPoolExecutor(os.cpu_count()) as workers:
        for done in as_completed([workers.submit(_sweep_named, name) for name in names]):
            yield _outcome(*done.result())


def sweep(world: World, operation: Operation, every: int = 1) -> Sweep:
    """Sweep an operation in a world that is put back afterwards; ``every`` third point, say."""
    with prepared(world, operation) as cuts:
        result = Sweep(calls=len(cuts.calls))
        for point, again in cuts.points()[result.calls % every :: every]:
            result.points += 1
            broken = list(cuts.after(point, again=again))
            if broken:
                result.found.append(Found(operation.name, point, again, broken))
    return result


@dataclass(frozen=True)
class Cuts:
    """An operation that stands prepared, to be cut again and again from the same place."""

    world: World
    operation: Operation
    state: State
    before: Snapshot
    calls: Sequence[str]

    def points(self) -> list[tuple[Point, bool]]:
        """List every point, each with and without somebody who does it again."""
        return [
            (Point(call, after), again)
            for call in range(1, len(self.calls) + 1)
            for after in (False, True)
            for again in (True, False)
        ]

    def at(self, call: str) -> list[tuple[Point, bool]]:
        """List the points at calls of one name: ``TransactWriteItems``."""
        return [each for each in self.points() if self.calls[each[0].call - 1].endswith(f":{call}")]

    def after(self, point: Point, *, again: bool) -> Iterator[Violation]:
        """Cut, let run what production would run, and tell what is broken then."""
        world, act = self.world, partial(self.operation.act, self.world, self.state)
        world.restore(self.before)
        with suppress(Cut):
            world.run(act, point)
        if again:
            yield from self._answered(world.run(act))
        settle(world)
        if again and not self.operation.is_done(world, self.state):
            yield Violation(ITSELF, "done again, and not done")
        for schedule in self.operation.mends:
            world.run(schedule)
        world.deliver()
        yield from violations(read(world))

    def _answered(self, answer: object) -> Iterator[Violation]:
        taken = {*TAKEN, *self.operation.refused}
        if isinstance(answer, Answer) and answer.status not in taken:
            yield Violation(ITSELF, f"answered with {answer.status} when done again")


@contextmanager
def prepared(world: World, operation: Operation) -> Iterator[Cuts]:
    """Prepare an operation, in a world that is put back; it has to do its work when uncut."""
    empty = world.snapshot()
    try:
        state = operation.prepare(world)
        if operation.done is not None and operation.done(world, state):
            raise RuntimeError(f"{operation.name} is done before it is begun")
        before = world.snapshot()
        answer = world.run(lambda: operation.act(world, state))
        calls = tuple(world.calls)
        refused = isinstance(answer, Answer) and answer.status not in TAKEN
        if (refused and not operation.is_refused) or not operation.is_done(world, state):
            raise RuntimeError(f"{operation.name} does not do what it is swept for: {answer}")
        yield Cuts(world, operation, state, before, calls)
    finally:
        world.restore(empty)


def settle(world: World, minutes: int = 10) -> None:
    """Let the stream deliver and the schedules come round until nothing is left to do."""
    for _ in range(minutes // 5):
        world.deliver()
        world.clock.now += timedelta(minutes=5)
        for schedule in SCHEDULES:
            world.run(schedule)
    world.deliver()


def _sweep_named(name: str) -> tuple[str, Sweep]:
    operation = next(each for each in OPERATIONS if each.name == name)
    with a_world() as world:
        return name, sweep(world, operation)


def _outcome(name: str, result: Sweep) -> Outcome:
    counts = {"calls": result.calls, "points": result.points}
    return Outcome(name, counts, tuple(map(str, result.found)))
