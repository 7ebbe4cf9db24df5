"""Fields of the rota's requests: types here; what they mean together, the rota itself judges."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, time
from typing import Any, Final, Unpack

from chalicelib.core.domain.errors import InvalidField, InvalidInput
from chalicelib.core.domain.working_hours import MIDNIGHT, WorkingHours
from chalicelib.core.web.schemas.fields import (
    OUT_OF_RANGE,
    TOO_LONG,
    UNKNOWN_FIELD,
    WRONG_TYPE,
    Field,
    Options,
    Problem,
    StrictSchema,
    T,
    as_text,
    read_each,
)
from chalicelib.core.web.schemas.values import read_day, read_instant

BAD_TIME: Final = "bad_time"

_TIME: Final = re.compile(r"(?:[01][0-9]|2[0-3]):[0-5][0-9]")
_LARGEST: Final = 10**9


class ClockTime(Field[time]):
    """A time of the day to the minute; an end may be ``24:00``, which is midnight."""

    def __init__(self, *, is_end: bool = False, **options: Unpack[Options]) -> None:
        super().__init__(**options)
        self.is_end = is_end

    def _read(self, value: object) -> time:
        text = as_text(value)
        if self.is_end and text == "24:00":
            return MIDNIGHT
        if not _TIME.fullmatch(text):
            raise Problem(BAD_TIME)
        return time.fromisoformat(text)


class DayOrInstant(Field[date]):
    """A date, or an instant with its offset."""

    def _read(self, value: object) -> date:
        text = as_text(value)
        return read_instant(text) if "T" in text else read_day(text)


class Hours(Field[float]):
    """A number of hours."""

    def _read(self, value: object) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise Problem(WRONG_TYPE)
        if not -_LARGEST <= value <= _LARGEST:
            raise Problem(OUT_OF_RANGE, least=0, most=_LARGEST)
        return float(value)


class Whole(Field[int]):
    """A whole number, whose range the rota knows."""

    def _read(self, value: object) -> int:
        if isinstance(value, bool) or not isinstance(value, int):
            raise Problem(WRONG_TYPE)
        return max(-_LARGEST, min(value, _LARGEST))


class Part(Field[Any]):
    """An object within the body, of whose values something is made; null is left out."""

    def __init__(
        self,
        schema: type[StrictSchema],
        make: Callable[..., object] = dict,
        **options: Unpack[Options],
    ) -> None:
        super().__init__(**options)
        self.schema = schema
        self.make = make

    def _read(self, value: object) -> object:
        return self.make(**without_null(self.schema.read(as_object(value))))


def without_null(given: Mapping[str, Any]) -> dict[str, Any]:
    """Leave out what is null, as if it had not been sent."""
    return {name: value for name, value in given.items() if value is not None}


class ByName(Field[dict[str, T]]):
    """An object whose names are ids."""

    def __init__(self, one: Field[T], longest: int, **options: Unpack[Options]) -> None:
        super().__init__(**options)
        self.one = one
        self.longest = longest

    def _read(self, value: object) -> dict[str, T]:
        items = as_object(value)
        if len(items) > self.longest:
            raise Problem(TOO_LONG, longest=self.longest)
        read = self.one.read_item
        return read_each((name, f".{name}", read, item) for name, item in items.items())


class OpeningHours(Field[WorkingHours]):
    """The working hours, in the shape in which they are given out."""

    def _read(self, value: object) -> WorkingHours:
        return read_hours(as_object(value), below=".")


def as_object(value: object) -> Mapping[str, object]:
    """Return an object; raises Problem for anything else."""
    if not isinstance(value, Mapping):
        raise Problem(WRONG_TYPE)
    return value


def read_hours(value: Mapping[str, object], below: str = "") -> WorkingHours:
    """Return working hours. Raises InvalidInput, each path begun with ``below``."""
    try:
        return WorkingHours.from_dict(value)
    except InvalidInput as error:
        raise InvalidInput(
            InvalidField(
                below + each.field,
                UNKNOWN_FIELD if each.field_code == "unknown" else each.field_code,
                **each.params,
            )
            for each in error.fields
        ) from None
