"""Instants in DynamoDB: exact to the microsecond, in order, and never naive."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from math import ceil
from typing import Final

from pynamodb.attributes import Attribute
from pynamodb.constants import LIST, NUMBER, STRING

from chalicelib.core.domain.datetimes import require_aware

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
        """Refuse a naive datetime; take any zone."""
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
        """Refuse a naive datetime; take any zone."""
        return str(ceil(require_aware(value).timestamp()))

    def deserialize(self, value: str) -> datetime:
        """Read it back, in UTC."""
        return datetime.fromtimestamp(int(value), UTC)
