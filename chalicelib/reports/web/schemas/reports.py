"""Which report an administrator wants, and which days to count again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from chalicelib.core.domain.cursors import decode_cursor, encode_cursor, invalid_cursor
from chalicelib.core.web.schemas.fields import Choice, Cursor, StrictSchema, load
from chalicelib.core.web.schemas.values import Day, SpanSchema, check_span
from chalicelib.reports.services.rebuild_counts import Place

MOST_DAYS: Final = 366
CSV: Final = "csv"
_DAY: Final = timedelta(days=1)


class ReportSchema(SpanSchema):
    """Which days; by themselves this month up to today. ``for`` publication, small groups hide."""

    format = Choice(("json", CSV))
    audience = Choice(("publication",), key="for")


class RebuildSchema(StrictSchema):
    """Which days to count again, and the cursor of the last step's answer."""

    start = Day(key="from", required=True)
    end = Day(key="to", required=True)
    cursor = Cursor()


@dataclass(frozen=True, slots=True)
class ReportAsked:
    """A report over ``[start, end)``; ``format`` is None where the query does not say."""

    start: date
    end: date
    format: str | None
    for_publication: bool


@dataclass(frozen=True, slots=True)
class RebuildAsked:
    """The days ``[start, end)``, and where their recount goes on."""

    start: date
    end: date
    place: Place


def parse_report(query: Mapping[str, str], *, today: date) -> ReportAsked:
    """Read a report's query: by itself this month up to today. Raises InvalidInput."""
    given = load(ReportSchema, query)
    start, end = given.get("start"), given.get("end")
    if end is None:
        end = max(today, start or today) + _DAY
    if start is None:
        start = (end - _DAY).replace(day=1)
    check_span(start, end, MOST_DAYS)
    return ReportAsked(start, end, given.get("format"), given.get("audience") is not None)


def parse_rebuild(data: Mapping[str, Any], *, today: date) -> RebuildAsked:
    """Read what to count again; nothing of the future is. Raises InvalidInput."""
    given = load(RebuildSchema, data)
    start, end = given["start"], min(given["end"], today + _DAY)
    check_span(start, end, MOST_DAYS)
    return RebuildAsked(start, end, _place(given.get("cursor")))


def cursor_of(place: Place | None) -> str | None:
    """Write where a recount goes on."""
    return encode_cursor([place.number, place.cursor]) if place else None


def _place(cursor: str | None) -> Place:
    if cursor is None:
        return Place()
    match decode_cursor(cursor):
        case [int(number), None | str() as inner] if number >= 0:
            return Place(number, inner)
    raise invalid_cursor()
