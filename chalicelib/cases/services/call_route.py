"""Who would get a call: for administrators who try the rota out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from chalicelib.cases.domain.queue import Line, lines_for
from chalicelib.core.domain.datetimes import IST
from chalicelib.core.domain.working_hours import NeverOpen
from chalicelib.rota.domain.duty import Oncologist
from chalicelib.rota.services.duty_ports import RotaStore
from chalicelib.rota.services.ports import RotaEdits


@dataclass(frozen=True, slots=True)
class CallRoute:
    """Who would get a call, in the order taken; ``opens_at`` where the helpline is closed then."""

    oncologists: tuple[Oncologist, ...]
    opens_at: datetime | None


class RouteCall:
    """Reads who would get a call; changes nothing."""

    def __init__(self, rota: RotaStore, edits: RotaEdits) -> None:
        self._rota = rota
        self._edits = edits

    def __call__(self, language: str, at: datetime, *, prefers_woman: bool) -> CallRoute:
        """Return who would get a call at an instant, by the published day.

        The order is that of the day's shifts, and of the people in each. All are on duty and serve
        this patient's line. The first of them to press "next" gets the case.
        """
        hours = self._rota.find_hours() or self._edits.documents().hours.value
        day = self._rota.find_duty_day(at.astimezone(IST).date())
        wanted = Line(language, prefers_woman)
        people = {who.id: who for who in self._rota.oncologists()}
        on = [who for shift in (day.shifts if day else ()) if shift.covers(at) for who in shift.on]
        fit = dict.fromkeys(who for who in on if who in people and wanted in lines_for(people[who]))
        opens_at = None
        if not hours.is_open(at):
            try:
                opens_at = hours.next_opening(at)
            except NeverOpen:
                opens_at = None
        return CallRoute(tuple(people[who] for who in fit), opens_at)
