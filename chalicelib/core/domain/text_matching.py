"""Texts as they are compared, however they were typed: names, and digits of every script."""

from __future__ import annotations

import unicodedata
from typing import Final

_VIRAMA: Final = 9
# माँ and मां are one word to whoever types it.
_CANDRABINDU, _ANUSVARA = "\u0901", "\u0902"


def normal_name(name: str) -> str:
    """Give a name without what typists differ in: case, spaces, dots, accents, nukta.

    Vowel signs and the virama stay: they are the name. Empty for what has no letter.
    """
    apart = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", name).casefold())
    kept = (_as_compared(char) for char in apart)
    return unicodedata.normalize("NFC", " ".join("".join(kept).split()))


def to_ascii_digits(text: str) -> str:
    """Replace each decimal digit (Devanagari, Tamil, Urdu, full-width…) by its ASCII digit."""
    if text.isascii():
        return text
    return "".join(
        str(unicodedata.decimal(char)) if unicodedata.category(char) == "Nd" else char
        for char in text
    )


def _as_compared(char: str) -> str:
    if char == _CANDRABINDU:
        return _ANUSVARA
    category = unicodedata.category(char)
    if category == "Cf" or unicodedata.combining(char) not in (0, _VIRAMA):
        return ""
    return char if category[0] in "LMN" else " "
