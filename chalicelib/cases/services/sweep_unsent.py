"""Every five minutes: send what is owed and unsent, find what was owed and never stored.

A change of a case is told by the stream. Where its record was lost, was parked, or came to nothing,
this finds it: what was asked and what finished since the last sweep, and what is held, is compared
with the messages that are stored. Safe to run late, twice and beside itself: every message has its
own id.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from chalicelib.cases.domain.case import Case
from chalicelib.cases.domain.queue import lines_in
from chalicelib.cases.services.missing_notifications import OwedByCases
from chalicelib.cases.services.ports import CaseStore, RecentCases
from chalicelib.core.component import component
from chalicelib.core.domain.errors import NotFound, cause_of
from chalicelib.core.domain.language import Language
from chalicelib.messages.services.ports import OutboxStore, Parked
from chalicelib.messages.services.send_messages import Outcome, SendMessages

# The stream is given this long; an index may lag, and clocks may differ, by the overlap.
GRACE: Final = timedelta(minutes=1)
OVERLAP: Final = timedelta(minutes=2)
FIRST_LOOK: Final = timedelta(hours=1)
FARTHEST_LOOK: Final = timedelta(days=7)
TRIED_AT_MOST: Final = 100
PARKED_AT_MOST: Final = 25


@dataclass(frozen=True, slots=True)
class Swept:
    """What one run did: messages found that nobody had stored, changes taken from the parked."""

    found: int
    unparked: int
    sent: int
    put_off: int
    failed: int
    suppressed: int


@component
class SweepUnsent:
    """Runs every five minutes."""

    cases: CaseStore
    recent: RecentCases
    outbox: OutboxStore
    owed_by_cases: OwedByCases
    send: SendMessages
    languages: Collection[str] = tuple(Language)
    """Those in which somebody may wait."""

    def __call__(self, now: datetime) -> Swept:
        """Do all of it once, as of ``now``. What one case holds up holds no other up."""
        outcomes = Counter(self.send.again(now, TRIED_AT_MOST))
        unparked = 0
        for parked in self.outbox.parked(PARKED_AT_MOST, None).items:
            sent = self._send_missing(parked.subject, parked.id, now)
            if sent is not None:
                self.outbox.unpark(parked.id)
                unparked += 1
            outcomes.update(sent or ())
        until = now - GRACE
        found = 0
        for reference in self._changed(now, until):
            sent = self._send_missing(reference, f"sweep#{reference}", now)
            found += len(sent or ())
            outcomes.update(sent or ())
        self.outbox.put_swept_until(until)
        return Swept(
            found=found,
            unparked=unparked,
            sent=outcomes[Outcome.SENT],
            put_off=outcomes[Outcome.PUT_OFF],
            failed=outcomes[Outcome.FAILED],
            suppressed=outcomes[Outcome.SUPPRESSED],
        )

    def _changed(self, now: datetime, until: datetime) -> Iterator[str]:
        """Tell the cases of which a change may have been lost."""
        last = self.outbox.find_swept_until() or now - FIRST_LOOK
        start = max(last, now - FARTHEST_LOOK) - OVERLAP
        if start < until:
            asked = self.recent.asked_between(lines_in(self.languages), start, until)
            yield from self.owed_by_cases.unanswered(asked)
            yield from self.recent.finished_between(start, until)
        for claim in self.cases.claims():
            if claim.claimed_at < until:
                yield claim.reference

    def _send_missing(self, reference: str, parked_as: str, now: datetime) -> list[Outcome] | None:
        """Send what a case owes and nobody stored; None where it can't be told, and is parked."""
        try:
            return self.send(self.owed_by_cases(self._case(reference), now), now)
        except Exception as error:  # noqa: BLE001  # one case's trouble holds no other back
            self.outbox.park(Parked(parked_as, reference, cause_of(error), now))
            return None

    def _case(self, reference: str) -> list[Case]:
        try:
            return [self.cases.get(reference, consistent=True)]
        except NotFound:
            return []
