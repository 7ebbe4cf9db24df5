"""Cursors of lists: opaque, stable while the list changes, and harmless when forged."""

from __future__ import annotations

import json
from base64 import b64decode, urlsafe_b64encode
from typing import Final

from chalicelib.core.domain.errors import InvalidField, InvalidInput

LONGEST_CURSOR: Final = 4_000


def encode_cursor(place: object) -> str:
    """Return the cursor of a place in a list: anything that JSON can hold."""
    text = json.dumps(place, separators=(",", ":"))
    return urlsafe_b64encode(text.encode()).decode().rstrip("=")


def decode_cursor(cursor: str) -> object:
    """Read what :func:`encode_cursor` wrote; its list checks what it says. Raises InvalidInput."""
    if len(cursor) > LONGEST_CURSOR:
        raise invalid_cursor()
    try:
        return json.loads(b64decode(cursor + "=" * (-len(cursor) % 4), b"-_", validate=True))
    except (ValueError, RecursionError):
        raise invalid_cursor() from None


def invalid_cursor() -> InvalidInput:
    """Return what a list raises for a cursor that is none of its own."""
    return InvalidInput([InvalidField("cursor", "invalid")])
