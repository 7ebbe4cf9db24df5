"""Two cases that become one, in DynamoDB: the port MergingStore."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from chalicelib.cases.services.desk_ports import Change
from chalicelib.cases.services.ports import PhoneLimits
from chalicelib.cases.store.case_mapping import case_to_item
from chalicelib.cases.store.cases import is_stored
from chalicelib.cases.store.models import CaseItem
from chalicelib.cases.store.phone_moves import moves
from chalicelib.core.dynamodb.client import Database
from chalicelib.core.dynamodb.errors import TransactionRefused
from chalicelib.core.dynamodb.table import Table
from chalicelib.core.services.ports import Stale


class DynamoMerging:
    """The port MergingStore over the cases table. Calls nothing until it is used."""

    def __init__(self, database: Database, table_name: str) -> None:
        """Bind the table; stores share a database, and so its client."""
        self._table = Table(database, table_name)

    def merge(self, duplicate: Change, into: Change, now: datetime) -> None:
        """Store both cases and free the duplicate's phone; see the port.

        The duplicate is nobody's, so that no claim has to follow it.
        """
        phones = [
            self._table.filled_part(move.key, move.expressions)
            for move in moves(duplicate.before, duplicate.after, now, PhoneLimits())
        ]
        try:
            self._table.transact(self._part(duplicate, now), self._part(into, now), *phones)
        except TransactionRefused as refused:
            of_duplicate = refused.refusals[0]
            if of_duplicate is None or not is_stored(of_duplicate.image, duplicate.after):
                raise Stale from refused

    def _part(self, change: Change, now: datetime) -> dict[str, Any]:
        unchanged = CaseItem.version == change.before.version
        return self._table.put_part(case_to_item(change.after, now), unchanged)
