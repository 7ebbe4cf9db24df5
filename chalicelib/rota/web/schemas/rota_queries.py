"""What of the rota an administrator wants to see."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from chalicelib.core.domain.errors import InvalidField, InvalidInput
from chalicelib.core.web.schemas.fields import QuerySchema, load
from chalicelib.core.web.schemas.values import END_BEFORE_START, Day

MOST_SPAN_DAYS: Final = 366
USUAL_SPAN_DAYS: Final = 28


class DaysSchema(QuerySchema):
    """Which days; by themselves the next four weeks."""

    start = Day(key="from")
    end = Day(key="to")


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
    if end <= start:
        raise InvalidInput([InvalidField("to", END_BEFORE_START)])
    if end - start > timedelta(days=MOST_SPAN_DAYS):
        raise InvalidInput([InvalidField("to", "too_many_days", most=MOST_SPAN_DAYS)])
    return Days(start, end)
