"""How the owner of a case speaks with its patient: a call, a room for video.

Both belong to the claim under which they began, and go with it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from chalicelib.messages.domain.telephony import CallState

# A second click, or a page sent again, within this time is the first one's.
SAME_CALL: Final = timedelta(seconds=60)
VIDEO_LASTS: Final = timedelta(minutes=60)


@dataclass(frozen=True, slots=True)
class Call:
    """One call to the patient; ``id`` is drawn at random, so that two clicks are told apart."""

    id: str
    at: datetime
    state: CallState = CallState.UNDER_WAY

    def is_same(self, now: datetime) -> bool:
        """Whether who presses "call" now means this very call."""
        return self.state is CallState.UNDER_WAY and now < self.at + SAME_CALL

    def ended(self, state: CallState) -> Call:
        """Note what became of it."""
        return replace(self, state=state)


@dataclass(frozen=True, slots=True)
class VideoRoom:
    """A room that is open in ``[start, end)``."""

    start: datetime
    end: datetime

    def is_open(self, now: datetime) -> bool:
        """Whether one can go in now."""
        return self.start <= now < self.end
