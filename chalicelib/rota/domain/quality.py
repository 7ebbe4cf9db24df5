"""How good a rota is: what it leaves open, and how evenly it loads."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import combinations

from chalicelib.rota.domain.duty import DutyDay, Oncologist, Shift
from chalicelib.rota.domain.model import Line


@dataclass(frozen=True, slots=True)
class Gap:
    """A stretch of a line with too few people, or with languages that nobody on it speaks."""

    line: str
    start: datetime
    end: datetime
    missing: int
    languages: tuple[str, ...]


class GapFinder:
    """Finds what shifts lack, by the lines and the oncologists that there are.

    A shift of a line that is no more lacks nothing.
    """

    def __init__(self, lines: Iterable[Line], oncologists: Iterable[Oncologist]) -> None:
        self._lines = {line.id: line for line in lines}
        self._spoken = {who.id: who.languages for who in oncologists}

    def find(self, shift: Shift) -> Gap | None:
        """Find how many are missing, and which languages nobody on the shift speaks."""
        line = self._lines.get(shift.line)
        if line is None:
            return None
        missing = max(line.people - len(shift.on), 0)
        heard = {language for who in shift.on for language in self._spoken.get(who, ())}
        silent = tuple([language for language in line.languages if language not in heard])
        if not missing and not silent:
            return None
        return Gap(shift.line, shift.start, shift.end, missing, silent)

    def in_days(self, days: Iterable[DutyDay]) -> list[Gap]:
        """List what the shifts of some days lack, in their order."""
        return [gap for day in days for shift in day.shifts if (gap := self.find(shift))]


@dataclass(frozen=True, slots=True)
class Quality:
    """``coverage`` and ``balance`` from 0 to 1, ``score`` from 0 to 100, each one's ``hours``."""

    coverage: float
    balance: float
    score: int
    hours: Mapping[str, float]


def measure(
    shifts: Iterable[tuple[int, int, Collection[str]]], counted: Collection[str]
) -> Quality:
    """Weigh up shifts: how many people each asks for, how many minutes it lasts, and who is on.

    Nothing asked for is wholly covered. Balance is the mean, over the pairs of those ``counted``,
    of the fewer hours over the more; two without any are even, and so is whoever is alone.
    """
    minutes = dict.fromkeys(counted, 0)
    filled = asked = 0
    for people, length, on in shifts:
        asked += people * length
        filled += min(len(on), people) * length
        for who in on:
            minutes[who] = minutes.get(who, 0) + length
    coverage = filled / asked if asked else 1.0
    ratios = [
        low / high if high else 1.0
        for low, high in (
            sorted((minutes[one], minutes[other]))
            for one, other in combinations(sorted(counted), 2)
        )
    ]
    balance = sum(ratios) / len(ratios) if ratios else 1.0
    hours = {who: minutes[who] / 60 for who in sorted(minutes)}
    return Quality(coverage, balance, round(50 * (coverage + balance)), hours)
