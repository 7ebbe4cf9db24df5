"""All rotations together: nobody is on two lines at once.

Lines whose shifts overlap, one with the next, are served in the order of the list; fair ones among
them that overlap are filled together, at the place of the first of them. What does not overlap is
served in the order of time, and a shift that began the day before comes first. So whoever is served
first has whom it wants, and the rest do without.

Days are ordinals, and lines are known by their places in the list.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date
from itertools import chain, repeat
from typing import Final, assert_never

from chalicelib.core.domain.errors import InvalidField, InvalidInput
from chalicelib.rota.domain.availability import Presence
from chalicelib.rota.domain.fair_rotation import FairLines, Served
from chalicelib.rota.domain.line_calendar import LineDays, Running
from chalicelib.rota.domain.local_minutes import DAY_MINUTES
from chalicelib.rota.domain.model import Fair, Line, RoundRobin, Sources
from chalicelib.rota.domain.round_robin import RotationState, Team, Turns

MAX_DAYS: Final = 3660
"""As far back as counting may have begun, and as far as a plan reaches."""

Stretch = tuple[int, int, int, Team]
"""The minute at which it starts (see local_minutes), its line, the minute of its end, who is on."""


class DailyRotation:
    """The rotations of all lines, from the first day that counts until ``end``."""

    def __init__(
        self,
        sources: Sources,
        presence: Presence,
        days: LineDays,
        state: RotationState | None,
        span: tuple[date, date],
    ) -> None:
        """Set each rotation to where it stands; raises InvalidInput where an anchor is too old.

        ``begins`` is the first day that is told: the start of ``span``, or where ``state`` ends.
        """
        start, end = span
        self._sources = sources
        self._presence = presence
        self._end = end.toordinal()
        self.begins = (state.until if state else start).toordinal()
        known = state.turns if state else {}
        self.turns: dict[int, Turns] = {}
        self._first = self.begins
        faults = []
        for place, line in enumerate(sources.lines):
            match line.rotation:
                case RoundRobin() as rule:
                    self.turns[place] = Turns(rule, line.people, presence.bits, known.get(line.id))
                    anchor = rule.anchor.toordinal()
                    if state is None and anchor < self._first:
                        self._first = anchor
                        if anchor < self.begins - MAX_DAYS:
                            path = f"lines[{place}].rotation.anchor"
                            faults.append(InvalidField(path, "out_of_range", days=MAX_DAYS))
                case Fair():
                    pass
                case other:
                    assert_never(other)
        if faults:
            raise InvalidInput(faults)
        self._before = state
        self.credits: Mapping[str, Mapping[date, int]] = state.credits if state else {}
        self.due: Mapping[str, date | None] = state.due if state else {}
        """See RotationState; at the end of the plan once it has run."""
        self._late: list[tuple[int, int]] = []
        self._days = days.of_lines(self._first, self._end)
        self._hours = [(line.start_minute, line.end_minute) for line in sources.lines]
        self._away = self._on_leave_throughout() if presence.hours else {}
        self._members = [frozenset(line.rotation.members) for line in sources.lines]

    def run(self) -> list[Stretch]:
        """Serve every day, and tell the shifts by start, then by line."""
        if len(self.turns) == len(self._sources.lines) and not self._reaches_over():
            return self._run_by_line()
        return self._run_by_day()

    def late(self) -> Iterator[tuple[str, int]]:
        """List who is on a shift that began on the last day that was served, and until when."""
        for end, mask in self._late:
            yield from ((who, end) for who, bit in self._presence.bits.items() if bit & mask)

    def _run_by_line(self) -> list[Stretch]:
        """Serve all days of one round robin before the next, which is quicker."""
        different = {id(days): days for days in self._days}.values()
        calendar = sorted(set[int]().union(*different))
        place_of = {day: i for i, day in enumerate(calendar)} if len(different) > 1 else {}
        here = self._presence.by_day(self._first, self._end)
        taken: list[list[int]] = []
        beside: dict[tuple[int, ...], list[int]] = {
            (): [here[day - self._first] for day in calendar]
        }

        def free_beside(lines: tuple[int, ...]) -> list[int]:
            if lines not in beside:
                *before, last = lines
                beside[lines] = [
                    free & ~mask
                    for free, mask in zip(free_beside(tuple(before)), taken[last], strict=True)
                ]
            return beside[lines]

        served: list[list[Team]] = []
        for place, days in enumerate(self._days):
            free = free_beside(self._blockers(place, range(place)))
            if self._away:
                away = self._away
                free = [
                    there & ~away.get((place, day), 0)
                    for day, there in zip(calendar, free, strict=True)
                ]
            if len(days) == len(calendar):
                teams, masks = self.turns[place].run(days, free)
            else:
                at = [place_of[day] for day in days]
                teams, some = self.turns[place].run(days, [free[i] for i in at])
                masks = [0] * len(calendar)
                for i, mask in zip(at, some, strict=True):
                    masks[i] = mask
            served.append(teams)
            taken.append(masks)
        return self._in_order(served)

    def _in_order(self, served: Sequence[Sequence[Team]]) -> list[Stretch]:
        """List the shifts from ``begins`` on, given who serves each line on each of its days."""
        alike: defaultdict[int, list[tuple[int, int, int]]] = defaultdict(list)
        for place, (start, end) in enumerate(self._hours):
            alike[id(self._days[place])].append((start, place, end))
        found: list[Stretch] = []
        for lines in alike.values():
            days = self._days[lines[0][1]]
            skipped = bisect_left(days, self.begins)
            midnights = [day * DAY_MINUTES for day in days[skipped:]]
            edges = {edge for start, _, end in lines for edge in (start, end)}
            minutes = {edge: [midnight + edge for midnight in midnights] for edge in edges}
            rows = [
                zip(minutes[start], repeat(place), minutes[end], served[place][skipped:])
                for start, place, end in sorted(lines)
            ]
            found += chain.from_iterable(zip(*rows, strict=True))
        if len(alike) > 1:
            found.sort()
        return found

    def _run_by_day(self) -> list[Stretch]:
        """Serve all lines of one day before the next: what is fair depends on the days before.

        Before ``begins`` fair lines have nobody.
        """
        names = {who.id: i for i, who in enumerate(self._sources.oncologists)}
        served = Served(names, self._presence)
        if self._before:
            served.recall(self._before)
        else:
            served.recall_hours(self._sources.served or {}, self.begins)
        served.expect(self._newcomers(names))
        running: defaultdict[int, list[int]] = defaultdict(list)
        for place, days in enumerate(self._days):
            for day in days:
                running[day].append(place)
        here = self._presence.by_day(self._first, self._end)
        self._late = [
            (end, 1 << names[who])
            for who, end in (self._before.late if self._before else {}).items()
            if who in names
        ]
        agendas: dict[Running, list[_Step]] = {}
        found: list[Stretch] = []
        for day in sorted(running):
            today = tuple(running[day])
            if today not in agendas:
                agendas[today] = self._agenda(today, names)
            if day < self.begins:
                self._serve(day, here[day - self._first], agendas[today], None)
            else:
                served.turn_to(day)
                on = self._serve(day, here[day - self._first], agendas[today], served)
                found += self._told(day, on)
        found.sort()
        self.credits = _together(self.credits, served.credits)
        self.due = {**self.due, **dict.fromkeys(self._fair_members()), **served.due(self._end)}
        return found

    def _newcomers(self, names: Mapping[str, int]) -> Iterator[tuple[int, int]]:
        """List who starts on fair lines, or comes back to them, each with the first day.

        A member unknown to what was served before the plan is a newcomer on its first day. Credits
        that the state before owed are among them.
        """
        before = self._before
        known: Collection[str] | None = self._sources.served
        if before:
            known = {*before.served, *before.last, *before.due}
        for who in self._fair_members():
            owed = before.due.get(who) if before else None
            if owed or (known is not None and who not in known):
                yield owed.toordinal() if owed else self.begins, names[who]
            for day in self._presence.returns(who, self.begins):
                yield day, names[who]

    def _fair_members(self) -> list[str]:
        """List the members of the fair lines, once each."""
        return list(
            dict.fromkeys(
                who
                for place, line in enumerate(self._sources.lines)
                if place not in self.turns
                for who in line.rotation.members
            )
        )

    def _serve(
        self, day: int, here: int, agenda: Sequence[_Step], served: Served | None
    ) -> dict[int, Team]:
        """Serve one day, and count it where ``served`` counts; tell who is on each line."""
        on: dict[int, Team] = {}
        taken: dict[int, int] = {}
        blocked = self._blocked(day) if self._late or self._away else {}
        for step in agenda:
            if isinstance(step, FairLines):
                filled = step.serve(here, taken, served, blocked) if served else step.nobody()
            else:
                place, blockers = step
                free = here & ~blocked.get(place, 0)
                for other in blockers:
                    free &= ~taken[other]
                filled = [(place, *self.turns[place].serve(day, free))]
            for place, team, mask in filled:
                on[place], taken[place] = team, mask
                if served:
                    served.serve(day, self._sources.lines[place], team)
        midnight = day * DAY_MINUTES
        self._late = [
            (midnight + self._hours[place][1], mask)
            for place, mask in taken.items()
            if self._hours[place][1] > DAY_MINUTES
        ]
        return on

    def _blocked(self, day: int) -> dict[int, int]:
        """Return who cannot serve each line on a day, as bits.

        They are still on a shift that began the day before, or on leave for all of this one.
        """
        found: dict[int, int] = {}
        for place, (start, _) in enumerate(self._hours):
            mask = self._away.get((place, day), 0)
            for end, who in self._late:
                if end > day * DAY_MINUTES + start:
                    mask |= who
            found[place] = mask
        return found

    def _on_leave_throughout(self) -> dict[tuple[int, int], int]:
        """Find who is on leave of some hours for the whole of a shift: by line and day, as bits."""
        found: dict[tuple[int, int], int] = {}
        for place, line in enumerate(self._sources.lines):
            start, end = line.start_minute, line.end_minute
            for who in line.rotation.members:
                for away, back in self._presence.hours.get(who, ()):
                    for day in range(away // DAY_MINUTES, back // DAY_MINUTES + 1):
                        midnight = day * DAY_MINUTES
                        if away <= midnight + start and midnight + end <= back:
                            bits = found.get((place, day), 0) | self._presence.bits[who]
                            found[place, day] = bits
        return found

    def _reaches_over(self) -> bool:
        """Whether a shift runs on beside one of the next day, so that days depend on each other."""
        latest = max((end for _, end in self._hours), default=0) - DAY_MINUTES
        late = bool(self._before and self._before.late)
        return late or any(start < latest for start, _ in self._hours)

    def _told(self, day: int, on: dict[int, Team]) -> list[Stretch]:
        """Tell one day's shifts."""
        midnight, hours = day * DAY_MINUTES, self._hours
        return [
            (midnight + hours[place][0], place, midnight + hours[place][1], team)
            for place, team in on.items()
        ]

    def _agenda(self, running: Running, names: dict[str, int]) -> list[_Step]:
        """Lay out a day on which these lines run: each with those that it must leave alone."""
        lines = self._sources.lines
        spoken = {who.id: who.languages for who in self._sources.oncologists}
        steps: list[_Step] = []
        before: list[int] = []
        for group in _chains([(place, lines[place]) for place in running]):
            fair = [(place, lines[place]) for place in group if place not in self.turns]
            together = {chain[0]: chain for chain in _chains(fair)}
            for place in group:
                if place in self.turns:
                    steps.append((place, self._blockers(place, before)))
                    before.append(place)
                elif place in together:
                    chain = together[place]
                    blocked = [(i, lines[i], self._blockers(i, before)) for i in chain]
                    steps.append(FairLines(blocked, names, spoken))
                    before += chain
        return steps

    def _blockers(self, place: int, before: Sequence[int]) -> tuple[int, ...]:
        """Tell which lines, served before this, may have somebody whom it wants."""
        hours, mine = self._hours, self._members[place]
        start, end = hours[place]
        return tuple(
            [
                other
                for other in before
                if hours[other][0] < end
                and start < hours[other][1]
                and not mine.isdisjoint(self._members[other])
            ]
        )


def _together(
    one: Mapping[str, Mapping[date, int]], other: Mapping[str, Mapping[date, int]]
) -> dict[str, dict[date, int]]:
    """Add two records of minutes by day."""
    found = {who: dict(days) for who, days in one.items()}
    for who, days in other.items():
        mine = found.setdefault(who, {})
        for day, minutes in days.items():
            mine[day] = mine.get(day, 0) + minutes
    return found


_Step = FairLines | tuple[int, tuple[int, ...]]


def _chains(lines: Sequence[tuple[int, Line]]) -> list[tuple[int, ...]]:
    """Part lines where no shift runs on; each part in the order of the list, the parts by time."""
    parts: list[list[int]] = []
    until = -1
    for place, line in sorted(lines, key=lambda one: (one[1].start_minute, one[0])):
        if line.start_minute >= until:
            parts.append([])
        parts[-1].append(place)
        until = max(until, line.end_minute)
    return [tuple(sorted(part)) for part in parts]
