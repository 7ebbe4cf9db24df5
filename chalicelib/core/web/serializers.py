"""Shapes of JSON, filled from the attributes of what they show."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from enum import Enum
from typing import TypeVar, cast

from chalicelib.core.domain.datetimes import to_iso

T = TypeVar("T")


def to_json(shape: type[T], source: object, **others: object) -> T:
    """Return a TypedDict whose keys have the values of the attributes of the same names.

    ``others`` are the values of keys that ``source`` does not have, or has in another form.
    Instants and dates become text, members of an enumeration their values, and tuples lists. A
    nested object gets its shape from the caller.
    """
    filled = {
        name: plain(others[name] if name in others else getattr(source, name))
        for name in shape.__annotations__
    }
    return cast("T", filled)


def plain(value: object) -> object:
    """Return a value as JSON has it. Raises TypeError for an object whose shape nobody has said."""
    match value:
        case None | str() | int() | float() | list() | dict():
            return value
        case datetime():
            return to_iso(value)
        case date():
            return value.isoformat()
        case Enum():
            return value.value
        case tuple():
            return list(value)
        case Mapping():
            return dict(value)
        case _:
            raise TypeError(f"{type(value).__name__} needs a shape")
