"""Run sequences of steps against a model, and find the shortest that breaks it.

A sequence follows from its seed alone. What a model finds is told in words without anybody's data;
the same words are the same fault, for which the sequence is made as short as leaving steps out can
make it.
"""

from __future__ import annotations

import sys
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import ClassVar, Final

from infra.translations import compile_catalogues
from tests.resilience.harness import Snapshot, World, a_world
from tests.resilience.models import scenario
from tests.resilience.models.scenario import Scenario, Step, Weights
from tests.resilience.outcome import Outcome

TRIES: Final = 150
"""How many shorter sequences are tried for one fault."""
LENGTH: Final = 30
"""How many steps a sequence has."""


class Model(ABC):
    """What must hold of one sequence. A new one is made for each."""

    weights: ClassVar[Weights]
    """How often each step is drawn."""

    def __init__(self, town: Scenario) -> None:
        self._town = town
        self._world = town.world

    @abstractmethod
    def after_step(self) -> Iterator[str]:
        """Return what is wrong after a step."""

    @abstractmethod
    def at_end(self) -> Iterator[str]:
        """Return what is wrong when nothing follows."""


@dataclass
class Found:
    """A fault: the seed that found it first, and the shortest sequence that shows it."""

    what: str
    seed: int
    steps: Sequence[Step]

    def __str__(self) -> str:
        """Return it with its steps, in one line."""
        names = " > ".join(f"{name}({', '.join(map(str, rest))})" for name, *rest in self.steps)
        return f"seed {self.seed}: {self.what}: {names}"


@dataclass
class Runner:
    """Runs sequences on one world, each from an empty helpline."""

    world: World
    empty: Snapshot
    taken: Counter[str] = field(default_factory=Counter)
    """The steps of the last sequence, by name."""

    def run(self, make: type[Model], sequence: Sequence[Step]) -> dict[str, int]:
        """Run a sequence; return each fault with the number of steps after which it showed."""
        self.world.restore(self.empty)
        self.taken = Counter(name for name, *_ in sequence)
        found: dict[str, int] = {}
        self.world.run(lambda: self._run(make, sequence, found))
        return found

    def shortest(
        self, make: type[Model], sequence: Sequence[Step], what: str, most: int
    ) -> Sequence[Step]:
        """Leave out whatever the fault does not need, in at most so many tries."""
        best, tries = list(sequence), 0
        size = max(1, len(best) // 2)
        while tries < most:
            start, shorter = 0, False
            while start < len(best) and tries < most:
                candidate = best[:start] + best[start + size :]
                tries += 1
                if candidate and what in (found := self.run(make, candidate)):
                    best, shorter = candidate[: found[what]] or candidate, True
                else:
                    start += size
            if size == 1 and not shorter:
                break
            size = max(1, size // 2)
        return best

    def search(
        self, make: type[Model], seeds: range, length: int = LENGTH, tries: int = TRIES
    ) -> Iterator[Found | Counter[str]]:
        """Run a sequence of each seed; return each new fault at its shortest, and what was done."""
        known: set[str] = set()
        for seed in seeds:
            sequence = scenario.draw(seed, length, make.weights)
            found = self.run(make, sequence)
            taken = self.taken
            for what in found.keys() - known:
                known.add(what)
                shortest = self.shortest(make, sequence[: found[what]], what, tries)
                yield Found(what, seed, shortest)
            yield taken

    def _run(self, make: type[Model], sequence: Sequence[Step], found: dict[str, int]) -> None:
        town = Scenario(self.world)
        model = make(town)
        for number, step in enumerate(sequence, start=1):
            town.take(step)
            for what in model.after_step():
                found.setdefault(what, number)
        for what in model.at_end():
            found.setdefault(what, len(sequence))


@contextmanager
def runner() -> Iterator[Runner]:
    """Open a furnished helpline on which sequences can run."""
    with a_world(oncologists=()) as world:
        scenario.furnish(world)
        yield Runner(world, world.snapshot())


def outcome(name: str, make: type[Model], seeds: range) -> Outcome:
    """Run the sequences of these seeds, and sum up what was found."""
    taken: Counter[str] = Counter()
    broken: list[str] = []
    with runner() as runs:
        for each in runs.search(make, seeds):
            if isinstance(each, Found):
                broken.append(str(each))
            else:
                taken += each
    counts = {"sequences": len(seeds), "steps": taken.total()}
    return Outcome(f"{name}, seeds {seeds.start}-{seeds.stop - 1}", counts, broken)


def again(make: type[Model]) -> int:
    """Run the seeds that the command line names, and print what is found; 1 where anything is."""
    compile_catalogues()
    with runner() as runs:
        found = [
            each
            for seed in map(int, sys.argv[1:])
            for each in runs.search(make, range(seed, seed + 1))
            if isinstance(each, Found)
        ]
    print("\n".join(map(str, found)) or "nothing is found")
    return 1 if found else 0
