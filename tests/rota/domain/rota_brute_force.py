"""The rota told by the quarter hour: naive, slow, written from the contract's words alone.

It shares no code with the plan. It knows round robins, overrides and temporary schedules; what is
refused it does not know, and it takes every time to lie on a quarter hour.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

NAMES = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
QUARTER = timedelta(minutes=15)
DAY = timedelta(days=1)
DAY_MINUTES = 24 * 60


def tell(sources, start: date, end: date):
    """For each quarter hour of ``[start, end)``, who is on each line that runs, as sets."""
    zone = sources.hours.zone
    wheels = {line.id: Wheel(line) for line in sources.lines}
    day = min([start, *(line.rotation.anchor for line in sources.lines)])
    told = {}
    late = {}
    while day < end:
        rotation = {}
        for line in sources.lines:
            if runs(sources, line, day):
                rotation[line.id] = wheels[line.id].serve(sources, day, rotation, late)
        late = {
            line.id: rotation[line.id]
            for line in sources.lines
            if line.id in rotation and end_of(line) > DAY_MINUTES
        }
        today = [line for line in sources.lines if line.id in rotation and day >= start]
        for quarter in range(192) if today else ():
            now = datetime.combine(day, time(0), zone) + quarter * QUARTER
            on = {
                line.id: frozenset(on_now(sources, line, now, rotation[line.id]))
                for line in today
                if minutes(line.start) <= 15 * quarter < end_of(line)
            }
            if on:
                told.setdefault(now, {}).update(on)
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

    def serve(self, sources, day, rotation, late):
        """Who is on this day's shift, by the rotation.

        ``rotation`` has the earlier lines', ``late`` the shifts that began the day before.
        """
        rotation = rotation, late
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
    days = [day, day + DAY] if end_of(line) > DAY_MINUTES else [day]
    is_open = all(
        len(sources.hours.weekly[each.weekday()]) > 0 and each not in sources.hours.closures
        for each in days
    )
    return name in line.days and is_open


def free(sources, line, who, day, rotation):
    if away(sources, who, day) or all(
        on_leave(sources, who, datetime.combine(day, time(0), sources.hours.zone) + n * QUARTER)
        for n in range(minutes(line.start) // 15, end_of(line) // 15)
    ):
        return False
    rotation, late = rotation
    for other in sources.lines:
        if who in late.get(other.id, []) and minutes(line.start) < end_of(other) - DAY_MINUTES:
            return False
    for other in sources.lines:
        if other.id == line.id:
            return True
        together = minutes(other.start) < end_of(line) and minutes(line.start) < end_of(other)
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
        leave.oncologist == who and leave.start <= day < leave.end
        for leave in sources.leave
        if leave.since is None
    )


def on_leave(sources, who, now):
    """Whether somebody is on leave of some hours."""
    return any(
        leave.oncologist == who and leave.since <= now < leave.until
        for leave in sources.leave
        if leave.since is not None
    )


def on_now(sources, line, now, on):
    for temporary in sources.temporary:
        if temporary.line == line.id and temporary.start <= now < temporary.end:
            return temporary.on
    on = [who for who in on if not on_leave(sources, who, now)]
    for override in sources.overrides:
        if override.line == line.id and override.start <= now < override.end:
            if override.remove is not None:
                if override.remove not in on:
                    continue
                on.remove(override.remove)
            if override.add is not None and override.add not in on:
                on.append(override.add)
    return on


def minutes(clock):
    return clock.hour * 60 + clock.minute


def end_of(line):
    """The minute at which a shift ends: one that does not come after its start is tomorrow's."""
    end = minutes(line.end)
    return end if end > minutes(line.start) else end + DAY_MINUTES
