"""Fair lines through the days: what each has served of late, and whose turn that makes it."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence

from chalicelib.rota.domain.fair_assignment import TRAILING_DAYS, Opening, choose
from chalicelib.rota.domain.local_minutes import DAY_MINUTES
from chalicelib.rota.domain.model import Line
from chalicelib.rota.domain.round_robin import RotationState, Team


class Served:
    """What each has served in the last twelve weeks: on this day, and the 84 days before it.

    People are numbers, their places among the oncologists; days are ordinals that only go on.
    """

    def __init__(self, names: Mapping[str, int]) -> None:
        """Begin with nobody having served."""
        self._names = names
        self.minutes = [0] * len(names)
        self.last = [0] * len(names)
        self._days: deque[tuple[int, int, int]] = deque()

    def recall(self, state: RotationState) -> None:
        """Take over what was served before; whoever is no longer there is left out."""
        found = [
            (day.toordinal(), self._names[who], minutes)
            for who, days in state.served.items()
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

    def forget(self, day: int) -> None:
        """Drop what is out of sight on this day."""
        days = self._days
        while days and days[0][0] < day - TRAILING_DAYS:
            _, who, minutes = days.popleft()
            self.minutes[who] -= minutes

    def serve(self, day: int, line: Line, on: Team) -> None:
        """Note that these serve a shift of the line on this day."""
        start, end = line.start_minute, line.end_minute
        for name in on:
            who = self._names[name]
            self._add(day, who, end - start)
            self.last[who] = max(self.last[who], day * DAY_MINUTES + end)

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
        self, here: int, taken: Mapping[int, int], served: Served
    ) -> list[tuple[int, Team, int]]:
        """Tell for each line, by its place, who of those ``here`` serves, also as bits.

        ``taken`` has, by the place of a line, those whom it has already.
        """
        openings: list[Opening] = []
        for _, line, blockers, members in self._lines:
            free = here
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
        teams = choose(openings, served.minutes, served.last)
        return [
            (place, tuple([self._names[who] for who in team]), sum(1 << who for who in team))
            for (place, *_), team in zip(self._lines, teams, strict=True)
        ]

    def nobody(self) -> list[tuple[int, Team, int]]:
        """Tell of each line that nobody serves, in the shape of ``serve``."""
        return [(place, (), 0) for place, *_ in self._lines]


def _bits(languages: Sequence[str], spoken: Sequence[str]) -> int:
    """Tell which of these languages somebody speaks, a bit for each."""
    return sum(1 << i for i, language in enumerate(languages) if language in spoken)
