"""Messages in DynamoDB: the port MessageStore."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from pynamodb.expressions.operand import Path
from pynamodb.expressions.update import Action

from chalicelib.domain.errors import NotFound
from chalicelib.domain.messages import OwedMessage, Template
from chalicelib.services.ports import MessageState, StoredMessage
from chalicelib.store.attributes import sortable
from chalicelib.store.database import Database
from chalicelib.store.errors import ConditionFailed, Image
from chalicelib.store.models import InboundItem, MessageItem, OptOutItem
from chalicelib.store.schema import MESSAGES, OWED
from chalicelib.store.table import Key, Table

INBOUND_KEPT: Final = timedelta(days=30)
_MESSAGE: Final = "MESSAGE#"
_OWED: Final = "owed"


class DynamoMessages:
    """The port MessageStore over one table. Calls nothing until it is used."""

    def __init__(self, database: Database, table_name: str) -> None:
        """Bind the table; stores share a database, and so its client."""
        self._table = Table(database, table_name, MESSAGES)

    def store_once(self, message: OwedMessage, now: datetime) -> bool:
        """Store an owed message; False where one with this id stands already.

        Our own, whose acknowledgement was lost, counts as standing already: it is owed still.
        """
        key = _key(message)
        item = MessageItem(
            pk=key.pk,
            sk=key.sk,
            template=message.template.value,
            phone=message.phone,
            phone_key=message.phone_key,
            language=message.language,
            owed_at=message.owed_at,
            variables=dict(message.variables),
            state=MessageState.OWED.value,
            since=now,
            owed_bucket=_OWED,
            owed_since=sortable(now),
        )
        try:
            self._table.put(item, MessageItem.pk.does_not_exist())
        except ConditionFailed:
            return False
        return True

    def is_owed(self, message: OwedMessage) -> bool:
        """Whether the message is stored and still to be sent."""
        image = self._table.get(_key(message), consistent=True)
        return image is not None and image["state"]["S"] == MessageState.OWED.value

    def mark_sent(self, message: OwedMessage, provider_id: str, now: datetime) -> None:
        """Note that the gateway has taken the message."""
        self._settle(message, MessageState.SENT, now, MessageItem.provider_id.set(provider_id))

    def mark_failed(self, message: OwedMessage, cause: str, now: datetime) -> None:
        """Note that it can't be sent."""
        self._settle(message, MessageState.FAILED, now, MessageItem.cause.set(cause))

    def mark_suppressed(self, message: OwedMessage, now: datetime) -> None:
        """Note that it was not sent because the phone has opted out."""
        self._settle(message, MessageState.SUPPRESSED, now)

    def owed_before(self, before: datetime, limit: int) -> list[OwedMessage]:
        """List what was stored before this instant and is owed still, the longest owed first."""
        earlier = MessageItem.owed_since < sortable(before)
        found = self._table.query(_OWED, earlier, index=OWED, limit=limit)
        return [_stored(image).message for image in found.images]

    def list_for(self, subject: str) -> list[StoredMessage]:
        """List a subject's messages by their ids."""
        messages = Path("sk").startswith(_MESSAGE)
        return [_stored(image) for image in self._table.query_all(subject, messages)]

    def opt_out(self, phone_key: str, now: datetime) -> None:
        """Send this phone nothing any more."""
        key = _opt_out_key(phone_key)
        self._table.put(OptOutItem(pk=key.pk, sk=key.sk, at=now))

    def opt_in(self, phone_key: str) -> None:
        """Send to this phone again."""
        self._table.delete(_opt_out_key(phone_key))

    def is_opted_out(self, phone_key: str) -> bool:
        """Whether this phone has opted out, as of now: a STOP holds from the next message on."""
        return self._table.get(_opt_out_key(phone_key), consistent=True) is not None

    def record_inbound(self, message_id: str, outcome: str, now: datetime) -> None:
        """Record an inbound message that could be no request, for 30 days."""
        self._table.put(
            InboundItem(
                pk=f"INBOUND#{message_id}",
                sk="INBOUND",
                outcome=outcome,
                at=now,
                expires_at=now + INBOUND_KEPT,
            )
        )

    def _settle(
        self, message: OwedMessage, state: MessageState, now: datetime, *more: Action
    ) -> None:
        """Owe the message no more, unless something became of it already. Raises NotFound."""
        actions = [
            MessageItem.state.set(state.value),
            MessageItem.since.set(now),
            MessageItem.owed_bucket.remove(),
            MessageItem.owed_since.remove(),
            *more,
        ]
        try:
            self._table.update(_key(message), actions, MessageItem.state == MessageState.OWED.value)
        except ConditionFailed as failed:
            if failed.image is None:
                raise NotFound from failed


def _key(message: OwedMessage) -> Key:
    return Key(message.subject, f"{_MESSAGE}{message.id}")


def _opt_out_key(phone_key: str) -> Key:
    return Key(f"OPTOUT#{phone_key}", "OPTOUT")


def _stored(image: Image) -> StoredMessage:
    item = MessageItem.from_raw_data(dict(image))
    return StoredMessage(
        message=OwedMessage(
            subject=item.pk,
            id=item.sk.removeprefix(_MESSAGE),
            template=Template(item.template),
            phone=item.phone,
            phone_key=item.phone_key,
            language=item.language,
            owed_at=item.owed_at,
            variables=item.variables,
        ),
        state=MessageState(item.state),
        since=item.since,
        provider_id=item.provider_id,
        cause=item.cause,
    )
