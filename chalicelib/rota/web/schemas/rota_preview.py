"""What a preview of the rota is asked for: sources that may be stored nowhere."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

from chalicelib.core.domain.errors import InvalidInput
from chalicelib.core.domain.working_hours import WorkingHours
from chalicelib.core.web.schemas.fields import Many, StrictSchema, load
from chalicelib.core.web.schemas.values import Day, span_problems
from chalicelib.rota.domain.model import Fair, Line, Override, Sources, Temporary, problems
from chalicelib.rota.web.schemas.rota_fields import ByName, Hours, OpeningHours, Part
from chalicelib.rota.web.schemas.rota_sources import (
    MOST_DATED,
    MOST_LINES,
    LeaveSchema,
    LineSchema,
    OncologistSchema,
    OverrideSchema,
    TemporarySchema,
    a_leave,
    an_oncologist,
)

MOST_PREVIEW_DAYS: Final = 366
MOST_ONCOLOGISTS: Final = 500
# What bounds the time that a preview takes: the shifts of ten lines for a year; and for lines that
# are ``fair``, whose matching grows with the cube of the places to fill, forty for twelve weeks.
MOST_SHIFTS: Final = 4_000
MOST_MATCHED: Final = 12 * 7 * 40**3


class PreviewSchema(StrictSchema):
    """A rota that may be stored nowhere, in the contract's order."""

    start = Day(key="from", required=True)
    end = Day(key="to", required=True)
    hours = OpeningHours()
    holidays = Many(Day(), MOST_DATED)
    oncologists = Many(Part(OncologistSchema, an_oncologist), MOST_ONCOLOGISTS, required=True)
    lines = Many(Part(LineSchema, Line), MOST_LINES, required=True)
    leave = Many(Part(LeaveSchema, dict), MOST_DATED)
    overrides = Many(Part(OverrideSchema, Override), MOST_DATED)
    temporary = Many(Part(TemporarySchema, Temporary), MOST_DATED)
    served = ByName(Hours(), MOST_ONCOLOGISTS)


@dataclass(frozen=True, slots=True)
class Preview:
    """The days ``[start, end)`` to be planned, and what from."""

    start: date
    end: date
    sources: Sources


def parse_preview(data: Mapping[str, Any], stored_hours: Callable[[], WorkingHours]) -> Preview:
    """Read what to preview; the hours are the stored ones where none are given.

    Raises InvalidInput: with everything that is not of its type, or else with everything that
    does not hold together.
    """
    given = load(PreviewSchema, data)
    start, end = given["start"], given["end"]
    hours = _closed_on(given.get("hours") or stored_hours(), given.get("holidays") or ())
    sources = Sources(
        hours=hours,
        oncologists=given["oncologists"],
        lines=given["lines"],
        leave=tuple(a_leave(**each, zone=hours.zone) for each in given.get("leave") or ()),
        overrides=given.get("overrides") or (),
        temporary=given.get("temporary") or (),
        served=given.get("served"),
    )
    found = [*span_problems(start, end, _most_days(sources.lines)), *problems(sources)]
    if found:
        raise InvalidInput(found)
    return Preview(start, end, sources)


def _most_days(lines: Sequence[Line]) -> int:
    """Tell how many days may be planned at once."""
    places = sum(
        min(max(line.people, 0), len(line.rotation.members))
        for line in lines
        if line.rotation.kind == Fair.kind
    )
    by_shifts = MOST_SHIFTS // max(len(lines), 1)
    return max(1, min(MOST_PREVIEW_DAYS, by_shifts, MOST_MATCHED // max(places, 1) ** 3))


def _closed_on(hours: WorkingHours, holidays: tuple[date, ...]) -> WorkingHours:
    """Close the holidays, whatever else was to be open on them."""
    closed = frozenset(holidays)
    extra = {day: windows for day, windows in hours.extra.items() if day not in closed}
    return replace(hours, closures=hours.closures | closed, extra=extra)
