"""The rota as it is shown: published days, gaps, quality, who would get a call, own shifts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from chalicelib.rota.domain.change_log import RotaChange
from chalicelib.rota.domain.duty import DutyDay, Oncologist, Shift
from chalicelib.rota.domain.model import Line
from chalicelib.rota.domain.quality import Gap, Quality, find_gap, measure
from chalicelib.rota.services.duty_ports import RotaStore
from chalicelib.rota.services.ports import Confirmation, Documents, RotaEdits, RotaLinks


class RotaView:
    """Reads; changes nothing."""

    def __init__(self, rota: RotaStore, edits: RotaEdits, links: RotaLinks) -> None:
        """Bind what is shown."""
        self._rota = rota
        self._edits = edits
        self._links = links

    def days(self, start: date, end: date) -> list[DutyDay]:
        """Show the published days in ``[start, end)``; a day that is missing is not published."""
        return self._rota.find_duty_days(start, end)

    def confirmations(self, start: date, end: date) -> list[Confirmation]:
        """Show who has confirmed their shifts on dates in ``[start, end)``."""
        return self._links.confirmations(start, end)

    def gaps(self, start: date, end: date) -> list[Gap]:
        """Show where the published days have too few, or a language that nobody speaks."""
        return gaps_in(self.days(start, end), self._edits.documents())

    def has_recipients(self) -> bool:
        """Whether anybody is told of gaps by SMS: one read."""
        return bool(self._edits.recipients().value)

    def quality(self, start: date, end: date) -> Quality:
        """Show coverage, balance, score and hours of the published days.

        Balanced are the members of the lines that were published in them, those without a shift
        too, as far as they were there on any of the days.
        """
        documents = self._edits.documents()
        lines = {line.id: line for line in documents.lines.value}
        filled = asked = 0.0
        minutes: dict[str, int] = {}
        served: set[str] = set()
        for shift in (shift for day in self.days(start, end) for shift in day.shifts):
            length = int((shift.end - shift.start) / timedelta(minutes=1))
            people = lines[shift.line].people if shift.line in lines else len(shift.on)
            asked += people * length
            filled += min(len(shift.on), people) * length
            served.add(shift.line)
            for who in shift.on:
                minutes[who] = minutes.get(who, 0) + length
        there = {
            each.value.id for each in documents.oncologists if _was_there(each.value, start, end)
        }
        counted = there.intersection(
            who for name in served & lines.keys() for who in lines[name].rotation.members
        )
        minutes = dict.fromkeys(counted, 0) | minutes
        return measure(int(filled), int(asked), minutes, counted)

    def shifts_of(self, oncologist: str, start: date, end: date) -> list[Shift]:
        """List an oncologist's own shifts, in order."""
        return [
            shift for day in self.days(start, end) for shift in day.shifts if oncologist in shift.on
        ]

    def changes(self, start: datetime, end: datetime) -> list[RotaChange]:
        """List who changed what in ``[start, end)``."""
        return self._edits.changes(start, end)


def gaps_in(days: Sequence[DutyDay], documents: Documents) -> list[Gap]:
    """Find what the shifts of some days lack, as the lines are now."""
    lines: dict[str, Line] = {line.id: line for line in documents.lines.value}
    spoken = {each.value.id: each.value.languages for each in documents.oncologists}
    found = (
        find_gap(shift, lines[shift.line].people, lines[shift.line].languages, spoken)
        for day in days
        for shift in day.shifts
        if shift.line in lines
    )
    return [gap for gap in found if gap]


def _was_there(who: Oncologist, start: date, end: date) -> bool:
    return (who.joined is None or who.joined < end) and (who.left is None or start < who.left)
