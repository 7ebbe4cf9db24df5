"""What runs by itself: the stream's readers and the schedules, each with something to do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Final, TypeAlias

from chalicelib.core.domain.datetimes import IST
from chalicelib.privacy.services.ports import CASES, MESSAGES
from chalicelib.rota.domain.duty import DutyDay, Shift
from tests.benchmarks._helpline import ASHA
from tests.resilience.harness import World, count, tell_of_changes
from tests.resilience.operation import (
    PATIENT,
    Done,
    Operation,
    State,
    ask,
    cases,
    do,
    is_now,
    was_sent,
)
from tests.resilience.operations.desk import held
from tests.resilience.operations.patients import own, waiting
from tests.resilience.operations.rota import FRIDAY, THURSDAY, is_published, lined, published
from tests.support import functions
from tests.support.helpline import in_use

Handle: TypeAlias = Callable[[], object]
ONE_DAY: Final = timedelta(days=1)


def _undelivered(world: World) -> State:
    """Have cases of which the stream has still to tell: one new, one cancelled, one held."""
    case = waiting(world)
    world.run(lambda: own("cancel")(world, case))
    world.run(lambda: world.http("POST", "/callbacks", PATIENT))
    world.run(lambda: world.http("POST", "/duty/next", who=ASHA))
    records, world.stream = world.stream, []
    return records


def _untold(world: World) -> State:
    records = _undelivered(world)
    world.run(lambda: count(records))
    return records


def _lost(world: World) -> State:
    """Have what the stream never told of the cases, long enough ago for the sweep to look."""
    _untold(world)
    world.clock.go(minutes=5)


def _uncounted(world: World) -> State:
    records = _undelivered(world)
    world.run(lambda: tell_of_changes(records))
    return records


def _due(world: World) -> State:
    """Have a case whose retry is due, and another whose lease has run out."""
    case = held(world)
    path = f"/cases/{case['reference']}/attempts"
    do(world, "POST", path, {"result": "no_answer"}, ASHA)
    ask(world, phone="9812345672", request_id="a-second")
    do(world, "POST", "/duty/next", None, "bharat")
    world.clock.go(minutes=31)
    return case


def _at_a_boundary(world: World) -> State:
    """Have asha hold a case, newly taken, when bharat's shift begins."""
    world.clock.go(minutes=55)
    case = held(world)
    today = world.clock.now.astimezone(IST).date()
    noon = datetime.combine(today, time(13), IST)
    shifts = (_shift(today, "1", time(10), noon, ASHA), _shift(today, "2", noon, None, "bharat"))
    world.run(lambda: in_use().rota.store.put_duty_day(DutyDay(today, shifts)))
    world.run(functions.turn_shifts)
    world.clock.now = noon.astimezone(UTC) + timedelta(minutes=2)
    return case


def _shift(day: date, number: str, start: time | datetime, end: datetime | None, who: str) -> Shift:
    begins = datetime.combine(day, start, IST) if isinstance(start, time) else start
    ends = end or datetime.combine(day, time(17), IST)
    return Shift(
        f"{day.isoformat()}.{number}", "all", begins.astimezone(UTC), ends.astimezone(UTC), (who,)
    )


def _the_evening_before(world: World) -> State:
    """Have a shift tomorrow of which somebody is to be reminded, and a change left untold."""
    state = published(world)
    world.clock.now = datetime.fromisoformat(f"{THURSDAY}T09:58:00+05:30") - ONE_DAY
    world.run(functions.remind)
    world.clock.go(minutes=5)
    return state


def _leave_tomorrow(world: World) -> State:
    """Have a gap on Thursday, of which nobody was told yet."""
    state = published(world)
    leave = {"from": THURSDAY, "to": FRIDAY}
    do(world, "POST", "/leave", leave, state["giver"])
    return state


def _withdrawn(world: World) -> State:
    case = waiting(world)
    world.run(lambda: own("withdraw")(world, case))
    world.deliver()
    world.clock.go(hours=26)
    return case


def _kept_long_enough(world: World) -> State:
    """Have a case that ended three years ago; the days before it are purged."""
    case = waiting(world)
    world.run(lambda: own("cancel")(world, case))
    world.deliver()
    through = world.clock.now.astimezone(IST).date() - ONE_DAY
    world.clock.go(days=1_097)
    messages = world.clock.now.astimezone(IST).date() - timedelta(days=402)

    def purged() -> None:
        in_use().privacy.erasure_store.put_purged(CASES, through)
        in_use().privacy.erasure_store.put_purged(MESSAGES, messages)

    world.run(purged)
    return case


def _counted(world: World, _: State) -> bool:
    """Ask whether the second case counts too, and the first for what it has become."""
    tallies = [item["tally"]["S"] for item in world.items("reports") if "tally" in item]
    return len(tallies) == len(cases(world)) and any("cancelled" in each for each in tallies)


def _all_are_ready(world: World, _: State) -> bool:
    lines = [case.get("queue_line", {}).get("S", "") for case in cases(world)]
    return all(line.startswith("ready#") for line in lines)


def _told_of_gaps(world: World, _: State) -> bool:
    """Ask for the news of the morning; of the leave itself they were told at once."""
    return any(item["pk"]["S"] == "rota-gaps" for item in world.items("messages"))


def _proven(world: World, _: State) -> bool:
    return any(item["action"]["S"] == "erasure.prove" for item in world.items("audit"))


def _schedule(
    name: str, handle: Handle, prepare: Callable[[World], State], done: Done
) -> Operation:
    return Operation(name, lambda *_: handle(), prepare, done)


def _nightly(name: str, handle: Handle, prepare: Callable[[World], State], done: Done) -> Operation:
    """Have a schedule that mends, the night after, what nobody did again."""
    return replace(_schedule(name, handle, prepare, done), mends=(handle,))


OPERATIONS: Final = (
    Operation(
        "stream, messages",
        lambda _, records: tell_of_changes(records),
        _untold,
        was_sent("closed"),
    ),
    Operation(
        "stream, counters",
        lambda _, records: count(records),
        _uncounted,
        _counted,
        mends=(functions.recount_cases,),
    ),
    _schedule("due_cases", functions.due_cases, _due, _all_are_ready),
    _schedule("turn_shifts", functions.turn_shifts, _at_a_boundary, is_now("waiting")),
    _schedule("sweep_unsent", functions.sweep_unsent, _lost, was_sent("closed")),
    _schedule("publish_rota", functions.publish_rota, lined, is_published),
    _nightly("watch_gaps", functions.watch_gaps, _leave_tomorrow, _told_of_gaps),
    _schedule("remind", functions.remind, _the_evening_before, was_sent("shift_tomorrow")),
    _nightly("purge, withdrawn", functions.purge, _withdrawn, _proven),
    _nightly("purge, kept long enough", functions.purge, _kept_long_enough, _proven),
    _nightly("recount_cases", functions.recount_cases, _uncounted, _counted),
)
