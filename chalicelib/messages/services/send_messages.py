"""Send what is owed: once stored, then sent, and never after STOP."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from enum import Enum
from typing import Final

from chalicelib.core.component import component
from chalicelib.messages.domain.delivery import Try
from chalicelib.messages.domain.templates import MessageClass, OwedMessage, Template
from chalicelib.messages.services.ports import (
    ANSWER_LOST,
    MessageGateway,
    MessageStore,
    OutgoingMessage,
    SendFailed,
)

Render = Callable[[OwedMessage], str]
TemplateId = Callable[[Template, str], str]
Current = Callable[[OwedMessage, datetime], OwedMessage]

MOST_TRIES: Final = 8
# After a try without an answer the message may have been sent: it is tried once more, no oftener.
MOST_UNCERTAIN: Final = 2
FIRST_PAUSE: Final = timedelta(minutes=2)
LONGEST_PAUSE: Final = timedelta(hours=2)
# What a cap refuses is tried again on the next days, no longer than this after it was owed.
LONGEST_HELD: Final = timedelta(days=3)


class Outcome(Enum):
    """What became of one owed message."""

    SENT = "sent"
    ALREADY_SENT = "already_sent"
    SUPPRESSED = "suppressed"
    FAILED = "failed"
    PUT_OFF = "put_off"


@component
class SendMessages:
    """The outbox's second half.

    One message's trouble holds no other back, and none is raised but the store's own: what fails
    for now is put off, and the sweep tries it again.
    """

    messages: MessageStore
    gateway: MessageGateway
    render: Render
    template_id: TemplateId = lambda _template, _language: ""
    current: Current = lambda message, _now: message
    """Returns a message as it holds now, or overtaken; asked before each try but the first."""

    def __call__(self, owed: Iterable[OwedMessage], now: datetime) -> list[Outcome]:
        """Store and send each message. Raises Busy where it could not be stored."""
        return [self._store_and_send(message, now) for message in owed]

    def again(self, now: datetime, limit: int) -> list[Outcome]:
        """Try what is owed and due, as much as ``limit``."""
        return [self._try_again(message, now) for message in self.messages.due(now, limit)]

    def _store_and_send(self, message: OwedMessage, now: datetime) -> Outcome:
        if self.messages.store_once(message, now):
            return Outcome.SUPPRESSED if message.is_overtaken else self._send(message, Try(), now)
        return self._try_again(message, now)

    def _try_again(self, message: OwedMessage, now: datetime) -> Outcome:
        tried = self.messages.begin_try(message, now)
        if tried is None:
            return Outcome.ALREADY_SENT
        if tried.lost and tried.uncertain > MOST_UNCERTAIN:
            self.messages.mark_failed(message, ANSWER_LOST, now)
            return Outcome.FAILED
        try:
            current = self.current(message, now)
        except Exception as fault:  # noqa: BLE001  # not sent: as a text that can't be written
            return self._failed(message, type(fault).__name__, tried.refused_too(), now)
        if current.is_overtaken:
            self.messages.mark_overtaken(message, now)
            return Outcome.SUPPRESSED
        return self._send(current, tried, now)

    def _send(self, message: OwedMessage, tried: Try, now: datetime) -> Outcome:
        if self._is_stopped(message):
            self.messages.mark_suppressed(message, now)
            return Outcome.SUPPRESSED
        try:
            outgoing = self._outgoing(message)
        except Exception as fault:  # noqa: BLE001  # ours: told by its cause, and tried again
            return self._failed(message, type(fault).__name__, tried.refused_too(), now)
        try:
            provider_id = self.gateway.send(outgoing)
        except SendFailed as failure:
            if not failure.temporary:
                self.messages.mark_failed(message, failure.cause, now)
                return Outcome.FAILED
            lost = failure.cause == ANSWER_LOST
            ended = tried.lost_too() if lost else tried.refused_too()
            return self._failed(message, failure.cause, ended, now, failure.retry_at)
        except Exception as fault:  # noqa: BLE001  # ours: nobody knows whether it was sent
            return self._failed(message, type(fault).__name__, tried.lost_too(), now)
        self.messages.mark_sent(message, provider_id, now)
        return Outcome.SENT

    def _is_stopped(self, message: OwedMessage) -> bool:
        """Whether a STOP holds it back, at the very moment of sending.

        Who works here gets what the rota sends all the same: a STOP from their phone, which anybody
        can forge, is about patients' messages.
        """
        template = message.template
        if template.answers_a_word or template.message_class is MessageClass.STAFF:
            return False
        return self.messages.is_opted_out(message.phone_key)

    def _outgoing(self, message: OwedMessage) -> OutgoingMessage:
        return OutgoingMessage(
            phone=message.phone,
            text=self.render(message),
            message_id=message.full_id,
            template_id=self.template_id(message.template, message.language),
            message_class=message.template.message_class,
            channel=message.channel,
        )

    def _failed(
        self,
        message: OwedMessage,
        cause: str,
        ended: Try,
        now: datetime,
        retry_at: datetime | None = None,
    ) -> Outcome:
        """Put a message off, or give it up after so many tries."""
        again_at = retry_at or now + _pause_after(ended.number)
        if (
            ended.number >= MOST_TRIES
            or (ended.lost and ended.uncertain >= MOST_UNCERTAIN)
            or (retry_at and retry_at - message.owed_at > LONGEST_HELD)
        ):
            self.messages.mark_failed(message, cause, now)
            return Outcome.FAILED
        self.messages.put_off(message, cause, ended, again_at)
        return Outcome.PUT_OFF


def _pause_after(number: int) -> timedelta:
    return min(LONGEST_PAUSE, FIRST_PAUSE * (1 << number - 1))
