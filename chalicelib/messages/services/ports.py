"""What sending messages needs of the world: the store, the gateway and the day's spending."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, Protocol

from chalicelib.core.services.ports import Page
from chalicelib.messages.domain.delivery import MessageState, Receipt, Try
from chalicelib.messages.domain.templates import MessageChannel, MessageClass, OwedMessage


@dataclass(frozen=True, slots=True)
class StoredMessage:
    """A message, what became of it and when, and what the provider called it or complained of."""

    message: OwedMessage
    state: MessageState
    since: datetime
    provider_id: str | None = None
    cause: str | None = None
    tries: int = 1


class MessageStore(Protocol):
    """Messages owed and sent, opt-outs, and what came in and could be no request.

    A message is found by its subject and its id. Once it is sent, failed or suppressed it is owed
    no more, and stays what it first became. While a try is under way no other begins: a try whose
    function was ended counts as under way for a moment (two minutes).
    """

    def store_once(self, message: OwedMessage, now: datetime, *, begun: bool = True) -> bool:
        """Store an owed message; False where one with this id stands already.

        Its first try has ``begun``, unless the sweep is to send it. One that is overtaken is owed
        no more from the first.
        """

    def begin_try(self, message: OwedMessage, now: datetime) -> Try | None:
        """Begin another try; None where it is owed no more, or not due, or a try is under way."""

    def put_off(self, message: OwedMessage, cause: str, tried: Try, until: datetime) -> None:
        """Note how a try ended, and let the next begin at ``until``. Nothing if owed no more."""

    def due(self, now: datetime, limit: int) -> list[OwedMessage]:
        """List what is owed and may be tried, the longest due first."""

    def owed_before(self, before: datetime, limit: int) -> list[OwedMessage]:
        """List what was owed before this instant and is owed still, the longest owed first.

        What a cap holds back until the next day is left out.
        Of more than a hundred that are owed, only those that are due next are looked at.
        """

    def standing(self, names: Collection[tuple[str, str]]) -> set[tuple[str, str]]:
        """Return which of these messages (subject, id) are stored, whatever became of them."""

    def is_owed(self, message: OwedMessage) -> bool:
        """Whether the message is stored and still to be sent."""

    def mark_sent(self, message: OwedMessage, provider_id: str, now: datetime) -> None:
        """Note that the gateway has taken the message."""

    def mark_failed(self, message: OwedMessage, cause: str, now: datetime) -> None:
        """Note that it can't be sent; ``cause`` is a code."""

    def mark_suppressed(self, message: OwedMessage, now: datetime) -> None:
        """Note that it was not sent because the phone has opted out."""

    def mark_overtaken(self, message: OwedMessage, now: datetime) -> None:
        """Note that it was not sent because it no longer holds."""

    def note_receipt(self, subject: str, id_: str, receipt: Receipt, now: datetime) -> bool:
        """Note what the provider says became of a message; False where there is no such message.

        In any order and however often: what was delivered stays so, and a message of which a
        receipt speaks was sent, whatever we know, and is owed no more.
        """

    def list_for(self, subject: str) -> list[StoredMessage]:
        """List a subject's messages by their ids."""

    def opt_out(self, phone_key: str, now: datetime) -> None:
        """Send this phone nothing any more."""

    def opt_in(self, phone_key: str) -> None:
        """Send to this phone again."""

    def is_opted_out(self, phone_key: str) -> bool:
        """Whether this phone has opted out."""

    def opted_out_of(self, phone_keys: Collection[str]) -> set[str]:
        """Return which of these phones have opted out; it may be a moment old."""

    def record_inbound(self, message_id: str, outcome: str, now: datetime) -> None:
        """Record an inbound message that could be no request, without what it said."""


@dataclass(frozen=True, slots=True)
class OutgoingMessage:
    """A message as a gateway sends it.

    ``phone`` is E.164. ``message_id`` is our own, the same each time this message is sent.
    ``template_id`` is the DLT's for this text in its language; empty where none is configured.
    ``message_class`` decides its share of the phone's cap.
    """

    phone: str
    text: str
    message_id: str
    template_id: str = ""
    message_class: MessageClass = MessageClass.CASE
    channel: MessageChannel = MessageChannel.SMS


class MessageGateway(Protocol):
    """Sends a message."""

    def send(self, message: OutgoingMessage) -> str:
        """Send and return the provider's id. Raises SendFailed."""


@dataclass(frozen=True, slots=True)
class Share:
    """A part of a cap: the most segments of one class of messages in a day."""

    message_class: MessageClass
    cap: int


class SpendStore(Protocol):
    """What is spent on SMS, counted in segments, a count for each day and name."""

    def spend(
        self, name: str, day: date, segments: int, cap: int, share: Share | None = None
    ) -> bool:
        """Count these segments unless the day's would exceed ``cap``, or ``share`` its own cap.

        One atomic update.
        """

    def give_back(self, name: str, day: date, segments: int, share: Share | None = None) -> None:
        """Subtract segments that were counted and then not spent."""


ANSWER_LOST: Final = "answer_lost"
"""The cause of a failure after which the message may have been sent all the same."""

OVER_CAP: Final = "over_cap"
"""The cause of a failure by a day's cap: nothing was sent."""


class SendFailed(Exception):  # named as an operator reads it
    """The gateway did not take the message; ``temporary`` tells whether to try again.

    ``retry_at`` is the earliest time of the next try; None leaves it to the sender.
    """

    def __init__(self, cause: str, *, temporary: bool, retry_at: datetime | None = None) -> None:
        """Create the error with the cause's code."""
        super().__init__(cause)
        self.cause = cause
        self.temporary = temporary
        self.retry_at = retry_at


@dataclass(frozen=True, slots=True)
class Parked:
    """A change of a case that could not be dealt with, for a person to see and try again.

    ``id`` is the change's own, ``subject`` the case's reference. ``cause`` names the error and
    where it came from, never a value: nothing personal is in it.
    """

    id: str
    subject: str
    cause: str
    at: datetime


class OutboxStore(Protocol):
    """The messages as administrators see them, and the sweep's own notes."""

    def find(self, subject: str, id_: str) -> StoredMessage | None:
        """Find a message."""

    def list_owed(self, limit: int, cursor: str | None) -> Page[StoredMessage]:
        """List what is still to be sent, the next due first."""

    def list_day(self, day: date, limit: int, cursor: str | None) -> Page[StoredMessage]:
        """List what was owed on a day and is owed no more, the latest first."""

    def owe_again(self, message: OwedMessage, now: datetime) -> bool:
        """Owe what failed, or was not delivered, once more; False where it did neither."""

    def park(self, parked: Parked) -> None:
        """Park a change; the same change again takes its place."""

    def parked(self, limit: int, cursor: str | None) -> Page[Parked]:
        """List what is parked, by its id."""

    def find_parked(self, id_: str) -> Parked | None:
        """Find a parked change."""

    def unpark(self, id_: str) -> None:
        """Delete a parked change."""

    def find_swept_until(self) -> datetime | None:
        """Read up to when the sweep has looked for lost changes."""

    def put_swept_until(self, until: datetime) -> None:
        """Note up to when the sweep has looked."""


class CallNotPlaced(Exception):  # named as an operator reads it
    """The provider placed no call; ``cause`` is a code."""

    def __init__(self, cause: str) -> None:
        """Create the error with the cause's code."""
        super().__init__(cause)
        self.cause = cause


class BridgeUnconfigured(Exception):  # as CallNotPlaced
    """The provider's account is not there."""


class CallBridge(Protocol):
    """Rings the doctor, then the patient, and shows neither the other's number."""

    def connect(self, doctor: str, patient: str, name: str) -> None:
        """Have both rung (E.164); the provider tells what became of the call of this ``name``.

        A provider that gave no answer may be ringing, so that this is no failure. Raises
        CallNotPlaced, BridgeUnconfigured.
        """


class Doctor(Protocol):
    """Who signs what a patient is told of a call."""

    @property
    def name(self) -> str:
        """The name."""

    @property
    def registration(self) -> str:
        """The number under which a medical council has them registered."""


class Doctors(Protocol):
    """Knows the doctors by their ids."""

    def find_oncologist(self, oncologist: str) -> Doctor | None:
        """Find one; None for an unknown id."""
