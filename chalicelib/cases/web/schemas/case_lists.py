"""Which cases an administrator wants listed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from chalicelib.core.domain.datetimes import IST
from chalicelib.core.domain.errors import InvalidField, InvalidInput
from chalicelib.core.domain.language import Language
from chalicelib.core.web.schemas.fields import Choice, Member, load
from chalicelib.core.web.schemas.values import USUAL_ITEMS, PagedSchema, check_span

MOST_DAYS: Final = 31
USUAL_DAYS: Final = 7
NOT_WITH_STATUS: Final = "not_with_status"
_DAY: Final = timedelta(days=1)


class Listed(StrEnum):
    """What may be listed."""

    WAITING = "waiting"
    DEFERRED = "deferred"
    CLAIMED = "claimed"
    COMPLETED = "completed"
    CLOSED = "closed"

    @property
    def is_finished(self) -> bool:
        """Whether such cases are listed by the day on which they finished."""
        return self in (Listed.COMPLETED, Listed.CLOSED)


class CasesSchema(PagedSchema):
    """Which cases are listed: by when they finished, were claimed, or else were asked for."""

    status = Member(Listed)
    language = Choice(Language)


@dataclass(frozen=True, slots=True)
class Listing:
    """One page of a list of cases; ``start`` and ``end`` are half-open dates."""

    status: Listed
    language: str | None
    start: date
    end: date
    limit: int
    cursor: str | None

    def covers(self, at: datetime) -> bool:
        """Whether an instant is on one of its days."""
        return self.start <= at.astimezone(IST).date() < self.end


def parse_listing(query: Mapping[str, str], *, today: date) -> Listing:
    """Read a list's query; of cases that are open all days are meant by themselves.

    Raises InvalidInput.
    """
    given = load(CasesSchema, query)
    status, language = given.get("status") or Listed.WAITING, given.get("language")
    if status is Listed.CLAIMED and language:
        raise InvalidInput([InvalidField("language", NOT_WITH_STATUS, status=status.value)])
    start, end = days_of(given, today) if status.is_finished else _any_days(given)
    limit = given.get("limit") or USUAL_ITEMS
    return Listing(status, language, start, end, limit, given.get("cursor"))


def days_of(given: Mapping[str, Any], today: date) -> tuple[date, date]:
    """Tell which days are meant; by themselves the last week, today included.

    Raises InvalidInput.
    """
    start, end, tomorrow = given.get("start"), given.get("end"), today + _DAY
    if end is None:
        end = min(start + timedelta(days=MOST_DAYS), tomorrow) if start else tomorrow
        end = max(end, start + _DAY) if start else end
    if start is None:
        start = end - timedelta(days=USUAL_DAYS)
    check_span(start, end, MOST_DAYS)
    return start, end


def _any_days(given: Mapping[str, Any]) -> tuple[date, date]:
    start, end = given.get("start") or date.min, given.get("end") or date.max
    check_span(start, end)
    return start, end
