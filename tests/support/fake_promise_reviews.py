"""The note of how far promises have been reviewed, in memory."""

from __future__ import annotations

from chalicelib.cases.services.review_promises import PromiseReview


class FakePromiseReviews:
    """The port PromiseReviewStore; ``stored`` is what was put, in order."""

    def __init__(self) -> None:
        self.stored: list[PromiseReview] = []

    def find(self) -> PromiseReview | None:
        return self.stored[-1] if self.stored else None

    def put(self, review: PromiseReview) -> None:
        self.stored.append(review)
