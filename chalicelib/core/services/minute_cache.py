"""What a process reads at most once a minute."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TypeVar

FRESH_FOR = timedelta(minutes=1)
V = TypeVar("V")


class MinuteCache:
    """Values that were read, each kept for a minute under its key."""

    def __init__(self) -> None:
        self._kept: dict[object, tuple[datetime, object]] = {}

    def get(self, key: object, now: datetime, read: Callable[[], V]) -> V:
        """Return the value of a key: what was read in the last minute, or else ``read()``."""
        kept = self._kept.get(key)
        # A clock that stepped back must not keep a value alive for longer than a minute.
        if kept is None or not timedelta(0) <= now - kept[0] < FRESH_FOR:
            kept = (now, read())
            self._kept[key] = kept
        return kept[1]  # type: ignore[return-value]  # what `read` gave for this key

    def clear(self) -> None:
        """Read every value again at its next use."""
        self._kept.clear()
