"""What nobody meant to send: texts, phones, cursors, JSON and tables, good and bad."""

from __future__ import annotations

import csv
import io
import json
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from typing import Any, Final

from hypothesis import strategies as st

Text = st.SearchStrategy[str]

NAME: Final = "Zebulon Achari"
PHONES: Final = tuple(f"98123456{number:02d}" for number in range(40))
PERSONAL: Final = ("98123456", "Zebulon", "Achari")
"""What stands in no log: every name and phone that is typed here has one of these in it."""
NASTY: Final = (
    *("", " ", "\x00", "\u202e", "\ufeff", "\U0001f9d1\u200d\u2695\ufe0f", "ि"),
    *("मुझे डॉक्टर से बात करनी है", "९८१२३४५६००", "STOP", "status.", "' OR 1=1 --"),
    *("<script>alert(1)</script>", "{{7*7}}", "../../etc/passwd", "%00", "%s%n", "=HYPERLINK()"),
    *("null", "-1", "1e999", "9999-12-31", "0001-01-01", "2026-12-01", "24:00", "10:00"),
    *("2026-12-01T10:00:00+05:30", "9999-12-31T23:59:59+05:30", "0001-01-01T00:00:00+14:00"),
    *("hi", "en", "asha", "all", "a" * 300, "अ" * 1_100, "x" * 17_000, NAME, *PHONES[:4]),
    *("hi-IN,hi;q=0.9,en;q=nan", ";q=1,,;;", 'W/"1"', "session=; session=x; =; ;;"),
)


def texts() -> Text:
    """Anything that can be typed, and what has broken others."""
    return st.sampled_from(NASTY) | st.text(max_size=40) | st.text("0123456789+- ()", max_size=24)


def phones() -> Text:
    """Phones of India in the forms in which people write them, and what is none."""
    written = st.builds(
        lambda prefix, phone, gap: f"{prefix}{gap.join((phone[:5], phone[5:]))}",
        st.sampled_from(("", "0", "+91", "+91-", "0091", "91", "tel:+91", "+1", "1800")),
        st.sampled_from(PHONES),
        st.sampled_from(("", " ", "-", "\u00a0", ".", "\u200b", "x")),
    )
    return written | written | texts()


def values() -> st.SearchStrategy[Any]:
    """Any value of JSON, the usual ones often."""
    plain = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | texts()
    return st.recursive(
        plain | phones(),
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts(), inner, max_size=3),
        max_leaves=6,
    )


def cursors() -> Text:
    """What marks a place in a list, forged."""
    places = st.lists(texts() | values(), max_size=3)
    forged = places.map(lambda place: urlsafe_b64encode(json.dumps(place).encode()).decode())
    return forged.map(lambda text: text.rstrip("=")) | st.text("abcdefXYZ019-_=", max_size=30)


FORMATS: Final[Mapping[str, Text]] = {
    "typed": texts(),
    "phone": phones(),
    "cursor": cursors(),
}
"""From what a description's texts are drawn, by their fields' names; ``typed`` are the others."""


def sheets(columns: tuple[str, ...], good: dict[str, str]) -> st.SearchStrategy[bytes]:
    """A table for the command line: its columns, some rows, in any encoding."""
    cells = texts() | phones() | st.sampled_from(tuple(good.values()))
    rows = st.lists(st.lists(cells, max_size=len(columns) + 1), max_size=4)
    good_rows = st.lists(
        st.builds(lambda name, cell: {**good, name: cell}, st.sampled_from(columns), cells),
        max_size=4,
    ).map(lambda each: [[row.get(name, "") for name in columns] for row in each])
    written = st.builds(_sheet, st.just(columns) | st.permutations(columns), rows | good_rows)
    coded = st.builds(
        lambda text, code: text.encode(code, "replace"),
        written,
        st.sampled_from(("utf-8", "utf-8", "utf-8", "utf-8-sig", "utf-16", "latin-1")),
    )
    much = (b"[" * 3_000, b"\xff\xfe\x00", b"x" * 17_000, b"x" * 140_000)
    return coded | coded | coded | st.binary(max_size=60) | st.sampled_from(much)


def _sheet(columns: tuple[str, ...], rows: list[list[str]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(columns)
    writer.writerows(rows)
    return text.getvalue()
