"""Minutes of the wall clock, counted through the calendar: what the rota reckons in.

Minute 0 of a date is ``date.toordinal() * 1440``; the clock is that of the hours' zone. Where a
zone changes its clocks, the rota counts what the clock on the wall shows.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from chalicelib.core.domain.datetimes import require_aware

DAY_MINUTES: Final = 24 * 60

_EPOCH: Final = datetime(1970, 1, 1)  # noqa: DTZ001  # a wall clock has no zone
_EPOCH_MINUTE: Final = date(1970, 1, 1).toordinal() * DAY_MINUTES


def to_minute(at: datetime, zone: ZoneInfo) -> int:
    """Tell the minute that runs at an aware instant; raises NaiveDatetimeError."""
    local = require_aware(at).astimezone(zone)
    return local.toordinal() * DAY_MINUTES + local.hour * 60 + local.minute


def to_instant(minute: int, zone: ZoneInfo) -> datetime:
    """Tell when a minute begins, in UTC."""
    return to_wall(minute).replace(tzinfo=zone).astimezone(UTC)


def to_wall(minute: int) -> datetime:
    """Tell what calendar and clock show at a minute, without a zone."""
    return _EPOCH + timedelta(minutes=minute - _EPOCH_MINUTE)
