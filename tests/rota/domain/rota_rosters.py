"""Rosters for the tests of the rota: small ones by hand, and any number drawn from a seed.

Drawn ones lie on quarter hours, so that a rota told by the quarter hour is told wholly.
"""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date, datetime, time, timedelta

from chalicelib.core.domain.datetimes import IST
from chalicelib.core.domain.errors import InvalidInput
from chalicelib.core.domain.working_hours import WEEKDAYS, OpenWindow, WorkingHours
from chalicelib.rota.domain.duty import Oncologist
from chalicelib.rota.domain.model import (
    Fair,
    Leave,
    Line,
    Override,
    RoundRobin,
    Sources,
    Temporary,
    leave_of_hours,
)
from chalicelib.rota.domain.planner import plan

MONDAY = date(2026, 11, 30)
"""The first day of an ISO week, and of most of these rosters."""

MON_TO_SAT = WEEKDAYS[:6]


def day(number):
    """The date so many days after MONDAY."""
    return MONDAY + timedelta(days=number)


def ist(text):
    return datetime.fromisoformat(text).replace(tzinfo=IST)


def at(number, clock):
    """The instant of a clock's time so many days after MONDAY."""
    return ist(f"{day(number).isoformat()}T{clock}")


def hours(*, closures=(), extra=None, zone=IST, **days):
    """Monday to Saturday 10:00 to 17:00, unless days are given."""
    week = days or dict.fromkeys(MON_TO_SAT, (("10:00", "17:00"),))
    return WorkingHours(
        tuple(windows(week.get(name, ())) for name in WEEKDAYS),
        frozenset(closures),
        {when: windows(spans) for when, spans in (extra or {}).items()},
        zone,
    )


def windows(spans):
    return tuple(OpenWindow(clock(start), clock(end)) for start, end in spans)


def clock(text):
    return time(0) if text == "24:00" else time.fromisoformat(text)


def someone(name, languages=("hi",), **changes):
    return Oncologist(name, f"Dr {name}", "MPMC-1", "", tuple(languages), "female", **changes)


def people(names="abc", **languages):
    """Oncologists of one letter each, who speak Hindi unless said otherwise."""
    return tuple(someone(name, languages.get(name, ("hi",))) for name in names)


def turns(members="abc", **changes):
    return replace(RoundRobin(tuple(members), MONDAY), **changes)


def fair(members="abc"):
    return Fair(tuple(members))


def a_line(name="morning", span=("10:00", "13:30"), **changes):
    line = Line(name, MON_TO_SAT, clock(span[0]), clock(span[1]), turns())
    return replace(line, **changes)


def sources(*lines, **changes):
    """One morning line of a, b and c, unless said otherwise."""
    made = Sources(hours(), people(), lines or (a_line(),))
    return replace(made, **changes)


def who_by_day(rota, line="morning"):
    """Who is on a line, shift by shift, as words of the members' letters."""
    return ["".join(shift.on) for shift in rota.shifts if shift.line == line]


def on_duty(rota, instant):
    """Who is on duty at an instant, by the days that a plan makes."""
    return {who for each in rota.days() for who in each.on_duty_at(instant)}


def planned(made, days=7, **changes):
    return plan(replace(made, **changes), MONDAY, day(days))


def problems_of(call):
    """What a call is refused for, as paths and codes."""
    try:
        call()
    except InvalidInput as refused:
        return [(problem.field, problem.field_code) for problem in refused.fields]
    return []


class Dice:
    """Draws parts of rosters; the same seed draws the same."""

    def __init__(self, seed):
        self.random = random.Random(seed)

    def chance(self, share):
        return self.random.random() < share

    def some(self, values, least=1, most=None):
        values = list(values)
        count = self.random.randint(least, min(most or len(values), len(values)))
        return tuple(self.random.sample(values, count))

    def clock(self, start, end):
        """Two quarter hours in order, within hours of the day."""
        first, last = sorted(self.random.sample(range(start * 4, end * 4 + 1), 2))
        return tuple(
            time(0) if quarter == 96 else time(quarter // 4, quarter % 4 * 15)
            for quarter in (first, last)
        )

    def instants(self, days):
        """Two quarter hours in order, less than two days apart or so, mostly in one morning."""
        start = self.random.randrange(days * 96)
        length = self.random.choice((2, 5, 8, 12, 40, 150))
        first = datetime.combine(MONDAY, time(0), IST)
        return tuple(first + timedelta(minutes=15 * quarter) for quarter in (start, start + length))


def a_roster(seed, *, days=14, kinds=("round_robin",), edits=True):
    """A roster of up to six oncologists and four lines around MONDAY, any way round."""
    dice = Dice(seed)
    names = "abcdef"[: dice.random.randint(1, 6)]
    oncologists = tuple(
        someone(
            name,
            dice.some(("hi", "en", "ta")),
            joined=day(dice.random.randint(-3, days)) if dice.chance(0.2) else None,
            left=day(dice.random.randint(days // 2, days)) if dice.chance(0.2) else None,
        )
        for name in names
    )
    oncologists = tuple(
        replace(who, joined=None) if who.joined and who.left and who.left < who.joined else who
        for who in oncologists
    )
    wide = {name: [("08:00", "20:00")] for name in WEEKDAYS if dice.chance(0.8)} or {
        "mon": [("08:00", "20:00")]
    }
    lines = tuple(
        _a_line(dice, number, names, kinds) for number in range(dice.random.randint(1, 4))
    )
    made = Sources(
        hours(closures=[day(d) for d in range(days) if dice.chance(0.08)], **wide),
        oncologists,
        lines,
        leave=tuple(
            Leave(dice.random.choice(names), day(start), day(start + dice.random.randint(1, 6)))
            for start in (dice.random.randint(-4, days) for _ in range(dice.random.randint(0, 4)))
        ),
    )
    return _with_edits(dice, made, names, days) if edits else made


def a_round_the_clock_roster(seed, *, days=7, kinds=("round_robin",)):
    """A roster with lines over midnight, and with leave of some hours; some days are closed."""
    dice = Dice(seed)
    made = a_roster(seed, days=days, kinds=kinds, edits=False)
    lines = []
    for line in made.lines:
        start, end = dice.clock(0, 23)
        lines.append(replace(line, start=end, end=start) if dice.chance(0.6) else line)
    names = [who.id for who in made.oncologists]
    leave = tuple(
        leave_of_hours(dice.random.choice(names), *dice.instants(days), IST)
        for _ in range(dice.random.randint(0, 4))
    )
    always = hours(closures=made.hours.closures, **dict.fromkeys(WEEKDAYS, (("00:00", "24:00"),)))
    made = replace(made, hours=always, lines=tuple(lines), leave=(*made.leave, *leave))
    return _with_edits(dice, made, names, days)


def _a_line(dice, number, names, kinds):
    start, end = dice.clock(8, 20)
    members = dice.some(names)
    rotation = (
        Fair(members)
        if dice.random.choice(kinds) == "fair"
        else RoundRobin(
            members,
            day(dice.random.randint(-10, 4)),
            dice.random.choice(("shift", "shift", "week")),
            dice.random.choice((1, 1, 2, 3)),
        )
    )
    return Line(
        f"line{number}",
        dice.some(WEEKDAYS, least=3),
        start,
        end,
        rotation,
        dice.random.choice((1, 1, 2, 3)),
        dice.some(("hi", "en", "ta"), least=0, most=2),
    )


def _with_edits(dice, made, names, days):
    """The roster with overrides and temporary schedules, those apart that are refused."""
    lines = [line.id for line in made.lines]
    overrides = []
    for _ in range(dice.random.choice((0, 1, 3))):
        start, end = dice.instants(days)
        remove, add = dice.random.choice(names), dice.random.choice(names)
        kind = dice.random.choice(("add", "remove", "replace"))
        if kind == "replace" and remove == add:
            kind = "add"
        overrides.append(
            Override(
                dice.random.choice(lines),
                start,
                end,
                remove if kind != "add" else None,
                add if kind != "remove" else None,
            )
        )
    temporary = []
    for line in lines:
        if dice.chance(0.15):
            start, end = dice.instants(days)
            temporary.append(Temporary(line, start, end, dice.some(names, least=0, most=2)))
    made = replace(made, overrides=tuple(overrides), temporary=tuple(temporary))
    while made.overrides or made.temporary:
        refused = {field.field.split(".")[0] for field in _refused(made, days)}
        if not refused:
            break
        made = replace(
            made,
            overrides=tuple(
                one for i, one in enumerate(made.overrides) if f"overrides[{i}]" not in refused
            ),
            temporary=tuple(
                one for i, one in enumerate(made.temporary) if f"temporary[{i}]" not in refused
            ),
        )
    return made


def _refused(made, days):
    return plan(made, MONDAY, day(days), strict=False).refused
