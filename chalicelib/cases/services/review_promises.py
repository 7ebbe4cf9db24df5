"""Promises of waiting cases, looked at again when the hours change or a queue gains or loses help.

Runs every minute. A change starts a review of the lines concerned. Each run reads a few pages and
notes where it stopped, so that the work of a run is bounded, and a run that breaks off is repeated.
Every change of a case is conditional, and a promise that holds is left as it is: a repeated run
changes nothing. The same schedule ends what nobody has served for two weeks.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cached_property
from hashlib import sha256
from typing import Final, Protocol

from chalicelib.cases.domain.case import UNSERVED_FOR, Case, Status
from chalicelib.cases.domain.promise import is_within_hours
from chalicelib.cases.domain.queue import Line, Waiting, line_name, line_of, lines_in
from chalicelib.cases.domain.timeline import SYSTEM, CloseReason
from chalicelib.cases.services.ports import CaseStore
from chalicelib.cases.services.update_case import change_case
from chalicelib.cases.services.wait_estimate import Outlook
from chalicelib.core.component import component
from chalicelib.core.domain.errors import HelplineError
from chalicelib.core.domain.language import Language
from chalicelib.core.domain.working_hours import DayPart
from chalicelib.core.services.ports import Page

Change = Callable[[Case], Case]

PAGE: Final = 50
MOST: Final = 200
"""How many cases a run looks at, to within a page; an empty line costs a query."""
LATER: Final = "later"
# A process may promise by what it read a minute ago: what it stores meanwhile is looked at too.
AGAIN: Final = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class PromiseReview:
    """How far promises have been reviewed.

    ``hours`` is a digest of the hours, ``unserved`` since when nobody serves each line, by which
    they were. ``left`` names the lines that are still to be gone through; of the first of them,
    ``seen`` cases have been, up to ``cursor``. ``again`` names those for another look at
    ``again_at``.
    """

    hours: str = ""
    unserved: dict[str, datetime] = field(default_factory=dict)
    left: tuple[str, ...] = ()
    cursor: str | None = None
    seen: int = 0
    again: tuple[str, ...] = ()
    again_at: datetime | None = None


class PromiseReviewStore(Protocol):
    """The one note of how far promises have been reviewed."""

    def find(self) -> PromiseReview | None:
        """Find the note: one read."""

    def put(self, review: PromiseReview) -> None:
        """Store the note over the last."""


@dataclass(frozen=True, slots=True)
class Reviewed:
    """What one run did: promises it changed, cases it ended because nobody served them."""

    promised_again: int
    expired: int


@component
class ReviewPromises:
    """Runs every minute, after the lines have been counted."""

    cases: CaseStore
    reviews: PromiseReviewStore
    outlook: Outlook
    languages: tuple[str, ...] = tuple(Language)
    """Those in which somebody may wait."""

    @cached_property
    def _lines(self) -> dict[str, Line]:
        return {line_name(line): line for line in lines_in(self.languages)}

    def __call__(self, now: datetime) -> Reviewed:
        """Do as much as one run may, as of ``now``."""
        before = self.reviews.find()
        review = self._with_changes(before or PromiseReview(), now)
        review, renewed = self._go_on(review, now)
        expired = self._expire(review, now)
        if review != before:
            self.reviews.put(review)
        return Reviewed(renewed, expired)

    def _with_changes(self, review: PromiseReview, now: datetime) -> PromiseReview:
        """Return the review with what has changed since: lines to go through, from their heads."""
        served = self.outlook.served(now)
        unserved = {
            name: review.unserved.get(name, now) for name in self._lines if name not in served
        }
        hours = self._digest(now)
        changed = {name for name in self._lines if (name in unserved) != (name in review.unserved)}
        if hours != review.hours:
            changed = set(self._lines)
        if changed:
            names = tuple(name for name in (*self._lines, LATER) if name in {*changed, LATER})
            return PromiseReview(
                hours, unserved, _joined(names, review.left), None, 0, names, now + AGAIN
            )
        if review.again_at is not None and review.again_at <= now and not review.left:
            return replace(review, left=review.again, again=(), again_at=None)
        return review

    def _go_on(self, review: PromiseReview, now: datetime) -> tuple[PromiseReview, int]:
        renewed = read = 0
        while review.left and read < MOST:
            name = review.left[0]
            page = self._page(name, review.cursor)
            read += len(page.items)
            for number, waiting in enumerate(page.items, start=review.seen):
                renewed += self._renew(waiting, self._share(name, number, now), now)
            if page.cursor is None:
                review = replace(review, left=review.left[1:], cursor=None, seen=0)
            else:
                seen = review.seen + len(page.items)
                review = replace(review, cursor=page.cursor, seen=seen)
        return review, renewed

    def _page(self, name: str, cursor: str | None) -> Page[Waiting]:
        if name == LATER:
            return self.cases.list_deferred(PAGE, cursor)
        return self.cases.list_waiting(self._lines[name], PAGE, cursor)

    def _share(self, name: str, number: int, now: datetime) -> float:
        """Return which share of those who wait comes before the case at this place of its line."""
        lines = self.outlook.at(now).lines
        counted = lines.waiting.get(name, 0) if lines else 0
        return min(number / counted, 1.0) if counted else 1.0

    def _renew(self, waiting: Waiting, share: float, now: datetime) -> bool:
        def change(case: Case) -> Case:
            return self._renewed(case, share, now)

        return self._changed(waiting.reference, change, now)

    def _renewed(self, case: Case, share: float, now: datetime) -> Case:
        """Return the case with a promise that holds. One that is past counts as it was made."""
        if case.status is not Status.WAITING or case.attempts:
            return case
        line, expected = line_of(case), case.expected
        serves = self.outlook.serves(line, now)
        hours = self.outlook.duty.hours(now)
        if expected is None:
            if not serves:
                return case
        elif expected.end <= now or (serves and is_within_hours(expected, hours)):
            return case
        _, again = self.outlook.promise(
            line, DayPart.ANY, now, share=share, not_before=case.not_before
        )
        return case if again == expected else case.promise_again(again, now)

    def _expire(self, review: PromiseReview, now: datetime) -> int:
        """End what waits in a line that nobody has served for long, and has itself waited long."""
        lines = self.outlook.at(now).lines
        waiting = lines.waiting if lines else {}
        ended = 0
        for name, since in review.unserved.items():
            if now - since < UNSERVED_FOR or not waiting.get(name):
                continue
            ended += sum(
                self._changed(each.reference, _expiring(each.line, now), now)
                for each in self.cases.list_waiting(self._lines[name], PAGE, None).items
                if now - each.requested_at >= UNSERVED_FOR
            )
        return ended

    def _changed(self, reference: str, change: Change, now: datetime) -> bool:
        """Whether the change was made; who was called or closed meanwhile is left alone."""
        changed = False

        def noting(case: Case) -> Case:
            nonlocal changed
            after = change(case)
            changed = after != case
            return after

        try:
            change_case(self.cases, reference, noting, now)
        except HelplineError:
            return False
        return changed

    def _digest(self, now: datetime) -> str:
        hours = self.outlook.duty.hours(now).to_dict()
        return sha256(json.dumps(hours, sort_keys=True).encode()).hexdigest()


def _expiring(line: Line, now: datetime) -> Change:
    def change(case: Case) -> Case:
        if case.status is not Status.WAITING or line_of(case) != line:
            return case
        since = case.unpromised_since
        if since is not None and now - since < UNSERVED_FOR:
            return case
        return case.close(CloseReason.EXPIRED, SYSTEM, now)

    return change


def _joined(first: tuple[str, ...], then: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*first, *then)))
