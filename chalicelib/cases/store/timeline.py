"""Timeline entries as short texts: about 25 bytes each, where a map of the same takes 80.

``<time>|<what>|<by>`` and ``|<detail>`` where there is one: the time in microseconds since 1970 to
the base 36, what happened as one letter. A case has seven of them or more, and each change of it
is paid for by the kilobyte.
"""

from __future__ import annotations

from typing import Final

from chalicelib.cases.domain.timeline import Entry, Happening
from chalicelib.core.dynamodb.attributes import from_micros, to_micros

_LETTERS: Final = {
    Happening.REQUESTED: "R",
    Happening.ASKED_AGAIN: "A",
    Happening.REPEATED: "G",
    Happening.NOT_ADDED: "F",
    Happening.WISHES_CHANGED: "I",
    Happening.CLAIMED: "C",
    Happening.RESCHEDULED: "B",
    Happening.CALLING: "P",
    Happening.CALL_ENDED: "Q",
    Happening.VIDEO_OPENED: "V",
    Happening.ATTEMPTED: "T",
    Happening.RECORDED_LATE: "N",
    Happening.RELEASED: "L",
    Happening.LEASE_EXPIRED: "E",
    Happening.HANDED_OVER: "H",
    Happening.COMPLETED: "D",
    Happening.CLOSED: "X",
    Happening.ASSIGNED: "S",
    Happening.REOPENED: "O",
    Happening.CORRECTED: "K",
    Happening.MERGED: "M",
    Happening.SEPARATED: "U",
    Happening.PROMISED: "W",
    Happening.ERASED: "Z",
}
_HAPPENINGS: Final = {letter: what for what, letter in _LETTERS.items()}
_DIGITS: Final = "0123456789abcdefghijklmnopqrstuvwxyz"
_BASE: Final = len(_DIGITS)
_BAR: Final = "|"


def entry_to_text(entry: Entry) -> str:
    """Write a timeline entry."""
    parts = [_short(to_micros(entry.at)), _LETTERS[entry.what], _escaped(entry.by)]
    return _BAR.join([*parts, _escaped(entry.detail)] if entry.detail else parts)


def entry_from_text(text: str) -> Entry:
    """Read what :func:`entry_to_text` wrote."""
    at, letter, by, *detail = text.split(_BAR)
    return Entry(
        at=from_micros(int(at, _BASE)),
        by=_plain(by),
        what=_HAPPENINGS[letter],
        detail=_plain(detail[0]) if detail else "",
    )


def _short(number: int) -> str:
    digits = ""
    while number:
        number, digit = divmod(number, _BASE)
        digits = _DIGITS[digit] + digits
    return digits or "0"


def _escaped(text: str) -> str:
    return text.replace("%", "%25").replace(_BAR, "%7C")


def _plain(text: str) -> str:
    return text.replace("%7C", _BAR).replace("%25", "%")
