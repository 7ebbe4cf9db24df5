"""An in-memory fake of the reports table, which counts a year of cases in seconds.

The store's tests compare it with the store.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date

from chalicelib.reports.domain.report import DayTotals
from chalicelib.reports.domain.tally import Tally
from chalicelib.reports.services.ports import Counted
from tests.support.fakes import Fake


class FakeTallies(Fake):
    """The port TallyStore. ``before_totals`` is called before totals are put, to race them."""

    def __init__(self) -> None:
        super().__init__()
        self.counted: dict[date, dict[str, Counted]] = {}
        self.by_day: dict[date, tuple[int, DayTotals]] = {}
        self.before_totals: Callable[[date], None] = lambda _: None

    def put(self, tallies: Sequence[Counted]) -> list[Counted | None]:
        with self._call("put"):
            return [self._put(each) for each in tallies]

    def find(self, day: date, reference: str) -> Counted | None:
        with self._call("find"):
            return self.counted.get(day, {}).get(reference)

    def tallies(self, day: date) -> list[Tally]:
        with self._call("tallies"):
            return [each.tally for _, each in sorted(self.counted.get(day, {}).items())]

    def revision(self, day: date) -> int:
        with self._call("revision"):
            return self.by_day.get(day, (0, None))[0]

    def put_totals(self, day: date, totals: DayTotals, revision: int) -> bool:
        with self._call("put_totals"):
            self.before_totals(day)
            if self.by_day.get(day, (0, None))[0] != revision:
                return False
            self.by_day[day] = (revision + 1, totals)
            return True

    def totals(self, start: date, end: date) -> Mapping[date, DayTotals]:
        with self._call("totals"):
            return {day: each for day, (_, each) in self.by_day.items() if start <= day < end}

    def _put(self, new: Counted) -> Counted | None:
        day = self.counted.setdefault(new.day, {})
        old = day.get(new.reference)
        if old is None or old.version <= new.version:
            day[new.reference] = new
        return old
