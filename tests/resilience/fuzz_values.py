"""What nobody meant to send: text, numbers, JSON, forms, tokens and tables, good and bad."""

from __future__ import annotations

import csv
import io
import json
from base64 import urlsafe_b64encode
from typing import Any, Final
from urllib.parse import quote, urlencode

from hypothesis import strategies as st

Text = st.SearchStrategy[str]

NAME: Final = "Zebulon Achari"
PHONES: Final = tuple(f"98123456{number:02d}" for number in range(40))
PERSONAL: Final = ("98123456", "Zebulon", "Achari")
"""What stands in no log: every name and phone that is typed here has one of these in it."""
NASTY: Final = (
    "",
    " ",
    "\x00",
    "\u202e",
    "\ufeff",
    "\U0001f9d1\u200d\u2695\ufe0f",
    "ि",
    "मुझे डॉक्टर से बात करनी है",
    "९८१२३४५६००",
    "STOP",
    "status.",
    "' OR 1=1 --",
    "<script>alert(1)</script>",
    "{{7*7}}",
    "../../etc/passwd",
    "%00",
    "%s%n",
    "=HYPERLINK()",
    "null",
    "-1",
    "1e999",
    "9999-12-31",
    "0001-01-01",
    "2026-12-01",
    "2026-12-01T10:00:00+05:30",
    "9999-12-31T23:59:59+05:30",
    "0001-01-01T00:00:00+14:00",
    "24:00",
    "10:00",
    "hi",
    "en",
    "asha",
    "all",
    "a" * 300,
    "अ" * 1_100,
    NAME,
    *PHONES[:4],
)


def texts() -> Text:
    """Anything that can be typed, and what has broken others."""
    return st.sampled_from(NASTY) | st.text(max_size=40) | st.text("0123456789+- ()", max_size=24)


def phones() -> Text:
    """Phones of India in the forms in which people write them, and what is none."""
    good = st.sampled_from(PHONES)
    written = st.builds(
        lambda prefix, phone, gap: f"{prefix}{gap.join((phone[:5], phone[5:]))}",
        st.sampled_from(("", "0", "+91", "+91-", "0091", "91", "tel:+91", "+1", "1800")),
        good,
        st.sampled_from(("", " ", "-", "\u00a0", ".", "\u200b", "x")),
    )
    return written | written | texts()


def values() -> st.SearchStrategy[Any]:
    """Any value of JSON, the usual ones often."""
    plain = (
        st.none()
        | st.booleans()
        | st.integers()
        | st.integers(0, 130)
        | st.floats(allow_nan=False, allow_infinity=False)
        | texts()
        | phones()
    )
    return st.recursive(
        plain,
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts(), inner, max_size=3),
        max_leaves=6,
    )


def bodies(names: tuple[str, ...], known: dict[str, Any]) -> st.SearchStrategy[bytes]:
    """A body of JSON: these fields with any value, or with a good one, and now and then no JSON."""
    some = st.dictionaries(st.sampled_from(names), values(), max_size=6) if names else st.just({})
    mostly_good = st.builds(
        lambda changes, left_out: {
            name: value for name, value in {**known, **changes}.items() if name != left_out
        },
        st.dictionaries(st.sampled_from(names), values(), max_size=2) if names else st.just({}),
        st.sampled_from((*known, "")),
    )
    meant = (some | mostly_good | st.just(known)).map(lambda body: json.dumps(body).encode())
    cut = st.builds(lambda body, place: body[: place % (len(body) + 1)], meant, st.integers(0, 500))
    return meant | meant | cut | values().map(lambda body: json.dumps(body).encode()) | raw_bytes()


def forms(names: tuple[str, ...], known: dict[str, str]) -> st.SearchStrategy[bytes]:
    """A form: what is good, as it is or with something else in the place of a part; or anything."""
    among = st.sampled_from(tuple(known) or names) | st.sampled_from(names)
    pair = st.tuples(among, texts() | phones())
    good = st.just(_form([*known.items()]))
    changed = st.lists(pair, min_size=1, max_size=2).map(
        lambda pairs: _form([*{**known, **dict(pairs)}.items()])
    )
    anything = st.lists(pair, max_size=8).map(_form)
    return good | changed | changed | anything | raw_bytes()


def queries(names: tuple[str, ...]) -> Text:
    """A query: parameters that are known, or are not."""
    pairs = st.lists(st.tuples(st.sampled_from(names), texts() | cursors()), max_size=4)
    return pairs.map(lambda each: _form(each).decode())


def cursors() -> Text:
    """What marks a place in a list, forged."""
    places = st.lists(texts() | values(), max_size=3)
    forged = places.map(lambda place: urlsafe_b64encode(json.dumps(place).encode()).decode())
    return forged.map(lambda text: text.rstrip("=")) | st.text("abcdefXYZ019-_=", max_size=30)


def tokens() -> Text:
    """Tokens, secrets and references as somebody guesses them: they stand in paths and headers."""
    guessed = st.text("ABCDEFGHJKMNPQRSTVWXYZ0123456789-_.", min_size=1, max_size=40)
    return guessed | texts().map(lambda text: quote(text, safe="") or "-")


def header_values() -> Text:
    """What may stand in a header."""
    visible = st.text(st.characters(min_codepoint=32, max_codepoint=0xFF), max_size=60)
    return visible | st.sampled_from(
        (
            "text/html",
            "application/json",
            "hi-IN,hi;q=0.9,en;q=nan",
            ";q=1,,;;",
            '"1"',
            'W/"1"',
            "*",
            "evil.example",
            "same-origin",
            "cross-site",
            "bytes=0-",
            "session=; session=x; =; ;;",
            "a" * 4_000,
        )
    )


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
    return coded | coded | coded | raw_bytes()


def raw_bytes() -> st.SearchStrategy[bytes]:
    """What is no text at all, or too much of it."""
    much = (b"[" * 3_000, b"\xff\xfe\x00", b"x" * 17_000, b"x" * 140_000)
    return st.binary(max_size=60) | st.sampled_from(much)


def _form(pairs: list[tuple[str, str]]) -> bytes:
    return urlencode([(name, text.encode(errors="replace")) for name, text in pairs]).encode()


def _sheet(columns: tuple[str, ...], rows: list[list[str]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(columns)
    writer.writerows(rows)
    return text.getvalue()
