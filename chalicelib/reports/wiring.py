"""What counting and reporting is made of."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from chalicelib.cases.wiring import Cases
from chalicelib.core.wiring import Container
from chalicelib.rota.wiring import Rota

if TYPE_CHECKING:
    from chalicelib.reports.services.count_cases import CountCases
    from chalicelib.reports.services.ports import TallyStore
    from chalicelib.reports.services.rebuild_counts import Recount
    from chalicelib.reports.services.reports import ReadReports


class Reports(Container):
    """Daily counts, and the reports that are read from them."""

    @property
    def cases(self) -> Cases:
        """The cases that are counted."""
        return self.of(Cases)

    @property
    def rota(self) -> Rota:
        """The rota of which reports name the oncologists."""
        return self.of(Rota)

    @cached_property
    def tally_store(self) -> TallyStore:
        """The reports table."""
        from chalicelib.reports.store.tallies import DynamoTallies

        return DynamoTallies(self.core.table(self.core.settings.reports_table))

    @cached_property
    def count_cases(self) -> CountCases:
        """Counts cases."""
        from chalicelib.reports.services.count_cases import CountCases

        return CountCases(self.tally_store)

    @cached_property
    def recount(self) -> Recount:
        """Counts cases again."""
        from chalicelib.reports.services.rebuild_counts import Recount

        return Recount(self.cases.store, self.cases.whole_cases, self.count_cases)

    @cached_property
    def read(self) -> ReadReports:
        """Reads reports."""
        from chalicelib.reports.services.reports import ReadReports

        return ReadReports(self.tally_store, self.rota.store)
