"""Who serves which queue, now and on the published days ahead: pure, from duty days and people.

Somebody serves a queue while they are on duty in opening hours, if they speak its language and, for
a queue of those who asked for a woman, are one. People who have left, and people on leave (who are
taken off the published days), serve nobody.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Final

from chalicelib.cases.domain.queue import Line, line_name, lines_for
from chalicelib.core.domain.language import copy_language
from chalicelib.core.domain.working_hours import Opening, WorkingHours
from chalicelib.rota.domain.duty import DutyDay, Oncologist, Shift

_TICK: Final = timedelta(microseconds=1)

HORIZON: Final = timedelta(days=28)
"""How far ahead the rota is published, and so how far ahead anybody can be promised a call."""

Served = tuple[str, ...]
"""The names of the queues that one doctor serves, as a snapshot names them."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """A half-open span of opening hours with the same doctors on duty: what each of them serves.

    ``start`` and ``end`` are seconds since 1970, because a promise does much arithmetic with them.
    """

    start: float
    end: float
    doctors: tuple[Served, ...]


@dataclass(frozen=True, slots=True)
class Coverage:
    """The stretches of some published days, in order; none overlap."""

    stretches: tuple[Stretch, ...]

    def from_now(self, now: datetime) -> tuple[Stretch, ...]:
        """Return what is left of the stretches at ``now``."""
        at = now.timestamp()
        return tuple(
            stretch if stretch.start >= at else Stretch(at, stretch.end, stretch.doctors)
            for stretch in self.stretches
            if stretch.end > at
        )

    def serves(self, name: str, now: datetime) -> bool:
        """Whether anybody serves this queue from ``now`` on."""
        at = now.timestamp()
        return any(
            name in served
            for stretch in self.stretches
            if stretch.end > at
            for served in stretch.doctors
        )

    def served(self, now: datetime) -> frozenset[str]:
        """Return the names of all queues that anybody serves from ``now`` on."""
        at = now.timestamp()
        doctors = {
            each for stretch in self.stretches if stretch.end > at for each in stretch.doctors
        }
        return frozenset(name for served in doctors for name in served)


def repeated(stretches: Sequence[Stretch], times: int) -> tuple[Stretch, ...]:
    """Return stretches as if the rota went on as it is published, every four weeks the same."""
    return tuple(
        Stretch(each.start + shift, each.end + shift, each.doctors)
        for shift in (HORIZON.total_seconds() * number for number in range(times))
        for each in stretches
    )


def coverage_of(
    days: Iterable[DutyDay], oncologists: Iterable[Oncologist], hours: WorkingHours
) -> Coverage:
    """Return who serves what on published days, by the opening hours as they are now.

    A shift on a day that has been closed since it was published serves nobody.
    """
    people = {each.id: each for each in oncologists}
    queues = {each.id: tuple(map(line_name, lines_for(each))) for each in people.values()}
    spans: list[tuple[datetime, datetime, str]] = []
    openings: dict[date, tuple[Opening, ...]] = {}
    for day in days:
        for shift in day.shifts:
            there = [who for who in shift.on if who in people and people[who].is_there(day.day)]
            if not there:
                continue
            for each in _days_of(shift, hours):
                if each not in openings:
                    openings[each] = hours.openings_on(each)
                for opening in openings[each]:
                    start, end = max(shift.start, opening.start), min(shift.end, opening.end)
                    if start < end:
                        spans += [(start, end, who) for who in there]
    return Coverage(tuple(_stretches(spans, queues)))


def queue_for(
    language: str,
    *,
    prefers_woman: bool,
    serves: Callable[[Line], bool],
    spoken: Callable[[], Collection[str]],
) -> Line:
    """Return the queue in which somebody with these wishes waits: the one rule for all who ask.

    Their own language, if anybody who speaks it is on duty on the published days; else the language
    in which we can write to them, if that is served. Where neither is, it is their own if anybody
    who works here speaks it (``spoken``), because that doctor may come back. The wish for a woman
    is kept even where no woman serves: only the patient can give it up.
    """
    fallback = copy_language(language)
    for each in (language, fallback):
        if serves(Line(each)):
            return Line(each, prefers_woman)
    known = spoken()
    return Line(language if language in known or not known else fallback, prefers_woman)


def spoken_on(day: date, oncologists: Iterable[Oncologist]) -> frozenset[str]:
    """Return the languages of those who work here on a day."""
    return frozenset(
        language for each in oncologists if each.is_there(day) for language in each.languages
    )


def _days_of(shift: Shift, hours: WorkingHours) -> list[date]:
    """List the local dates that a shift touches: two, where it goes over midnight."""
    first = shift.start.astimezone(hours.zone).date()
    last = (shift.end - _TICK).astimezone(hours.zone).date()
    return [first] if last <= first else [first, last]


def _stretches(
    spans: Iterable[tuple[datetime, datetime, str]], queues: Mapping[str, Served]
) -> Iterator[Stretch]:
    changes: dict[datetime, list[tuple[str, int]]] = {}
    for start, end, who in spans:
        changes.setdefault(start, []).append((who, 1))
        changes.setdefault(end, []).append((who, -1))
    on: Counter[str] = Counter()
    edges = sorted(changes)
    for start, end in pairwise(edges):
        for who, change in changes[start]:
            on[who] += change
        doctors = tuple(queues[who] for who in sorted(on) if on[who] > 0)
        if doctors:
            yield Stretch(start.timestamp(), end.timestamp(), doctors)
