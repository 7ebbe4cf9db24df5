"""What of the rota an administrator wants to see."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from chalicelib.domain.errors import InvalidField, InvalidInput
from chalicelib.domain.language import Language
from chalicelib.web.parsing.fields import (
    NOT_ONE_OF,
    REQUIRED,
    UNKNOWN_FIELD,
    Choice,
    Problem,
    QuerySchema,
)
from chalicelib.web.parsing.rota_fields import (
    END_BEFORE_START,
    Day,
    Instant,
    read_day,
    read_instant,
)

MOST_SPAN_DAYS: Final = 366
USUAL_SPAN_DAYS: Final = 28
_LONGEST_NAME: Final = 64
_YES_NO: Final = {"true": True, "false": False, "": False}


class DaysSchema(QuerySchema):
    """Which days; by themselves the next four weeks."""

    start = Day(data_key="from")
    end = Day(data_key="to")


class CallSchema(QuerySchema):
    """Which call; one that comes now unless it says when."""

    language = Choice(Language, required=True)
    prefers_woman = Choice(_YES_NO)
    at = Instant()


@dataclass(frozen=True, slots=True)
class Days:
    """The days ``[start, end)``."""

    start: date
    end: date


@dataclass(frozen=True, slots=True)
class CallAsked:
    """A call that might come: in what language, for whom, and when."""

    language: str
    at: datetime
    prefers_woman: bool


def parse_days(query: Mapping[str, str], *, today: date) -> Days:
    """Read ``from`` and ``to``: by themselves the next four weeks. Raises InvalidInput."""
    reader = _Reader(query, DaysSchema.names())
    start, end = reader.day("from"), reader.day("to")
    if start is None:
        start = min(today, end - timedelta(days=1)) if end else today
    if end is None:
        end = start + timedelta(days=USUAL_SPAN_DAYS)
    if not reader.problems:
        if end <= start:
            reader.problem("to", END_BEFORE_START)
        elif end - start > timedelta(days=MOST_SPAN_DAYS):
            reader.problem("to", "too_many_days", most=MOST_SPAN_DAYS)
    reader.finish()
    return Days(start, end)


def parse_call(query: Mapping[str, str], *, now: datetime) -> CallAsked:
    """Read which call is asked about: one that comes ``now`` unless it says when.

    Raises InvalidInput.
    """
    reader = _Reader(query, CallSchema.names())
    language = query.get("language", "")
    if not language:
        reader.problem("language", REQUIRED)
    elif language not in tuple(Language):
        reader.problem("language", NOT_ONE_OF, among=", ".join(Language))
    prefers_woman = query.get("prefers_woman", "")
    if prefers_woman not in _YES_NO:
        reader.problem("prefers_woman", NOT_ONE_OF, among="true, false")
    at = reader.instant("at") or now
    reader.finish()
    return CallAsked(language, at, _YES_NO[prefers_woman])


class _Reader:
    """Reads the parameters and collects what is wrong with them."""

    def __init__(self, query: Mapping[str, str], names: tuple[str, ...]) -> None:
        self._query = query
        self.problems = [
            InvalidField(name[:_LONGEST_NAME], UNKNOWN_FIELD) for name in query if name not in names
        ]

    def problem(self, field: str, code: str, **params: object) -> None:
        self.problems.append(InvalidField(field, code, **params))

    def finish(self) -> None:
        if self.problems:
            raise InvalidInput(self.problems)

    def day(self, name: str) -> date | None:
        given = self._query.get(name)
        try:
            return read_day(given) if given else None
        except Problem:
            self.problem(name, "bad_date")
            return None

    def instant(self, name: str) -> datetime | None:
        # In a query a plus sign that nobody escaped is a space.
        given = self._query.get(name, "").replace(" ", "+")
        try:
            return read_instant(given) if given else None
        except Problem:
            self.problem(name, "bad_instant")
            return None
