"""Cases by who asked for them, in DynamoDB: the port FoundCases."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from chalicelib.cases.domain.case import Case
from chalicelib.cases.store import keys, phone_record
from chalicelib.cases.store.case_mapping import case_from_image
from chalicelib.core.domain.errors import InvalidField, InvalidInput
from chalicelib.core.dynamodb.client import Database
from chalicelib.core.dynamodb.cursor import packed, unpacked
from chalicelib.core.dynamodb.errors import Image
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
        return Page(tuple(case for case in page.items if case.phone_key == phone_key), page.cursor)

    def open_of_phone(self, phone_key: str) -> list[Case]:
        """Find a phone's open cases: its item, and then the cases; see the port."""
        image = self._table.get(keys.phone_key(phone_key))
        return self._cases(phone_record.open_references(image)) if image else []

    def of_name(self, name_key: str, limit: int, cursor: str | None) -> Page[Case]:
        """Find the cases of a name: a page of the index, and then the cases.

        The index is a moment behind: a case that has another name by now is left out.
        """
        page = self._page(NAMED, name_key, limit, cursor)
        return Page(tuple(case for case in page.items if case.name_key == name_key), page.cursor)

    def _page(self, index: Index, key: str, limit: int, cursor: str | None) -> Page[Case]:
        """Read one entry more than is shown, to know whether another page follows."""
        found = self._table.query(
            key,
            index=index,
            limit=limit + 1,
            after=_start_after(cursor, index, key),
            backwards=True,
        )
        shown = found.images[:limit]
        cases = self._cases(keys.reference_in(image["pk"]["S"]) for image in shown)
        more = len(found.images) > limit
        return Page(tuple(cases), _cursor_at(shown[-1], index) if more else None)

    def _cases(self, references: Iterable[str]) -> list[Case]:
        found = self._table.get_all([keys.case_key(reference) for reference in references])
        cases = [case_from_image(image) for image in found.values()]
        return sorted(cases, key=lambda case: (case.requested_at, case.reference), reverse=True)


def _cursor_at(image: Image, index: Index) -> str:
    return packed([keys.reference_in(image["pk"]["S"]), image[index.order]["N"]])


def _start_after(cursor: str | None, index: Index, value: str) -> Mapping[str, Any] | None:
    """Read a cursor as a place among the cases of this value. Raises InvalidInput."""
    if cursor is None:
        return None
    reference, order = unpacked(cursor, 2)
    if not (order.isascii() and order.isdigit()):
        raise InvalidInput([InvalidField("cursor", "invalid")])
    key = keys.case_key(reference)
    return {
        "pk": {"S": key.pk},
        "sk": {"S": key.sk},
        index.partition: {"S": value},
        index.order: {"N": order},
    }
