"""What becomes of a message: its state, tries and receipts, and how long each is kept."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from enum import Enum
from typing import Final

TRY_LASTS: Final = timedelta(minutes=2)
"""How long a try counts as under way.

Longer than any function that sends may run: one that has not noted by then how its try ended will
not do so any more.
"""
INBOUND_KEPT: Final = timedelta(days=30)
"""How long it is kept that an inbound message could be no request."""
SPENDING_KEPT: Final = timedelta(days=40)
"""How long a day's counts of segments are kept."""


class MessageState(Enum):
    """What became of an owed message."""

    OWED = "owed"
    SENT = "sent"
    DELIVERED = "delivered"
    UNDELIVERED = "undelivered"
    FAILED = "failed"
    SUPPRESSED = "suppressed"
    OVERTAKEN = "overtaken"

    @property
    def is_on_its_way(self) -> bool:
        """Whether nothing is known yet of whether it arrived."""
        return self in (MessageState.OWED, MessageState.SENT)

    @property
    def may_be_owed_again(self) -> bool:
        """Whether a person may have it sent once more."""
        return self in (MessageState.FAILED, MessageState.UNDELIVERED)

    def yields_to(self, received: MessageState) -> bool:
        """Whether a receipt of this state tells more than is known: delivered is the end."""
        if received is MessageState.DELIVERED:
            return self is not received
        return self.is_on_its_way


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a provider says became of a message it had taken; ``cause`` is a code, where it failed.

    ``provider_id`` is the provider's name for it; empty where the receipt does not tell.
    """

    delivered: bool
    cause: str = ""
    provider_id: str = ""

    @property
    def state(self) -> MessageState:
        """What became of the message."""
        return MessageState.DELIVERED if self.delivered else MessageState.UNDELIVERED


@dataclass(frozen=True, slots=True)
class Try:
    """One try at sending a message: which one it is, and how those before it ended.

    ``refused`` were told to have failed, ``lost`` came back without an answer; of what is neither
    the function itself was ended.
    """

    number: int = 1
    refused: int = 0
    lost: int = 0

    @property
    def uncertain(self) -> int:
        """How many tries may have sent the message, this one among them."""
        return self.number - self.refused

    def refused_too(self) -> Try:
        """Return this try, counted as refused."""
        return replace(self, refused=self.refused + 1)

    def lost_too(self) -> Try:
        """Return this try, counted as one without an answer."""
        return replace(self, lost=self.lost + 1)
