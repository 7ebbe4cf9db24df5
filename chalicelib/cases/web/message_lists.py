"""The administrators' list of messages, paged through by one opaque cursor.

First come those that are still to be sent, then the settled ones, day by day, the latest first. A
page reaches over several of those, and its cursor says where it ended.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Final

from chalicelib.cases.services.retry_messages import MessageList
from chalicelib.cases.web import message_serializers
from chalicelib.cases.web.schemas.messages import PARKED, MessageListing
from chalicelib.core.domain.datetimes import IST
from chalicelib.core.services.ports import Page
from chalicelib.core.web.pagination import bad_cursor, pack, unpack
from chalicelib.messages.services.ports import MessageState, StoredMessage

# A status is sought among all of a day's messages: so many are read at once, and so often for one
# page, which may therefore be shorter than was asked for, or empty, and have another behind it.
READ_AT_ONCE: Final = 100
READS: Final = 20

_OWED: Final = "owed"


def list_page(messages: MessageList, listing: MessageListing) -> message_serializers.MessagePage:
    """List one page. Raises InvalidField for a cursor that is none of ours."""
    if listing.status == PARKED:
        page = messages.parked(listing.limit, listing.cursor)
        return {
            "messages": [message_serializers.parked(each) for each in page.items],
            "cursor": page.cursor,
        }
    found, left = _collect(messages, listing, _decode(listing))
    cursor = None if left is None else _encode(left, listing)
    return {"messages": [message_serializers.message(each) for each in found], "cursor": cursor}


# A part of the list, and where it was left.
_Place = tuple[str, str | None]


def _collect(
    messages: MessageList, listing: MessageListing, place: _Place
) -> tuple[list[StoredMessage], _Place | None]:
    found: list[StoredMessage] = []
    part, cursor = place
    parts = _parts_from(part, listing)
    for _ in range(READS):
        read = _reader(messages, part)
        page = read(READ_AT_ONCE, cursor)
        wanted = listing.limit - len(found)
        fitting = [number for number, each in enumerate(page.items) if _fits(each, listing)]
        found += [page.items[number] for number in fitting[:wanted]]
        if len(fitting) >= wanted:
            # A store's cursor stands at the end of a page: what ends at the last one taken.
            last = fitting[wanted - 1]
            cursor = read(last + 1, cursor).cursor if last + 1 < READ_AT_ONCE else page.cursor
        else:
            cursor = page.cursor
        if cursor is None:
            part = next(parts, "")
            if not part:
                return found, None
        if len(found) == listing.limit:
            break
    return found, (part, cursor)


def _parts_from(part: str, listing: MessageListing) -> Iterator[str]:
    """Give the parts of the list that follow this one."""
    if listing.status == MessageState.OWED.value:
        return
    day = listing.end if part == _OWED else date.fromisoformat(part)
    while day > listing.start:
        day -= timedelta(days=1)
        yield day.isoformat()


def _reader(messages: MessageList, part: str) -> Callable[[int, str | None], Page[StoredMessage]]:
    if part == _OWED:
        return messages.owed
    day = date.fromisoformat(part)
    return lambda limit, cursor: messages.settled(day, limit, cursor)


def _fits(stored: StoredMessage, listing: MessageListing) -> bool:
    day = stored.message.owed_at.astimezone(IST).date()
    return listing.start <= day < listing.end and listing.status in (None, stored.state.value)


def _first_part(listing: MessageListing) -> str:
    if listing.status in (None, MessageState.OWED.value):
        return _OWED
    return (listing.end - timedelta(days=1)).isoformat()


def _encode(place: _Place, listing: MessageListing) -> str:
    """Write a place, bound to the list in which it is one."""
    return pack([listing.status, *place])


def _decode(listing: MessageListing) -> _Place:
    if listing.cursor is None:
        return _first_part(listing), None
    match unpack(listing.cursor):
        case [status, str(part), None | str() as cursor] if status == listing.status and _is_part(
            part, listing
        ):
            return part, cursor
    raise bad_cursor()


def _is_part(part: str, listing: MessageListing) -> bool:
    if part == _OWED:
        return listing.status in (None, _OWED)
    try:
        day = date.fromisoformat(part)
    except ValueError:
        return False
    return listing.start <= day < listing.end and listing.status != _OWED
