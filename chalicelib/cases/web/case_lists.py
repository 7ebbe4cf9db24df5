"""The administrators' lists, each paged through by one opaque cursor.

Cases wait in a line for each language and for whoever asks for a woman; finished cases stand by
day. A page here may reach over several of those.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, assert_never

from chalicelib.cases.domain.case import Status
from chalicelib.cases.domain.queue import Line, Waiting, in_order
from chalicelib.cases.services.cases import CaseList
from chalicelib.cases.web import serializers
from chalicelib.cases.web.schemas.case_lists import Listed, Listing
from chalicelib.core.domain.cursors import decode_cursor, encode_cursor, invalid_cursor
from chalicelib.core.domain.language import Language
from chalicelib.core.services.paging import Read, days_back, read_parts
from chalicelib.core.services.ports import Page
from chalicelib.core.web.serializers import to_json

# Beside one read of each part. Where next to nothing fits, a page may come short.
MOST_READS: Final = 40
_WHOLE: Final = ("all",)
# In place of the cursor of a line of which all was read.
_END: Final = ""


def list_page(cases: CaseList, listing: Listing) -> serializers.CasePage:
    """List one page. Raises InvalidInput for a cursor that is none of ours."""
    lists = _Lists(cases, listing)
    parts: Sequence[str]
    read: Read[Any]
    match listing.status:
        case Listed.WAITING:
            parts = [listing.language] if listing.language else [each.value for each in Language]
            read = lists.waiting
        case Listed.DEFERRED:
            parts, read = _WHOLE, lists.deferred
        case Listed.CLAIMED:
            parts, read = _WHOLE, lists.claimed
        case Listed.COMPLETED | Listed.CLOSED:
            parts, read = days_back(listing.start, listing.end), lists.finished
        case _:
            assert_never(listing.status)
    kind = [listing.status.value, listing.language]
    most = MOST_READS + len(parts)
    page = read_parts(parts, read, listing.limit, most, listing.cursor, kind)
    return {"cases": list(page.items), "cursor": page.cursor}


@dataclass(frozen=True)
class _Lists:
    """Reads on in a part of each list, for as many cases and from where it is told."""

    cases: CaseList
    listing: Listing

    def waiting(self, language: str, limit: int, cursor: str | None) -> Page[Any]:
        """Read on in a language, in order of calling."""
        page = _merged(self.cases, language, limit, cursor)
        return self._shown(page.only(lambda each: self.listing.covers(each.requested_at)))

    def deferred(self, _: str, limit: int, cursor: str | None) -> Page[Any]:
        """Read on in those whose time is still to come."""
        page = self.cases.deferred(limit, cursor)
        return self._shown(
            page.only(
                lambda each: self.listing.covers(each.requested_at) and self._speaks(each.language)
            )
        )

    def claimed(self, _: str, limit: int, cursor: str | None) -> Page[Any]:
        """Cut a page from those that a doctor holds: they are few, and read at once."""
        rows = [
            serializers.claimed(each)
            for each in sorted(self.cases.claimed(), key=lambda claim: claim.claimed_at)
            if self.listing.covers(each.claimed_at)
        ]
        rest = [row for row in rows if cursor is None or _claim_place(row) > cursor]
        shown = rest[:limit]
        more = len(rest) > len(shown)
        return Page(tuple(shown), _claim_place(shown[-1]) if more else None)

    def finished(self, day: str, limit: int, cursor: str | None) -> Page[Any]:
        """Read on in a day, the latest first."""
        status = Status(self.listing.status.value)
        page = self.cases.finished(status, date.fromisoformat(day), limit, cursor)
        return page.only(lambda each: self._speaks(each.language)).map(
            lambda each: to_json(serializers.FinishedCase, each)
        )

    def _speaks(self, language: str) -> bool:
        return self.listing.language in (None, language)

    def _shown(self, page: Page[Waiting]) -> Page[Any]:
        return page.map(lambda each: serializers.waiting(each, self.listing.status.value))


def _merged(cases: CaseList, language: str, limit: int, cursor: str | None) -> Page[Waiting]:
    """Merge the two lines of a language; a line of which not all was taken is read once more.

    A store's cursor stands at the end of a page, so that is what makes the next one begin right.
    """
    lines = [Line(language), Line(language, woman_only=True)]
    cursors = _cursors_of_lines(cursor)
    pages: list[Page[Waiting]] = [
        Page((), None) if each == _END else cases.waiting(line, limit, each)
        for line, each in zip(lines, cursors, strict=True)
    ]
    taken = in_order([page.items for page in pages])[:limit]
    after: list[str | None] = []
    for line, before, page in zip(lines, cursors, pages, strict=True):
        count = sum(each.line == line for each in taken)
        if count == len(page.items):
            after.append(page.cursor or _END)
        elif count == 0:
            after.append(before)
        else:
            after.append(cases.waiting(line, count, before).cursor or _END)
    return Page(tuple(taken), encode_cursor(after) if any(each != _END for each in after) else None)


def _cursors_of_lines(cursor: str | None) -> list[str | None]:
    """Read where each of a language's two lines was left; None: at its start."""
    if cursor is None:
        return [None, None]
    match decode_cursor(cursor):
        case [None | str() as any_doctor, None | str() as woman_only]:
            return [any_doctor, woman_only]
    raise invalid_cursor()


def _claim_place(row: serializers.ClaimedCase) -> str:
    return f"{row['claimed_at']} {row['reference']}"
