"""Words for the rota: shifts, and gaps in them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Final
from urllib.parse import quote

from chalicelib.core.domain.datetimes import IST
from chalicelib.core.domain.working_hours import MIDNIGHT
from chalicelib.core.i18n import N_, say_date, say_day, say_time, translator
from chalicelib.core.web.request import WebRequest
from chalicelib.core.wiring import Core
from chalicelib.rota.domain.duty import Shift
from chalicelib.rota.domain.model import Leave
from chalicelib.rota.domain.quality import Gap
from chalicelib.rota.wiring import Rota

NOBODY_IS_TOLD: Final = N_("Nobody is told of gaps by SMS. Enter the phones that get the alerts.")
_ALL_DAY: Final = N_("%(day)s, all day")
_ONE_DAY: Final = timedelta(days=1)


def namer(request: WebRequest) -> Callable[[str], str]:
    """Return what gives the name of somebody who works here, by their id."""
    duty, now = request.use(Rota).duty_view, request.now()
    return lambda who: duty.name_of(who, now)


def feed_address(request: WebRequest, secret: str) -> str:
    """Return the address of the calendar that a secret opens."""
    root = request.use(Core).settings.public_url or request.origin
    return f"{root}/rota/{quote(secret, safe='')}.ics"


def said_leave(leave: Leave, language: str) -> str:
    """Return a leave in words: its days, or from when to when where it is of some hours."""
    if leave.since and leave.until:
        first, last = say_day(leave.since, language), say_day(leave.until, language)
        start, end = say_time(leave.since, language), say_time(leave.until, language)
        end = end if first == last else f"{last}, {end}"
        return f"{first}, {start} \N{EN DASH} {end}"
    first, last = say_date(leave.start, language), say_date(leave.end - _ONE_DAY, language)
    return first if first == last else f"{first} \N{EN DASH} {last}"


def said_shift(shift: Shift | Gap, language: str) -> str:
    """Say a shift, or a gap in one: its day, and from when to when unless it lasts all day."""
    day = say_day(shift.start, language)
    first, last = shift.start.astimezone(IST), shift.end.astimezone(IST)
    if first.time() == last.time() == MIDNIGHT and last.date() - first.date() == _ONE_DAY:
        return translator(language).gettext(_ALL_DAY) % {"day": day}
    start, end = say_time(shift.start, language), say_time(shift.end, language)
    return f"{day}, {start} \N{EN DASH} {end}"
