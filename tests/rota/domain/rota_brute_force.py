"""The rota told by the quarter hour: naive, slow, written from the contract's words alone.

It shares no code with the plan. It knows round robins, overrides and temporary schedules; what is
refused it does not know, and it takes every time to lie on a quarter hour.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

NAMES = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
QUARTER = timedelta(minutes=15)
DAY = timedelta(days=1)


def tell(sources, start: date, end: date):
    """For each quarter hour of ``[start, end)``, who is on each line that runs, as sets."""
    zone = sources.hours.zone
    wheels = {line.id: Wheel(line) for line in sources.lines}
    day = min([start, *(line.rotation.anchor for line in sources.lines)])
    told = {}
    while day < end:
        rotation = {}
        for line in sources.lines:
            if runs(sources, line, day):
                rotation[line.id] = wheels[line.id].serve(sources, day, rotation)
        today = [line for line in sources.lines if line.id in rotation and day >= start]
        for quarter in range(96) if today else ():
            now = datetime.combine(day, time(0), zone) + quarter * QUARTER
            on = {
                line.id: frozenset(on_now(sources, line, now, rotation[line.id]))
                for line in today
                if minutes(line.start) <= 15 * quarter < minutes(line.end, 1440)
            }
            if on:
                told[now] = on
        day += DAY
    return told


class Wheel:
    """Whose turn it is on one line."""

    def __init__(self, line):
        self.line = line
        self.pointer = 0
        self.team = None
        self.units = 0
        self.week = None

    def serve(self, sources, day, rotation):
        """Who is on this day's shift, by the rotation; ``rotation`` has the earlier lines'."""
        rule = self.line.rotation
        if day < rule.anchor:
            return []
        week = day - timedelta(days=day.weekday())
        new_unit = rule.unit == "shift" or week != self.week
        self.week = week
        if new_unit and (self.team is None or self.units == rule.every):
            # The turn is over: the pointer moves past the team's last member.
            if self.team:
                last = rule.members.index(self.team[-1])
                self.pointer = (last + 1) % len(rule.members)
            self.team = []
            self.units = 0
            for who in self.from_member(self.pointer):
                if len(self.team) < self.line.people and free(
                    sources, self.line, who, day, rotation
                ):
                    self.team.append(who)
        if new_unit:
            self.units += 1
        on = [who for who in self.team if free(sources, self.line, who, day, rotation)]
        after = self.pointer
        if self.team:
            after = rule.members.index(self.team[-1]) + 1
        for who in self.from_member(after):
            if (
                len(on) < self.line.people
                and who not in self.team
                and free(sources, self.line, who, day, rotation)
            ):
                on.append(who)
        return on

    def from_member(self, place):
        members = self.line.rotation.members
        return [members[(place + i) % len(members)] for i in range(len(members))]


def runs(sources, line, day):
    name = NAMES[day.weekday()]
    open_today = len(sources.hours.weekly[day.weekday()]) > 0
    return name in line.days and open_today and day not in sources.hours.closures


def free(sources, line, who, day, rotation):
    if away(sources, who, day):
        return False
    for other in sources.lines:
        if other.id == line.id:
            return True
        together = minutes(other.start) < minutes(line.end, 1440) and minutes(line.start) < minutes(
            other.end, 1440
        )
        if together and who in rotation.get(other.id, []):
            return False
    raise AssertionError("the line is not in the list")


def away(sources, who, day):
    person = next(one for one in sources.oncologists if one.id == who)
    if person.joined is not None and day < person.joined:
        return True
    if person.left is not None and day >= person.left:
        return True
    return any(
        leave.oncologist == who and leave.start <= day < leave.end for leave in sources.leave
    )


def on_now(sources, line, now, on):
    for temporary in sources.temporary:
        if temporary.line == line.id and temporary.start <= now < temporary.end:
            return temporary.on
    on = list(on)
    for override in sources.overrides:
        if override.line == line.id and override.start <= now < override.end:
            if override.remove is not None:
                on.remove(override.remove)
            if override.add is not None and override.add not in on:
                on.append(override.add)
    return on


def minutes(clock, midnight=0):
    return clock.hour * 60 + clock.minute or midnight
