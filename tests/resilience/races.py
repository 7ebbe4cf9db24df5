"""Races: many at once, really side by side, on an engine that keeps transactions apart.

Oncologists claim, tell of calls and give back, each from two devices at once, while patients cancel
and the schedules run doubled. Every act is noted with its beginning and its end, and the history
must fit into some order of one act after the other. Then the invariants are asked of the tables.
"""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from random import Random
from typing import Final

from chalicelib.cases.domain.case import LEASE, Case
from chalicelib.cases.domain.phone_limits import PhoneLimits
from chalicelib.cases.domain.timeline import Attempt, Result
from chalicelib.core.domain.datetimes import IST
from chalicelib.core.domain.errors import HasOpenCase, HelplineError
from chalicelib.messages.services.ports import OutgoingMessage
from chalicelib.messages.wiring import Messages
from chalicelib.rota.domain.duty import DutyDay, Shift
from tests.benchmarks._helpline import an_ordinary_case
from tests.resilience import linearizability
from tests.resilience.harness import World
from tests.resilience.invariants import broken_in, sent_too_often
from tests.resilience.linearizability import BACK, CANCELLED, CLAIMED, DONE, REFUSED, Act
from tests.resilience.outcome import Outcome, show
from tests.resilience.wire import a_world_on, an_engine, side_by_side
from tests.support.helpline import in_use, strong_link

ASKED: Final = frozenset({1, 2, 3, 4, 5, 6, 7})
"""The invariants that a race must keep; what is told and who looked is not its business."""
AT_ONCE: Final = 4
"""How many runs of one schedule meet."""
DEVICES: Final = 2
PHONES: Final = 3
MOMENT: Final = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Crowd:
    """How many come, and for how long."""

    oncologists: int
    patients: int
    rounds: int
    repeats: int


SHORT: Final = Crowd(oncologists=4, patients=12, rounds=4, repeats=1)
LONG: Final = Crowd(oncologists=24, patients=400, rounds=25, repeats=5)


def run(*, long: bool) -> Iterator[Outcome]:
    """Race on an engine of its own."""
    with an_engine() as engine:
        yield from races_on(engine, LONG if long else SHORT)


def races_on(
    engine: str, crowd: Crowd, races: Sequence[Callable[[Here], Race]] | None = None
) -> Iterator[Outcome]:
    """Race on an engine that runs; not each kind of race, where some are named."""
    names = [f"doctor-{number}" for number in range(crowd.oncologists)]
    taken = Straight()
    database = side_by_side(engine)
    with a_world_on(engine, database, Messages(provider=taken), oncologists=names) as world:
        world.phones.sent = taken.sent
        beginning = world.snapshot()
        for race in races or (claims, askings, handovers, sweeps, due):
            counts: Counter[str] = Counter()
            broken: list[str] = []
            for seed in range(crowd.repeats):
                show(race.__name__, seed, crowd.repeats)
                here = Here(world, names, crowd, seed)
                found = world.run(partial(race, here))
                counts.update(found.counts)
                broken += [*found.broken, *_broken(world)]
                world.restore(beginning)
                taken.sent.clear()
                world.phones.sent = taken.sent
            yield Outcome(race.__name__, counts, broken)


@dataclass(frozen=True, slots=True)
class Here:
    """Where a race is run: the world, who works there, how many come, and the dice's seed."""

    world: World
    names: Sequence[str]
    crowd: Crowd
    seed: int


@dataclass
class Straight:
    """An SMS network that many may use at once: takes everything, and remembers it."""

    sent: list[OutgoingMessage] = field(default_factory=list)

    def send(self, sms: OutgoingMessage) -> str:
        """Take a message."""
        self.sent.append(sms)
        return "taken"


@dataclass
class Race:
    """What a race came to."""

    counts: Counter[str] = field(default_factory=Counter)
    broken: list[str] = field(default_factory=list)


class Notes:
    """Notes what everybody does, from when to when."""

    def __init__(self, world: World) -> None:
        """Begin with nothing."""
        self.acts: list[Act] = []
        self._begun = time.perf_counter()
        self._clock = world.clock.now

    def now(self) -> datetime:
        """Tell the helpline's time, which goes on; no two acts have the same."""
        return self._clock + timedelta(seconds=time.perf_counter() - self._begun)

    def note(self, who: str, what: str, case: str, start: float) -> None:
        """Note an act that has just ended."""
        self.acts.append(Act(who, what, case, start, time.perf_counter()))


def claims(here: Here) -> Race:
    """Claim, tell of calls, give back and cancel, while the schedules come round, two of each."""
    notes = Notes(here.world)
    references = [_waits(here.world, number) for number in range(here.crowd.patients)]
    tokens = {each: strong_link(each) for each in references}

    def work(who: str, dice: Random) -> None:
        for _ in range(here.crowd.rounds):
            start = time.perf_counter()
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
            start = time.perf_counter()
            try:
                in_use().cases.own_case.cancel(reference, tokens[reference], notes.now())
            except HelplineError:
                continue
            notes.note("patient", CANCELLED, reference, start)

    def come_round() -> None:
        for _ in range(here.crowd.rounds):
            in_use().cases.due_cases(notes.now())
            in_use().cases.hand_over(notes.now())

    works = [
        partial(work, who, Random(f"{here.seed} {who} {device}"))
        for who in here.names
        for device in range(DEVICES)
    ]
    at_once([*works, partial(cancel, Random(here.seed)), come_round, come_round])
    return Race(
        Counter(act.what for act in notes.acts), list(linearizability.violations(notes.acts))
    )


def askings(here: Here) -> Race:
    """Ask from a few phones many times at once: each request twice, some for another person."""
    notes = Notes(here.world)
    told: dict[str, set[str]] = defaultdict(set)

    def ask(number: int) -> None:
        request = number // 2
        case = replace(
            an_ordinary_case(here.seed * 1_000 + number, notes.now()),
            request_id=f"request-{request}",
            phone_key=f"phone-{request % PHONES}",
            another_person=bool(request % 2),
        )
        try:
            told[case.request_id].add(in_use().cases.store.open(case, PhoneLimits()).reference)
        except HelplineError:
            # A phone's most, or too great a here.crowd: nothing was stored.
            return

    asked = 4 * len(here.names)
    at_once([partial(ask, number) for number in range(asked)])
    cases = {reference for references in told.values() for reference in references}
    here.world.acknowledged |= cases
    # A request without a place of its own is told of the newest case, which another may become.
    counts = Counter(asked=asked, told=len(told), cases=len(cases))
    return Race(counts, [] if len(cases) >= PHONES else ["a phone has no case"])


def handovers(here: Here) -> Race:
    """Hand over several times at once, while those who go off duty still act."""
    going, coming = here.names[: len(here.names) // 2], here.names[len(here.names) // 2 :]
    end = _two_shifts(here.world, going, coming)
    in_use().cases.hand_over(here.world.clock.now)
    for number in range(here.crowd.patients):
        _waits(here.world, number)
    in_use().cases.sweep_unsent(here.world.clock.now)
    held = [in_use().cases.work_queue.next(who, end - MOMENT) for who in going]
    here.world.phones.sent.clear()
    here.world.clock.now = end + MOMENT
    notes = Notes(here.world)
    returned: list[int] = []
    at_once(
        [
            *[lambda: returned.append(in_use().cases.hand_over(notes.now()).cases)] * AT_ONCE,
            *(
                partial(_through, case, case.owner or "", Random(f"{here.seed} {number}"), notes)
                for number, case in enumerate(held)
                if case is not None
            ),
        ]
    )
    acts = Counter(act.what for act in notes.acts)
    counts = Counter(runs=AT_ONCE, held=len(held), returned=sum(returned), acted=acts.total())
    return Race(counts, sent_too_often(here.world))


def sweeps(here: Here) -> Race:
    """Sweep several times at once what the stream never delivered."""
    for number in range(here.crowd.patients):
        _waits(here.world, number)
    now = here.world.clock.go(minutes=5)
    at_once([lambda: in_use().cases.sweep_unsent(now)] * AT_ONCE)
    messages = len({sms.message_id for sms in here.world.phones.sent})
    lost = (
        [f"{messages} messages of {here.crowd.patients}"] if messages != here.crowd.patients else []
    )
    counts = Counter(runs=AT_ONCE, messages=messages)
    return Race(counts, [*lost, *sent_too_often(here.world)])


def due(here: Here) -> Race:
    """Offer what is due and take back what was left, several times at once, while all claim."""
    before = here.world.clock.now
    due_at = before + LEASE
    for number in range(here.crowd.patients):
        _waits(here.world, number, not_before=due_at if number % 2 else None)
    in_use().cases.sweep_unsent(before)
    left = [in_use().cases.work_queue.next(who, before) for who in here.names]
    here.world.clock.now = due_at + MOMENT
    notes = Notes(here.world)
    offered: list[int] = []

    def come_round() -> None:
        offered.append(in_use().cases.due_cases(notes.now()).offered)

    def claim(who: str) -> None:
        for _ in range(here.crowd.rounds):
            try:
                case = in_use().cases.work_queue.next(who, notes.now())
            except HasOpenCase:
                continue
            if case is not None:
                return

    at_once([*[come_round] * AT_ONCE, *(partial(claim, who) for who in here.names)])
    here.world.clock.now = notes.now()
    deferred = here.crowd.patients // 2
    broken = []
    if sum(offered) != deferred:
        broken.append(f"{deferred} were due, and {sum(offered)} offered")
    if any(each.lease_until <= here.world.clock.now for each in in_use().cases.store.claims()):
        broken.append("a lease that ended stands")
    return Race(Counter(runs=AT_ONCE, offered=sum(offered), left=len(left)), broken)


def at_once(works: Sequence[Callable[[], object]]) -> None:
    """Do all of it side by side, and raise what any of it raised."""
    with ThreadPoolExecutor(len(works)) as people:
        for done in [people.submit(work) for work in works]:
            done.result()


def _through(case: Case, who: str, dice: Random, notes: Notes) -> None:
    """Do something with a case in hand; it may be anybody's, or nobody's, by now."""
    start = time.perf_counter()
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


def _waits(world: World, number: int, not_before: datetime | None = None) -> str:
    """Let a case wait, and tell its reference."""
    case = an_ordinary_case(number, world.clock.now - timedelta(minutes=10, milliseconds=-number))
    case = replace(case, not_before=not_before or case.not_before)
    reference = in_use().cases.store.open(case, PhoneLimits()).reference
    world.acknowledged.add(reference)
    return reference


def _two_shifts(world: World, going: Sequence[str], coming: Sequence[str]) -> datetime:
    """Let two shifts follow one another today, and tell when."""
    today = world.clock.now.astimezone(IST).date()
    start = world.clock.now - timedelta(hours=1)
    end, last = start + timedelta(hours=2), start + timedelta(hours=4)
    shifts = (
        Shift(f"{today}.1", "all", start, end, tuple(going)),
        Shift(f"{today}.2", "all", end, last, tuple(coming)),
    )
    in_use().rota.store.put_duty_day(DutyDay(today, shifts))
    return end


def _broken(world: World) -> list[str]:
    """Ask the invariants, once the sweep has come round for what no stream delivers here."""
    for _ in range(2):
        world.clock.go(minutes=5)
        world.run(lambda: in_use().cases.sweep_unsent(world.clock.now))
    return broken_in(world, ASKED)
