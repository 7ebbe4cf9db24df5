"""The outbox in DynamoDB: the port OutboxStore, over the messages table."""

from __future__ import annotations

from datetime import date, datetime
from typing import Final

from chalicelib.core.component import component
from chalicelib.core.dynamodb.attributes import sortable
from chalicelib.core.dynamodb.conditions import any_of
from chalicelib.core.dynamodb.errors import ConditionFailed, Image
from chalicelib.core.dynamodb.schema import LISTED
from chalicelib.core.dynamodb.table import Key, Table
from chalicelib.core.services.ports import Page
from chalicelib.messages.domain.delivery import MessageState
from chalicelib.messages.domain.templates import OwedMessage
from chalicelib.messages.services.ports import Parked, StoredMessage
from chalicelib.messages.store.message_mapping import OWED, key_of, message_key, stored_from_image
from chalicelib.messages.store.message_models import MessageItem, ParkedItem, SweptItem

_PARKED: Final = "PARKED"
_SWEPT: Final = Key("SWEEP", "UNTIL")


@component
class DynamoOutbox:
    """The port OutboxStore. Calls nothing until it is used."""

    table: Table

    def find(self, subject: str, id_: str) -> StoredMessage | None:
        """Find a message."""
        image = self.table.get(message_key(subject, id_), consistent=True)
        return stored_from_image(image) if image else None

    def list_owed(self, limit: int, cursor: str | None) -> Page[StoredMessage]:
        """List what is still to be sent, the next due first."""
        return self._listed(OWED, limit, cursor, backwards=False)

    def list_day(self, day: date, limit: int, cursor: str | None) -> Page[StoredMessage]:
        """List what was settled of a day, the latest first."""
        return self._listed(day.isoformat(), limit, cursor, backwards=True)

    def owe_again(self, message: OwedMessage, now: datetime) -> bool:
        """Owe a message once more, to be tried from now on; see the port."""
        known = [state for state in MessageState if state.may_be_owed_again]
        may = any_of(*(MessageItem.state == state.value for state in known))
        actions = [
            MessageItem.state.set(MessageState.OWED.value),
            MessageItem.since.set(now),
            MessageItem.listed_in.set(OWED),
            MessageItem.listed_at.set(sortable(now)),
            MessageItem.tries.set(0),
            MessageItem.refused.remove(),
            MessageItem.lost.remove(),
            MessageItem.cause.remove(),
        ]
        try:
            self.table.update(key_of(message), actions, may)
        except ConditionFailed:
            return False
        return True

    def park(self, parked: Parked) -> None:
        """Park a change, in the place of itself."""
        self.table.put(
            ParkedItem(
                pk=_PARKED,
                sk=parked.id,
                subject=parked.subject,
                cause=parked.cause,
                at=parked.at,
            )
        )

    def parked(self, limit: int, cursor: str | None) -> Page[Parked]:
        """List what is parked, by its id."""
        return self.table.page(_PARKED, limit, cursor).map(parked_from_image)

    def find_parked(self, id_: str) -> Parked | None:
        """Find a parked change."""
        image = self.table.get(Key(_PARKED, id_), consistent=True)
        return parked_from_image(image) if image else None

    def unpark(self, id_: str) -> None:
        """Take a change from the parked ones."""
        self.table.delete(Key(_PARKED, id_))

    def find_swept_until(self) -> datetime | None:
        """Tell up to when the sweep has looked."""
        image = self.table.get(_SWEPT)
        if image is None:
            return None
        until: datetime = SweptItem.from_raw_data(image).until
        return until

    def put_swept_until(self, until: datetime) -> None:
        """Note up to when the sweep has looked."""
        self.table.put(SweptItem(pk=_SWEPT.pk, sk=_SWEPT.sk, until=until))

    def _listed(
        self, partition: str, limit: int, cursor: str | None, *, backwards: bool
    ) -> Page[StoredMessage]:
        page = self.table.page(partition, limit, cursor, index=LISTED, backwards=backwards)
        return page.map(stored_from_image)


def parked_from_image(image: Image) -> Parked:
    """Read a parked change from its item."""
    item = ParkedItem.from_raw_data(image)
    return Parked(id=item.sk, subject=item.subject, cause=item.cause, at=item.at)
