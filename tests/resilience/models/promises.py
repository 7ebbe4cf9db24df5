"""Promises: random helplines, and whether their calls come when the patients were told.

Each helpline has random doctors (languages, women, people who have left, leave), random published
shifts, closed days and a random load, in the languages of nobody too. Each request is promised a
window by the product's own estimate, which sees the queues as the schedule counted them up to two
minutes before. Then the days are lived through by the rules of the queue: a doctor who is free
takes the earliest case of all queues that they serve. A promise is kept if the first call comes
before its end.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from heapq import heapify, heappop, heappush
from math import log
from random import Random
from statistics import mean, median
from typing import Any, Final, TypeVar

from chalicelib.cases.domain.answers import Mode
from chalicelib.cases.domain.case import Status
from chalicelib.cases.domain.queue import (
    Finished,
    Line,
    LineSnapshot,
    Waiting,
    line_name,
    lines_for,
)
from chalicelib.cases.domain.retry_policy import RetryPolicy
from chalicelib.cases.services.process_due_cases import DueCases
from chalicelib.cases.services.wait_estimate import Outlook
from chalicelib.core.domain.datetimes import IST, Window
from chalicelib.core.domain.working_hours import DEFAULT_HOURS, DayPart, Opening, WorkingHours
from chalicelib.core.services.minute_cache import MinuteCache
from chalicelib.core.services.ports import Page
from chalicelib.rota.domain.duty import DutyDay, Oncologist, Shift
from chalicelib.rota.services.duty_view import DutyView
from tests.resilience.outcome import Outcome, show
from tests.support.stores import StoredRota

SHORT: Final = 300
LONG: Final = 10_000
DAYS: Final = 10
"""How many days one helpline is asked; it is published and lived for four weeks more."""
PUBLISHED: Final = 28
LEAST_KEPT: Final = 0.9
WIDEST: Final = 1.5
"""How many times as long as its wait a window may be on the median, of those who waited an hour,
in opening hours: nobody keeps promises by promising next week."""
AN_HOUR: Final = 60.0
MONTHS: Final = 13
"""So many times the published days count as repeated: each holds one call at least."""
LANGUAGES: Final = ("hi", "en", "ta", "te", "mr")
SPOKEN: Final = (8, 6, 2, 1, 1)
ASKED: Final = (12, 5, 2, 1, 1)
ON_LEAVE, LEAVING, FILLED = 0.4, 0.15, 0.9
ON_TELEVISION, OF_THE_CROWD = 0.2, 0.3
WANT_A_WOMAN, NOT_ANSWERED = 0.15, 0.15
MINUTE: Final = timedelta(minutes=1)
DAY: Final = timedelta(days=1)
HALVES: Final = ((0.0, 0.5), (0.5, 1.0))
_AHEAD_OF_UTC: Final = timedelta(hours=5, minutes=30)
T = TypeVar("T")


class RememberedHours(WorkingHours):
    """Working hours that work out each day once: here they are asked for it very often."""

    def openings_on(self, day: date) -> tuple[Opening, ...]:
        """Return the spans of a date in which the helpline is open."""
        known: dict[date, tuple[Opening, ...]] = self.__dict__.setdefault("known", {})
        if day not in known:
            known[day] = super().openings_on(day)
        return known[day]


@dataclass(frozen=True)
class Roster:
    """A helpline's doctors, published days and hours, and how long its calls take."""

    doctors: tuple[Oncologist, ...]
    days: dict[date, DutyDay]
    hours: WorkingHours
    call_minutes: float
    load: float
    first: date


@dataclass
class Request:
    """One request: its queue, what was promised, and when the first call came."""

    waiting: Waiting
    expected: Window | None
    called_at: datetime | None = None
    ahead: int = 0


@dataclass
class Tally:
    """What some helplines came to. Widths and waits are in opening minutes."""

    days: int = 0
    requests: int = 0
    promised: int = 0
    kept: int = 0
    unpromised: int = 0
    widths: list[float] = field(default_factory=list)
    waits: list[float] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)

    @property
    def share(self) -> float:
        """The share of promises that were kept."""
        return self.kept / self.promised if self.promised else 1.0

    @property
    def tightness(self) -> float:
        """The median of a window's length against its wait, among those who waited an hour."""
        pairs = zip(self.widths, self.waits, strict=True)
        ratios = [width / wait for width, wait in pairs if wait >= AN_HOUR]
        return median(ratios) if ratios else 0.0

    def faults(self) -> list[str]:
        """Return what is not as it must be."""
        found = list(self.broken[:20])
        if self.share < LEAST_KEPT:
            found.append(f"{self.share:.3f} of the promises are kept, {LEAST_KEPT} must be")
        if self.tightness > WIDEST:
            found.append(f"a window is {self.tightness:.2f} times as long as its wait")
        return found


def run(*, long: bool) -> Iterator[Outcome]:
    """Live through days: 10,000, or a few hundred."""
    yield explore(1, LONG if long else SHORT)


def explore(dice: int, days: int) -> Outcome:
    """Live through so many days of random helplines."""
    tally = Tally()
    for number in range(days // DAYS):
        live(Random(f"{dice}.{number}"), tally)
        show("promises", tally.days, days)
    measured = {
        "kept in 1,000": round(1000 * tally.share),
        "minutes a window, mean": round(mean(tally.widths or [0])),
        "minutes a wait, mean": round(mean(tally.waits or [0])),
        "% of its wait, a window": round(100 * tally.tightness),
    }
    counts = {
        "days": tally.days,
        "requests": tally.requests,
        "promises": tally.promised,
        "told that nobody can say": tally.unpromised,
    }
    return Outcome("promises against what follows", counts, tally.faults(), measured)


def live(random: Random, tally: Tally) -> None:
    """Run one random helpline for some days, and call everybody who asked."""
    roster = a_roster(random)
    helpline = Helpline(roster, random)
    for request in helpline.live():
        tally.requests += 1
        _judge(request, roster, tally)
    tally.days += DAYS


def a_roster(random: Random) -> Roster:
    """Make up a helpline."""
    first = date(2026, 1, 5) + timedelta(days=random.randrange(365))
    lasts = DAYS + PUBLISHED + 1
    closures = frozenset(first + timedelta(days=random.randrange(lasts)) for _ in range(2))
    hours = RememberedHours(DEFAULT_HOURS.weekly, closures)
    doctors = tuple(_a_doctor(random, number, first) for number in range(random.randint(1, 8)))
    away = {
        doctor.id: (start, start + timedelta(days=random.choice((1, 3, 7, 60))))
        for doctor in doctors
        if random.random() < ON_LEAVE
        for start in (first + timedelta(days=random.randrange(-30, 20)),)
    }
    at_once = random.randint(1, 3)
    days = {}
    for ahead in range(-1, lasts):
        day = first + timedelta(days=ahead)
        there = [
            doctor.id
            for doctor in doctors
            if not (doctor.id in away and away[doctor.id][0] <= day < away[doctor.id][1])
        ]
        # A day that was closed after it was published has its shifts still.
        days[day] = DutyDay(day, tuple(_shifts(random, day, there, at_once)))
    return Roster(
        doctors, days, hours, random.uniform(6, 30), random.choice((0.3, 0.6, 0.8, 1.0)), first
    )


class Counted:
    """The store of cases as the schedule that counts them sees it, and as the estimate does."""

    def __init__(self) -> None:
        self.ready: dict[str, list[tuple[tuple[Any, ...], Request]]] = {}
        self.later: list[tuple[datetime, int, Request]] = []
        self.finished: dict[date, list[Finished]] = {}
        self.snapshot: LineSnapshot | None = None

    def count_waiting(self, line: Line, at_most: int) -> int:
        """Count a line."""
        return min(len(self.ready.get(line_name(line), ())), at_most)

    def list_deferred(self, limit: int, _cursor: str | None) -> Page[Waiting]:
        """List the deferred, the soonest first."""
        soonest = sorted(self.later)[:limit]
        return Page(tuple(replace(each.waiting, not_before=at) for at, _, each in soonest), None)

    def list_finished(
        self, _status: Status, day: date, limit: int, _cursor: str | None
    ) -> Page[Finished]:
        """List what finished on a day, the latest first."""
        return Page(tuple(self.finished.get(day, ())[: -limit - 1 : -1]), None)

    def find_snapshot(self) -> LineSnapshot | None:
        """Find the last snapshot."""
        return self.snapshot

    def put_snapshot(self, snapshot: LineSnapshot) -> None:
        """Store a snapshot."""
        self.snapshot = snapshot


class DayCache(MinuteCache):
    """Keeps the queues for a minute, and the rota for a day, because it does not change here."""

    def __init__(self) -> None:
        super().__init__()
        self._of_day: dict[object, Any] = {}

    def get(self, key: object, now: datetime, read: Callable[[], T]) -> T:
        """Return the value of a key."""
        if key == "lines":
            return super().get(key, now, read)
        place = (key, _day(now))
        if place not in self._of_day:
            self._of_day[place] = read()
        value: T = self._of_day[place]
        return value


class Helpline:
    """One helpline, lived through event by event."""

    def __init__(self, roster: Roster, random: Random) -> None:
        """Open it before its first day."""
        self._roster = roster
        self._random = random
        self._store = Counted()
        rota = StoredRota(roster.doctors, roster.days.values(), roster.hours)
        duty = DutyView(rota, DayCache())
        self._outlook = Outlook(self._store, duty)  # type: ignore[arg-type]  # what it asks for
        self._count = DueCases(self._store, self._outlook, LANGUAGES)._count  # type: ignore[arg-type]  # noqa: SLF001  # its counting alone
        self._events: list[tuple[datetime, int, Callable[[datetime], None]]] = []
        self._number = 0
        self._serves = {
            doctor.id: tuple(map(line_name, lines_for(doctor))) for doctor in roster.doctors
        }
        self._idle: set[str] = set()
        self._busy: set[str] = set()
        self._until: dict[str, datetime] = {}
        self._requests: list[Request] = []
        self._tries: dict[str, int] = {}
        self._retries = RetryPolicy()
        self._plan()

    def live(self) -> list[Request]:
        """Live until everybody was called, or the published days are over."""
        heapify(self._events)
        counted = None
        while self._events:
            at, _, happens = heappop(self._events)
            minute = at.replace(second=0, microsecond=0)
            if minute != counted:
                counted = minute
                self._count(minute)
            happens(at)
        return self._requests

    def _at(self, at: datetime, happens: Callable[[datetime], None]) -> None:
        self._number += 1
        heappush(self._events, (at, self._number, happens))

    def _plan(self) -> None:
        """Plan who comes to which shift when, and who asks when."""
        capacity = 0.0
        for day, duty in self._roster.days.items():
            for shift in duty.shifts:
                for opening in self._roster.hours.openings_on(day):
                    start, end = max(shift.start, opening.start), min(shift.end, opening.end)
                    for who in shift.on if start < end else ():
                        if not self._works(who, day):
                            continue
                        late = timedelta(minutes=self._random.choice((0, 0, 0, 2, 5)))
                        self._at(start + late, self._coming(who, end))
                        if 0 <= (day - self._roster.first).days < DAYS:
                            capacity += (end - start) / MINUTE
        # In some helplines, three requests in ten come at once: they are on television.
        asks = max(int(capacity / self._roster.call_minutes * self._roster.load), DAYS)
        begins = datetime.combine(self._roster.first, datetime.min.time(), IST)
        crowd = begins + timedelta(days=self._random.uniform(0, DAYS))
        crowded = self._random.random() < ON_TELEVISION
        for _ in range(asks):
            at = begins + timedelta(days=self._random.randrange(DAYS))
            at += timedelta(hours=min(max(self._random.gauss(13, 4), 0), 23.9))
            if crowded and self._random.random() < OF_THE_CROWD:
                at = crowd + timedelta(minutes=self._random.expovariate(1 / 20))
            self._at(at.astimezone(UTC), self._asking())

    def _works(self, who: str, day: date) -> bool:
        (doctor,) = (each for each in self._roster.doctors if each.id == who)
        return doctor.left is None or day < doctor.left

    def _asking(self) -> Callable[[datetime], None]:
        (language,) = self._random.choices(LANGUAGES, ASKED)
        woman = self._random.random() < WANT_A_WOMAN
        # Some want the afternoon, or the morning.
        part = self._random.choice((*[DayPart.ANY] * 8, DayPart.MORNING, DayPart.AFTERNOON))
        reference = f"{len(self._requests)}.{self._random.random()}"

        def ask(now: datetime) -> None:
            line = self._outlook.queue_for(language, now, prefers_woman=woman)
            not_before, expected = self._outlook.promise(line, part, now)
            waiting = Waiting(
                reference, line.language, line.woman_only, 5, now, not_before, Mode.PHONE, 0
            )
            counted = self._store.snapshot
            request = Request(waiting, expected, ahead=counted.total if counted else 0)
            self._requests.append(request)
            self._wait(request, not_before, now)

        return ask

    def _wait(self, request: Request, not_before: datetime, now: datetime) -> None:
        """Add a request to its queue, and offer it to a doctor who has nothing to do."""
        if not_before > now:
            self._number += 1
            heappush(self._store.later, (not_before, self._number, request))
            due = not_before.replace(second=0, microsecond=0) + MINUTE
            self._at(max(not_before, due), self._offer)
            return
        name = line_name(request.waiting.line)
        heappush(self._store.ready.setdefault(name, []), (request.waiting.place, request))
        idle = [who for who in sorted(self._idle) if name in self._serves[who]]
        idle = [who for who in idle if now < self._until[who]]
        if idle:
            self._next(self._random.choice(idle))(now)

    def _offer(self, now: datetime) -> None:
        while self._store.later and self._store.later[0][0] <= now:
            _, _, request = heappop(self._store.later)
            self._wait(request, now, now)

    def _coming(self, who: str, until: datetime) -> Callable[[datetime], None]:
        def come(now: datetime) -> None:
            self._until[who] = until
            if who not in self._busy:
                self._next(who)(now)

        return come

    def _next(self, who: str) -> Callable[[datetime], None]:
        """Assign a doctor the earliest case of their queues, while the shift lasts."""

        def take(now: datetime) -> None:
            self._busy.discard(who)
            self._idle.discard(who)
            if now >= self._until[who]:
                return
            ready = self._store.ready
            heads = [(ready[name][0][0], name) for name in self._serves[who] if ready.get(name)]
            if not heads:
                self._idle.add(who)
                return
            _, request = heappop(ready[min(heads)[1]])
            self._call(who, request, now)

        return take

    def _call(self, who: str, request: Request, now: datetime) -> None:
        self._busy.add(who)
        dialled = now + timedelta(minutes=self._random.uniform(0.5, 2))
        request.called_at = request.called_at or dialled
        reference = request.waiting.reference
        tries = self._tries[reference] = self._tries.get(reference, 0) + 1
        if self._random.random() < NOT_ANSWERED:
            ended = dialled + timedelta(minutes=self._random.uniform(1, 3))
            again_at = self._retries.next_try(tries, ended, self._roster.hours)
            if again_at is not None:
                self._at(ended, lambda at: self._wait(request, again_at, at))
        else:
            minutes = self._roster.call_minutes * self._random.lognormvariate(-0.125, 0.5)
            ended = dialled + timedelta(minutes=minutes)
            self._at(ended, lambda at: self._finish(request, int((at - now) / MINUTE), at))
        pause = timedelta(minutes=-log(1 - self._random.random()))
        self._at(ended + pause, self._next(who))

    def _finish(self, request: Request, minutes: int, at: datetime) -> None:
        waiting = request.waiting
        self._store.finished.setdefault(_day(at), []).append(
            Finished(
                waiting.reference,
                Status.COMPLETED,
                None,
                waiting.language,
                waiting.requested_at,
                at,
                1,
                minutes,
            )
        )


def _judge(request: Request, roster: Roster, tally: Tally) -> None:
    """Hold a promise against what followed, and against who is published at all."""
    asked, expected = request.waiting.requested_at, request.expected
    served = _is_served(request.waiting, roster)
    if expected is None:
        tally.unpromised += 1
        # A crowd before the one shift of a month waits for more than a year: nobody can say when.
        if served and request.ahead <= MONTHS:
            tally.broken.append(f"nothing was promised to {request.waiting.line}, who is served")
        return
    if not served:
        tally.broken.append(f"a call was promised to {request.waiting.line}, whom nobody serves")
        return
    hours = roster.hours
    last = expected.end - timedelta(microseconds=1)
    if not (hours.is_open(expected.start) and hours.is_open(last)) or expected.start < asked:
        tally.broken.append(f"the promise {expected} of {asked} lies outside the hours")
    tally.promised += 1
    if request.called_at is None:
        return
    tally.kept += request.called_at < expected.end
    start = max(asked, request.waiting.not_before)
    tally.widths.append(hours.between(expected.start, expected.end) / MINUTE)
    tally.waits.append(hours.between(start, request.called_at) / MINUTE)


def _is_served(waiting: Waiting, roster: Roster) -> bool:
    """Whether anybody who can take this case is on duty in opening hours, told one by one."""
    asked = waiting.requested_at
    today = _day(asked)
    fit = {
        doctor.id: doctor
        for doctor in roster.doctors
        if waiting.language in doctor.languages
        and (doctor.gender == "female" or not waiting.prefers_woman)
    }
    for ahead in range(PUBLISHED):
        day = today + timedelta(days=ahead)
        for shift in roster.days[day].shifts if day in roster.days else ():
            there = [who for who in shift.on if who in fit and _has_not_left(fit[who], day)]
            if not there:
                continue
            openings = roster.hours.openings_on(day)
            if any(
                max(shift.start, each.start, asked) < min(shift.end, each.end) for each in openings
            ):
                return True
    return False


def _has_not_left(doctor: Oncologist, day: date) -> bool:
    return doctor.left is None or day < doctor.left


def _a_doctor(random: Random, number: int, first: date) -> Oncologist:
    languages = tuple(dict.fromkeys(random.choices(LANGUAGES, SPOKEN, k=random.randint(1, 3))))
    left = None
    if random.random() < LEAVING:
        left = first + timedelta(days=random.choice((-200, -1, 0, 15)))
    return Oncologist(
        id=f"d{number}",
        name=f"Doctor {number}",
        registration=str(number),
        phone="",
        languages=languages,
        gender=random.choice(("female", "male")),
        left=left,
    )


def _shifts(random: Random, day: date, there: Sequence[str], at_once: int) -> Iterator[Shift]:
    for opening in DEFAULT_HOURS.openings_on(day):
        length = opening.end - opening.start
        for number, (start, end) in enumerate(HALVES):
            on = tuple(random.sample(there, min(at_once, len(there))))
            if on and random.random() < FILLED:
                yield Shift(
                    f"{day}.{number}",
                    "line",
                    opening.start + start * length,
                    opening.start + end * length,
                    on,
                )


def _day(at: datetime) -> date:
    return (at + _AHEAD_OF_UTC).date()
