"""Round robin: members in turn over the shifts that are served, whatever the calendar skips.

A person is a bit and a set of people an integer, so that "is the whole team there" is one
operation; days are ordinals (``date.toordinal``).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final, Self

from chalicelib.rota.domain.model import RoundRobin

Team = tuple[str, ...]

NOBODY: Final[tuple[Team, int]] = ((), 0)


@dataclass(frozen=True, slots=True)
class Turn:
    """How far the rotation of one line has come.

    ``order`` is the members from the pointer on, which has already moved past the team: so the
    next in line is found again when members come or go. ``used`` counts the units of the running
    turn, ``week`` is the Monday of the last week that it served.
    """

    anchor: date
    unit: str
    order: Team
    team: Team = ()
    used: int = 0
    week: date | None = None

    def to_dict(self) -> dict[str, object]:
        """Write it in JSON's types."""
        return {
            "anchor": self.anchor.isoformat(),
            "unit": self.unit,
            "order": list(self.order),
            "team": list(self.team),
            "used": self.used,
            "week": self.week and self.week.isoformat(),
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Read what ``to_dict`` wrote."""
        return cls(
            anchor=date.fromisoformat(data["anchor"]),
            unit=data["unit"],
            order=tuple(data["order"]),
            team=tuple(data["team"]),
            used=int(data["used"]),
            week=date.fromisoformat(data["week"]) if data["week"] else None,
        )


@dataclass(frozen=True, slots=True)
class RotationState:
    """All that rotations remember from one plan to the next, which begins at ``until``.

    ``served`` has each one's minutes by day over the last twelve weeks, ``last`` the minute of the
    wall clock (see local_minutes) at which each last went off duty.

    ``credits`` has the minutes that newcomers to fair lines, and those who came back, were credited
    with by day. ``due`` names whom fair lines know: since when somebody waits for a credit, or None
    where nobody owes them one. ``late`` has who is on duty over the midnight at which ``until``
    begins, and until which minute.
    """

    until: date
    turns: Mapping[str, Turn] = field(default_factory=dict)
    served: Mapping[str, Mapping[date, int]] = field(default_factory=dict)
    last: Mapping[str, int] = field(default_factory=dict)
    credits: Mapping[str, Mapping[date, int]] = field(default_factory=dict)
    due: Mapping[str, date | None] = field(default_factory=dict)
    late: Mapping[str, int] = field(default_factory=dict)

    def to_dict(self) -> dict[str, object]:
        """Write it in JSON's types."""
        return {
            "until": self.until.isoformat(),
            "turns": {line: turn.to_dict() for line, turn in self.turns.items()},
            "served": _days_to_dict(self.served),
            "last": dict(self.last),
            "credits": _days_to_dict(self.credits),
            "late": dict(self.late),
            "due": {who: day and day.isoformat() for who, day in self.due.items()},
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Read what ``to_dict`` wrote; numbers may have become decimals on the way.

        What was written before there were credits, or lines over midnight, has none.
        """
        return cls(
            until=date.fromisoformat(data["until"]),
            turns={line: Turn.from_dict(turn) for line, turn in data["turns"].items()},
            served=_days_from_dict(data["served"]),
            last={who: int(minute) for who, minute in data["last"].items()},
            credits=_days_from_dict(data.get("credits", {})),
            due={
                who: date.fromisoformat(day) if day else None
                for who, day in data.get("due", {}).items()
            },
            late={who: int(minute) for who, minute in data.get("late", {}).items()},
        )


class Turns:
    """The running rotation of one line: asked for each served shift, in order of days."""

    __slots__ = (
        "_bits",
        "_every",
        "_mask",
        "_members",
        "_pointer",
        "_rule",
        "_team",
        "_used",
        "_want",
        "_week",
        "_weekly",
        "anchor",
    )

    def __init__(
        self, rule: RoundRobin, people: int, bits: Mapping[str, int], turn: Turn | None = None
    ) -> None:
        """Begin at the first member, or go on from ``turn``.

        A pointer whose member is gone stands at the next that is left of the order it knew. A turn
        of another anchor or unit says nothing: counting begins anew.
        """
        members = rule.members
        self._rule = rule
        self._members = members + members
        self._bits = [bits[member] for member in members] * 2
        self._want = people
        self._every = rule.every
        self._weekly = rule.unit == "week"
        self.anchor = rule.anchor.toordinal()
        self._pointer = 0
        self._team: Team = ()
        self._used = rule.every
        self._week = -1
        if turn and (turn.anchor, turn.unit) == (rule.anchor, rule.unit):
            still = set(members)
            self._pointer = next((members.index(who) for who in turn.order if who in still), 0)
            self._team = tuple(who for who in turn.team if who in still)[:people]
            self._used = turn.used
            self._week = _week(turn.week.toordinal()) if turn.week else -1
        self._mask = _union(bits[who] for who in self._team)

    def serve(self, day: int, free: int) -> tuple[Team, int]:
        """Tell who of those ``free`` serves this day's shift, in the order taken, and as bits."""
        if day < self.anchor:
            return NOBODY
        if not self._weekly:
            if self._used >= self._every:
                return self._begin(free)
            self._used += 1
        elif self._week != (week := _week(day)):
            self._week = week
            if self._used >= self._every:
                return self._begin(free)
            self._used += 1
        mask = self._mask
        if mask & free == mask and len(self._team) == self._want:
            return self._team, mask
        return self._fill(free)

    def run(self, days: Sequence[int], free: Sequence[int]) -> tuple[list[Team], list[int]]:
        """Serve these days one after the other; ``free`` tells who is on each."""
        if self._weekly or self._every > 1 or self._want > 1 or (days and days[0] < self.anchor):
            served = [self.serve(day, there) for day, there in zip(days, free, strict=True)]
            return [team for team, _ in served], [mask for _, mask in served]
        # One place and a turn for each shift, as most lines have it: the same without the calls.
        bits, members, at = self._bits, self._members, self._pointer
        count = len(bits) >> 1
        teams: list[Team] = []
        masks: list[int] = []
        for there in free:
            bit = bits[at]
            if bit & there:
                teams.append((members[at],))
                masks.append(bit)
                at += 1
                if at == count:
                    at = 0
            else:
                self._pointer = at
                team, mask = self._begin(there)
                teams.append(team)
                masks.append(mask)
                at = self._pointer
        if teams:
            self._pointer = at
            self._team, self._mask, self._used = teams[-1], masks[-1], 1
        return teams, masks

    def turn(self) -> Turn:
        """Tell how far it has come."""
        count = len(self._rule.members)
        return Turn(
            anchor=self._rule.anchor,
            unit=self._rule.unit,
            order=self._members[self._pointer : self._pointer + count],
            team=self._team,
            used=self._used,
            week=date.fromordinal(self._week * 7 + 1) if self._week >= 0 else None,
        )

    def _begin(self, free: int) -> tuple[Team, int]:
        """Take a new turn's team, and move the pointer past its last."""
        self._used = 1
        bits, members, want = self._bits, self._members, self._want
        first = self._pointer
        count = len(bits) >> 1
        if want == 1:
            for i in range(first, first + count):
                bit = bits[i]
                if bit & free:
                    self._pointer = (i + 1) % count
                    self._mask = bit
                    self._team = team = (members[i],)
                    return team, bit
            self._team, self._mask = NOBODY
            return NOBODY
        places = [i for i in range(first, first + count) if bits[i] & free][:want]
        if places:
            self._pointer = (places[-1] + 1) % count
        self._team = tuple([members[i] for i in places])
        self._mask = _union(bits[i] for i in places)
        return self._team, self._mask

    def _fill(self, free: int) -> tuple[Team, int]:
        """Put the next who are free, after the team, on the places that it leaves empty."""
        bits, members = self._bits, self._members
        count = len(bits) >> 1
        team = self._mask
        mask = team & free
        on = [who for who in self._team if bits[members.index(who)] & free]
        for i in range(self._pointer, self._pointer + count):
            if len(on) >= self._want:
                break
            bit = bits[i]
            if bit & free and not bit & team:
                on.append(members[i])
                mask |= bit
        return tuple(on), mask


def _days_to_dict(found: Mapping[str, Mapping[date, int]]) -> dict[str, dict[str, int]]:
    return {
        who: {day.isoformat(): minutes for day, minutes in days.items()}
        for who, days in found.items()
    }


def _days_from_dict(data: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[date, int]]:
    return {
        who: {date.fromisoformat(day): int(minutes) for day, minutes in days.items()}
        for who, days in data.items()
    }


def _week(day: int) -> int:
    """Number the ISO weeks: day 1 of the calendar was a Monday."""
    return (day - 1) // 7


def _union(bits: Iterable[int]) -> int:
    mask = 0
    for bit in bits:
        mask |= bit
    return mask
