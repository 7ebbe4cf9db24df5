"""Calls and SMS as their providers tell of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Final

# As long as a provider lets a call last, and as long as a room stays open: a second opinion takes
# its time, and a case that is being talked about must go to nobody else.
CALL_LASTS: Final = timedelta(minutes=60)


class CallState(StrEnum):
    """What the provider says of a call; it never says whether the right person spoke."""

    UNDER_WAY = "under_way"
    COMPLETED = "completed"
    NO_ANSWER = "no_answer"
    BUSY = "busy"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class MissedCall:
    """A call as its provider tells of it; ``call_id`` is the provider's own.

    ``caller`` is empty or a word where it was withheld. ``answered``: somebody spoke with them.
    """

    call_id: str
    caller: str
    answered: bool = False


@dataclass(frozen=True, slots=True)
class InboundSms:
    """An SMS as its provider handed it over; ``message_id`` is the provider's own."""

    message_id: str
    sender: str
    text: str
