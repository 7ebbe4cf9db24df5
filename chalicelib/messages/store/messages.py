"""Messages in DynamoDB: the port MessageStore."""

from __future__ import annotations

from collections.abc import Callable, Collection
from contextlib import suppress
from datetime import datetime
from secrets import token_hex

from pynamodb.expressions.condition import Condition
from pynamodb.expressions.operand import Path
from pynamodb.expressions.update import Action

from chalicelib.core.component import component
from chalicelib.core.domain.errors import NotFound
from chalicelib.core.dynamodb.attributes import sortable
from chalicelib.core.dynamodb.conditions import all_of, any_of
from chalicelib.core.dynamodb.errors import ConditionFailed, Image
from chalicelib.core.dynamodb.schema import LISTED
from chalicelib.core.dynamodb.table import MOST_IN_A_BATCH, Key, Table
from chalicelib.messages.domain.delivery import INBOUND_KEPT, TRY_LASTS, MessageState, Receipt, Try
from chalicelib.messages.domain.templates import OwedMessage
from chalicelib.messages.services.ports import OVER_CAP, StoredMessage
from chalicelib.messages.store.message_mapping import (
    MESSAGE,
    OWED,
    key_of,
    message_key,
    message_to_item,
    settled,
    stored_from_image,
)
from chalicelib.messages.store.message_models import InboundItem, MessageItem, OptOutItem


@component
class DynamoMessages:
    """The port MessageStore over one table. Calls nothing until it is used."""

    table: Table
    new_try_id: Callable[[], str] = lambda: token_hex(8)
    """No two tries share an id."""

    def store_once(self, message: OwedMessage, now: datetime, *, begun: bool = True) -> bool:
        """Store an owed message; see the port.

        What stands there already may be this very write, its acknowledgement lost.
        """
        try_id = self.new_try_id()
        item = message_to_item(message, now, try_id, begun=begun)
        try:
            self.table.put(item, MessageItem.pk.does_not_exist())
        except ConditionFailed as failed:
            return _is_of(failed.image, try_id)
        return True

    def begin_try(self, message: OwedMessage, now: datetime) -> Try | None:
        """Begin another try; see the port. It may have begun, its acknowledgement lost."""
        try_id = self.new_try_id()
        may = all_of(
            MessageItem.state == MessageState.OWED.value, MessageItem.listed_at <= sortable(now)
        )
        actions = [
            MessageItem.listed_at.set(sortable(now + TRY_LASTS)),
            MessageItem.tries.set(MessageItem.tries + 1),
            MessageItem.try_id.set(try_id),
        ]
        try:
            image = self.table.update(key_of(message), actions, may, returns="ALL_NEW")
        except ConditionFailed as failed:
            if failed.image is None or not _is_of(failed.image, try_id):
                return None
            image = failed.image
        item = MessageItem.from_raw_data(image)
        return Try(int(item.tries), int(item.refused or 0), int(item.lost or 0))

    def put_off(self, message: OwedMessage, cause: str, tried: Try, until: datetime) -> None:
        """Note how a try ended; see the port."""
        actions = [
            MessageItem.cause.set(cause),
            MessageItem.refused.set(tried.refused),
            MessageItem.lost.set(tried.lost),
            MessageItem.listed_at.set(sortable(until)),
        ]
        with suppress(ConditionFailed):
            self.table.update(
                key_of(message), actions, MessageItem.state == MessageState.OWED.value
            )

    def due(self, now: datetime, limit: int) -> list[OwedMessage]:
        """List what may be tried; see the port."""
        by_now = MessageItem.listed_at <= sortable(now)
        found = self.table.query(OWED, by_now, index=LISTED, limit=limit)
        return [stored_from_image(image).message for image in found.images]

    def owed_before(self, before: datetime, limit: int) -> list[OwedMessage]:
        """List what is owed for long; see the port."""
        found = self.table.query(OWED, index=LISTED, limit=MOST_IN_A_BATCH)
        owed = [stored_from_image(image) for image in found.images]
        old = [
            stored.message
            for stored in owed
            if stored.message.owed_at < before and stored.cause != OVER_CAP
        ]
        return sorted(old, key=lambda message: message.owed_at)[:limit]

    def standing(self, names: Collection[tuple[str, str]]) -> set[tuple[str, str]]:
        """Tell which of these are stored; see the port."""
        found = self.table.which_stand([message_key(subject, id_) for subject, id_ in names])
        return {(key.pk, key.sk.removeprefix(MESSAGE)) for key in found}

    def is_owed(self, message: OwedMessage) -> bool:
        """Whether the message is stored and still to be sent."""
        image = self.table.get(key_of(message), consistent=True)
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

    def mark_overtaken(self, message: OwedMessage, now: datetime) -> None:
        """Note that it was not sent because it no longer holds."""
        self._settle(message, MessageState.OVERTAKEN, now)

    def note_receipt(self, subject: str, id_: str, receipt: Receipt, now: datetime) -> bool:
        """Note what the provider says became of a message; see the port."""
        actions = [
            *settled(receipt.state, now),
            MessageItem.cause.set(receipt.cause) if receipt.cause else MessageItem.cause.remove(),
        ]
        if receipt.provider_id:
            actions.append(MessageItem.provider_id.set(receipt.provider_id))
        try:
            self.table.update(message_key(subject, id_), actions, _may_become(receipt.state))
        except ConditionFailed as failed:
            return failed.image is not None
        return True

    def list_for(self, subject: str) -> list[StoredMessage]:
        """List a subject's messages by their ids."""
        messages = Path("sk").startswith(MESSAGE)
        return [stored_from_image(image) for image in self.table.query_all(subject, messages)]

    def opt_out(self, phone_key: str, now: datetime) -> None:
        """Send this phone nothing any more."""
        key = _opt_out_key(phone_key)
        self.table.put(OptOutItem(pk=key.pk, sk=key.sk, at=now))

    def opt_in(self, phone_key: str) -> None:
        """Send to this phone again."""
        self.table.delete(_opt_out_key(phone_key))

    def is_opted_out(self, phone_key: str) -> bool:
        """Whether this phone has opted out, as of now: a STOP holds from the next message on."""
        return self.table.get(_opt_out_key(phone_key), consistent=True) is not None

    def opted_out_of(self, phone_keys: Collection[str]) -> set[str]:
        """Return which of these phones have opted out; see the port."""
        keys = {_opt_out_key(phone_key): phone_key for phone_key in phone_keys}
        return {keys[key] for key in self.table.which_stand(keys)} if keys else set()

    def record_inbound(self, message_id: str, outcome: str, now: datetime) -> None:
        """Record an inbound message that could be no request, for 30 days."""
        self.table.put(
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
        actions = [*settled(state, now), *more]
        try:
            self.table.update(
                key_of(message), actions, MessageItem.state == MessageState.OWED.value
            )
        except ConditionFailed as failed:
            if failed.image is None:
                raise NotFound from failed


def _is_of(image: Image | None, try_id: str) -> bool:
    """Whether this very try has begun there."""
    return image is not None and image.get("try_id") == {"S": try_id}


def _may_become(state: MessageState) -> Condition:
    """Ask that a receipt tells more than is known."""
    known = [each for each in MessageState if each.yields_to(state)]
    return any_of(*(MessageItem.state == each.value for each in known))


def _opt_out_key(phone_key: str) -> Key:
    return Key(f"OPTOUT#{phone_key}", "OPTOUT")
