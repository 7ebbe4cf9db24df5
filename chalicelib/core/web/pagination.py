"""Cursors of lists that are put together here: opaque, and harmless when they are forged."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Any

from chalicelib.core.domain.errors import InvalidField


def pack(place: list[Any]) -> str:
    """Write a place in a list: anything that JSON can hold."""
    text = json.dumps(place, separators=(",", ":"))
    return urlsafe_b64encode(text.encode()).decode().rstrip("=")


def unpack(cursor: str) -> object:
    """Read what :func:`pack` wrote; what it says is for the list to judge. Raises InvalidField."""
    try:
        return json.loads(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (ValueError, RecursionError):
        raise bad_cursor() from None


def bad_cursor() -> InvalidField:
    """Make what a list raises for a cursor that is none of its own."""
    return InvalidField("cursor", "invalid")
