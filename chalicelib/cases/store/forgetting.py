"""Takes a case out of what a phone remembers: of a recent asking only its time is left.

The time goes on counting against the limit of a day.
"""

from __future__ import annotations

from contextlib import suppress

from pynamodb.expressions.operand import Path

from chalicelib.cases.store import phone_record
from chalicelib.core.dynamodb.errors import ConditionFailed, Image
from chalicelib.core.dynamodb.table import Key, Table


def forget_asking(table: Table, key: Key, reference: str) -> Image | None:
    """Forget a case in its phone's item, and return the item as it stood; None: there is none.

    A place that moved on meanwhile stays, for whoever asks again.
    """
    image = table.get(key, consistent=True)
    for name in phone_record.places_of(image, reference) if image else ():
        place = Path([name])
        at = {"M": {"at": image[name]["M"]["at"]}}  # type: ignore[index]  # it has places
        with suppress(ConditionFailed):
            table.update(key, [place.set(at)], place["reference"] == reference)
    return image
