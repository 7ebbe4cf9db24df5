"""One page over several parts: where it ends, where the next begins, and whose cursor it takes."""

from datetime import date

import pytest

from chalicelib.core.domain.cursors import encode_cursor
from chalicelib.core.domain.errors import InvalidInput
from chalicelib.core.services.paging import days_back, read_parts
from chalicelib.core.services.ports import Page

SHELVES = {"a": "12", "b": "", "c": "345"}


def read(part, limit, cursor):
    start = int(cursor or 0)
    end = start + limit
    items = SHELVES[part]
    return Page(tuple(items[start:end]), str(end) if end < len(items) else None)


def pages(limit, most_reads):
    found, cursor = [], None
    while True:
        page = read_parts(list(SHELVES), read, limit, most_reads, cursor, "shelf")
        found.append("".join(page.items))
        cursor = page.cursor
        if cursor is None:
            return found


@pytest.mark.parametrize(
    ("limit", "most_reads", "expected"),
    [
        (9, 9, ["12345"]),
        (5, 9, ["12345"]),
        (2, 9, ["12", "34", "5"]),
        (3, 9, ["123", "45"]),
        (9, 1, ["12", "", "345"]),
        (9, 2, ["12", "345"]),
    ],
)
def test_pages_follow_one_another_over_all_parts(limit, most_reads, expected):
    assert pages(limit, most_reads) == expected


@pytest.mark.parametrize(
    "cursor",
    [
        "nonsense",
        encode_cursor(["another kind", "a", None]),
        encode_cursor(["shelf", "no part of it", None]),
        encode_cursor(["shelf", "a", 1]),
        encode_cursor(["shelf", "a"]),
        # As lists gave them out before: by a number in place of the part's name.
        encode_cursor(["shelf", [0, [None, None]]]),
    ],
)
def test_a_cursor_of_another_list_is_refused(cursor):
    with pytest.raises(InvalidInput) as refused:
        read_parts(list(SHELVES), read, 9, 9, cursor, "shelf")
    assert str(refused.value) == "cursor: invalid"


def test_days_are_listed_from_the_last():
    assert days_back(date(2026, 11, 29), date(2026, 12, 1)) == ["2026-11-30", "2026-11-29"]
    assert days_back(date(2026, 12, 1), date(2026, 12, 1)) == []
