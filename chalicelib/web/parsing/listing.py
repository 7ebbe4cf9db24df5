"""Which cases an administrator wants listed."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from chalicelib.domain.errors import InvalidField, InvalidInput
from chalicelib.domain.language import Language
from chalicelib.web.parsing.fields import Choice, Member, QuerySchema, Text, WholeNumber
from chalicelib.web.parsing.rota_fields import Day

MOST_DAYS: Final = 31
USUAL_DAYS: Final = 7
MOST_ITEMS: Final = 100
USUAL_ITEMS: Final = 25
LONGEST_CURSOR: Final = 4_000

_YEARS = range(2000, 2200)
_NUMBER = re.compile(r"[0-9]{1,9}")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


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


class PagedSchema(QuerySchema):
    """One page of a list, of some days; ``cursor`` is the page before's."""

    start = Day(data_key="from")
    end = Day(data_key="to")
    limit = WholeNumber(1, MOST_ITEMS)
    cursor = Text(LONGEST_CURSOR)


class CasesSchema(PagedSchema):
    """Which cases are listed; days are for finished ones."""

    status = Member(Listed)
    language = Choice(Language)


@dataclass(frozen=True, slots=True)
class Listing:
    """One page of a list; ``start`` and ``end`` are half-open, and count for what is finished."""

    status: Listed
    language: str | None
    start: date
    end: date
    limit: int
    cursor: str | None


def parse_listing(query: Mapping[str, str], *, today: date) -> Listing:
    """Read a list's query. Raises InvalidInput with every problem at once."""
    reader = QueryReader(query, CasesSchema.names())
    status = Listed(reader.word("status", tuple(Listed)) or Listed.WAITING)
    language = reader.word("language", tuple(Language))
    start, end = reader.days(today)
    limit = reader.limit()
    if not status.is_finished:
        reader.refuse_dates()
    if status is Listed.CLAIMED and language:
        reader.problem("language", "not_with_status", status=status.value)
    cursor = reader.cursor()
    if reader.problems:
        raise InvalidInput(reader.problems)
    return Listing(status, language, start, end, limit, cursor)


class QueryReader:
    """Reads a list's parameters, of these ``names``, and collects what is wrong with them."""

    def __init__(self, query: Mapping[str, str], names: Collection[str]) -> None:
        """Take the query; what it holds beside the names is wrong."""
        self._query = query
        self.problems = [
            InvalidField(name[:64], "unknown_field") for name in query if name not in names
        ]

    def problem(self, field: str, code: str, **params: object) -> None:
        """Note what is wrong with a parameter."""
        self.problems.append(InvalidField(field, code, **params))

    def word(self, name: str, among: tuple[str, ...]) -> str | None:
        """Read one of some words; none is None."""
        given = self._query.get(name)
        if given and given not in among:
            self.problem(name, "not_one_of", among=", ".join(among))
            return None
        return given or None

    def cursor(self) -> str | None:
        """Read where the page begins."""
        given = self._query.get("cursor") or None
        if given and len(given) > LONGEST_CURSOR:
            self.problem("cursor", "invalid")
        return given

    def limit(self) -> int:
        """Read how many are wanted on a page."""
        given = self._query.get("limit")
        if not given:
            return USUAL_ITEMS
        if not _NUMBER.fullmatch(given):
            self.problem("limit", "wrong_type")
            return USUAL_ITEMS
        if not 1 <= int(given) <= MOST_ITEMS:
            self.problem("limit", "out_of_range", least=1, most=MOST_ITEMS)
        return int(given)

    def days(self, today: date) -> tuple[date, date]:
        """Read ``from`` and ``to``; by themselves the last week, today included."""
        start, end = self._date("from"), self._date("to")
        if end is None:
            end = min(start + timedelta(days=MOST_DAYS), _after(today)) if start else _after(today)
            end = max(end, _after(start)) if start else end
        if start is None:
            start = end - timedelta(days=USUAL_DAYS)
        if end <= start:
            self.problem("to", "end_before_start")
        elif end - start > timedelta(days=MOST_DAYS):
            self.problem("to", "too_many_days", most=MOST_DAYS)
        return start, end

    def refuse_dates(self) -> None:
        """Note that there are dates where none has a meaning."""
        for name in ("from", "to"):
            if self._query.get(name):
                self.problem(name, "not_with_status")

    def _date(self, name: str) -> date | None:
        given = self._query.get(name)
        if not given:
            return None
        try:
            day = date.fromisoformat(given) if _DATE.fullmatch(given) else None
        except ValueError:
            day = None
        if day is None or day.year not in _YEARS:
            self.problem(name, "bad_date")
            return None
        return day


def _after(day: date) -> date:
    return day + timedelta(days=1)
