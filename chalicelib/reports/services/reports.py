"""Reports, read from the days' totals: as many items as there are days, whatever was asked."""

from __future__ import annotations

from datetime import date, timedelta

from chalicelib.core.component import component
from chalicelib.reports.domain.report import DayTotals, Report, report_of
from chalicelib.reports.services.ports import TallyStore
from chalicelib.rota.services.duty_ports import RotaStore


@component
class ReadReports:
    """Reads reports."""

    tallies: TallyStore
    rota: RotaStore

    def read(self, start: date, end: date) -> Report:
        """Report over ``[start, end)``."""
        names = {each.id: each.name for each in self.rota.oncologists()}
        return report_of(start, end, self.tallies.totals(start, end), names)

    def day(self, day: date) -> DayTotals:
        """Tell what a day has come to: what was asked on it, and the calls made on it. One read."""
        return self.tallies.totals(day, day + timedelta(days=1)).get(day, DayTotals())
