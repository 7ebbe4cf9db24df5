"""Where a page of a partition ends: a cursor holds the keys of its last item.

A forged cursor names a place in the same list at most: the partition is never read from it, and
a place out of the list's bounds is refused, for DynamoDB would refuse the whole query.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from chalicelib.core.domain.cursors import decode_cursor, encode_cursor, invalid_cursor
from chalicelib.core.dynamodb.errors import Image
from chalicelib.core.dynamodb.schema import Index, key_type

# No key of ours is that long, and DynamoDB refuses one that is too long.
_LONGEST: Final = 512
_MOST_DIGITS: Final = 38


def cursor_at(image: Image, index: Index | None) -> str:
    """Return the cursor of a place: after this item, whether it stays there or not."""
    return encode_cursor([image[name][key_type(name)] for name in _names(index)])


def start_after(
    cursor: str | None,
    partition: str,
    index: Index | None,
    between: tuple[str, str] | None = None,
) -> Mapping[str, Any] | None:
    """Return the key after which a page of this partition begins. Raises InvalidInput.

    ``between`` bounds the keys by which the list is in order, both ends included.
    """
    if cursor is None:
        return None
    if len(cursor) > _LONGEST:
        raise invalid_cursor()
    names, parts = _names(index), decode_cursor(cursor)
    if not isinstance(parts, list) or len(parts) != len(names):
        raise invalid_cursor()
    place = dict(zip(names, parts, strict=True))
    if not all(_is_key(name, part) for name, part in place.items()):
        raise invalid_cursor()
    if between and not between[0] <= place[order_key(index)] <= between[1]:
        raise invalid_cursor()
    place[index.partition if index else "pk"] = partition
    return {name: {key_type(name): part} for name, part in place.items()}


def order_key(index: Index | None) -> str:
    """Return the key by which a list is in order."""
    return index.order if index else "sk"


def _names(index: Index | None) -> tuple[str, ...]:
    """List the keys that differ within a partition."""
    return tuple(dict.fromkeys(("pk", "sk", index.order))) if index else ("sk",)


def _is_key(name: str, part: object) -> bool:
    if not isinstance(part, str) or not part:
        return False
    if key_type(name) == "N":
        return part.isascii() and part.isdigit() and len(part) <= _MOST_DIGITS
    try:
        part.encode()
    except UnicodeEncodeError:  # half a character
        return False
    return True
