"""Which messages an administrator wants listed, or found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from chalicelib.cases.web.schemas.case_lists import NOT_WITH_STATUS, days_of
from chalicelib.core.domain.errors import InvalidField, InvalidInput
from chalicelib.core.domain.phone import Phone
from chalicelib.core.web.schemas.fields import Choice, Cursor, PhoneNumber, StrictSchema, load
from chalicelib.core.web.schemas.values import USUAL_ITEMS, PagedSchema
from chalicelib.messages.domain.delivery import MessageState

CASES_AT_ONCE: Final = 10
"""How many cases of a phone have their messages on one page of a search."""
PARKED: Final = "parked"
STATUSES: Final = (*(state.value for state in MessageState), PARKED)


@dataclass(frozen=True, slots=True)
class MessageListing:
    """One page of a list; ``start`` and ``end`` are half-open. ``status`` None: whatever it is."""

    status: str | None
    start: date
    end: date
    limit: int
    cursor: str | None


class MessagesSchema(PagedSchema):
    """Which messages are listed."""

    status = Choice(STATUSES)


class SearchSchema(StrictSchema):
    """Whose messages are looked for, and from which place in the list on."""

    phone = PhoneNumber(required=True)
    cursor = Cursor()


def parse_message_listing(query: Mapping[str, str], *, today: date) -> MessageListing:
    """Read a list's query. Raises InvalidInput."""
    given = load(MessagesSchema, query)
    status = given.get("status")
    if status == PARKED:
        dated = [name for name in ("from", "to") if query.get(name)]
        if dated:
            raise InvalidInput(InvalidField(name, NOT_WITH_STATUS) for name in dated)
    start, end = days_of(given, today)
    limit = given.get("limit") or USUAL_ITEMS
    return MessageListing(status, start, end, limit, given.get("cursor"))


def parse_search(data: Mapping[str, Any]) -> tuple[Phone, str | None]:
    """Read whose messages are looked for, and the cursor. Raises InvalidInput."""
    given = load(SearchSchema, data)
    return given["phone"], given.get("cursor")
