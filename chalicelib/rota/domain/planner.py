"""The plan of the rota: who is on which line when, what stays open, and how good that is.

It is reckoned in integers (minutes of the wall clock, people as bits); shifts with instants in UTC,
gaps and quality are made when they are first asked for.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from functools import cached_property
from itertools import takewhile

from chalicelib.core.domain.errors import InvalidField, InvalidInput
from chalicelib.rota.domain.availability import Presence
from chalicelib.rota.domain.duty import DutyDay, Shift
from chalicelib.rota.domain.fair_assignment import TRAILING_DAYS
from chalicelib.rota.domain.line_calendar import LineDays
from chalicelib.rota.domain.local_minutes import DAY_MINUTES, to_instant
from chalicelib.rota.domain.model import Sources, check
from chalicelib.rota.domain.overrides import (
    Edit,
    apply_edits,
    edits_of,
    not_on,
    without_absent,
)
from chalicelib.rota.domain.quality import Gap, GapFinder, Quality, measure
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
    themselves: ``on_leave``, ``gone``, ``not_joined``, ``not_on``, ``on_two_lines``,
    ``outside_hours``. With ``strict`` off these last are left out of their day
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

    ``refused`` tells which edits of which days, and which dated openings, could not be followed;
    ``touched`` names the edits, by their paths, that apply to a shift of the plan.
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
        self._presence = Presence(sources.oncologists, sources.leave, sources.hours.zone)
        self._starts = [line.start_minute for line in sources.lines]
        self._overnight = any(line.is_overnight for line in sources.lines)
        rotation = DailyRotation(sources, self._presence, self._days, state, (start, end))
        self._turns = rotation.turns
        self._rotated = rotation.run()
        self._unseen = tuple(rotation.late())
        self._credits, self._due = rotation.credits, rotation.due
        self.stretches: Sequence[Stretch] = self._rotated
        """The shifts in minutes of the wall clock, by start, then by line."""
        if rotation.begins < self._first:
            cut = bisect_left(self._rotated, (self._first * DAY_MINUTES,))
            self.stretches = self._rotated[cut:]
        self.touched: frozenset[str] = frozenset()
        refused = list(self._days.problems(self._first, self._last))
        if sources.overrides or sources.temporary:
            self._edit(refused)
        elif self._presence.hours:
            self.stretches = sorted(self._present(self.stretches))
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
        finder = GapFinder(self.sources.lines, self.sources.oncologists)
        return tuple(gap for shift in self.shifts if (gap := finder.find(shift)))

    @cached_property
    def quality(self) -> Quality:
        """How much is filled, and how evenly.

        Counted for balance are the members of rotations who could have served a shift of one of
        their lines; ``hours`` has them and whoever else serves.
        """
        people = [line.people for line in self.sources.lines]
        shifts = ((people[line], end - start, on) for start, line, end, on in self.stretches)
        return measure(shifts, self._counted())

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
        for stretch in self._present(self._rotated):
            start, _, end, on = stretch
            for who in on:
                last[who] = max(last.get(who, 0), end)
                if self._day_of(stretch) >= since:
                    day = date.fromordinal(self._day_of(stretch))
                    served[who][day] = served[who].get(day, 0) + end - start
        lines = self.sources.lines
        turns = {lines[place].id: turns.turn() for place, turns in self._turns.items()}
        return RotationState(
            self.end,
            turns,
            dict(served),
            last,
            _since(self._credits, since),
            self._due,
            self._late(),
        )

    def days(self) -> tuple[DutyDay, ...]:
        """The plan as duty days: one for each date, those without a shift too."""
        by_day: dict[int, list[Shift]] = {day: [] for day in range(self._first, self._last)}
        for shift, stretch in zip(self.shifts, self.stretches, strict=True):
            by_day[self._day_of(stretch)].append(shift)
        return tuple(
            DutyDay(date.fromordinal(day), tuple(shifts)) for day, shifts in by_day.items()
        )

    def _edit(self, refused: list[InvalidField]) -> None:
        """Apply overrides and temporary schedules, each on the days whose shifts it touches."""
        by_day: defaultdict[int, list[Edit]] = defaultdict(list)
        first, last = self._first * DAY_MINUTES, self._last * DAY_MINUTES
        edits = [edit for edit in edits_of(self.sources) if edit.start < last and first < edit.end]
        for edit in edits:
            for day in range(self._first_touched(edit), (edit.end - 1) // DAY_MINUTES + 1):
                if self._first <= day < self._last:
                    by_day[day].append(edit)
        rotated = self.stretches
        edited: list[Stretch] = []
        touched: set[str] = set()
        done = 0
        for day in sorted(by_day):
            start = bisect_left(rotated, (day * DAY_MINUTES,), done)
            end = bisect_left(rotated, ((day + 1) * DAY_MINUTES,), start)
            edited += self._present(rotated[done:start])
            found = apply_edits(
                day,
                self._present(rotated[start:end]),
                by_day[day],
                self._presence,
                self._beside(day, edited, rotated[end:]),
            )
            edited += found.stretches
            refused += found.refused
            touched |= found.touched
            done = end
        self.stretches = [*edited, *self._present(rotated[done:])]
        if self._overnight or self._presence.hours:
            # A part of one day's shift may start after a shift of the next.
            self.stretches.sort()
        self.touched = frozenset(touched)
        refused += [
            not_on(edit)
            for edit in edits
            if edit.on is None and edit.path not in touched
            # What else lies in its span, another plan knows.
            if self._first <= self._first_touched(edit) and edit.end <= last
        ]

    def _first_touched(self, edit: Edit) -> int:
        """Return the first day, an ordinal, whose shifts an edit may touch."""
        return edit.start // DAY_MINUTES - self._overnight

    def _beside(
        self, day: int, before: Sequence[Stretch], after: Sequence[Stretch]
    ) -> list[Stretch]:
        """List what runs on other days at the same time as shifts of a day."""
        if not self._overnight:
            return []
        midnight = day * DAY_MINUTES
        late = takewhile(lambda each: each[0] >= midnight - DAY_MINUTES, reversed(before))
        until = bisect_left(after, (midnight + 2 * DAY_MINUTES,))
        return [*(each for each in late if each[2] > midnight), *after[:until]]

    def _present(self, stretches: Sequence[Stretch]) -> Sequence[Stretch]:
        """Return the shifts of a rotation without those who are on leave of some hours."""
        if not self._presence.hours:
            return stretches
        return [part for each in stretches for part in without_absent(each, self._presence)]

    def _day_of(self, stretch: Stretch) -> int:
        """Return the day, an ordinal, to which a part of a shift belongs: that of its start."""
        start, line, *_ = stretch
        return (start - self._starts[line]) // DAY_MINUTES

    def _late(self) -> dict[str, int]:
        """Return who is on duty at the end of the plan, and until which minute."""
        midnight = self._last * DAY_MINUTES
        before = self._before.late if self._before else {}
        ends = [*before.items(), *self._unseen]
        found = {who: end for who, end in ends if end > midnight}
        if self._overnight:
            since = bisect_left(self._rotated, (midnight - DAY_MINUTES,))
            for _, _, end, on in self._rotated[since:]:
                if end > midnight:
                    found.update({who: max(end, found.get(who, 0)) for who in on})
        return found

    def _counted(self) -> set[str]:
        """List the members who could have served a shift of one of their lines."""
        counted: set[str] = set()
        days_of = self._days.of_lines(self._first, self._last)
        for line, days in zip(self.sources.lines, days_of, strict=True):
            begins = line.rotation.anchor.toordinal()
            for who in line.rotation.members:
                if who not in counted and any(
                    day >= begins and self._presence.absence(who, day) is None for day in days
                ):
                    counted.add(who)
        return counted


def _since(record: Mapping[str, Mapping[date, int]], first: int) -> dict[str, dict[date, int]]:
    """Keep what a record of minutes by day has from a day, an ordinal, on."""
    recent = {
        who: {day: minutes for day, minutes in days.items() if day.toordinal() >= first}
        for who, days in record.items()
    }
    return {who: days for who, days in recent.items() if days}
