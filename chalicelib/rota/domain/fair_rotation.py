"""Fair lines through the days: what each has served of late, and whose turn that makes it."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from chalicelib.rota.domain.availability import Presence
from chalicelib.rota.domain.fair_assignment import TRAILING_DAYS, Opening, choose
from chalicelib.rota.domain.local_minutes import DAY_MINUTES
from chalicelib.rota.domain.model import Line
from chalicelib.rota.domain.round_robin import RotationState, Team


class Served:
    """What each has served in the last twelve weeks: on this day, and the 84 days before it.

    People are numbers, their places among the oncologists; days are ordinals that only go on.
    ``waiting`` has those who are credited at their next available shift, and since when they wait.
    """

    def __init__(self, names: Mapping[str, int], presence: Presence) -> None:
        """Begin with nobody having served."""
        self._names = names
        self._presence = presence
        self._people = list(names)
        self.minutes = [0] * len(names)
        self.last = [0] * len(names)
        self.waiting: dict[int, int] = {}
        self.credits: defaultdict[str, dict[date, int]] = defaultdict(dict)
        self._coming: deque[tuple[int, int]] = deque()
        self._days: deque[tuple[int, int, int]] = deque()

    def expect(self, coming: Iterable[tuple[int, int]]) -> None:
        """Expect newcomers and those who come back: each with a first day."""
        self._coming = deque(sorted(coming))

    def turn_to(self, day: int) -> None:
        """Go on to a day: drop what is out of sight, and let those come whose day it is."""
        days = self._days
        while days and days[0][0] < day - TRAILING_DAYS:
            _, who, minutes = days.popleft()
            self.minutes[who] -= minutes
        while self._coming and self._coming[0][0] <= day:
            since, who = self._coming.popleft()
            self.waiting[who] = since

    def credit(self, who: int, record: Mapping[int, int]) -> None:
        """Add minutes by day to what somebody served, and let them wait no longer."""
        del self.waiting[who]
        for day, minutes in record.items():
            self._add(day, who, minutes)
            mine, dated = self.credits[self._people[who]], date.fromordinal(day)
            mine[dated] = mine.get(dated, 0) + minutes
        self._days = deque(sorted(self._days))

    def lacking(self, who: int, others: Sequence[int]) -> dict[int, int]:
        """Return what somebody's minutes by day lack to the mean of the others', if they lack any.

        Day by day, so that it ages as the hours do of which it is the mean; on days on which they
        served more than the mean it is negative. The mean is rounded to the minute, and no more
        than once over all days.
        """
        sums: defaultdict[int, int] = defaultdict(int)
        found: defaultdict[int, int] = defaultdict(int)
        for day, whose, minutes in self._days:
            if whose in others:
                sums[day] += minutes
            elif whose == who:
                found[day] -= minutes
        total = before = 0
        for day in sorted(sums):
            total += sums[day]
            mean = round(total / len(others))
            found[day] += mean - before
            before = mean
        if sum(found.values()) <= 0:
            return {}
        return {day: minutes for day, minutes in sorted(found.items()) if minutes}

    def due(self, end: int) -> dict[str, date]:
        """Return who waits for a credit at the start of the day ``end``, and since when."""
        coming = {who: day for day, who in self._coming if day < end}
        waiting = {**coming, **self.waiting}
        return {self._people[who]: date.fromordinal(day) for who, day in waiting.items()}

    def recall(self, state: RotationState) -> None:
        """Take over what was served before; whoever is no longer there is left out."""
        found = [
            (day.toordinal(), self._names[who], minutes)
            for record in (state.served, state.credits)
            for who, days in record.items()
            if who in self._names
            for day, minutes in days.items()
        ]
        for day, who, minutes in sorted(found):
            self._add(day, who, minutes)
        for name, minute in state.last.items():
            if name in self._names:
                self.last[self._names[name]] = minute

    def recall_hours(self, hours: Mapping[str, float], day: int) -> None:
        """Take hours as served on the day before ``day``."""
        for name, served in hours.items():
            if served:
                who = self._names[name]
                self._add(day - 1, who, round(served * 60))
                self.last[who] = day * DAY_MINUTES

    def serve(self, day: int, line: Line, on: Team) -> None:
        """Note that these serve a shift of the line on this day, as far as they are there."""
        midnight = day * DAY_MINUTES
        span = midnight + line.start_minute, midnight + line.end_minute
        for name in on:
            who = self._names[name]
            for start, end in self._presence.spans(name, *span):
                self._add(day, who, end - start)
                self.last[who] = max(self.last[who], end)

    def _add(self, day: int, who: int, minutes: int) -> None:
        self._days.append((day, who, minutes))
        self.minutes[who] += minutes


class FairLines:
    """Fair lines whose shifts overlap, one with the next: they are filled together."""

    def __init__(
        self,
        lines: Sequence[tuple[int, Line, tuple[int, ...]]],
        names: Mapping[str, int],
        spoken: Mapping[str, Sequence[str]],
    ) -> None:
        """Take each line with its place and the places of those that were served before it."""
        self._names = list(names)
        self._lines = [
            (
                place,
                line,
                blockers,
                [(names[who], _bits(line.languages, spoken[who])) for who in line.rotation.members],
            )
            for place, line, blockers in lines
        ]

    def serve(
        self,
        here: int,
        taken: Mapping[int, int],
        served: Served,
        blocked: Mapping[int, int],
    ) -> list[tuple[int, Team, int]]:
        """Tell for each line, by its place, who of those ``here`` serves, also as bits.

        ``taken`` has, by the place of a line, those whom it has already, and ``blocked`` those whom
        it cannot have.
        """
        openings: list[Opening] = []
        for place, line, blockers, members in self._lines:
            free = here & ~blocked.get(place, 0)
            for other in blockers:
                free &= ~taken[other]
            openings.append(
                Opening(
                    line.start_minute,
                    line.end_minute,
                    line.people,
                    (1 << len(line.languages)) - 1,
                    {who: able for who, able in members if free >> who & 1},
                )
            )
        if served.waiting:
            _welcome(openings, served)
        teams = choose(openings, served.minutes, served.last)
        return [
            (place, tuple([self._names[who] for who in team]), sum(1 << who for who in team))
            for (place, *_), team in zip(self._lines, teams, strict=True)
        ]

    def nobody(self) -> list[tuple[int, Team, int]]:
        """Tell of each line that nobody serves, in the shape of ``serve``."""
        return [(place, (), 0) for place, *_ in self._lines]


def _welcome(openings: Sequence[Opening], served: Served) -> None:
    """Raise newcomers and those who come back to the mean of the others who are available.

    Several at once are raised by what everybody had before. Somebody who is alone gets nothing.
    """
    found: dict[int, dict[int, int]] = {}
    for opening in openings:
        for who in opening.able:
            if who in served.waiting and who not in found:
                others = [other for other in opening.able if other != who]
                found[who] = served.lacking(who, others)
    for who, record in found.items():
        served.credit(who, record)


def _bits(languages: Sequence[str], spoken: Sequence[str]) -> int:
    """Tell which of these languages somebody speaks, a bit for each."""
    return sum(1 << i for i, language in enumerate(languages) if language in spoken)
