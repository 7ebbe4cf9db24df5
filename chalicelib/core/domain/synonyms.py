"""Known names among what people type: spellings and scripts of one thing, told as one word."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from typing import Final

_LONGEST: Final = 3


class Vocabulary:
    """Reads lines such as ``Bengaluru: bangalore, बेंगलुरु``: a name, then how else it is written.

    A text is known by the whole of it, by one of its parts between commas, or by the longest
    words in it that are a name.
    """

    def __init__(self, lines: str) -> None:
        """Read the lines; blank ones count for nothing."""
        self._names: Mapping[str, str] = dict(_spellings(lines))
        self.names = tuple(dict.fromkeys(self._names.values()))

    def find(self, text: str) -> str | None:
        """Find the name in a text; None where there is none that we know."""
        for part in (text, *text.split(",")):
            found = self._names.get(_plain(part))
            if found:
                return found
        words = _plain(text).split()
        for length in range(_LONGEST, 0, -1):
            for start in range(len(words) - length + 1):
                found = self._names.get(" ".join(words[start : start + length]))
                if found:
                    return found
        return None


def _spellings(lines: str) -> Iterator[tuple[str, str]]:
    for line in filter(None, map(str.strip, lines.splitlines())):
        name, _, others = line.partition(":")
        for spelling in (name, *others.split(",")):
            if plain := _plain(spelling):
                yield plain, name


def _plain(text: str) -> str:
    """Leave letters, their marks and digits, in small letters, with single spaces between."""
    composed = unicodedata.normalize("NFKC", text).casefold()
    kept = (
        char if char.isalnum() or unicodedata.category(char)[0] == "M" else " " for char in composed
    )
    return " ".join("".join(kept).split())
