"""Values that the requests of several features have: ids, languages, dates, instants, lists."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, Final, TypeVar

from marshmallow import ValidationError

from chalicelib.core.domain.language import Language
from chalicelib.core.web.schemas.fields import (
    NOT_ONE_OF,
    NOT_TEXT,
    REQUIRED,
    TOO_LONG,
    WRONG_TYPE,
    Coded,
    Cursor,
    Digits,
    Problem,
    QuerySchema,
    as_text,
    clean,
)

BAD_DATE: Final = "bad_date"
BAD_INSTANT: Final = "bad_instant"
END_BEFORE_START: Final = "end_before_start"
LONGEST_ID: Final = 64
YEARS: Final = range(2000, 2200)
_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


_INSTANT: Final = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,6})?)?"
    r"(?:Z|[+-][0-9]{2}:[0-9]{2})"
)


_PLAIN_ID: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
K = TypeVar("K")
T = TypeVar("T")
MOST_ITEMS: Final = 100
USUAL_ITEMS: Final = 25


class Identifier(Coded[str]):
    """Somebody's or something's id, or a word of the rota: short, and just as it is written."""

    def _deserialize(self, value: object, *_: object, **__: object) -> str:
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

    def _deserialize(self, value: object, *_: object, **__: object) -> str:
        text = super()._deserialize(value)
        if not _PLAIN_ID.fullmatch(text):
            raise Problem(NOT_TEXT)
        return text


class LanguageCode(Identifier):
    """A language that a case may have."""

    def _deserialize(self, value: object, *_: object, **__: object) -> str:
        code = super()._deserialize(value)
        if code not in tuple(Language):
            raise Problem(NOT_ONE_OF, among=", ".join(Language))
        return code


class Day(Coded[date]):
    """A date of the helpline's calendar: ``2026-12-01``."""

    def _deserialize(self, value: object, *_: object, **__: object) -> date:
        return read_day(as_text(value))


class Instant(Coded[datetime]):
    """An instant with its offset: ``2026-12-08T10:00:00+05:30``."""

    def _deserialize(self, value: object, *_: object, **__: object) -> datetime:
        return read_instant(as_text(value))


class Many(Coded[tuple[T, ...]]):
    """A list; what is wrong with one of it is told by its place."""

    def __init__(self, one: Coded[T], longest: int, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(**kwargs)
        self.one = one
        self.longest = longest

    def _deserialize(self, value: object, *_: object, **__: object) -> tuple[T, ...]:
        if not isinstance(value, list):
            raise Problem(WRONG_TYPE)
        if len(value) > self.longest:
            raise Problem(TOO_LONG, longest=self.longest)
        return tuple(_each(self.one, enumerate(value)).values())


class InstantInQuery(Instant):
    """An instant whose plus sign nobody may have escaped: it comes as a space then."""

    def _deserialize(self, value: object, *_: object, **__: object) -> datetime:
        return read_instant(as_text(value).replace(" ", "+"))


class PagedSchema(QuerySchema):
    """One page of a list, of some days; ``cursor`` is the page before's."""

    start = Day(data_key="from")
    end = Day(data_key="to")
    limit = Digits(1, MOST_ITEMS)
    cursor = Cursor()


def read_day(text: str) -> date:
    """Read a date; raises Problem."""
    try:
        day = date.fromisoformat(text) if _DATE.fullmatch(text) else None
    except ValueError:
        day = None
    if day is None or day.year not in YEARS:
        raise Problem(BAD_DATE)
    return day


def read_instant(text: str) -> datetime:
    """Read an instant with its offset; raises Problem."""
    try:
        at = datetime.fromisoformat(text) if _INSTANT.fullmatch(text) else None
    except ValueError:
        at = None
    if at is None or at.year not in YEARS:
        raise Problem(BAD_INSTANT)
    return at


def _each(field: Coded[T], placed: Iterable[tuple[K, object]]) -> dict[K, T]:
    """Read each of several; raises ValidationError, each problem by its place."""
    read: dict[K, T] = {}
    problems: dict[Any, Any] = {}
    for place, item in placed:
        if item is None:
            problems[place] = [REQUIRED]
            continue
        try:
            read[place] = field.deserialize(item)
        except ValidationError as problem:
            problems[place] = problem.messages
    if problems:
        raise ValidationError(problems)
    return read
