"""Values that the requests of several features have: ids, languages, dates, instants, lists."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final, TypeVar

from chalicelib.core.domain.errors import InvalidField, InvalidInput
from chalicelib.core.domain.language import Language
from chalicelib.core.web.schemas.fields import (
    NOT_ONE_OF,
    NOT_TEXT,
    REQUIRED,
    TOO_LONG,
    Cursor,
    Digits,
    Field,
    Problem,
    QuerySchema,
    as_text,
    clean,
)

BAD_DATE: Final = "bad_date"
BAD_INSTANT: Final = "bad_instant"
END_BEFORE_START: Final = "end_before_start"
TOO_MANY_DAYS: Final = "too_many_days"
LONGEST_ID: Final = 64
YEARS: Final = range(2000, 2200)
_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


_INSTANT: Final = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,6})?)?"
    r"(?:Z|[+-][0-9]{2}:[0-9]{2})"
)


_PLAIN_ID: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
D = TypeVar("D", bound=date)
MOST_ITEMS: Final = 100
USUAL_ITEMS: Final = 25


class Identifier(Field[str]):
    """Somebody's or something's id, or a word of the rota: short, and just as it is written."""

    def _read(self, value: object) -> str:
        text = as_text(value)
        if not text:
            raise Problem(REQUIRED)
        if len(text) > LONGEST_ID:
            raise Problem(TOO_LONG, longest=LONGEST_ID)
        if clean(text) != text:
            raise Problem(NOT_TEXT)
        return text


class PlainIdentifier(Identifier):
    """An id that will stand in paths: letters, digits, dots and dashes."""

    def _read(self, value: object) -> str:
        text = super()._read(value)
        if not _PLAIN_ID.fullmatch(text):
            raise Problem(NOT_TEXT)
        return text


class LanguageCode(Identifier):
    """A language that a case may have."""

    def _read(self, value: object) -> str:
        code = super()._read(value)
        if code not in tuple(Language):
            raise Problem(NOT_ONE_OF, among=", ".join(Language))
        return code


class Day(Field[date]):
    """A date of the helpline's calendar: ``2026-12-01``."""

    def _read(self, value: object) -> date:
        return read_day(as_text(value))


class Instant(Field[datetime]):
    """An instant with its offset: ``2026-12-08T10:00:00+05:30``."""

    def _read(self, value: object) -> datetime:
        return read_instant(as_text(value))


class InstantInQuery(Instant):
    """An instant whose plus sign nobody may have escaped: it comes as a space then."""

    def _read(self, value: object) -> datetime:
        return read_instant(as_text(value).replace(" ", "+"))


class SpanSchema(QuerySchema):
    """Some days: ``from``, and ``to``, which is the first day after them."""

    start = Day(key="from")
    end = Day(key="to")


class PagedSchema(SpanSchema):
    """One page of a list, of some days; ``cursor`` is the page before's."""

    limit = Digits(1, MOST_ITEMS)
    cursor = Cursor()


def read_day(text: str) -> date:
    """Read a date; raises Problem."""
    return _read_iso(date, _DATE, BAD_DATE, text)


def read_instant(text: str) -> datetime:
    """Read an instant with its offset; raises Problem."""
    return _read_iso(datetime, _INSTANT, BAD_INSTANT, text)


def _read_iso(kind: type[D], pattern: re.Pattern[str], code: str, text: str) -> D:
    try:
        at = kind.fromisoformat(text) if pattern.fullmatch(text) else None
    except ValueError:
        at = None
    if at is None or at.year not in YEARS:
        raise Problem(code)
    return at


def span_problems(start: date, end: date, most: int | None = None) -> list[InvalidField]:
    """List what is wrong with the days ``[start, end)``, of which there may be at most so many."""
    if end <= start:
        return [InvalidField("to", END_BEFORE_START)]
    if most is not None and (end - start).days > most:
        return [InvalidField("to", TOO_MANY_DAYS, most=most)]
    return []


def check_span(start: date, end: date, most: int | None = None) -> None:
    """Refuse days of which something is wrong. Raises InvalidInput."""
    if found := span_problems(start, end, most):
        raise InvalidInput(found)


def refuse_blank(given: Mapping[str, Any], *names: str) -> None:
    """Refuse those of these values that are given and are blank. Raises InvalidInput."""
    blank = [name for name in names if name in given and not given[name]]
    if blank:
        raise InvalidInput(InvalidField(name, REQUIRED) for name in blank)
