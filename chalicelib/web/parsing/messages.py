"""Which messages an administrator wants listed, or found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any, Final

from chalicelib.domain.errors import InvalidInput
from chalicelib.domain.phone import Phone
from chalicelib.services.ports import MessageState
from chalicelib.web.parsing.fields import Choice, PhoneNumber, StrictSchema, load
from chalicelib.web.parsing.listing import PagedSchema, QueryReader

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
    """Whose messages are looked for."""

    phone = PhoneNumber(required=True)


@cache
def _searches() -> SearchSchema:
    return SearchSchema()


def parse_message_listing(query: Mapping[str, str], *, today: date) -> MessageListing:
    """Read a list's query. Raises InvalidInput with every problem at once."""
    reader = QueryReader(query, MessagesSchema.names())
    status = reader.word("status", STATUSES)
    start, end = reader.days(today)
    limit, cursor = reader.limit(), reader.cursor()
    if status == PARKED:
        reader.refuse_dates()
    if reader.problems:
        raise InvalidInput(reader.problems)
    return MessageListing(status, start, end, limit, cursor)


def parse_search(data: Mapping[str, Any]) -> Phone:
    """Read whose messages are looked for. Raises InvalidInput."""
    phone: Phone = load(_searches(), data)["phone"]
    return phone
