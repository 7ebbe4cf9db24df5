"""What the helpline does by the clock: offer what is due, take back what was left, count the line.

Each part may run late, twice or beside itself: every write is conditional on what it found.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from chalicelib.cases.domain.case import Status
from chalicelib.cases.domain.promise import DEFAULT_HANDLING_MINUTES
from chalicelib.cases.domain.queue import LineSnapshot, line_name, lines_in
from chalicelib.cases.services.ports import CaseStore
from chalicelib.cases.services.update_case import change_case
from chalicelib.cases.services.wait_estimate import Outlook
from chalicelib.core.component import component
from chalicelib.core.domain.errors import HelplineError
from chalicelib.core.domain.language import Language

BATCH = 100
COUNT_AT_MOST = 100_000
RECENT_CALLS = 50
# The deferred that compete with a new case; further ones change a promise by little.
LATER = timedelta(days=1)
LATER_AT_MOST = 200
# A line this long is counted only now and then: its promise is in days, and counting it costs.
LONG_LINE = 5_000
LONG_LINE_EVERY = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Processed:
    """What one run did."""

    offered: int
    leases_expired: int
    waiting: int


@component
class DueCases:
    """Runs every minute."""

    cases: CaseStore
    outlook: Outlook
    languages: tuple[str, ...] = tuple(Language)
    """Those in which somebody may wait."""

    def __call__(self, now: datetime) -> Processed:
        """Do all of it once, as of ``now``."""
        return Processed(
            offered=self._offer(now),
            leases_expired=self._take_back(now),
            waiting=self._count(now),
        )

    def _offer(self, now: datetime) -> int:
        offered = 0
        while batch := self.cases.due(now, BATCH):
            moved = sum(self.cases.make_ready(waiting) for waiting in batch)
            offered += moved
            # The index lags behind the writes: what was just moved may be listed once more.
            if not moved or len(batch) < BATCH:
                break
        return offered

    def _take_back(self, now: datetime) -> int:
        taken = 0
        for claim in self.cases.claims():
            if claim.lease_until > now:
                continue
            try:
                change_case(self.cases, claim.reference, lambda case: case.expire_lease(now), now)
            except HelplineError:
                # Its owner acted after all, or another run was first: either is a good end.
                continue
            taken += 1
        return taken

    def _count(self, now: datetime) -> int:
        last = self.cases.find_snapshot()
        if last and last.total > LONG_LINE and now - last.taken_at < LONG_LINE_EVERY:
            return last.total
        lines = lines_in(self.languages)
        counts = {line_name(line): self.cases.count_waiting(line, COUNT_AT_MOST) for line in lines}
        snapshot = LineSnapshot(
            taken_at=now,
            waiting={name: count for name, count in counts.items() if count},
            handling_minutes=self._handling_minutes(last, now),
            later=self._later(now),
            grown=_grown(last, counts, now),
        )
        self.cases.put_snapshot(snapshot)
        return snapshot.total

    def _later(self, now: datetime) -> dict[str, int]:
        """Count the deferred cases that come before a new one, because they are due in a day."""
        deferred = self.cases.list_deferred(LATER_AT_MOST, None).items
        return dict(
            Counter(line_name(each.line) for each in deferred if each.not_before < now + LATER)
        )

    def _handling_minutes(self, last: LineSnapshot | None, now: datetime) -> int:
        """Return the median of today's calls; before the first, what it was before."""
        zone = self.outlook.duty.hours(now).zone
        today = now.astimezone(zone).date()
        calls = self.cases.list_finished(Status.COMPLETED, today, RECENT_CALLS, None).items
        minutes = sorted(
            call.handling_minutes for call in calls if call.handling_minutes is not None
        )
        if not minutes:
            return last.handling_minutes if last else DEFAULT_HANDLING_MINUTES
        return max(1, minutes[len(minutes) // 2])


def _grown(last: LineSnapshot | None, counts: Mapping[str, int], now: datetime) -> dict[str, int]:
    """Return by how many each line grew in a minute, since it was counted the last time."""
    if last is None or now <= last.taken_at:
        return {}
    minutes = max((now - last.taken_at) / timedelta(minutes=1), 1.0)
    grown = {
        name: round((count - last.waiting.get(name, 0)) / minutes) for name, count in counts.items()
    }
    return {name: count for name, count in grown.items() if count > 0}
