"""Pages of a list that lies in several parts, one after the other: days, or languages."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import TypeVar

from chalicelib.core.domain.cursors import decode_cursor, encode_cursor, invalid_cursor
from chalicelib.core.services.ports import Page

T = TypeVar("T")
Read = Callable[[str, int, str | None], Page[T]]
"""Reads on in a part, so many items at most, from a cursor of that part."""


def read_parts(  # a list, and which page of it
    parts: Sequence[str],
    read: Read[T],
    limit: int,
    most_reads: int,
    cursor: str | None,
    kind: object = None,
) -> Page[T]:
    """Read one page over as many parts as it takes; it may come short after ``most_reads``.

    Its cursor names the part in which it ends, and holds for a list of the same ``kind`` alone.
    Raises InvalidInput for any other.
    """
    first, inner = _place(cursor, parts, kind)
    found: list[T] = []
    reads = 0
    for part in parts[first:]:
        while len(found) < limit and reads < most_reads:
            page = read(part, limit - len(found), inner)
            found += page.items
            inner = page.cursor
            reads += 1
            if inner is None:
                break
        else:
            return Page(tuple(found), encode_cursor([kind, part, inner]))
    return Page(tuple(found), None)


def days_back(start: date, end: date) -> list[str]:
    """List the days of ``[start, end)`` from the last to the first, each by its ISO date."""
    days = range((end - start).days, 0, -1)
    return [(start + timedelta(days=day - 1)).isoformat() for day in days]


def _place(cursor: str | None, parts: Sequence[str], kind: object) -> tuple[int, str | None]:
    if cursor is None:
        return 0, None
    match decode_cursor(cursor):
        case [known, str(part), None | str() as inner] if known == kind and part in parts:
            return parts.index(part), inner
    raise invalid_cursor()
