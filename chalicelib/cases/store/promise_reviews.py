"""How far promises have been reviewed, in the cases table: the port PromiseReviewStore."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from pynamodb.attributes import JSONAttribute, NumberAttribute, UnicodeAttribute

from chalicelib.cases.services.review_promises import PromiseReview
from chalicelib.core.component import component
from chalicelib.core.dynamodb.attributes import TextsAttribute, UtcAttribute
from chalicelib.core.dynamodb.base_model import Item
from chalicelib.core.dynamodb.table import Key, Table

_REVIEW: Final = Key("SNAPSHOT", "PROMISES")


class PromiseReviewItem(Item):
    """How far promises have been reviewed: ``SNAPSHOT``, ``PROMISES``."""

    hours = UnicodeAttribute()
    unserved = JSONAttribute()
    left = TextsAttribute(null=True)
    cursor = UnicodeAttribute(null=True)
    seen = NumberAttribute(null=True)
    again = TextsAttribute(null=True)
    again_at = UtcAttribute(null=True)


@component
class DynamoPromiseReviews:
    """The port PromiseReviewStore. Calls nothing until it is used."""

    table: Table

    def find(self) -> PromiseReview | None:
        """Find the note: one read."""
        image = self.table.get(_REVIEW)
        if image is None:
            return None
        item = PromiseReviewItem.from_raw_data(image)
        return PromiseReview(
            hours=item.hours,
            unserved={name: datetime.fromisoformat(at) for name, at in item.unserved.items()},
            left=tuple(item.left or ()),
            cursor=item.cursor,
            seen=int(item.seen or 0),
            again=tuple(item.again or ()),
            again_at=item.again_at,
        )

    def put(self, review: PromiseReview) -> None:
        """Store the note over the last."""
        self.table.put(
            PromiseReviewItem(
                pk=_REVIEW.pk,
                sk=_REVIEW.sk,
                hours=review.hours,
                unserved={name: at.isoformat() for name, at in review.unserved.items()},
                left=list(review.left) or None,
                cursor=review.cursor,
                seen=review.seen or None,
                again=list(review.again) or None,
                again_at=review.again_at,
            )
        )
