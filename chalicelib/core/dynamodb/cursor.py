"""Cursors of lists: opaque, stable while the list changes, and harmless when forged."""

from __future__ import annotations

import base64
import binascii
import json
from typing import Final

from chalicelib.core.domain.errors import InvalidField, InvalidInput

_LONGEST: Final = 512


def packed(place: list[str]) -> str:
    """Write what marks a place in a list."""
    text = json.dumps(place, separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(text).decode().rstrip("=")


def unpacked(cursor: str, parts: int) -> list[str]:
    """Read what :func:`packed` wrote, of so many parts. Raises InvalidInput as above."""
    invalid = InvalidInput([InvalidField("cursor", "invalid")])
    if not cursor.isascii() or len(cursor) > _LONGEST:
        raise invalid
    try:
        text = base64.b64decode(cursor + "=" * (-len(cursor) % 4), b"-_", validate=True)
        place = json.loads(text)
    except (binascii.Error, ValueError, RecursionError):
        raise invalid from None
    if (
        not isinstance(place, list)
        or len(place) != parts
        or not all(isinstance(part, str) and part for part in place)
    ):
        raise invalid
    return place
