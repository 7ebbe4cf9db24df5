"""Races: many at once, whose AWS calls follow one another in an order of the dice.

Oncologists claim, tell of calls and give back, each from two devices at once, while patients cancel
and the schedules run doubled. Every act is noted with its beginning and its end, and the history
must fit into some order of one act after the other. Then the invariants are asked of the tables.
What really runs side by side is asked of the deployed stack (:mod:`tests.resilience.callers`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from itertools import count
from random import Random
from typing import Final

from chalicelib.cases.domain.case import Case
from chalicelib.cases.domain.phone_limits import PhoneLimits
from chalicelib.cases.domain.timeline import Attempt, Result
from chalicelib.core.domain.errors import HasOpenCase, HelplineError
from tests.benchmarks._helpline import REGION, an_ordinary_case
from tests.resilience import linearizability
from tests.resilience.harness import World, a_world
from tests.resilience.invariants import broken_in, sent_too_often
from tests.resilience.linearizability import BACK, CANCELLED, CLAIMED, DONE, REFUSED, Act
from tests.resilience.outcome import Outcome, show
from tests.support.helpline import in_use, strong_link
from tests.support.interleaving import Interleaved, Schedule

ASKED: Final = frozenset({1, 2, 3, 4, 5, 6, 7})
"""The invariants that a race must keep; what is told and who looked is not its business."""
DEVICES: Final = 2
FASTEST, SLOWEST = 3.0, 15.0
"""How long a call is under way, as DynamoDB's are."""


@dataclass(frozen=True, slots=True)
class Crowd:
    """How many come, and for how long."""

    oncologists: int
    patients: int
    rounds: int
    repeats: int


SHORT: Final = Crowd(oncologists=4, patients=12, rounds=4, repeats=1)
LONG: Final = Crowd(oncologists=24, patients=200, rounds=10, repeats=5)


def run(*, long: bool) -> Iterator[Outcome]:
    """Race, some times."""
    yield explore(LONG if long else SHORT)


def explore(crowd: Crowd) -> Outcome:
    """Race, each time in another order, and sum up."""
    names = [f"doctor-{number}" for number in range(crowd.oncologists)]
    counts: Counter[str] = Counter()
    broken: list[str] = []
    with a_world(oncologists=names) as world:
        beginning = world.snapshot()
        for seed in range(crowd.repeats):
            show("claims", seed, crowd.repeats)
            dice = Random(seed)
            schedule = Schedule(partial(dice.uniform, FASTEST, SLOWEST))
            with world.with_database(Interleaved(REGION, schedule, dice)):
                acts = world.run(partial(_claims, world, names, crowd, seed, schedule))
            counts.update(act.what for act in acts)
            broken += [*linearizability.violations(acts), *_broken(world)]
            world.restore(beginning)
    return Outcome("claims", counts, broken)


class Notes:
    """Notes what everybody does, from when to when."""

    def __init__(self, world: World) -> None:
        """Begin with nothing."""
        self.acts: list[Act] = []
        self.tick = count().__next__
        """Counts how often it was asked: one worker runs at a time, so that it orders the acts."""
        self._clock = world.clock.now

    def now(self) -> datetime:
        """Tell the helpline's time, which goes on; no two acts have the same."""
        return self._clock + timedelta(milliseconds=self.tick())

    def note(self, who: str, what: str, case: str, start: float) -> None:
        """Note an act that has just ended."""
        self.acts.append(Act(who, what, case, start, self.tick()))


def _claims(
    world: World, names: Sequence[str], crowd: Crowd, seed: int, schedule: Schedule
) -> Sequence[Act]:
    """Claim, tell of calls, give back and cancel, while the schedules come round, two of each."""
    notes = Notes(world)
    references = [_waits(world, number) for number in range(crowd.patients)]
    tokens = {each: strong_link(each) for each in references}

    def work(who: str, dice: Random) -> None:
        for _ in range(crowd.rounds):
            start = notes.tick()
            try:
                case = in_use().cases.work_queue.next(who, notes.now())
            except HasOpenCase:
                notes.note(who, REFUSED, "", start)
                continue
            if case is not None:
                notes.note(who, CLAIMED, case.reference, start)
                _through(case, who, dice, notes)

    def cancel(dice: Random) -> None:
        for reference in dice.sample(references, len(references) // 4):
            start = notes.tick()
            try:
                in_use().cases.own_case.cancel(reference, tokens[reference], notes.now())
            except HelplineError:
                continue
            notes.note("patient", CANCELLED, reference, start)

    def come_round() -> None:
        for _ in range(crowd.rounds):
            in_use().cases.due_cases(notes.now())
            in_use().cases.hand_over(notes.now())
            in_use().cases.sweep_unsent(notes.now())

    works: list[Callable[[], object]] = [
        partial(work, who, Random(f"{seed} {who} {device}"))
        for who in names
        for device in range(DEVICES)
    ]
    acts: list[Callable[[], object]] = [*works, partial(cancel, Random(seed))]
    schedule.run([*acts, come_round, come_round])
    return notes.acts


def _through(case: Case, who: str, dice: Random, notes: Notes) -> None:
    """Do something with a case in hand; it may be anybody's, or nobody's, by now."""
    start = notes.tick()
    queue = in_use().cases.work_queue
    result = dice.choice((None, Result.ANSWERED, Result.BUSY))
    try:
        if result is None:
            queue.release(case.reference, who, notes.now())
        else:
            recorded = queue.record(case.reference, Attempt(notes.now(), who, result))
            if recorded.was_kept_beside(who):
                return
    except HelplineError:
        return
    notes.note(who, DONE if result is Result.ANSWERED else BACK, case.reference, start)


def _waits(world: World, number: int) -> str:
    """Let a case wait, and tell its reference."""
    case = an_ordinary_case(number, world.clock.now - timedelta(minutes=10, milliseconds=-number))
    reference = in_use().cases.store.open(case, PhoneLimits()).reference
    world.acknowledged.add(reference)
    return reference


def _broken(world: World) -> list[str]:
    """Ask the invariants, once the sweep has come round for what no stream delivers here."""
    for _ in range(2):
        world.clock.go(minutes=5)
        world.run(lambda: in_use().cases.sweep_unsent(world.clock.now))
    return [*broken_in(world, ASKED), *sent_too_often(world)]
