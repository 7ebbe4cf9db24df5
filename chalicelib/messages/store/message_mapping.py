"""Messages to items and back, and where they stand."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from pynamodb.expressions.update import Action

from chalicelib.core.domain.datetimes import calendar_day
from chalicelib.core.dynamodb.attributes import sortable
from chalicelib.core.dynamodb.errors import Image
from chalicelib.core.dynamodb.table import Key
from chalicelib.messages.domain.delivery import TRY_LASTS, MessageState
from chalicelib.messages.domain.templates import MessageChannel, OwedMessage, Template
from chalicelib.messages.services.ports import StoredMessage
from chalicelib.messages.store.message_models import MessageItem

MESSAGE: Final = "MESSAGE#"
OWED: Final = "owed"


def message_key(subject: str, id_: str) -> Key:
    """Place a message."""
    return Key(subject, f"{MESSAGE}{id_}")


def key_of(message: OwedMessage) -> Key:
    """Place a message that is at hand."""
    return message_key(message.subject, message.id)


def message_to_item(
    message: OwedMessage, now: datetime, try_id: str, *, begun: bool
) -> MessageItem:
    """Write a message that is owed, its first try ``begun`` or to begin now; or overtaken."""
    key = key_of(message)
    day, day_order = calendar_day(message.owed_at).isoformat(), sortable(message.owed_at)
    owed_from = sortable(now + TRY_LASTS if begun else now)
    return MessageItem(
        pk=key.pk,
        sk=key.sk,
        template=message.template.value,
        phone=message.phone,
        phone_key=message.phone_key,
        language=message.language,
        channel=_stored(message.channel),
        owed_at=message.owed_at,
        variables=dict(message.variables),
        state=(MessageState.OVERTAKEN if message.is_overtaken else MessageState.OWED).value,
        since=now,
        listed_in=day if message.is_overtaken else OWED,
        listed_at=day_order if message.is_overtaken else owed_from,
        tries=int(begun and not message.is_overtaken),
        try_id=try_id,
        day=day,
        day_order=day_order,
    )


def stored_from_image(image: Image) -> StoredMessage:
    """Read a message, and what became of it."""
    item = MessageItem.from_raw_data(image)
    return StoredMessage(
        message=OwedMessage(
            subject=item.pk,
            id=item.sk.removeprefix(MESSAGE),
            template=Template(item.template),
            phone=item.phone,
            phone_key=item.phone_key,
            language=item.language,
            owed_at=item.owed_at,
            variables=item.variables,
            channel=MessageChannel(item.channel or MessageChannel.SMS),
        ),
        state=MessageState(item.state),
        since=item.since,
        provider_id=item.provider_id,
        cause=item.cause,
        tries=int(item.tries),
    )


def settled(state: MessageState, now: datetime) -> list[Action]:
    """Owe a message no more, and list it on its day."""
    return [
        MessageItem.state.set(state.value),
        MessageItem.since.set(now),
        MessageItem.listed_in.set(MessageItem.day),
        MessageItem.listed_at.set(MessageItem.day_order),
    ]


def _stored(channel: MessageChannel) -> str | None:
    """Return what is stored of a channel: nothing of the first, as before there were others."""
    name: str = channel.value
    return None if name == MessageChannel.SMS.value else name
