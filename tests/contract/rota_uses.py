"""What the functions of the rota are found doing, for the comparison with their policies."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from chalicelib import wiring
from chalicelib.cases.events import turn_shifts
from chalicelib.core.domain.datetimes import IST
from chalicelib.rota.domain.change_log import By
from chalicelib.rota.domain.model import Leave, Line, RoundRobin
from chalicelib.rota.events import publish_rota, remind, watch_gaps
from chalicelib.rota.services.ports import Recipient
from tests.support.builders import an_oncologist

MONDAY = date(2026, 11, 30)
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat")
ADMIN, RAVI = By("admin"), By("dr-ravi")


def at(day: date, hour: int, minute: int = 0) -> datetime:
    """An instant of the helpline's calendar."""
    return datetime.combine(day, time(hour, minute), IST)


def leave_work_for_the_rota(now: datetime) -> None:
    """Have a line with a gap to come, an open offer, and a change that nobody was told of."""
    line = Line("day", WEEKDAYS, time(10), time(17), RoundRobin(("dr-ravi",), MONDAY))
    ravi = an_oncologist(id="dr-ravi", phone="+919898989801")
    wiring.manage_rota().add_oncologist(ravi, ADMIN, now)
    wiring.manage_rota().put_lines((line,), 0, ADMIN, now)
    wiring.manage_rota().put_recipients((Recipient("+919811111111", "hi"),), 0, ADMIN, now)
    wiring.publish_rota()(now)
    shift = wiring.rota_view().shifts_of("dr-ravi", MONDAY, MONDAY + timedelta(days=1))[0]
    wiring.swaps().offer(shift.id, None, RAVI, now)
    later = MONDAY + timedelta(days=2)
    with wiring.override(
        clock=wiring.clock(), database=wiring.database(), tell_change=lambda *_: None
    ):
        leave = Leave("dr-ravi", later, later + timedelta(days=1))
        wiring.take_leave().add(leave, RAVI, now)


def use_turn_shifts(now: datetime) -> None:
    """Turn a shift: an offer closes, a case goes back, and somebody is told to come."""
    assert now == at(MONDAY, 10)
    turned = turn_shifts.handle()
    assert min(turned.values()) > 0, turned


def use_publish_rota(_: datetime) -> None:
    """Publish what a week has left to be published."""
    published = publish_rota.handle()
    assert published["days"]
    assert published["gone"] == 1


def use_watch_gaps(_: datetime) -> None:
    """Tell of the gap."""
    assert watch_gaps.handle()["told"] == 1


def use_remind(_: datetime) -> None:
    """Remind of a shift, and tell what was left untold."""
    reminded = remind.handle()
    assert min(reminded.values()) > 0, reminded
