"""What became of cases of late, read from the indexes of the cases table: the port RecentCases."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime, timedelta
from typing import Final

from pynamodb.expressions.condition import Condition

from chalicelib.cases.domain.case import DEFAULT_PRIORITY, Status
from chalicelib.cases.domain.queue import Line
from chalicelib.cases.store import keys
from chalicelib.cases.store.case_mapping import waiting_from_image
from chalicelib.cases.store.models import CaseItem
from chalicelib.core.component import component
from chalicelib.core.domain.datetimes import calendar_day
from chalicelib.core.dynamodb.attributes import sortable
from chalicelib.core.dynamodb.errors import Image
from chalicelib.core.dynamodb.schema import FINISHED, QUEUE
from chalicelib.core.dynamodb.table import Table

_DAY: Final = timedelta(days=1)
_ENDED: Final = tuple(status for status in Status if not status.is_open)


@component
class DynamoRecent:
    """The port RecentCases. Calls nothing until it is used."""

    table: Table

    def asked_between(self, lines: Collection[Line], start: datetime, end: datetime) -> list[str]:
        """List who asked of late and waits; see the port.

        A new case stands in its line by the instant of its asking, among those of the priority
        that every case begins with. The deferred stand by the instant for which they wait, so
        that all of them are read.
        """
        earliest, latest = (f"{DEFAULT_PRIORITY:02d}#{sortable(at)}" for at in (start, end))
        within = CaseItem.queue_order.between(earliest, latest)
        reads = [self.table.database.beside(self._reader(line, within)) for line in lines]
        deferred = map(waiting_from_image, self.table.query_all(keys.LATER, index=QUEUE))
        asked = {each.reference for each in deferred if start <= each.requested_at < end}
        return sorted(asked.union(*(read.result() for read in reads)))

    def finished_between(self, start: datetime, end: datetime) -> list[str]:
        """List what finished of late; see the port."""
        within = CaseItem.finished_order.between(sortable(start), sortable(end))
        days = [calendar_day(start)]
        while days[-1] < calendar_day(end):
            days.append(days[-1] + _DAY)
        return [
            _reference(image)
            for day in days
            for status in _ENDED
            for image in self.table.query_all(
                keys.finished_day(status, day), within, index=FINISHED
            )
        ]

    def _reader(self, line: Line, within: Condition) -> Callable[[], list[str]]:
        def read() -> list[str]:
            images = self.table.query_all(keys.ready_line(line), within, index=QUEUE)
            return [_reference(image) for image in images]

        return read


def _reference(image: Image) -> str:
    return keys.reference_in(image["pk"]["S"])
