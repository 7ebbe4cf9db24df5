"""The rota as it is shown: published days, gaps, quality, who would get a call, own shifts."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from chalicelib.core.component import component
from chalicelib.rota.domain.change_log import RotaChange
from chalicelib.rota.domain.duty import DutyDay, Oncologist, Shift, shifts_of
from chalicelib.rota.domain.quality import Gap, Quality, measure
from chalicelib.rota.services.duty_ports import RotaStore
from chalicelib.rota.services.ports import Confirmation, RotaEdits, RotaLinks


@component
class RotaView:
    """Reads; changes nothing."""

    rota: RotaStore
    edits: RotaEdits
    links: RotaLinks

    def days(self, start: date, end: date) -> list[DutyDay]:
        """Show the published days in ``[start, end)``; a day that is missing is not published."""
        return self.rota.find_duty_days(start, end)

    def confirmations(self, start: date, end: date) -> list[Confirmation]:
        """Show who has confirmed their shifts on dates in ``[start, end)``."""
        return self.links.confirmations(start, end)

    def gaps(self, start: date, end: date) -> list[Gap]:
        """Show where the published days have too few, or a language that nobody speaks."""
        days = self.days(start, end)
        return self.edits.documents().gap_finder.in_days(days)

    def has_recipients(self) -> bool:
        """Whether anybody is told of gaps by SMS: one read."""
        return bool(self.edits.recipients().value)

    def quality(self, start: date, end: date) -> Quality:
        """Show coverage, balance, score and hours of the published days.

        Balanced are the members of the lines that were published in them, those without a shift
        too, as far as they were there on any of the days.
        """
        documents = self.edits.documents()
        lines = {line.id: line for line in documents.lines.value}
        shifts = [shift for day in self.days(start, end) for shift in day.shifts]
        served = {shift.line for shift in shifts} & lines.keys()
        there = {who.id for who in documents.people if _was_there(who, start, end)}
        counted = there.intersection(who for name in served for who in lines[name].rotation.members)
        weighed = (
            (
                lines[shift.line].people if shift.line in lines else len(shift.on),
                (shift.end - shift.start) // timedelta(minutes=1),
                shift.on,
            )
            for shift in shifts
        )
        return measure(weighed, counted)

    def shifts_of(self, oncologist: str, start: date, end: date) -> list[Shift]:
        """List an oncologist's own shifts, in order."""
        return shifts_of(self.days(start, end), oncologist)

    def changes(self, start: datetime, end: datetime) -> list[RotaChange]:
        """List who changed what in ``[start, end)``."""
        return self.edits.changes(start, end)


def _was_there(who: Oncologist, start: date, end: date) -> bool:
    return (who.joined is None or who.joined < end) and (who.left is None or start < who.left)
