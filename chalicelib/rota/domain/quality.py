"""How good a rota is: what it leaves open, and how evenly it loads."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import combinations

from chalicelib.rota.domain.duty import Shift


@dataclass(frozen=True, slots=True)
class Gap:
    """A stretch of a line with too few people, or with languages that nobody on it speaks."""

    line: str
    start: datetime
    end: datetime
    missing: int
    languages: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Quality:
    """``coverage`` and ``balance`` from 0 to 1, ``score`` from 0 to 100, each one's ``hours``."""

    coverage: float
    balance: float
    score: int
    hours: Mapping[str, float]


def shortfall(
    on: Sequence[str],
    people: int,
    languages: Iterable[str],
    spoken: Mapping[str, Iterable[str]],
) -> tuple[int, tuple[str, ...]] | None:
    """Tell how many are missing and which languages nobody on speaks; None: it is complete."""
    missing = max(people - len(on), 0)
    heard = {language for who in on for language in spoken.get(who, ())}
    silent = tuple(language for language in languages if language not in heard)
    return (missing, silent) if missing or silent else None


def find_gap(
    shift: Shift, people: int, languages: Iterable[str], spoken: Mapping[str, Iterable[str]]
) -> Gap | None:
    """Find what a shift lacks; ``spoken`` has the languages of each oncologist."""
    short = shortfall(shift.on, people, languages, spoken)
    return short and Gap(shift.line, shift.start, shift.end, *short)


def measure(filled: int, asked: int, minutes: Mapping[str, int], counted: Iterable[str]) -> Quality:
    """Weigh up person-minutes filled and asked for, and each one's minutes of duty.

    Nothing asked for is wholly covered. Balance is the mean, over the pairs of those ``counted``,
    of the fewer hours over the more; two without any are even, and so is whoever is alone.
    """
    coverage = filled / asked if asked else 1.0
    ratios = [
        low / high if high else 1.0
        for low, high in (
            sorted((minutes.get(one, 0), minutes.get(other, 0)))
            for one, other in combinations(sorted(counted), 2)
        )
    ]
    balance = sum(ratios) / len(ratios) if ratios else 1.0
    hours = {who: minutes[who] / 60 for who in sorted(minutes)}
    return Quality(coverage, balance, round(50 * (coverage + balance)), hours)
