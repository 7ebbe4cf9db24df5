"""Aware instants: the guard against naive datetimes, UTC for storage, ISO 8601 for the outside."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

IST: Final = ZoneInfo("Asia/Kolkata")
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


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


def to_iso(at: datetime) -> str:
    """Write an instant as ISO 8601 with India's offset, cut to whole seconds."""
    return require_aware(at).astimezone(IST).isoformat(timespec="seconds")


@dataclass(frozen=True, slots=True)
class Window:
    """A half-open span of time in which something is promised or wanted."""

    start: datetime
    end: datetime


def window_of(start: datetime | None, end: datetime | None) -> Window | None:
    """Return the span between two instants; None where one of them is missing."""
    return None if start is None or end is None else Window(start, end)


def window_at(now: datetime, length: timedelta) -> Window:
    """Return the window of a fixed length in which ``now`` lies; they follow one another."""
    start = now - (now - _EPOCH) % length
    return Window(start, start + length)


def calendar_day(at: datetime) -> date:
    """Tell the day of the helpline's calendar."""
    return at.astimezone(IST).date()
