"""Two at once: each AWS call of the one between any two of the other's, in every order there is.

Short pairs are run in every order; of longer ones the first hundreds, and others by dice. Whatever
the order, the invariants hold afterwards, and what only one could have, one got.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus
from random import Random
from typing import Any, Final

from chalicelib.core.domain.datetimes import IST
from tests.benchmarks._helpline import REGION
from tests.resilience import actors
from tests.resilience.actors import ADMINISTRATOR, Asking
from tests.resilience.crash import settle
from tests.resilience.harness import Answer, World, a_world, count, tell_of_changes
from tests.resilience.invariants import AT_ONCE, broken_in, read, sent_too_often
from tests.resilience.operation import Act, State, post
from tests.resilience.operations.cases import correct
from tests.resilience.orders import orders
from tests.resilience.outcome import Outcome
from tests.support import functions
from tests.support.helpline import in_use
from tests.support.interleaving import Choose, Interleaved, Schedule

SEVERAL: Final = 6
"""How many wait, where many do."""
SETTLED: Final = 8
"""Of so many orders one is followed to its end: all schedules come round."""
GOT: Final = frozenset({HTTPStatus.OK, HTTPStatus.CREATED})


@dataclass(frozen=True)
class Concurrent:
    """What is done at once; ``got`` is how many of them may get what they asked for.

    ``of_one``: they act for one doctor, and all that got the same case count as one.
    """

    name: str
    works: Sequence[Act]
    prepare: Callable[[World], State]
    got: frozenset[int] | None = None
    of_one: bool = False


def run(*, long: bool) -> Iterator[Outcome]:
    """Run all of them: in some 3,000 orders, or in a few."""
    with a_world() as world:
        actors.furnish(world)
        for acts in TOGETHER if long else TOGETHER[::4]:
            yield explore(world, acts, most=60 if long else 4, dice=30 if long else 1)


def explore(world: World, acts: Concurrent, *, most: int, dice: int) -> Outcome:
    """Run it in every order, up to so many, and in orders of the dice where there are more."""
    empty = world.snapshot()
    counts: Counter[str] = Counter()
    found: Counter[str] = Counter()
    try:
        state = acts.prepare(world)
        ready = world.snapshot()
        for kind, choose in orders(most, dice):
            world.restore(ready)
            found.update(_together(world, acts, state, choose))
            if counts.total() % SETTLED == 0:
                settle(world)
                found.update(f"at the end, {each}" for each in broken_in(world))
                found.update(sent_too_often(world))
            counts[kind] += 1
    finally:
        world.restore(empty)
    return Outcome(acts.name, counts, [f"{what} ({times} times)" for what, times in found.items()])


def _together(world: World, acts: Concurrent, state: State, choose: Choose) -> Iterator[str]:
    """Do it at once in one order, and tell what is broken right afterwards."""
    schedule = Schedule(lambda: 0.0, choose)
    database = Interleaved(REGION, schedule, Random(0))
    works = [lambda work=work: work(world, state) for work in acts.works]
    with world.with_database(database):
        try:
            done = world.run(lambda: schedule.run(works))
        except Exception as fault:  # noqa: BLE001  # whatever comes out is what is looked for
            yield f"{type(fault).__name__} came out"
            return
    answers = [each for each in done if isinstance(each, Answer)]
    cases = [each.body["reference"] for each in answers if acts.of_one and each.status in GOT]
    got = len(set(cases)) if acts.of_one else sum(each.status in GOT for each in answers)
    if acts.got is not None and got not in acts.got:
        yield f"{got} of {len(answers)} got what they asked for"
    if any(each.status >= HTTPStatus.INTERNAL_SERVER_ERROR for each in answers):
        yield f"answered {[each.status for each in answers]}"
    yield from broken_in(world, AT_ONCE)


def _asks(phone: str = "9812345670", name: str = "first", **more: Any) -> Act:  # noqa: ANN401
    return lambda world, _: actors.by_json(
        world, Asking(name, phone, language="en", message="call", **more)
    )


def _takes(who: str) -> Act:
    return post("/duty/next", who=who)


def _runs(schedule: Callable[[], object]) -> Act:
    return lambda world, _: world.run(schedule)


def _delivers(reader: Callable[[Sequence[Mapping[str, Any]]], None]) -> Act:
    return lambda world, state: world.run(lambda: reader(state["records"]))


def _nothing(world: World) -> State:
    """Have two doctors on duty, and nobody waiting."""
    world.clock.go(hours=2)
    return {}


def _waiting(world: World) -> State:
    """Have one case waiting, and what the stream tells of it still to come."""
    _nothing(world)
    answer: Any = _asks()(world, {})
    token = answer.body["manage_url"].rpartition("=")[2]
    return {"reference": answer.body["reference"], "t": token, "records": list(world.stream)}


def _two_waiting(world: World) -> State:
    """Have another one waiting."""
    state = _waiting(world)
    second = Asking("second", "9812345670", language="en", another_person=True)
    return {**state, "other": actors.by_json(world, second).body["reference"]}


def _held(world: World) -> State:
    """Have asha or whoever is on duty hold the case."""
    state = _waiting(world)
    now = world.clock.now
    day = read(world).days
    who = next(name for each in day for name in sorted(each.on_duty_at(now)))
    actors.call(world, who, "POST", "/duty/next")
    return {**state, "who": who, "records": list(world.stream)}


def _left_lying(world: World) -> State:
    """Have nobody on duty any more, and the case held still."""
    state = _held(world)
    world.clock.go(hours=5)
    return state


def _many(world: World, part: str = "any") -> State:
    """Have people wait whose messages no stream told of, long enough for the sweep to look."""
    _nothing(world)
    for number in range(SEVERAL):
        asking = Asking(f"many-{number}", f"981234568{number}", language="en", window=part)
        actors.by_json(world, asking)
    records, world.stream = world.stream, []
    world.run(lambda: count(records))
    world.clock.go(minutes=5)
    return {}


def _many_due(world: World) -> State:
    """Have people wait for the next morning, and let it come."""
    state = _many(world, "morning")
    world.run(functions.sweep_unsent)
    world.clock.go(hours=20)
    return state


def _closed(world: World) -> State:
    """Have the case closed."""
    state = _waiting(world)
    path = f"/admin/cases/{state['reference']}/close"
    actors.call(world, ADMINISTRATOR, "POST", path, {"reason": "expired"})
    return {**state, "records": list(world.stream)}


def _offered(world: World) -> State:
    """Have a shift of the next days offered to anyone."""
    _nothing(world)
    shift = next(
        each
        for day in read(world).days
        for each in day.shifts
        if each.start > world.clock.now and each.line == "all"
    )
    (giver,) = shift.on
    offer = actors.call(world, giver, "POST", f"/shifts/{shift.id}/swap")
    day = shift.start.astimezone(IST).date()
    takers = [name for name in actors.DOCTORS if name != giver]
    return {
        "offer": offer.body["id"],
        "giver": giver,
        "taker": takers[0],
        "other": takers[1],
        "day": day.isoformat(),
        "next_day": (day + timedelta(days=1)).isoformat(),
    }


def _unpublished(world: World) -> State:
    """Have days to publish."""
    world.clock.go(days=3)
    return {}


def _attempts(result: str) -> Act:
    return post("/cases/{reference}/attempts", {"result": result, "note": "told"}, who="{who}")


def _tally(world: World, _: State) -> None:
    """Read the totals, as a report does."""
    day = world.clock.now.astimezone(IST).date()
    world.run(lambda: in_use().reports.tally_store.totals(day, day + timedelta(days=1)))


ONE: Final = frozenset({1})
TWO: Final = frozenset({2})
_CANCEL: Final = post("/callbacks/{reference}/cancel", {"t": "{t}"}, who="")
_CLOSE: Final = post("/admin/cases/{reference}/close", {"reason": "abusive"})
_ERASE: Final = post("/admin/cases/{reference}/erase")
_REOPEN: Final = post("/admin/cases/{reference}/reopen")
_MERGE: Final = post("/admin/cases/{other}/merge", {"into": "{reference}"})
_RELEASE: Final = post("/cases/{reference}/release", who="{who}")
_WITHDRAW: Final = post("/swaps/{offer}/withdraw", who="{giver}")
_LEAVE: Final = post("/leave", {"from": "{day}", "to": "{next_day}"}, who="{taker}")


def _assign(who: str, case: str = "reference") -> Act:
    return post(f"/admin/cases/{{{case}}}/assign", {"oncologist": who, "anyway": True})


def _accepts(who: str) -> Act:
    return post("/swaps/{offer}/accept", who=who)


TOGETHER: Final = (
    Concurrent("two doctors, one case", [_takes("asha"), _takes("chitra")], _waiting, ONE),
    Concurrent("one doctor in two windows", [_takes("asha"), _takes("asha")], _two_waiting, ONE),
    Concurrent("two requests of one phone", [_asks(), _asks(name="second")], _nothing, TWO),
    Concurrent("one request, twice", [_asks(), _asks()], _nothing, TWO),
    Concurrent(
        "three of one family", [_asks(name=n, another_person=True) for n in "ab"], _two_waiting, ONE
    ),
    Concurrent("a claim, a cancelling", [_takes("asha"), _CANCEL], _waiting),
    # What is told of a call after the closing is kept beside it.
    Concurrent("an answer, a closing", [_attempts("answered"), _CLOSE], _held, ONE | TWO),
    Concurrent(
        "an attempt, a release",
        [_attempts("busy"), _RELEASE],
        _held,
        ONE,
    ),
    Concurrent(
        "one case to two",
        [_assign("asha"), _assign("chitra")],
        _waiting,
    ),
    Concurrent(
        "two cases to one",
        [_assign("asha"), _assign("asha", "other")],
        _two_waiting,
        ONE,
    ),
    # The claim may take the very case that is assigned.
    Concurrent(
        "a claim, an assignment",
        [_takes("asha"), _assign("asha", "other")],
        _two_waiting,
        ONE,
        of_one=True,
    ),
    Concurrent("a reopening, a new request", [_REOPEN, _asks(name="anew")], _closed),
    Concurrent("two reopenings", [_REOPEN, _REOPEN], _closed),
    Concurrent("a merging, a claim", [_MERGE, _takes("asha")], _two_waiting),
    Concurrent("a merging, a cancelling", [_MERGE, _CANCEL], _two_waiting),
    Concurrent("a merging, an erasure", [_MERGE, _ERASE], _two_waiting),
    Concurrent(
        "a right phone, a request",
        [correct(phone="9812345671"), _asks("9812345671", "b")],
        _waiting,
    ),
    Concurrent("two corrections", [correct(priority=1), correct(priority=9)], _waiting, ONE),
    Concurrent("an answer, an erasure", [_attempts("answered"), _ERASE], _held),
    Concurrent("a request, an erasure", [_asks(name="b"), _ERASE], _waiting),
    Concurrent("turn_shifts, twice", [_runs(functions.turn_shifts)] * 2, _left_lying),
    Concurrent(
        "turn_shifts, an answer", [_runs(functions.turn_shifts), _attempts("answered")], _left_lying
    ),
    Concurrent("due_cases, twice", [_runs(functions.due_cases)] * 2, _left_lying),
    Concurrent(
        "due_cases, turn_shifts",
        [_runs(functions.due_cases), _runs(functions.turn_shifts)],
        _left_lying,
    ),
    Concurrent(
        "due_cases, an attempt", [_runs(functions.due_cases), _attempts("no_answer")], _left_lying
    ),
    Concurrent("sweep_unsent, twice", [_runs(functions.sweep_unsent)] * 2, _left_lying),
    Concurrent(
        "sweep_unsent, the stream",
        [_runs(functions.sweep_unsent), _delivers(tell_of_changes)],
        _left_lying,
    ),
    Concurrent("sweep_unsent, four times", [_runs(functions.sweep_unsent)] * 4, _many),
    Concurrent(
        "due_cases, four times, and claims",
        [*[_runs(functions.due_cases)] * 4, _takes("asha"), _takes("bharat"), _takes("chitra")],
        _many_due,
    ),
    Concurrent(
        "turn_shifts, four times, and an answer",
        [*[_runs(functions.turn_shifts)] * 4, _attempts("answered")],
        _left_lying,
    ),
    Concurrent(
        "requests of three phones, each twice, for two people",
        [
            _asks(f"981234567{phone}", f"of-{phone}-{another}", another_person=another)
            for phone in range(3)
            for another in (False, True)
            for _ in range(2)
        ],
        _nothing,
        frozenset({12}),
    ),
    Concurrent("the stream, twice", [_delivers(tell_of_changes)] * 2, _closed),
    Concurrent("counting, twice", [_delivers(count)] * 2, _closed),
    Concurrent("counting, recounting", [_delivers(count), _runs(functions.recount_cases)], _closed),
    Concurrent("counting, reading", [_delivers(count), _tally], _closed),
    Concurrent("publish_rota, twice", [_runs(functions.publish_rota)] * 2, _unpublished),
    Concurrent("two take one shift", [_accepts("{taker}"), _accepts("{other}")], _offered, ONE),
    Concurrent("a swap, a leave", [_accepts("{taker}"), _LEAVE], _offered),
    Concurrent(
        "a swap, its withdrawal",
        [_accepts("{taker}"), _WITHDRAW],
        _offered,
        ONE,
    ),
    Concurrent("publish_rota, a leave", [_runs(functions.publish_rota), _LEAVE], _offered),
)
