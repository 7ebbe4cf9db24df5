"""Publishing: duty days for at least 28 days ahead, each planned once and never reshuffled.

The days, and where the rotations stand after them, are one transaction upon the rota's head: of two
runs at once one publishes, and the other finds it done. What is published stays, whoever joins.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final, TypeVar

from chalicelib.core.component import component
from chalicelib.core.domain.datetimes import IST
from chalicelib.core.domain.errors import Busy
from chalicelib.core.services.ports import READS, Stale
from chalicelib.rota.domain.availability import FORTNIGHT
from chalicelib.rota.domain.fair_assignment import TRAILING_DAYS
from chalicelib.rota.domain.model import Sources
from chalicelib.rota.domain.planner import plan
from chalicelib.rota.domain.round_robin import RotationState
from chalicelib.rota.domain.served_hours import as_served
from chalicelib.rota.services.ports import Dated, Documents, Head, RotaEdit, RotaEdits

T = TypeVar("T")

# Today, 28 days after it, and one more, because the next run comes late in the night of tomorrow.
DAYS_PUBLISHED: Final = 30
LOOK_BACK: Final = timedelta(days=FORTNIGHT)
"""Leave that ended so long before a plan tells it who comes back to a fair line."""


@dataclass(frozen=True, slots=True)
class PublishedRota:
    """What one run did.

    ``days`` is how many it published, ``through`` the first date that is not published, ``refused``
    how many overrides and temporary schedules could not stand on their day (a leave came since).
    """

    days: int
    through: date | None
    refused: int = 0


@component
class PublishRota:
    """Runs daily, and whenever an administrator asks."""

    edits: RotaEdits

    def __call__(self, now: datetime) -> PublishedRota:
        """Publish what is missing; with everything published, nothing. Raises Busy."""
        return read_until_fresh(lambda: self._publish(now))

    def _publish(self, now: datetime) -> PublishedRota:
        head = self.edits.head()
        today = now.astimezone(IST).date()
        through = today + timedelta(days=DAYS_PUBLISHED)
        start = max(head.published_through or today, today)
        if start >= through:
            return PublishedRota(0, head.published_through)
        documents = self.edits.documents()
        if not documents.lines.value:
            # Days without a line would stay empty once there is one.
            return PublishedRota(0, head.published_through)
        state = rotations_at_head(self.edits, head, documents)
        first = min(start, state.until) if state else start
        dated = self.edits.dated(first - LOOK_BACK, through)
        rota = plan(sources_of(documents, dated), start, through, state, strict=False)
        standing = {day.day for day in self.edits.duty_days(start, through)}
        days = tuple(day for day in rota.days() if day.day not in standing)
        self.edits.commit(head, RotaEdit(days=days, published=(through, rota.state)))
        return PublishedRota(len(days), through, len(rota.refused))


def read_until_fresh(read: Callable[[], T]) -> T:
    """Return what ``read`` returns, again where somebody wrote meanwhile. Raises Busy."""
    for _ in range(READS):
        try:
            return read()
        except Stale:
            continue
    raise Busy


def rotation_at(edits: RotaEdits, head: Head) -> RotationState | None:
    """Return where the rotations stand after what a head says is published; None: nothing ever was.

    Raises Stale where somebody has published since the head was read.
    """
    state = edits.rotation() if head.published_through else None
    if state and state.until != head.published_through:
        raise Stale
    return state


def rotations_at_head(edits: RotaEdits, head: Head, documents: Documents) -> RotationState | None:
    """Return where the rotations stand, with the hours that were served. Raises as rotation_at."""
    state = rotation_at(edits, head)
    if state is None:
        return None
    since = state.until - timedelta(days=TRAILING_DAYS)
    days = edits.duty_days(since, state.until)
    return as_served(state, days, since, documents.hours.value.zone)


def sources_of(documents: Documents, dated: Dated) -> Sources:
    """Put the sources together; what belongs to a line that is no more has lost its meaning."""
    lines = {line.id for line in documents.lines.value}
    return Sources(
        hours=documents.hours.value,
        oncologists=documents.people,
        lines=documents.lines.value,
        leave=tuple(kept.value for kept in dated.leave),
        overrides=tuple(kept.value for kept in dated.overrides if kept.value.line in lines),
        temporary=tuple(kept.value for kept in dated.temporary if kept.value.line in lines),
    )
