"""How many segments an SMS takes, and where the network cuts it: what is sent is paid by segment.

A text of GSM 03.38's letters alone is sent in septets: 160 alone, 153 each when joined; the letters
of its extension table take two. Any other text, so every Indic script, is sent in UTF-16: 70 units
alone, 67 each when joined. Neither an extension letter nor a surrogate pair is cut in two.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from typing import Final


class Encoding(Enum):
    """How a text goes over the air: its name, and the units of a segment alone and joined."""

    GSM_7 = ("GSM-7", 160, 153)
    UCS_2 = ("UCS-2", 70, 67)

    def __init__(self, title: str, alone: int, joined: int) -> None:
        self.title = title
        self.alone = alone
        self.joined = joined


_BASIC: Final = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENSION: Final = frozenset("\f^{}\\[~]|€")
_GSM_7: Final = _BASIC | _EXTENSION
_LAST_OF_ONE_UNIT: Final = "\uffff"


def encoding_of(text: str) -> Encoding:
    """Tell how a text is sent: one letter outside GSM-7 turns all of it into UCS-2."""
    return Encoding.GSM_7 if _GSM_7.issuperset(text) else Encoding.UCS_2


def units(text: str) -> int:
    """Count what a text takes: septets, or units of UTF-16."""
    weigh = _WEIGHTS[encoding_of(text)]
    return sum(map(weigh, text))


def split(text: str) -> tuple[str, ...]:
    """Cut a text into its segments; an empty one is one segment all the same."""
    encoding = encoding_of(text)
    weigh = _WEIGHTS[encoding]
    if units(text) <= encoding.alone:
        return (text,)
    segments, start, used = [], 0, 0
    for place, char in enumerate(text):
        if used + weigh(char) > encoding.joined:
            segments.append(text[start:place])
            start, used = place, 0
        used += weigh(char)
    return (*segments, text[start:])


def count_segments(text: str) -> int:
    """Count the segments that a text is sent in."""
    return len(split(text))


_WEIGHTS: Final[dict[Encoding, Callable[[str], int]]] = {
    Encoding.GSM_7: lambda char: 2 if char in _EXTENSION else 1,
    Encoding.UCS_2: lambda char: 2 if char > _LAST_OF_ONE_UNIT else 1,
}
