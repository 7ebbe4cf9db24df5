"""Which of the numbers that the rota writes to have sent STOP, for those who keep the rota.

The rota's messages go out all the same; but a carrier may block them by itself after a STOP.
"""

from __future__ import annotations

from collections.abc import Collection

from chalicelib.core.component import component
from chalicelib.core.services.ports import Secrets
from chalicelib.messages.services.ports import MessageStore


@component
class StoppedNumbers:
    """Looks up opt-outs by phone."""

    messages: MessageStore
    secrets: Secrets

    def __call__(self, phones: Collection[str]) -> frozenset[str]:
        """Return those of these phones (E.164) that have sent STOP: one read for a hundred."""
        by_key = {self.secrets.phone_key(phone): phone for phone in phones}
        stopped = self.messages.opted_out_of(by_key)
        return frozenset(by_key[key] for key in stopped)
