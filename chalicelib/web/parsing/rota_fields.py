"""Fields of the rota's requests: types here; what they mean together, the rota itself judges."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime, time
from typing import Any, Final, TypeVar

from marshmallow import ValidationError

from chalicelib.domain.errors import InvalidField, InvalidInput
from chalicelib.domain.language import Language
from chalicelib.domain.working_hours import MIDNIGHT, WorkingHours
from chalicelib.web.parsing.fields import (
    NOT_ONE_OF,
    NOT_TEXT,
    OUT_OF_RANGE,
    REQUIRED,
    TOO_LONG,
    UNKNOWN_FIELD,
    WRONG_TYPE,
    Coded,
    Problem,
    StrictSchema,
    as_text,
    clean,
)

BAD_DATE: Final = "bad_date"
BAD_TIME: Final = "bad_time"
BAD_INSTANT: Final = "bad_instant"
END_BEFORE_START: Final = "end_before_start"
LONGEST_ID: Final = 64
YEARS: Final = range(2000, 2200)

_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_TIME: Final = re.compile(r"(?:[01][0-9]|2[0-3]):[0-5][0-9]")
_INSTANT: Final = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,6})?)?"
    r"(?:Z|[+-][0-9]{2}:[0-9]{2})"
)
_LARGEST: Final = 10**9
_PLAIN_ID: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
K = TypeVar("K")
T = TypeVar("T")


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


class ClockTime(Coded[time]):
    """A time of the day to the minute; an end may be ``24:00``, which is midnight."""

    def __init__(self, *, is_end: bool = False, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(**kwargs)
        self.is_end = is_end

    def _deserialize(self, value: object, *_: object, **__: object) -> time:
        text = as_text(value)
        if self.is_end and text == "24:00":
            return MIDNIGHT
        if not _TIME.fullmatch(text):
            raise Problem(BAD_TIME)
        if self.is_end and text == "00:00":
            raise Problem(END_BEFORE_START)
        return time.fromisoformat(text)


class Instant(Coded[datetime]):
    """An instant with its offset: ``2026-12-08T10:00:00+05:30``."""

    def _deserialize(self, value: object, *_: object, **__: object) -> datetime:
        return read_instant(as_text(value))


class Hours(Coded[float]):
    """A number of hours."""

    def _deserialize(self, value: object, *_: object, **__: object) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise Problem(WRONG_TYPE)
        if not -_LARGEST <= value <= _LARGEST:
            raise Problem(OUT_OF_RANGE, least=0, most=_LARGEST)
        return float(value)


class Whole(Coded[int]):
    """A whole number, whose range the rota knows."""

    def _deserialize(self, value: object, *_: object, **__: object) -> int:
        if isinstance(value, bool) or not isinstance(value, int):
            raise Problem(WRONG_TYPE)
        return max(-_LARGEST, min(value, _LARGEST))


class Part(Coded[dict[str, Any]]):
    """An object within the body."""

    def __init__(self, schema: StrictSchema, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(**kwargs)
        self.schema = schema

    def _deserialize(self, value: object, *_: object, **__: object) -> dict[str, Any]:
        if not isinstance(value, Mapping):
            raise Problem(WRONG_TYPE)
        loaded: dict[str, Any] = self.schema.load(value)
        return loaded


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


class ByName(Coded[dict[str, T]]):
    """An object whose names are ids."""

    def __init__(self, one: Coded[T], longest: int, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(**kwargs)
        self.one = one
        self.longest = longest

    def _deserialize(self, value: object, *_: object, **__: object) -> dict[str, T]:
        if not isinstance(value, Mapping):
            raise Problem(WRONG_TYPE)
        if len(value) > self.longest:
            raise Problem(TOO_LONG, longest=self.longest)
        return _each(self.one, value.items())


class OpeningHours(Coded[WorkingHours]):
    """The working hours, in the shape in which they are given out."""

    def _deserialize(self, value: object, *_: object, **__: object) -> WorkingHours:
        if not isinstance(value, Mapping):
            raise Problem(WRONG_TYPE)
        try:
            return read_hours(value)
        except InvalidInput as error:
            problems: dict[str, list[object]] = {}
            for field in error.fields:
                told = {"code": field.field_code, "params": field.params}
                problems.setdefault(field.field, []).append(told)
            raise ValidationError(problems) from None


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


def read_hours(value: Mapping[str, object]) -> WorkingHours:
    """Read working hours; raises InvalidInput, each problem by its path in them."""
    try:
        return WorkingHours.from_dict(value)
    except InvalidInput as error:
        raise InvalidInput(
            InvalidField(field.field, UNKNOWN_FIELD, **field.params)
            if field.field_code == "unknown"
            else field
            for field in error.fields
        ) from None


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
