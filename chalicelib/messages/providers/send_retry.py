"""Handing an SMS to a provider: again where it was surely not taken, never where it may have been.

A provider has no memory of our message's id: what it took and could not acknowledge would be sent,
and paid, twice. Such a message is left to the outbox, which knows what it costs to repeat.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from chalicelib.messages.services.ports import SendFailed

NOT_CONFIGURED: Final = "not_configured"
NOT_REACHED: Final = "not_reached"
OPTED_OUT: Final = "opted_out"
INVALID_NUMBER: Final = "invalid_number"
THROTTLED: Final = "throttled"
UNAVAILABLE: Final = "unavailable"

_FIRST_PAUSE: Final = 0.2
_LONGEST_PAUSE: Final = 2.0


class NotTaken(SendFailed):
    """The provider has not taken the message: it may be handed over again at once.

    ``wait`` is how many seconds the provider asks to be left alone.
    """

    def __init__(self, cause: str, wait: float = 0.0) -> None:
        """Keep the cause's code."""
        super().__init__(cause, temporary=True)
        self.wait = wait


@dataclass(frozen=True, slots=True)
class HandOver:
    """How often to try, and how many seconds all of it may take before the next try begins."""

    tries: int = 3
    budget: float = 4.0
    sleep: Callable[[float], None] = time.sleep
    dice: Callable[[], float] = random.random
    clock: Callable[[], float] = time.monotonic

    def __call__(self, send: Callable[[], str]) -> str:
        """Send, with pauses of random length between tries, and return the provider's id.

        Raises SendFailed.
        """
        end = self.clock() + self.budget
        pause = _FIRST_PAUSE
        for _ in range(self.tries - 1):
            try:
                return send()
            except NotTaken as failure:
                wait = max(failure.wait, pause * self.dice())
                if self.clock() + wait >= end:
                    raise
                self.sleep(wait)
                pause = min(_LONGEST_PAUSE, pause * 2)
        return send()
