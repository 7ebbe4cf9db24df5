"""What the functions of the rota are found doing, for the comparison with their policies."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from chalicelib.core.domain.datetimes import IST
from chalicelib.core.wiring import Core
from chalicelib.rota.domain.change_log import By
from chalicelib.rota.domain.model import Leave, Line, RoundRobin
from chalicelib.rota.services.ports import Recipient
from chalicelib.rota.wiring import Rota
from tests.support import functions
from tests.support.builders import an_oncologist
from tests.support.helpline import in_use, using

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
    in_use().rota.manage_rota.add_oncologist(ravi, ADMIN, now)
    in_use().rota.manage_rota.put_lines((line,), 0, ADMIN, now)
    in_use().rota.manage_rota.put_recipients((Recipient("+919811111111", "hi"),), 0, ADMIN, now)
    in_use().rota.publish_rota(now)
    shift = in_use().rota.view.shifts_of("dr-ravi", MONDAY, MONDAY + timedelta(days=1))[0]
    in_use().rota.swaps.offer(shift.id, None, RAVI, now)
    later = MONDAY + timedelta(days=2)
    with using(
        Core(clock=in_use().core.clock, database=in_use().core.database),
        Rota(tell_change=lambda *_: None),
    ):
        leave = Leave("dr-ravi", later, later + timedelta(days=1))
        in_use().rota.take_leave.add(leave, RAVI, now)


def use_turn_shifts(now: datetime) -> None:
    """Turn a shift: an offer closes, a case goes back, and somebody is told to come."""
    assert now == at(MONDAY, 10)
    turned = functions.turn_shifts()
    assert min(turned.values()) > 0, turned


def use_publish_rota(_: datetime) -> None:
    """Publish what a week has left to be published."""
    published = functions.publish_rota()
    assert published["days"]
    assert published["gone"] == 1


def use_watch_gaps(_: datetime) -> None:
    """Tell of the gap."""
    assert functions.watch_gaps()["told"] == 1


def use_remind(_: datetime) -> None:
    """Remind of a shift, and tell what was left untold."""
    reminded = functions.remind()
    assert min(reminded.values()) > 0, reminded
