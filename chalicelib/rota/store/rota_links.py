"""Links, confirmations and calendars in DynamoDB: the port RotaLinks."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, datetime
from typing import Final

from pynamodb.expressions.operand import Path

from chalicelib.core.component import component
from chalicelib.core.domain.errors import Busy
from chalicelib.core.dynamodb.conditions import absent_or
from chalicelib.core.dynamodb.errors import ConditionFailed, TransactionRefused
from chalicelib.core.dynamodb.table import Key, Table
from chalicelib.rota.services.ports import Confirmation, ShiftLink
from chalicelib.rota.store.rota_models import (
    ConfirmationItem,
    FeedItem,
    FeedKeyItem,
    RemindedItem,
    ShiftLinkItem,
)

_CONFIRMED: Final = "CONFIRMED"
_REMINDED: Final = Key("ROTA", "REMINDED")


@component
class DynamoRotaLinks:
    """The port RotaLinks over one table. Calls nothing until it is used."""

    table: Table

    def put_shift_link(self, key: str, link: ShiftLink) -> None:
        """Store what a link opens; the same again changes nothing."""
        self.table.put(ShiftLinkItem.hold(_link_key(key), link))

    def find_shift_link(self, key: str) -> ShiftLink | None:
        """Find what a link opens: one read. It may have expired: TTL deletes late."""
        image = self.table.get(_link_key(key))
        return ShiftLinkItem.from_raw_data(image).read_as(ShiftLink) if image else None

    def put_confirmation(self, confirmation: Confirmation) -> None:
        """Note that somebody will be there."""
        key = f"{confirmation.day}#{confirmation.shift}#{confirmation.oncologist}"
        self.table.put(ConfirmationItem.hold(Key(_CONFIRMED, key), confirmation))

    def confirmations(self, start: date, end: date) -> list[Confirmation]:
        """List who has confirmed a shift of a date in ``[start, end)``: one query."""
        # A key goes on after its date, so that those of the date `end` come after it.
        within = Path("sk").between(start.isoformat(), end.isoformat())
        images = self.table.query_all(_CONFIRMED, within)
        return [ConfirmationItem.from_raw_data(image).read_as(Confirmation) for image in images]

    def replace_feed(self, oncologist: str, key: str | None) -> None:
        """Let a secret's hash open an oncologist's calendar, and no other; None: none does.

        Of two replacements at once one raises Busy, so that no forgotten secret goes on to open.
        """
        place = Key("FEED_OF", oncologist)
        image = self.table.get(place, consistent=True)
        before = FeedKeyItem.from_raw_data(image).key if image else None
        if before == key:
            return
        as_read = FeedKeyItem.key == before if before else FeedKeyItem.key.does_not_exist()
        parts = []
        if key is None:
            parts.append(self.table.delete_part(place, as_read))
        else:
            parts.append(self.table.put_part(FeedKeyItem.placed(place, key=key), as_read))
            parts.append(
                self.table.put_part(FeedItem.placed(_feed_key(key), oncologist=oncologist))
            )
        if before is not None:
            parts.append(self.table.delete_part(_feed_key(before), FeedItem.pk.exists()))
        try:
            self.table.transact(*parts)
        except TransactionRefused as refused:
            raise Busy from refused

    def find_feed(self, key: str) -> str | None:
        """Find whose calendar a secret's hash opens: one read, as of now."""
        image = self.table.get(_feed_key(key), consistent=True)
        return FeedItem.from_raw_data(image).oncologist if image else None

    def reminded_through(self) -> datetime | None:
        """Tell the instant through which reminders were owed; None: never. One read."""
        image = self.table.get(_REMINDED)
        return RemindedItem.from_raw_data(image).through if image else None

    def record_reminded(self, through: datetime) -> None:
        """Record it, unless another run has come as far."""
        with suppress(ConditionFailed):
            self.table.put(
                RemindedItem.placed(_REMINDED, through=through),
                absent_or(RemindedItem.through, RemindedItem.through < through),
            )


def _link_key(key: str) -> Key:
    return Key(f"SHIFT_LINK#{key}", "SHIFT_LINK")


def _feed_key(key: str) -> Key:
    return Key(f"FEED#{key}", "FEED")
