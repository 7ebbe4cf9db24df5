"""The audit in DynamoDB: the port AuditStore.

Entries are added by PartiQL's INSERT, which alone of all writes never takes the place of what is
there: a function that may do nothing else to the table can only add to it (docs/decisions/0064).
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from typing import Final

from pynamodb.attributes import JSONAttribute, UnicodeAttribute

from chalicelib.core.component import component
from chalicelib.core.domain.audit import AuditEntry, Axis
from chalicelib.core.domain.datetimes import calendar_day
from chalicelib.core.dynamodb.attributes import ExpiryAttribute, UtcAttribute, sortable
from chalicelib.core.dynamodb.base_model import Item
from chalicelib.core.dynamodb.errors import ConditionFailed, Image
from chalicelib.core.dynamodb.schema import BY_SUBJECT, BY_WHO, Index
from chalicelib.core.dynamodb.table import Key, Table
from chalicelib.core.services.audit_log import AuditPage
from chalicelib.core.services.ports import Page

_INDEXES: Final[dict[Axis, Index | None]] = {
    Axis.SUBJECT: BY_SUBJECT,
    Axis.PERSON: BY_WHO,
    Axis.DAY: None,
}


class AuditItem(Item):
    """An entry of the audit: its day, its id, which begins with the time."""

    at = UtcAttribute()
    who = UnicodeAttribute()
    role = UnicodeAttribute()
    action = UnicodeAttribute()
    subject = UnicodeAttribute(null=True)
    address = UnicodeAttribute(null=True)
    agent = UnicodeAttribute(null=True)
    request_id = UnicodeAttribute(null=True)
    detail = JSONAttribute(null=True)
    expires_at = ExpiryAttribute()


@component
class DynamoAudit:
    """The port AuditStore. Calls nothing until it is used."""

    table: Table

    def begin(self, entry: AuditEntry, kept_until: datetime) -> Callable[[], None]:
        """Begin to add an entry; see the port."""
        item = _entry_to_item(entry, kept_until)

        def insert() -> None:
            # An id is drawn once: what stands there is ours, its acknowledgement lost.
            with suppress(ConditionFailed):
                self.table.insert(item)

        return self.table.database.beside(insert).result

    def find(self, wanted: AuditPage) -> Page[AuditEntry]:
        """List entries; see the port."""
        page = self.table.page(
            wanted.value,
            wanted.limit,
            wanted.cursor,
            between=(sortable(wanted.start), sortable(wanted.end)),
            index=_INDEXES[wanted.axis],
            backwards=True,
        )
        return page.map(entry_from_image)


def _entry_to_item(entry: AuditEntry, kept_until: datetime) -> AuditItem:
    key = Key(calendar_day(entry.at).isoformat(), entry.id)
    return AuditItem.hold(key, entry, expires_at=kept_until)


def entry_from_image(image: Image) -> AuditEntry:
    """Read an entry from its item."""
    item = AuditItem.from_raw_data(image)
    return item.read_as(AuditEntry, id=item.sk)
