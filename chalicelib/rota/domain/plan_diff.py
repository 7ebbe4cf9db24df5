"""Two plans of the same days side by side: whose duty moves, what opens and closes, how fair it is.

Compared are spans of a line, not shifts: where a line's hours change, what stays the same is told
by nobody.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise

from chalicelib.rota.domain.duty import Shift
from chalicelib.rota.domain.planner import RotaPlan
from chalicelib.rota.domain.quality import Gap, Quality

Team = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Move:
    """A span of a line on which others are on than before; None: there is no shift then."""

    line: str
    start: datetime
    end: datetime
    was: Team | None
    becomes: Team | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """What a change does to the days of a plan.

    ``spoilt`` counts the overrides and temporary schedules that stood before, and stand no more.
    """

    before: Quality
    after: Quality
    moves: tuple[Move, ...]
    opened: tuple[Gap, ...]
    closed: tuple[Gap, ...]
    spoilt: int = 0

    @property
    def hours(self) -> tuple[tuple[str, float, float], ...]:
        """List everybody with their hours before and after; who has none in one of them has 0."""
        was, becomes = self.before.hours, self.after.hours
        return tuple(
            (who, was.get(who, 0.0), becomes.get(who, 0.0))
            for who in sorted(was.keys() | becomes.keys())
        )


def compare(before: RotaPlan, after: RotaPlan) -> Comparison:
    """Compare two plans of the same days."""
    return Comparison(
        before=before.quality,
        after=after.quality,
        moves=tuple(moves(before.shifts, after.shifts)),
        opened=_only(after.gaps, before.gaps),
        closed=_only(before.gaps, after.gaps),
        spoilt=max(len(after.refused) - len(before.refused), 0),
    )


def moves(before: Iterable[Shift], after: Iterable[Shift]) -> list[Move]:
    """List the spans on which others are on, by their start, then by line."""
    was, becomes = _by_line(before), _by_line(after)
    found = [
        move
        for line in was.keys() | becomes.keys()
        for move in _moves_of(line, was.get(line, ()), becomes.get(line, ()))
    ]
    return sorted(found, key=lambda move: (move.start, move.line))


def _moves_of(line: str, before: Sequence[Shift], after: Sequence[Shift]) -> Iterator[Move]:
    edges = sorted({edge for shift in (*before, *after) for edge in (shift.start, shift.end)})
    last: Move | None = None
    for (start, end), was, becomes in zip(
        pairwise(edges), _teams(before, edges), _teams(after, edges), strict=True
    ):
        if (was is None) == (becomes is None) and set(was or ()) == set(becomes or ()):
            continue
        if last and (last.end, last.was, last.becomes) == (start, was, becomes):
            last = replace(last, end=end)
            continue
        if last:
            yield last
        last = Move(line, start, end, was, becomes)
    if last:
        yield last


def _teams(shifts: Sequence[Shift], edges: Sequence[datetime]) -> Iterator[Team | None]:
    """Tell who is on between each edge and the next; ``shifts`` are of one line, in order."""
    rest = iter(shifts)
    shift = next(rest, None)
    for start, _ in pairwise(edges):
        while shift and shift.end <= start:
            shift = next(rest, None)
        yield shift.on if shift and shift.start <= start else None


def _by_line(shifts: Iterable[Shift]) -> Mapping[str, list[Shift]]:
    found: defaultdict[str, list[Shift]] = defaultdict(list)
    for shift in shifts:
        found[shift.line].append(shift)
    return found


def _only(gaps: Sequence[Gap], others: Sequence[Gap]) -> tuple[Gap, ...]:
    known = set(others)
    return tuple(gap for gap in gaps if gap not in known)
