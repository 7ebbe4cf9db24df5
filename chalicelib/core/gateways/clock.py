"""The clock: the machine's, or on a local stack one that a test has set."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

Clock = Callable[[], datetime]


def system_clock() -> datetime:
    """Tell the machine's time, in UTC."""
    return datetime.now(UTC)


def file_clock(path: str) -> Clock:
    """Make a clock that obeys a file, read at every call.

    The file holds an instant (ISO 8601 with an offset: the clock stands still there) or a number
    of seconds with its sign (``+3600``: the clock runs that far ahead). Empty or absent, it is
    the machine's time.
    """
    file = Path(path)

    def now() -> datetime:
        text = file.read_text(encoding="ascii").strip() if file.exists() else ""
        if not text:
            return system_clock()
        if text[0] in "+-":
            return system_clock() + timedelta(seconds=float(text))
        return datetime.fromisoformat(text).astimezone(UTC)

    return now
