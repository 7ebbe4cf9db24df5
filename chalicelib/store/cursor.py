"""Cursors of lists: opaque, stable while the list changes, and harmless when forged."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping
from typing import Any, Final

from chalicelib.domain.errors import InvalidField, InvalidInput
from chalicelib.store import keys
from chalicelib.store.errors import Image
from chalicelib.store.schema import Index

_LONGEST: Final = 512


def cursor_at(image: Image, index: Index) -> str:
    """Mark a place in an index: after this entry, whether it stays there or not."""
    return packed([keys.reference_in(image["pk"]["S"]), image[index.order]["S"]])


def start_after(cursor: str | None, index: Index, partition: str) -> Mapping[str, Any] | None:
    """Read a cursor as a place in this partition. Raises InvalidInput for the field ``cursor``.

    A forged one names a place in the same list at most: the partition is never read from it.
    """
    if cursor is None:
        return None
    reference, order = unpacked(cursor, 2)
    key = keys.case_key(reference)
    place = {"pk": key.pk, "sk": key.sk, index.partition: partition, index.order: order}
    return {name: {"S": value} for name, value in place.items()}


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
