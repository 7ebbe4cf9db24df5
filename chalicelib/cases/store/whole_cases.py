"""Cases, many at a time: the port WholeCases."""

from __future__ import annotations

from collections.abc import Collection

from chalicelib.cases.domain.case import Case
from chalicelib.cases.store import keys
from chalicelib.cases.store.case_mapping import case_from_image
from chalicelib.core.dynamodb.client import Database
from chalicelib.core.dynamodb.table import Table


class DynamoWholeCases:
    """The port WholeCases. Calls nothing until it is used."""

    def __init__(self, database: Database, table_name: str) -> None:
        """Bind the table; stores share a database, and so its client."""
        self._table = Table(database, table_name)

    def read(self, references: Collection[str]) -> list[Case]:
        """Read the cases that are there; see the port."""
        wanted = [keys.case_key(reference) for reference in references]
        return [case_from_image(image) for image in self._table.get_all(wanted).values()]
