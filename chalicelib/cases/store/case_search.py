"""Cases by who asked for them, in DynamoDB: the port FoundCases."""

from __future__ import annotations

from collections.abc import Iterable

from chalicelib.cases.domain.case import Case
from chalicelib.cases.store import keys, phone_record
from chalicelib.cases.store.case_mapping import case_from_image
from chalicelib.core.dynamodb.client import Database
from chalicelib.core.dynamodb.schema import NAMED, PHONED, Index
from chalicelib.core.dynamodb.table import Table
from chalicelib.core.services.ports import Page


class DynamoFound:
    """The port FoundCases over the cases table. Calls nothing until it is used."""

    def __init__(self, database: Database, table_name: str) -> None:
        """Bind the table; stores share a database, and so its client."""
        self._table = Table(database, table_name)

    def of_phone(self, phone_key: str, limit: int, cursor: str | None) -> Page[Case]:
        """Find the cases of a phone: a page of the index, and then the cases.

        The index is a moment behind: a case that has another phone by now is left out.
        """
        page = self._page(PHONED, phone_key, limit, cursor)
        return page.only(lambda case: case.phone_key == phone_key)

    def open_of_phone(self, phone_key: str) -> list[Case]:
        """Find a phone's open cases: its item, and then the cases; see the port."""
        image = self._table.get(keys.phone_key(phone_key))
        return self._cases(phone_record.open_references(image)) if image else []

    def of_name(self, name_key: str, limit: int, cursor: str | None) -> Page[Case]:
        """Find the cases of a name: a page of the index, and then the cases.

        The index is a moment behind: a case that has another name by now is left out.
        """
        page = self._page(NAMED, name_key, limit, cursor)
        return page.only(lambda case: case.name_key == name_key)

    def _page(self, index: Index, key: str, limit: int, cursor: str | None) -> Page[Case]:
        page = self._table.page(key, limit, cursor, index=index, backwards=True)
        cases = self._cases(keys.reference_in(image["pk"]["S"]) for image in page.items)
        return Page(tuple(cases), page.cursor)

    def _cases(self, references: Iterable[str]) -> list[Case]:
        found = self._table.get_all([keys.case_key(reference) for reference in references])
        cases = [case_from_image(image) for image in found.values()]
        return sorted(cases, key=lambda case: (case.requested_at, case.reference), reverse=True)
