"""How values are stored in DynamoDB: an attribute for each kind of value.

Instants are exact to the microsecond, sort in order, and are never naive.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from math import ceil
from typing import Any, Final, TypeVar

from pynamodb.attributes import Attribute
from pynamodb.constants import LIST, MAP, NUMBER, STRING, STRING_SET

from chalicelib.core.domain.datetimes import require_aware

T = TypeVar("T")
E = TypeVar("E", bound=StrEnum)

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)


def to_micros(at: datetime) -> int:
    """Count microseconds since 1970; raises NaiveDatetimeError."""
    return (require_aware(at) - _EPOCH) // _MICROSECOND


def from_micros(micros: int) -> datetime:
    """Read what :func:`to_micros` counted, in UTC."""
    return _EPOCH + timedelta(microseconds=micros)


def sortable(at: datetime) -> str:
    """Write an instant as 16 digits, so that text in order is time in order (until 2286)."""
    return f"{to_micros(at):016d}"


class UtcAttribute(Attribute[datetime]):
    """An instant as a number of microseconds: 9 bytes or fewer, where ISO 8601 takes 27."""

    attr_type = NUMBER

    def serialize(self, value: datetime) -> str:
        """Write it, from any zone; raises NaiveDatetimeError."""
        return str(to_micros(value))

    def deserialize(self, value: str) -> datetime:
        """Read it back, in UTC."""
        return from_micros(int(value))


class TextsAttribute(Attribute[list[str]]):
    """A list of texts."""

    attr_type = LIST

    def serialize(self, value: list[str]) -> list[dict[str, str]]:
        """Write each as DynamoDB's string."""
        return [{STRING: text} for text in value]

    def deserialize(self, value: list[dict[str, str]]) -> list[str]:
        """Read them back."""
        return [text[STRING] for text in value]


class ExpiryAttribute(Attribute[datetime]):
    """When TTL may delete an item: whole seconds, as DynamoDB wants it, rounded up.

    DynamoDB deletes days late: whoever reads an item that can expire checks by itself.
    """

    attr_type = NUMBER

    def serialize(self, value: datetime) -> str:
        """Write it, from any zone; raises NaiveDatetimeError."""
        return str(ceil(require_aware(value).timestamp()))

    def deserialize(self, value: str) -> datetime:
        """Read it back, in UTC."""
        return datetime.fromtimestamp(int(value), UTC)


class DayAttribute(Attribute[date]):
    """A date, as ISO 8601 writes it."""

    attr_type = STRING

    def serialize(self, value: date) -> str:
        """Write it."""
        return value.isoformat()

    def deserialize(self, value: str) -> date:
        """Read it back."""
        return date.fromisoformat(value)


class CodeAttribute(Attribute[E]):
    """A member of an enum of codes."""

    attr_type = STRING

    def __init__(self, kind: type[E]) -> None:
        super().__init__()
        self.kind = kind

    def serialize(self, value: E) -> str:
        """Write its code."""
        return value.value

    def deserialize(self, value: str) -> E:
        """Read it back; raises ValueError for a code that is unknown."""
        return self.kind(value)


class RecordAttribute(Attribute[T]):
    """A dataclass as a map: each of its fields by an attribute of the same name.

    What is None is left out.
    """

    attr_type = MAP

    def __init__(self, kind: type[T], **parts: Attribute[Any]) -> None:
        super().__init__()
        self.kind = kind
        self.parts = {part.attr_name or name: (name, part) for name, part in parts.items()}

    def serialize(self, value: T) -> dict[str, dict[str, Any]]:
        """Write its fields."""
        return {
            stored: {part.attr_type: part.serialize(held)}
            for stored, (name, part) in self.parts.items()
            if (held := getattr(value, name)) is not None
        }

    def deserialize(self, value: dict[str, dict[str, Any]]) -> T:
        """Read them back; what is a list is a tuple there."""
        found = {
            name: part.deserialize(part.get_value(value[stored]))
            for stored, (name, part) in self.parts.items()
            if stored in value
        }
        return self.kind(**{name: as_tuple(each) for name, each in found.items()})


class RecordsAttribute(Attribute[Sequence[T]]):
    """A list of dataclasses, each as a :class:`RecordAttribute` writes it."""

    attr_type = LIST

    def __init__(self, one: RecordAttribute[T], *, null: bool = False) -> None:
        super().__init__(null=null)
        self.one = one

    def serialize(self, value: Iterable[T]) -> list[dict[str, Any]]:
        """Write each."""
        return [{MAP: self.one.serialize(each)} for each in value]

    def deserialize(self, value: list[dict[str, Any]]) -> tuple[T, ...]:
        """Read them back."""
        return tuple([self.one.deserialize(each[MAP]) for each in value])


class RawAttribute(Attribute[Any]):
    """A map or a list in DynamoDB's own form, which the item's mapping reads and writes."""

    def __init__(self, attr_type: str) -> None:
        super().__init__(null=True)
        self.attr_type = attr_type


class NamesAttribute(Attribute[Collection[str]]):
    """Some different names in no order of their own: a set there, a sorted tuple here."""

    attr_type = STRING_SET

    def __init__(self, attr_name: str | None = None) -> None:
        super().__init__(null=True, attr_name=attr_name)

    def serialize(self, value: Collection[str]) -> list[str] | None:
        """Write them; DynamoDB keeps no empty set."""
        return [*value] or None

    def deserialize(self, value: list[str]) -> tuple[str, ...]:
        """Read them back, in order."""
        return tuple(sorted(value))


def as_tuple(value: object) -> object:
    """Return a list as dataclasses hold it; anything else as it is."""
    return tuple(value) if isinstance(value, list) else value
