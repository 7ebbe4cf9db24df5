"""Twelve weeks of 600 shifts for 50 oncologists, beside the usual ways to expand what recurs.

The peers expand the spans alone, from fifty weekly rules with their exceptions; the plan also tells
who is on, round leave and colleagues on other lines. Each is timed from where it would be stored:
rules as text, a calendar that is parsed already, sources that nobody has checked. Parsing is most
of the rules' time: against rules that are parsed already the plan would not keep its tenth.
Instants are made of the plan's minutes when they are shown: told apart.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from datetime import time as clock
from statistics import median
from typing import Final

import recurring_ical_events
from dateutil.rrule import rrulestr
from icalendar import Calendar

from chalicelib.core.domain.datetimes import IST
from chalicelib.core.domain.working_hours import DEFAULT_HOURS
from chalicelib.rota.domain.duty import Oncologist
from chalicelib.rota.domain.model import Fair, Leave, Line, Override, RoundRobin, Sources
from chalicelib.rota.domain.planner import RotaPlan, plan
from tests.benchmarks._figures import Row, row, show

START: Final = date(2026, 10, 5)
END: Final = START + timedelta(weeks=12)
MONTH: Final = START + timedelta(days=28)
ROUNDS: Final = 9
MILLISECONDS: Final = 50
OVERRIDES: Final = 20
WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri")
HALVES: Final = ((clock(10), clock(13, 30)), (clock(13, 30), clock(17)))


def run() -> list[Row]:
    """Measure, and hold the budgets."""
    sources = with_overrides(a_roster(fair=False))
    rules, calendar = as_rules(sources, zoned=False), as_calendar(sources)
    rota = plan(sources, START, END)
    spans = sorted(shift.start for shift in rota.shifts)
    walls = sorted(expand_rules(rules))
    if spans != [wall.replace(tzinfo=IST) for wall in walls] or spans != sorted(
        expand_calendar(calendar)
    ):
        raise SystemExit("the peers expand other shifts than the plan")
    day = next(each for each in rota.days() if each.shifts)
    noon = day.shifts[0].start
    took = interleaved(
        {
            "plan": lambda unchecked: plan(unchecked, START, END),
            "shifts": lambda unchecked: plan(unchecked, START, END).shifts,
            "rrule": lambda _: expand_rules(rules),
            "ical": lambda _: expand_calendar(calendar),
            "at": lambda _: day.on_duty_at(noon),
        },
        sources,
    )
    for name, milliseconds in took.items():
        print(f"  {name:8} {milliseconds:9.4f} ms")
    cpu = publishing(with_overrides(a_roster(fair=False))), publishing(a_roster(fair=True))
    return [
        row("12 weeks / recurring_ical_events", took["plan"] / took["ical"], 1 / 40),
        row("12 weeks / dateutil.rrule", took["plan"] / took["rrule"], 1 / 10),
        row("who is on duty, ms", took["at"], 0.05),
        row("publishing 28 days, round robin, s of CPU", cpu[0], 2),
        row("publishing 28 days, fair with languages, s of CPU", cpu[1], 2),
    ]


def a_roster(*, fair: bool) -> Sources:
    """Ten lines of fifty oncologists each, who all have a week of leave."""
    dice = random.Random(3)  # noqa: S311  # a roster to measure, the same each time
    names = [f"d{i:02}" for i in range(50)]
    oncologists = tuple(
        Oncologist(name, "", "", "", ("hi", "en", ("ta", "bn", "te")[i % 3]), "")
        for i, name in enumerate(names)
    )
    lines = tuple(
        Line(
            f"line{i}",
            WEEKDAYS,
            *HALVES[i % 2],
            Fair(tuple(names)) if fair else RoundRobin((*names[5 * i :], *names[: 5 * i]), START),
            languages=("hi", ("ta", "bn")[i % 2]) if fair else ("hi",),
        )
        for i in range(10)
    )
    leave = [START + timedelta(days=dice.randrange(77)) for _ in names]
    return Sources(
        DEFAULT_HOURS,
        oncologists,
        lines,
        tuple(
            Leave(name, first, first + timedelta(days=7))
            for name, first in zip(names, leave, strict=True)
        ),
    )


def with_overrides(sources: Sources) -> Sources:
    """Have the last hour and a half of some shifts served by somebody else."""
    dice = random.Random(4)  # noqa: S311
    rota = plan(sources, START, END)
    overrides: list[Override] = []
    for shift in dice.sample(rota.shifts, OVERRIDES):
        for stand_in in sources.oncologists:
            override = Override(
                shift.line, shift.start + timedelta(hours=2), shift.end, shift.on[0], stand_in.id
            )
            tried = replace(sources, overrides=(*overrides, override))
            if stand_in.id not in shift.on and not plan(tried, START, END, strict=False).refused:
                overrides.append(override)
                break
    return replace(sources, overrides=tuple(overrides))


def as_rules(sources: Sources, *, zoned: bool) -> list[str]:
    """Write the starts of shifts as recurrence rules, one for each line and weekday.

    The second piece of a split shift is a date of its own; dateutil reads these without zones only.
    """
    until = f"{END:%Y%m%d}T000000{'Z' if zoned else ''}"
    zone = f";TZID={IST.key}" if zoned else ""
    texts: list[str] = []
    for line in sources.lines:
        for weekday in range(len(WEEKDAYS)):
            first = datetime.combine(START + timedelta(days=weekday), line.start)
            lines = [f"DTSTART{zone}:{first:%Y%m%dT%H%M%S}"]
            lines.append(f"RRULE:FREQ=WEEKLY;UNTIL={until}")
            lines += [
                f"RDATE{zone}:{override.start.astimezone(IST):%Y%m%dT%H%M%S}"
                for override in sources.overrides
                if override.line == line.id and override.start.astimezone(IST).weekday() == weekday
            ]
            texts.append("\n".join(lines))
    return texts


def as_calendar(sources: Sources) -> Calendar:
    """Make a calendar of the rules."""
    events = [
        f"BEGIN:VEVENT\nUID:{i}\nSUMMARY:shift\nDTSTAMP:20261001T000000Z\nDURATION:PT3H30M\n"
        f"{rule}\nEND:VEVENT"
        for i, rule in enumerate(as_rules(sources, zoned=True))
    ]
    body = "\n".join(["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:bench", *events, "END:VCALENDAR"])
    calendar = Calendar.from_ical(body.replace("\n", "\r\n"))
    if not isinstance(calendar, Calendar):
        raise TypeError("one calendar was written")
    return calendar


def expand_rules(rules: list[str]) -> list[datetime]:
    """Expand each rule with dateutil."""
    found: list[datetime] = []
    for text in rules:
        found += rrulestr(text)
    return found


def expand_calendar(calendar: Calendar) -> list[datetime]:
    """Expand the calendar with recurring_ical_events."""
    first, last = (datetime.combine(day, clock(0), IST) for day in (START, END))
    return [event.start for event in recurring_ical_events.of(calendar).between(first, last)]


def publishing(sources: Sources) -> float:
    """Measure the CPU seconds of planning 28 days and making duty days of them."""
    began = time.process_time()
    rota: RotaPlan = plan(replace(sources), START, MONTH, strict=False)
    rota.days()
    rota.state.to_dict()
    return time.process_time() - began


def interleaved(
    candidates: dict[str, Callable[[Sources], object]], sources: Sources
) -> dict[str, float]:
    """Time the candidates in turn, each for about as long; tell each one's median, in ms of CPU.

    Each time they are given a copy of the sources that nobody has checked, made beforehand.
    """
    taken: dict[str, list[float]] = {name: [] for name in candidates}
    times = dict.fromkeys(candidates, 1)
    for _ in range(ROUNDS):
        for name, candidate in candidates.items():
            unchecked = [replace(sources) for _ in range(times[name])]
            began = time.process_time()
            for each in unchecked:
                candidate(each)
            took = (time.process_time() - began) * 1000 / times[name]
            times[name] = max(1, min(2000, round(MILLISECONDS / took)))
            taken[name].append(took)
    return {name: median(figures) for name, figures in taken.items()}


if __name__ == "__main__":
    show(run())
