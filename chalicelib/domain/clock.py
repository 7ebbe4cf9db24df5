"""Aware instants: the guard against naive datetimes, UTC for storage, ISO 8601 for the outside."""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo
from typing import Final
from zoneinfo import ZoneInfo

IST: Final = ZoneInfo("Asia/Kolkata")


class NaiveDatetimeError(ValueError):
    """A datetime without a time zone reached the domain: the program's fault, no caller's."""


def require_aware(at: datetime) -> datetime:
    """Return ``at`` unchanged; raises NaiveDatetimeError where it has no time zone."""
    if at.utcoffset() is None:
        raise NaiveDatetimeError("a datetime needs a time zone")
    return at


def to_utc(at: datetime) -> datetime:
    """Express an aware instant in UTC; raises NaiveDatetimeError."""
    return require_aware(at).astimezone(UTC)


def to_iso(at: datetime, zone: tzinfo = IST) -> str:
    """Write an instant as ISO 8601 with the offset of ``zone``, cut to whole seconds."""
    return require_aware(at).astimezone(zone).isoformat(timespec="seconds")
