"""What of the rota an administrator wants to see."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from chalicelib.core.web.schemas.fields import load
from chalicelib.core.web.schemas.values import SpanSchema, check_span

MOST_SPAN_DAYS: Final = 366
USUAL_SPAN_DAYS: Final = 28


class DaysSchema(SpanSchema):
    """Which days; by themselves the next four weeks."""


@dataclass(frozen=True, slots=True)
class Days:
    """The days ``[start, end)``."""

    start: date
    end: date


def parse_days(query: Mapping[str, str], *, today: date) -> Days:
    """Read ``from`` and ``to``: by themselves the next four weeks. Raises InvalidInput."""
    given = load(DaysSchema, query)
    start, end = given.get("start"), given.get("end")
    if start is None:
        start = min(today, end - timedelta(days=1)) if end else today
    if end is None:
        end = start + timedelta(days=USUAL_SPAN_DAYS)
    check_span(start, end, MOST_SPAN_DAYS)
    return Days(start, end)
