"""How the helpline stands, as its operators are told of it: counts and minutes, nobody's case."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from chalicelib.cases.domain.queue import Line, line_name, lines_in, unserved_in
from chalicelib.cases.services.ports import CaseStore
from chalicelib.cases.services.wait_estimate import Outlook
from chalicelib.core.component import component
from chalicelib.core.domain.language import Language
from chalicelib.messages.services.ports import MessageStore

MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class LineState:
    """The line at one instant.

    ``oldest_minutes`` is the longest working time for which the first of any line has waited;
    ``unsent_minutes`` is how long the oldest message has been owed, by the clock on the wall.
    ``unserved`` counts those who wait, now or for later, in lines that nobody serves on the
    published days.
    """

    waiting: int
    oldest_minutes: int
    on_duty: int
    open: bool
    unsent_minutes: int
    unserved: int


@component
class WatchLine:
    """Runs beside :class:`DueCases`, after it has counted the lines."""

    cases: CaseStore
    messages: MessageStore
    outlook: Outlook
    languages: tuple[str, ...] = tuple(Language)
    """Those in which somebody may wait."""

    def __call__(self, now: datetime) -> LineState:
        """Tell how it stands; only lines in which somebody waits are read."""
        snapshot = self.cases.find_snapshot()
        counted = snapshot.waiting if snapshot else {}
        lines = lines_in(self.languages)
        first = self._first_of(line for line in lines if counted.get(line_name(line)))
        hours = self.outlook.duty.hours(now)
        owed = self.messages.owed_before(now, 1)
        return LineState(
            waiting=sum(counted.values()),
            oldest_minutes=hours.between(first, now) // MINUTE if first else 0,
            on_duty=len(self.outlook.duty.on_duty(now)),
            open=hours.is_open(now),
            unsent_minutes=(now - owed[0].owed_at) // MINUTE if owed else 0,
            unserved=sum(unserved_in(snapshot, self.outlook.served(now)).values()),
        )

    def _first_of(self, lines: Iterable[Line]) -> datetime | None:
        """Find when the first in line of each asked, and of those the earliest."""
        fronts = (self.cases.list_waiting(line, 1, None).items for line in lines)
        return min((front[0].requested_at for front in fronts if front), default=None)
