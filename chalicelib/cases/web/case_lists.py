"""The administrators' lists, each paged through by one opaque cursor.

Cases wait in a line for each language and for whoever asks for a woman; finished cases stand by
day. A page here may reach over several of those, and its cursor says where each was left.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any, Final, TypeVar

from chalicelib.cases.domain.case import Status
from chalicelib.cases.domain.queue import Finished, Line, Waiting, in_order
from chalicelib.cases.services.cases import CaseList
from chalicelib.cases.web import serializers
from chalicelib.cases.web.schemas.case_lists import Listed, Listing
from chalicelib.core.domain.language import Language
from chalicelib.core.services.ports import Page
from chalicelib.core.web.pagination import bad_cursor, pack, unpack

T = TypeVar("T")

# Where next to nothing fits, a page may come short, and its cursor goes on.
MOST_READS: Final = 40


def list_page(cases: CaseList, listing: Listing) -> serializers.CasePage:
    """List one page. Raises InvalidField for a cursor that is none of ours."""
    place = _decode(listing.cursor, listing)
    shown: (
        list[serializers.WaitingCase]
        | list[serializers.ClaimedCase]
        | list[serializers.FinishedCase]
    )
    match listing.status:
        case Listed.WAITING:
            found, left = _waiting(cases, listing, place)
            shown = [serializers.waiting(each, listing.status.value) for each in found]
        case Listed.DEFERRED:
            found, left = _deferred(cases, listing, place)
            shown = [serializers.waiting(each, listing.status.value) for each in found]
        case Listed.CLAIMED:
            shown, left = _claimed(cases, listing, place)
        case Listed.COMPLETED | Listed.CLOSED:
            ended, left = _finished(cases, listing, place)
            shown = [serializers.finished(each) for each in ended]
    return {"cases": shown, "cursor": _encode(left, listing)}


# A place in a list is what JSON can hold; None: at its start, or behind its end.
_Place = list[Any] | None


def _waiting(cases: CaseList, listing: Listing, place: _Place) -> tuple[list[Waiting], _Place]:
    """List one language in order of calling, or the languages one after the other."""
    languages = [listing.language] if listing.language else [each.value for each in Language]
    index, cursors = place or _FIRST_LINE
    found: list[Waiting] = []
    for _ in range(MOST_READS):
        if index >= len(languages):
            return found, None
        items, cursors = _merged(cases, languages[index], cursors, listing.limit - len(found))
        found += [each for each in items if listing.covers(each.requested_at)]
        if all(cursor == _END for cursor in cursors):
            index, cursors = index + 1, _FIRST_LINE[1]
        if len(found) == listing.limit:
            break
    return found, [index, cursors] if index < len(languages) else None


# Where each of a language's two lines was left: None at its start, and the end of what is no more.
_END = ""
_FIRST_LINE: list[Any] = [0, [None, None]]


def _merged(
    cases: CaseList, language: str, cursors: list[str | None], limit: int
) -> tuple[list[Waiting], list[str | None]]:
    """Merge the two lines of a language; a line of which not all was taken is read once more.

    A store's cursor stands at the end of a page, so that is what makes the next one begin right.
    """
    lines = [Line(language), Line(language, woman_only=True)]
    pages: list[Page[Waiting]] = [
        Page((), None) if cursor == _END else cases.waiting(line, limit, cursor)
        for line, cursor in zip(lines, cursors, strict=True)
    ]
    taken = in_order([page.items for page in pages])[:limit]
    after: list[str | None] = []
    for line, cursor, page in zip(lines, cursors, pages, strict=True):
        count = sum(each.line == line for each in taken)
        if count == len(page.items):
            after.append(page.cursor or _END)
        elif count == 0:
            after.append(cursor)
        else:
            after.append(cases.waiting(line, count, cursor).cursor or _END)
    return taken, after


def _deferred(cases: CaseList, listing: Listing, place: _Place) -> tuple[list[Waiting], _Place]:
    def fits(each: Waiting) -> bool:
        return listing.covers(each.requested_at) and listing.language in (None, each.language)

    return _filtered(cases.deferred, place, listing.limit, fits)


def _claimed(
    cases: CaseList, listing: Listing, place: _Place
) -> tuple[list[serializers.ClaimedCase], _Place]:
    rows = [
        serializers.claimed(each)
        for each in sorted(cases.claimed(), key=lambda claim: claim.claimed_at)
        if listing.covers(each.claimed_at)
    ]
    rest = [row for row in rows if place is None or _claim_place(row) > place]
    shown = rest[: listing.limit]
    return shown, _claim_place(shown[-1]) if len(rest) > len(shown) else None


def _claim_place(row: serializers.ClaimedCase) -> list[str]:
    return [row["claimed_at"], row["reference"]]


def _finished(cases: CaseList, listing: Listing, place: _Place) -> tuple[list[Finished], _Place]:
    """List the days from the last to the first, and each of them the latest first."""
    status = Status(listing.status.value)
    last = listing.end - timedelta(days=1)
    name, left = place or (last.isoformat(), None)
    day = _day(name, listing)
    found: list[Finished] = []
    while day >= listing.start:
        items, left = _filtered(
            lambda limit, cursor, day=day: cases.finished(status, day, limit, cursor),  # type: ignore[misc]
            left,
            listing.limit - len(found),
            lambda each: listing.language in (None, each.language),
        )
        found += items
        if left is not None:
            return found, [day.isoformat(), left]
        day -= timedelta(days=1)
        if len(found) == listing.limit and day >= listing.start:
            return found, [day.isoformat(), None]
    return found, None


def _filtered(
    read: Callable[[int, str | None], Page[T]],
    place: _Place,
    limit: int,
    fits: Callable[[T], bool],
) -> tuple[list[T], _Place]:
    """Read on until the page is full of what fits, there is no more, or it takes too long."""
    found: list[T] = []
    cursor = place[0] if place else None
    for _ in range(MOST_READS):
        page = read(limit - len(found), cursor)
        found += [each for each in page.items if fits(each)]
        cursor = page.cursor
        if cursor is None:
            return found, None
        if len(found) >= limit:
            break
    return found, [cursor]


def _day(name: object, listing: Listing) -> date:
    try:
        day = date.fromisoformat(str(name))
    except ValueError:
        raise bad_cursor() from None
    if not listing.start <= day < listing.end:
        raise bad_cursor()
    return day


def _encode(place: _Place, listing: Listing) -> str | None:
    """Write a place, bound to the list in which it is one."""
    return None if place is None else pack([_kind(listing), place])


def _decode(cursor: str | None, listing: Listing) -> _Place:
    if cursor is None:
        return None
    match unpack(cursor):
        case [kind, [*place]] if kind == _kind(listing) and _is_sound(place, listing):
            return place
    raise bad_cursor()


def _kind(listing: Listing) -> list[str | None]:
    return [listing.status.value, listing.language]


def _is_sound(place: list[Any], listing: Listing) -> bool:
    match listing.status, place:
        case Listed.WAITING, [int(index), [str() | None, str() | None]]:
            return 0 <= index < len(Language)
        case Listed.DEFERRED, [str()]:
            return True
        case Listed.CLAIMED, [str(), str()]:
            return True
        case Listed.COMPLETED | Listed.CLOSED, [str(), None | [str()]]:
            return True
    return False
