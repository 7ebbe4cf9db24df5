"""The clock: ends of days, months and years, a leap day, machines that differ, schedules that fail.

A few days of the helpline go by in a world: patients ask at the worst moments, whoever is on duty
takes cases just before the shift ends, and the schedules come round as they do in production, or
late, twice, or not for a week. Then every invariant is asked, and what each was told by SMS is
looked at: once, in time, and of nothing that is past.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from http import HTTPStatus
from typing import Final

from chalicelib.core.domain.datetimes import IST
from chalicelib.messages.domain.templates import Template, parts_of
from chalicelib.rota.domain.duty import Shift
from tests.resilience.harness import World, a_world
from tests.resilience.invariants import broken_in, read
from tests.resilience.operation import PATIENT
from tests.resilience.operations.rota import lined
from tests.resilience.outcome import Outcome
from tests.support import functions
from tests.support.helpline import in_use

MINUTE: Final = timedelta(minutes=1)
ONE_DAY: Final = timedelta(days=1)
OFTEN: Final = (
    functions.due_cases,
    functions.turn_shifts,
    functions.sweep_unsent,
    functions.remind,
)
# Of India's clock; the schedules of the night stand in app.py, in UTC.
NIGHTLY: Final = {
    time(2): functions.publish_rota,
    time(2, 30): functions.recount_cases,
    time(3, 30): functions.purge,
    time(9): functions.watch_gaps,
}
EDGES: Final = (time(0), time(5, 30), time(10), time(17))
"""Midnight here and at Greenwich, and the ends of the shift."""
AT_WORK: Final = timedelta(hours=10, minutes=5)
"""How long after midnight somebody is on duty."""
AROUND: Final = (-1, 0, 6)
"""Minutes about an edge at which something happens."""
Run = Callable[[World, Callable[[], object]], None]


def once(world: World, schedule: Callable[[], object]) -> None:
    """Run a schedule as it should."""
    world.run(schedule)


def twice(world: World, schedule: Callable[[], object]) -> None:
    """Run a schedule, and at once again."""
    world.run(schedule)
    world.run(schedule)


def late(world: World, schedule: Callable[[], object]) -> None:
    """Run a schedule four minutes after its time; nothing else waits for it."""
    now = world.clock.now
    world.clock.now = now + 4 * MINUTE
    world.run(schedule)
    world.clock.now = now


def behind(world: World, schedule: Callable[[], object]) -> None:
    """Run a schedule on a machine whose clock is a minute behind the others'."""
    now = world.clock.now
    world.clock.now = now - MINUTE
    world.run(schedule)
    world.clock.now = now


@dataclass(frozen=True, slots=True)
class Days:
    """A few days that go by: from which date, how many, how schedules run, when they are out."""

    name: str
    first: date
    days: int = 2
    run: Run = once
    out: int = 0
    """So many days, after the first, on which nothing runs by itself."""
    longer: timedelta = timedelta(0)
    """For how much longer nothing does."""
    forgets: bool = True
    """Whether the stream forgets meanwhile what it had to tell, or tells it late."""
    skewed: bool = False
    """Whether every second request is answered by a machine that is a minute behind."""
    edges: Sequence[time] = EDGES


YEAR_END, MONTH_END, LEAP_DAY = date(2026, 12, 31), date(2026, 11, 30), date(2028, 2, 28)
WEDNESDAY: Final = date(2026, 12, 2)
ALL: Final = (
    Days("a day's end", WEDNESDAY),
    Days("a month's end", MONTH_END),
    Days("a year's end", YEAR_END),
    Days("a leap day", LEAP_DAY, days=3),
    Days("a machine a minute behind", WEDNESDAY, skewed=True),
    Days("schedules a minute behind", WEDNESDAY, run=behind),
    Days("schedules twice", WEDNESDAY, run=twice),
    Days("schedules late", WEDNESDAY, run=late),
    Days("no schedule for a week", WEDNESDAY, days=9, out=7),
    Days("a day without schedules", WEDNESDAY, days=3, out=1, longer=AT_WORK),
    Days("all told a day late", WEDNESDAY, days=3, out=1, longer=AT_WORK, forgets=False),
)
SHORT: Final = ("a leap day", "no schedule for a week", "all told a day late")


def run(*, long: bool) -> Iterator[Outcome]:
    """Let each of these days go by; a few of them in short."""
    with a_world() as world:
        empty = world.snapshot()
        for days in ALL if long else [each for each in ALL if each.name in SHORT]:
            yield live(world, days)
            world.restore(empty)


@dataclass
class Told:
    """What went out while days went by, and when."""

    at: dict[str, list[datetime]] = field(default_factory=dict)
    broken: list[str] = field(default_factory=list)


def live(world: World, days: Days) -> Outcome:
    """Let some days go by, and tell what broke."""
    world.clock.now = _at(days.first, time(0)) - 20 * MINUTE
    lined(world)
    world.run(functions.publish_rota)
    told, counts = Told(), Counter[str]()
    fails = _at(days.first + ONE_DAY, time(0))
    back = fails + days.out * ONE_DAY + days.longer
    for number in range(days.days):
        for at in _moments(days.first + number * ONE_DAY, days.edges):
            world.clock.now = at
            _somebody_asks(world, days, counts, told)
            _somebody_works(world, days, counts)
            if days.out and fails <= at < back:
                if days.forgets:
                    world.stream.clear()
            else:
                _come_round(world, days, counts, at)
            _note(world, told)
    world.clock.now += 6 * MINUTE
    for _ in range(2):
        _come_round(world, days, counts, world.clock.now)
        _note(world, told)
        world.clock.now += 6 * MINUTE
    for schedule in NIGHTLY.values():
        world.run(schedule)
    world.deliver()
    _note(world, told)
    found = [*told.broken, *_judged(world, told), *broken_in(world)]
    counts["messages"] = len(world.phones.sent)
    return Outcome(days.name, counts, tuple(dict.fromkeys(found)))


def _moments(day: date, edges: Sequence[time]) -> list[datetime]:
    """Tell the moments of a day at which something happens, in order."""
    moments = {_at(day, edge) + minutes * MINUTE for edge in edges for minutes in AROUND}
    moments |= {_at(day, at) for at in NIGHTLY}
    return sorted(moments)


def _at(day: date, at: time) -> datetime:
    return datetime.combine(day, at, IST).astimezone(UTC)


def _somebody_asks(world: World, days: Days, counts: Counter[str], told: Told) -> None:
    """Ask, each time from another phone, just before and just after an edge."""
    if (world.clock.now.astimezone(IST).minute + 1) % 30 > 1:
        return
    counts["requests"] += 1
    number = counts["requests"]
    asking = {**PATIENT, "phone": f"98123{number:05d}", "request_id": f"clock-{number}"}
    with _skewed(world, days, number):
        answer = world.run(lambda: world.http("POST", "/callbacks", asking))
        start = datetime.fromisoformat(answer.body["expected"]["from"])
        end = datetime.fromisoformat(answer.body["expected"]["to"])
        if not world.clock.now - MINUTE <= start < end:
            told.broken.append("a promise begins before it was asked for")
        if not _is_open(world, start, end):
            told.broken.append("a call is promised for when nobody is here")


def _is_open(world: World, start: datetime, end: datetime) -> bool:
    hours = world.run(lambda: in_use().rota.duty_view.hours(start))
    return bool(hours.window_at(start) and hours.window_at(end - MINUTE))


def _somebody_works(world: World, days: Days, counts: Counter[str]) -> None:
    """Let each oncologist take a case, or tell what came of the one in hand, by turns."""
    for who in ("asha", "bharat"):
        with _skewed(world, days, counts["requests"] + counts["calls"]):
            taken = world.run(partial(world.http, "POST", "/duty/next", who=who))
            if taken.status != HTTPStatus.OK:
                continue
            counts["calls"] += 1
            if counts["calls"] % 3:  # every third is left in hand
                path = f"/cases/{taken.body['reference']}/attempts"
                body = {"result": ("answered", "no_answer")[counts["calls"] % 2]}
                world.run(partial(world.http, "POST", path, body, who=who))


@contextmanager
def _skewed(world: World, days: Days, number: int) -> Iterator[None]:
    """Let a machine be a minute behind, for every second thing that is done."""
    by = MINUTE if days.skewed and number % 2 else timedelta(0)
    world.clock.now -= by
    try:
        yield
    finally:
        world.clock.now += by


def _come_round(world: World, days: Days, counts: Counter[str], at: datetime) -> None:
    """Let the stream deliver, and every schedule run that is due."""
    world.deliver()
    nightly = NIGHTLY.get(at.astimezone(IST).time())
    for schedule in (*OFTEN, *((nightly,) if nightly else ())):
        days.run(world, schedule)
        counts["runs"] += 1
    world.deliver()


def _note(world: World, told: Told) -> None:
    """Note when what is new went out."""
    known = sum(map(len, told.at.values()))
    for sms in world.phones.sent[known:]:
        told.at.setdefault(sms.message_id, []).append(world.clock.now)


def _judged(world: World, told: Told) -> Iterator[str]:
    """Look at what everybody was told, and when."""
    promises = {
        f"{item['pk']['S']}/{item['sk']['S'].removeprefix('MESSAGE#')}": json.loads(
            item["variables"]["S"]
        ).get("to")
        for item in world.items("messages")
        if "variables" in item and item["pk"]["S"].isalnum()
    }
    shifts = {shift.id: shift for day in read(world).days for shift in day.shifts}
    for name, times in told.at.items():
        subject, id_ = parts_of(name)
        if len(times) > 1:
            yield "somebody was told the same twice"
        promised = promises.get(name)
        if promised is not None and datetime.fromisoformat(promised) <= times[0]:
            yield "a call is promised for a time that is past"
        shift = shifts.get(subject.removeprefix("shift-"))
        if shift is not None:
            yield from _judge_of_shift(shift, id_.partition(".")[0], times[0])


def _judge_of_shift(shift: Shift, template: str, at: datetime) -> Iterator[str]:
    day, today = shift.start.astimezone(IST).date(), at.astimezone(IST).date()
    match template:
        case Template.SHIFT_STARTS.value if not shift.start - MINUTE <= at < shift.end:
            yield "somebody is told to come to a shift that is not running"
        case Template.SHIFT_ENDED.value if not shift.end - MINUTE <= at < shift.end + 70 * MINUTE:
            yield "somebody is thanked long after, or before the end"
        case Template.SHIFT_TOMORROW.value if day - today != ONE_DAY:
            yield "somebody is reminded of tomorrow on another day"
        case Template.SHIFT_SOON.value if not at <= shift.start:
            yield "somebody is reminded of a shift that has begun"
