"""Cases by who asked for them, in DynamoDB: the port FoundCases."""

from __future__ import annotations

from collections.abc import Iterable

from chalicelib.cases.domain.case import Case
from chalicelib.cases.store import keys, phone_record
from chalicelib.cases.store.case_mapping import case_from_image
from chalicelib.core.component import component
from chalicelib.core.dynamodb.schema import NAMED, PHONED, Index
from chalicelib.core.dynamodb.table import Table
from chalicelib.core.services.ports import Page


@component
class DynamoFound:
    """The port FoundCases over the cases table. Calls nothing until it is used."""

    table: Table

    def of_phone(self, phone_key: str, limit: int, cursor: str | None) -> Page[Case]:
        """Find the cases of a phone: a page of the index, and then the cases.

        The index is a moment behind: a case that has another phone by now is left out.
        """
        page = self._page(PHONED, phone_key, limit, cursor)
        return page.only(lambda case: case.phone_key == phone_key)

    def open_of_phone(self, phone_key: str) -> list[Case]:
        """Find a phone's open cases: its item, and then the cases; see the port."""
        image = self.table.get(keys.phone_key(phone_key))
        return self._cases(phone_record.open_references(image)) if image else []

    def of_name(self, name_key: str, limit: int, cursor: str | None) -> Page[Case]:
        """Find the cases of a name: a page of the index, and then the cases.

        The index is a moment behind: a case that has another name by now is left out.
        """
        page = self._page(NAMED, name_key, limit, cursor)
        return page.only(lambda case: case.name_key == name_key)

    def _page(self, index: Index, key: str, limit: int, cursor: str | None) -> Page[Case]:
        page = self.table.page(key, limit, cursor, index=index, backwards=True)
        cases = self._cases(keys.reference_in(image["pk"]["S"]) for image in page.items)
        return Page(tuple(cases), page.cursor)

    def _cases(self, references: Iterable[str]) -> list[Case]:
        found = self.table.get_all([keys.case_key(reference) for reference in references])
        cases = [case_from_image(image) for image in found.values()]
        return sorted(cases, key=lambda case: (case.requested_at, case.reference), reverse=True)
