"""Who would get a call: for administrators who try the rota out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from chalicelib.cases.domain.coverage import HORIZON, coverage_of, queue_for, spoken_on
from chalicelib.cases.domain.queue import Line, line_name, lines_for
from chalicelib.core.component import component
from chalicelib.core.domain.working_hours import NeverOpen
from chalicelib.rota.domain.duty import Oncologist
from chalicelib.rota.services.duty_ports import RotaStore
from chalicelib.rota.services.ports import RotaEdits


@dataclass(frozen=True, slots=True)
class CallRoute:
    """Who would get a call, in the order taken; ``opens_at`` where the helpline is closed then.

    ``queue`` is the one in which the call would wait. It is in another language than the caller's
    where nobody who speaks theirs is on duty on the published days.
    """

    oncologists: tuple[Oncologist, ...]
    opens_at: datetime | None
    queue: Line


@component
class RouteCall:
    """Reads who would get a call; changes nothing."""

    rota: RotaStore
    edits: RotaEdits

    def __call__(self, language: str, at: datetime, *, prefers_woman: bool) -> CallRoute:
        """Return who would get a call at an instant, by the published days.

        The queue is chosen as for a request. The order is that of the day's shifts, and of the
        people in each. All are on duty and serve this queue. The first of them to press "next" gets
        the case.
        """
        hours = self.rota.find_hours() or self.edits.documents().hours.value
        today = at.astimezone(hours.zone).date()
        # A shift of yesterday may go on after midnight.
        days = self.rota.find_duty_days(today - timedelta(days=1), today + HORIZON)
        people = {who.id: who for who in self.rota.oncologists()}
        coverage = coverage_of(days, people.values(), hours)
        queue = queue_for(
            language,
            prefers_woman=prefers_woman,
            serves=lambda line: coverage.serves(line_name(line), at),
            spoken=lambda: spoken_on(today, people.values()),
        )
        there = {who.id: who for who in people.values() if who.is_there(today)}
        on = [who for day in days for each in day.shifts if each.covers(at) for who in each.on]
        fit = dict.fromkeys(who for who in on if who in there and queue in lines_for(there[who]))
        opens_at = None
        if not hours.is_open(at):
            try:
                opens_at = hours.next_opening(at)
            except NeverOpen:
                opens_at = None
        return CallRoute(tuple(people[who] for who in fit), opens_at, queue)
