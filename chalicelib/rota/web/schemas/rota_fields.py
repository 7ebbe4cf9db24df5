"""Fields of the rota's requests: types here; what they mean together, the rota itself judges."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, time
from typing import Any, Final

from marshmallow import ValidationError

from chalicelib.core.domain.errors import InvalidField, InvalidInput
from chalicelib.core.domain.working_hours import MIDNIGHT, WorkingHours
from chalicelib.core.web.schemas.fields import (
    OUT_OF_RANGE,
    TOO_LONG,
    UNKNOWN_FIELD,
    WRONG_TYPE,
    Coded,
    Problem,
    StrictSchema,
    as_text,
)
from chalicelib.core.web.schemas.values import T, _each, read_day, read_instant

BAD_TIME: Final = "bad_time"

_TIME: Final = re.compile(r"(?:[01][0-9]|2[0-3]):[0-5][0-9]")
_LARGEST: Final = 10**9


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
        return time.fromisoformat(text)


class DayOrInstant(Coded[date]):
    """A date, or an instant with its offset."""

    def _deserialize(self, value: object, *_: object, **__: object) -> date:
        text = as_text(value)
        return read_instant(text) if "T" in text else read_day(text)


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
