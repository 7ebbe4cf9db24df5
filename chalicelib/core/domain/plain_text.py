"""Free text without what nobody sees: control characters, and marks that turn text around.

A mark like RIGHT-TO-LEFT OVERRIDE shows a name, a number or a file's ending in another order than
the one in which it is stored, and the rest of its line with it. ZERO WIDTH JOINER and NON-JOINER
stay: Indic scripts are written with them. So do the visible signs that Unicode lists as format
characters (Urdu's number sign).
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_LINE_END: Final = re.compile("\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]")
_CONTROL: Final = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]")
_INVISIBLE: Final = re.compile(
    "["
    "\u00ad"  # soft hyphen
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # direction: marks, embeddings, isolates
    "\u180e\u200b\u2060-\u2065\u206a-\u206f\ufeff"  # of no width, deprecated
    "\ufff9-\ufffb\U000e0000-\U000e007f"  # annotations, tags
    "]"
)


def plain_text(text: str, *, lines: bool = False) -> str:
    """Return text composed (NFC), without its edges and without what nobody sees.

    Whatever ends a line is a line feed with ``lines``, and else a space, as each control character.
    """
    return visible_text(unicodedata.normalize("NFC", text), lines=lines).strip()


def visible_text(text: str, *, lines: bool = False) -> str:
    """Return text as :func:`plain_text` does, with its edges and as it was composed."""
    ended = _LINE_END.sub("\n" if lines else " ", text)
    return without_invisible(_CONTROL.sub(" ", ended))


def without_invisible(text: str) -> str:
    """Return text without marks of direction and characters of no width, joiners excepted."""
    return _INVISIBLE.sub("", text)
