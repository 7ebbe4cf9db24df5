"""The administrators' list of messages, paged through by one opaque cursor.

First come those that are still to be sent, then the settled ones, day by day, the latest first. A
page reaches over several of those.
"""

from __future__ import annotations

from datetime import date
from typing import Final

from chalicelib.cases.services.retry_messages import MessageList
from chalicelib.cases.web import message_serializers
from chalicelib.cases.web.schemas.messages import PARKED, MessageListing
from chalicelib.core.domain.datetimes import IST
from chalicelib.core.services.paging import Read, days_back, read_parts
from chalicelib.core.services.ports import Page
from chalicelib.messages.domain.delivery import MessageState
from chalicelib.messages.services.ports import StoredMessage

# A status is sought among all of a day's messages: so many are read at once, and so often for one
# page, which may therefore be shorter than was asked for, or empty, and have another behind it.
READ_AT_ONCE: Final = 100
READS: Final = 20

_OWED: Final = "owed"


def list_page(messages: MessageList, listing: MessageListing) -> message_serializers.MessagePage:
    """List one page. Raises InvalidInput for a cursor that is none of ours."""
    if listing.status == PARKED:
        page = messages.parked(listing.limit, listing.cursor)
        return {
            "messages": [message_serializers.parked(each) for each in page.items],
            "cursor": page.cursor,
        }
    parts = _parts_of(listing)
    read = _reader(messages, listing)
    shown = read_parts(parts, read, listing.limit, READS, listing.cursor, listing.status)
    return {
        "messages": [message_serializers.message(each) for each in shown.items],
        "cursor": shown.cursor,
    }


def _parts_of(listing: MessageListing) -> list[str]:
    """List what is still to be sent, and the days of what is settled, as the status asks."""
    if listing.status == MessageState.OWED.value:
        return [_OWED]
    days = days_back(listing.start, listing.end)
    return [_OWED, *days] if listing.status is None else days


def _reader(messages: MessageList, listing: MessageListing) -> Read[StoredMessage]:
    def source(part: str, limit: int, cursor: str | None) -> Page[StoredMessage]:
        if part == _OWED:
            return messages.owed(limit, cursor)
        return messages.settled(date.fromisoformat(part), limit, cursor)

    def read(part: str, limit: int, cursor: str | None) -> Page[StoredMessage]:
        page = source(part, READ_AT_ONCE, cursor)
        fitting = [number for number, each in enumerate(page.items) if _fits(each, listing)]
        found = tuple(page.items[number] for number in fitting[:limit])
        if len(fitting) < limit:
            return Page(found, page.cursor)
        # A store's cursor stands at the end of a page: what ends at the last one taken.
        taken = fitting[limit - 1] + 1
        if taken < READ_AT_ONCE:
            return Page(found, source(part, taken, cursor).cursor)
        return Page(found, page.cursor)

    return read


def _fits(stored: StoredMessage, listing: MessageListing) -> bool:
    day = stored.message.owed_at.astimezone(IST).date()
    return listing.start <= day < listing.end and listing.status in (None, stored.state.value)
