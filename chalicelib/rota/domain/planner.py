"""The plan of the rota: who is on which line when, what stays open, and how good that is.

It is reckoned in integers (minutes of the wall clock, people as bits); shifts with instants in UTC,
gaps and quality are made when they are first asked for.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import cached_property

from chalicelib.core.domain.errors import InvalidField, InvalidInput
from chalicelib.rota.domain.availability import Presence
from chalicelib.rota.domain.duty import DutyDay, Shift
from chalicelib.rota.domain.fair_assignment import TRAILING_DAYS
from chalicelib.rota.domain.line_calendar import LineDays
from chalicelib.rota.domain.local_minutes import DAY_MINUTES, to_instant, to_minute
from chalicelib.rota.domain.model import RoundRobin, Sources, check
from chalicelib.rota.domain.overrides import Edit, apply_edits, edits_of, misplaced
from chalicelib.rota.domain.quality import Gap, Quality, find_gap, measure
from chalicelib.rota.domain.round_robin import RotationState
from chalicelib.rota.domain.scheduler import MAX_DAYS, DailyRotation, Stretch
from chalicelib.rota.domain.shift_ids import stamp


def plan(
    sources: Sources,
    start: date,
    end: date,
    state: RotationState | None = None,
    *,
    strict: bool = True,
) -> RotaPlan:
    """Plan the days of ``[start, end)``.

    Without a ``state``, round robins count from their anchors, and ``fair`` from ``served``. With
    the state of an earlier plan they go on where it ended, in whatever the sources are now: days
    between its ``until`` and ``start`` are planned unseen, ``served`` says nothing, and a line that
    it does not know begins at ``until``.

    Raises InvalidInput with all that ``check`` finds, or else with all that shows on the days
    themselves: ``closed``, ``no_shift``, ``on_leave``, ``gone``, ``not_joined``, ``not_on``,
    ``on_two_lines``, ``outside_hours``. With ``strict`` off these last are left out of their day
    and told in ``refused``, so that a leave granted since stops no publishing.

    Raises ValueError where the state is of later than ``start``.
    """
    check(sources)
    if end < start:
        raise InvalidInput([InvalidField("to", "end_before_start")])
    if (end - start).days > MAX_DAYS:
        raise InvalidInput([InvalidField("to", "out_of_range", days=MAX_DAYS)])
    if state and not start.toordinal() - MAX_DAYS <= state.until.toordinal() <= start.toordinal():
        raise ValueError("the state is not one to go on from")
    found = RotaPlan(sources, start, end, state)
    if strict and found.refused:
        raise InvalidInput(found.refused)
    return found


class RotaPlan:
    """The shifts of the days in ``[start, end)``, and what follows from them.

    ``refused`` tells which edits of which days, and which dated openings, could not be followed.
    """

    def __init__(
        self, sources: Sources, start: date, end: date, state: RotationState | None
    ) -> None:
        """Reckon it, from checked sources; ``plan`` does."""
        self.sources = sources
        self.start = start
        self.end = end
        self._before = state
        self._first, self._last = start.toordinal(), end.toordinal()
        self._days = LineDays(sources)
        self._presence = Presence(sources.oncologists, sources.leave)
        rotation = DailyRotation(sources, self._presence, self._days, state, (start, end))
        self._turns = rotation.turns
        self._rotated = rotation.run()
        self._credits, self._due = rotation.credits, rotation.due
        self.stretches: Sequence[Stretch] = self._rotated
        """The shifts in minutes of the wall clock, by start, then by line."""
        if rotation.begins < self._first:
            cut = bisect_left(self._rotated, (self._first * DAY_MINUTES,))
            self.stretches = self._rotated[cut:]
        refused = list(self._days.problems(self._first, self._last))
        if sources.overrides or sources.temporary:
            self._edit(refused)
        self.refused = tuple(refused)

    @cached_property
    def shifts(self) -> tuple[Shift, ...]:
        """The shifts, by start and then by the line's place in the list; instants are in UTC."""
        zone = self.sources.hours.zone
        names = [line.id for line in self.sources.lines]
        edges = {edge for start, _, end, _ in self.stretches for edge in (start, end)}
        instants = {edge: to_instant(edge, zone) for edge in edges}
        stamps = {start: stamp(start) for start, *_ in self.stretches}
        return tuple(
            [
                Shift(
                    f"{names[line]}-{stamps[start]}",
                    names[line],
                    instants[start],
                    instants[end],
                    on,
                )
                for start, line, end, on in self.stretches
            ]
        )

    @cached_property
    def gaps(self) -> tuple[Gap, ...]:
        """The shifts that lack people or languages, in the order of ``shifts``."""
        lines = self.sources.lines
        spoken = {who.id: who.languages for who in self.sources.oncologists}
        found = (
            find_gap(shift, lines[line].people, lines[line].languages, spoken)
            for shift, (_, line, _, _) in zip(self.shifts, self.stretches, strict=True)
        )
        return tuple(gap for gap in found if gap)

    @cached_property
    def quality(self) -> Quality:
        """How much is filled, and how evenly.

        Counted for balance are the members of rotations who could have served a shift of one of
        their lines; ``hours`` has them and whoever else serves.
        """
        lines = self.sources.lines
        counted = self._counted()
        minutes = dict.fromkeys(counted, 0)
        filled = asked = 0
        for start, line, end, on in self.stretches:
            people, length = lines[line].people, end - start
            asked += people * length
            filled += min(len(on), people) * length
            for who in on:
                minutes[who] = minutes.get(who, 0) + length
        return measure(filled, asked, minutes, counted)

    @cached_property
    def state(self) -> RotationState:
        """What a plan that begins at ``end`` goes on from; it knows of no edits."""
        since = self._last - TRAILING_DAYS
        served: defaultdict[str, dict[date, int]] = defaultdict(dict)
        last: dict[str, int] = {}
        if self._before:
            last.update(self._before.last)
            served.update(_since(self._before.served, since))
        else:
            eve = date.fromordinal(self._first - 1)
            for who, hours in (self.sources.served or {}).items():
                if hours:
                    last[who] = self._first * DAY_MINUTES
                    if eve.toordinal() >= since:
                        served[who] = {eve: round(hours * 60)}
        for start, _, end, on in self._rotated:
            for who in on:
                last[who] = max(last.get(who, 0), end)
                if start // DAY_MINUTES >= since:
                    day = date.fromordinal(start // DAY_MINUTES)
                    served[who][day] = served[who].get(day, 0) + end - start
        lines = self.sources.lines
        turns = {lines[place].id: turns.turn() for place, turns in self._turns.items()}
        return RotationState(
            self.end, turns, dict(served), last, _since(self._credits, since), self._due
        )

    def days(self) -> tuple[DutyDay, ...]:
        """The plan as duty days: one for each date, those without a shift too."""
        by_day: dict[int, list[Shift]] = {day: [] for day in range(self._first, self._last)}
        for shift, stretch in zip(self.shifts, self.stretches, strict=True):
            by_day[stretch[0] // DAY_MINUTES].append(shift)
        return tuple(
            DutyDay(date.fromordinal(day), tuple(shifts)) for day, shifts in by_day.items()
        )

    def _edit(self, refused: list[InvalidField]) -> None:
        """Apply overrides and temporary schedules, each on the days of the plan that it touches."""
        by_day: defaultdict[int, list[Edit]] = defaultdict(list)
        first, last = self._first * DAY_MINUTES, self._last * DAY_MINUTES
        for edit in edits_of(self.sources):
            if edit.start < last and first < edit.end:
                if edit.on is None:
                    refused += misplaced(edit, self.sources.lines[edit.line], self._days)
                start, end = max(edit.start, first), min(edit.end, last)
                for day in range(start // DAY_MINUTES, (end - 1) // DAY_MINUTES + 1):
                    by_day[day].append(edit)
        rotated = self.stretches
        edited: list[Stretch] = []
        done = 0
        for day in sorted(by_day):
            start = bisect_left(rotated, (day * DAY_MINUTES,), done)
            end = bisect_left(rotated, ((day + 1) * DAY_MINUTES,), start)
            stretches, faults = apply_edits(
                day, rotated[start:end], by_day[day], self._presence.absence
            )
            edited += rotated[done:start]
            edited += stretches
            refused += faults
            done = end
        self.stretches = [*edited, *rotated[done:]]

    def _counted(self) -> set[str]:
        """List the members who could have served a shift of one of their lines."""
        counted: set[str] = set()
        days_of = self._days.of_lines(self._first, self._last)
        for line, days in zip(self.sources.lines, days_of, strict=True):
            rule = line.rotation
            begins = rule.anchor.toordinal() if isinstance(rule, RoundRobin) else 0
            for who in rule.members:
                if who not in counted and any(
                    day >= begins and self._presence.absence(who, day) is None for day in days
                ):
                    counted.add(who)
        return counted


def on_duty_at(rota: RotaPlan, at: datetime) -> frozenset[str]:
    """Tell the ids of those on duty at an instant; raises NaiveDatetimeError."""
    minute = to_minute(at, rota.sources.hours.zone)
    stretches = rota.stretches
    found: list[str] = []
    # A shift ends on the day on which it starts.
    for i in range(bisect_left(stretches, (minute - minute % DAY_MINUTES,)), len(stretches)):
        start, _, end, on = stretches[i]
        if start > minute:
            break
        if minute < end:
            found += on
    return frozenset(found)


def _since(record: Mapping[str, Mapping[date, int]], first: int) -> dict[str, dict[date, int]]:
    """Keep what a record of minutes by day has from a day, an ordinal, on."""
    recent = {
        who: {day: minutes for day, minutes in days.items() if day.toordinal() >= first}
        for who, days in record.items()
    }
    return {who: days for who, days in recent.items() if days}
