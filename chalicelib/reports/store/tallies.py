"""Tallies and totals in DynamoDB: the port TallyStore."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from typing import Final

from chalicelib.core.component import component
from chalicelib.core.dynamodb.conditions import absent_or
from chalicelib.core.dynamodb.errors import ConditionFailed, Image
from chalicelib.core.dynamodb.table import Key, Table
from chalicelib.reports.domain.report import DayTotals
from chalicelib.reports.domain.tally import Tally
from chalicelib.reports.services.ports import Counted
from chalicelib.reports.store.models import TallyItem, TotalsItem
from chalicelib.reports.store.report_mapping import (
    tally_from_text,
    tally_to_text,
    totals_from_item,
    totals_to_item,
)

_TOTALS: Final = "TOTALS"


@component
class DynamoTallies:
    """The port TallyStore over one table. Calls nothing until it is used."""

    table: Table

    def put(self, tallies: Sequence[Counted]) -> list[Counted | None]:
        """Put tallies side by side; see the port."""
        writes = [self.table.database.beside(self._writer(each)) for each in tallies]
        return [write.result() for write in writes]

    def find(self, day: date, reference: str) -> Counted | None:
        """Find what a case counts for on a day."""
        return _counted(self.table.get(_tally_key(day, reference), consistent=True))

    def tallies(self, day: date) -> list[Tally]:
        """List what every case counts for on a day, as of now."""
        images = self.table.query_all(_partition(day), consistent=True)
        return [tally_from_text(image["tally"]["S"]) for image in images]

    def revision(self, day: date) -> int:
        """Tell how often the totals of a day were put, as of now."""
        image = self.table.get(_totals_key(day), consistent=True)
        return int(image["revision"]["N"]) if image else 0

    def put_totals(self, day: date, totals: DayTotals, revision: int) -> bool:
        """Put a day's totals; see the port.

        A put whose answer was lost is repeated and then refused by what it has put itself.
        """
        item = totals_to_item(_totals_key(day), totals, revision + 1)
        try:
            self.table.put(item, absent_or(TotalsItem.revision, TotalsItem.revision == revision))
        except ConditionFailed as failed:
            return failed.image == item.serialize()
        return True

    def totals(self, start: date, end: date) -> Mapping[date, DayTotals]:
        """Read the totals of the days in ``[start, end)`` that have any."""
        last = end - timedelta(days=1)
        within = TotalsItem.sk.between(start.isoformat(), last.isoformat())
        items = (TotalsItem.from_raw_data(image) for image in self.table.query_all(_TOTALS, within))
        return {date.fromisoformat(item.sk): totals_from_item(item) for item in items}

    def _writer(self, counted: Counted) -> Callable[[], Counted | None]:
        actions = [
            TallyItem.version.set(counted.version),
            TallyItem.tally.set(tally_to_text(counted.tally)),
        ]
        no_later = absent_or(TallyItem.version, TallyItem.version <= counted.version)

        def write() -> Counted | None:
            key = _tally_key(counted.day, counted.reference)
            try:
                return _counted(self.table.update(key, actions, no_later, returns="ALL_OLD"))
            except ConditionFailed as failed:
                return _counted(failed.image)

        return write


def _counted(image: Image | None) -> Counted | None:
    if not image:
        return None
    item = TallyItem.from_raw_data(image)
    day = date.fromisoformat(item.pk.removeprefix("DAY#"))
    return Counted(day, item.sk, int(item.version), tally_from_text(item.tally))


def _partition(day: date) -> str:
    return f"DAY#{day.isoformat()}"


def _tally_key(day: date, reference: str) -> Key:
    return Key(_partition(day), reference)


def _totals_key(day: date) -> Key:
    return Key(_TOTALS, day.isoformat())
