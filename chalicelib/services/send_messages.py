"""Send what is owed: once stored, then sent, and never after STOP."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from enum import Enum

from chalicelib.domain.messages import OwedMessage
from chalicelib.services.ports import MessageStore, SendFailed, SmsGateway

Render = Callable[[OwedMessage], str]


class Outcome(Enum):
    """What became of one owed message."""

    SENT = "sent"
    ALREADY_SENT = "already_sent"
    SUPPRESSED = "suppressed"
    FAILED = "failed"


class SendMessages:
    """The outbox's second half."""

    def __init__(self, messages: MessageStore, gateway: SmsGateway, render: Render) -> None:
        """Bind the store, the gateway, and what turns an owed message into its words."""
        self._messages = messages
        self._gateway = gateway
        self._render = render

    def __call__(self, owed: Iterable[OwedMessage], now: datetime) -> list[Outcome]:
        """Store and send each message. Raises SendFailed where another try may succeed."""
        return [self._send(message, now) for message in owed]

    def _send(self, message: OwedMessage, now: datetime) -> Outcome:
        if not self._messages.store_once(message, now) and not self._messages.is_owed(message):
            return Outcome.ALREADY_SENT
        if self._messages.is_opted_out(message.phone_key) and not message.template.answers_a_word:
            self._messages.mark_suppressed(message, now)
            return Outcome.SUPPRESSED
        try:
            provider_id = self._gateway.send(
                message.phone, self._render(message), message_id=f"{message.subject}.{message.id}"
            )
        except SendFailed as failure:
            if failure.temporary:
                raise
            self._messages.mark_failed(message, failure.cause, now)
            return Outcome.FAILED
        self._messages.mark_sent(message, provider_id, now)
        return Outcome.SENT
