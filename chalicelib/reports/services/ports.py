"""What the reports need: the tallies of cases, the totals of days, and cases read whole."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from chalicelib.reports.domain.report import DayTotals
from chalicelib.reports.domain.tally import Tally


@dataclass(frozen=True, slots=True)
class Counted:
    """What a case counts for on one day, as of the version of the case from which that follows.

    The caller of an erased case counts under a name of their own instead of a ``reference``.
    """

    day: date
    reference: str
    version: int
    tally: Tally


class TallyStore(Protocol):
    """A tally for each case and day, and the totals of each day."""

    def put(self, tallies: Sequence[Counted]) -> list[Counted | None]:
        """Put tallies side by side, each unless that of a later version stands.

        Tells of each what stands in its place: what it has replaced, or the later one.
        """

    def find(self, day: date, reference: str) -> Counted | None:
        """Find what a case counts for on a day."""

    def tallies(self, day: date) -> list[Tally]:
        """List what every case counts for on a day, as of now."""

    def revision(self, day: date) -> int:
        """Tell how often the totals of a day were put, as of now."""

    def put_totals(self, day: date, totals: DayTotals, revision: int) -> bool:
        """Put a day's totals; False where they are no longer of this revision."""

    def totals(self, start: date, end: date) -> Mapping[date, DayTotals]:
        """Read the totals of the days in ``[start, end)`` that have any: one query."""
