"""Asks once more before somebody is taken off shifts that are published.

The pages ask. The calls change at once and answer with whom they told.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Final

from chalice.app import Response

from chalicelib.core.domain.datetimes import IST
from chalicelib.core.i18n import N_, translator
from chalicelib.core.web.rendering import render
from chalicelib.core.web.request import WebRequest
from chalicelib.core.web.session import FORM_TOKEN
from chalicelib.core.web.ticks import is_ticked
from chalicelib.rota.domain.change_log import News, Notice
from chalicelib.rota.domain.duty import Shift
from chalicelib.rota.domain.model import Leave
from chalicelib.rota.services.swaps import HORIZON
from chalicelib.rota.web.labels import namer, said_leave, said_shift
from chalicelib.rota.wiring import Rota

SURE: Final = "sure"
_LEAVE: Final = N_("Leave: %(days)s")
_HOURS: Final = N_("New hours: shifts outside them")
_ONE_DAY: Final = timedelta(days=1)


def ask_about_leave(
    request: WebRequest, leave: Leave, *, name: str = "", action: str, back: str
) -> Response | None:
    """Ask once more before a leave, of whoever is named; a wrong one is refused elsewhere."""
    if leave.start < request.now().astimezone(IST).date():
        return None
    if leave.since and leave.until and leave.until <= leave.since:
        return None
    language = request.language
    days = said_leave(leave, language)
    title = translator(language).gettext(_LEAVE) % {"days": f"{name}, {days}" if name else days}
    # A shift of the day before may run on into a leave of some hours.
    span = (leave.start - _ONE_DAY if leave.is_of_hours else leave.start, leave.end)
    hours = (leave.since, leave.until) if leave.since and leave.until else None
    return ask_first(
        request, leave.oncologist, span, hours=hours, title=title, action=action, back=back
    )


def ask_about_hours(
    request: WebRequest, notices: Sequence[Notice], *, action: str, back: str
) -> Response | None:
    """Show which published shifts new hours take off or shorten, and let the form go on.

    None where that was answered, or where no shift is lost.
    """
    if is_ticked(request.form(), SURE) or not notices:
        return None
    name_of, language = namer(request), request.language

    def rows(what: News) -> list[tuple[str, str]]:
        return [
            (said_shift(each.shift, language), f"{name_of(each.oncologist)}, {each.shift.line}")
            for each in notices
            if each.what is what
        ]

    say = translator(language).gettext
    return _ask(
        request,
        title=say(_HOURS),
        lost=rows(News.OFF),
        shorter=rows(News.CHANGED),
        by_hours=True,
        action=action,
        back=back,
    )


def ask_first(
    request: WebRequest,
    who: str,
    days: tuple[date, date | None],
    *,
    hours: tuple[datetime, datetime] | None = None,
    title: str,
    action: str,
    back: str,
) -> Response | None:
    """Show which shifts an oncologist would lose on ``[start, end)``, and let the form go on.

    With ``hours``, only what lies in them: the rest of such a shift stays theirs.

    None where that was answered, or where there is no shift to lose.
    """
    form = request.form()
    if is_ticked(form, SURE):
        return None
    now = request.now()
    today = now.astimezone(IST).date()
    start, end = max(days[0], today), min(days[1] or date.max, today + HORIZON)
    shifts = request.use(Rota).view.shifts_of(who, start, end) if start < end else []
    lost = [
        _within(shift, hours)
        for shift in shifts
        if shift.end > now
        if hours is None or (shift.start < hours[1] and hours[0] < shift.end)
    ]
    if not lost:
        return None
    rows = [(said_shift(shift, request.language), shift.line) for shift in lost]
    return _ask(request, title=title, lost=rows, action=action, back=back)


def _within(shift: Shift, hours: tuple[datetime, datetime] | None) -> Shift:
    if hours is None:
        return shift
    return replace(shift, start=max(shift.start, hours[0]), end=min(shift.end, hours[1]))


def _ask(
    request: WebRequest,
    *,
    title: str,
    lost: Sequence[tuple[str, str]],
    shorter: Sequence[tuple[str, str]] = (),
    by_hours: bool = False,
    action: str,
    back: str,
) -> Response:
    request.concerns()
    return render(
        request,
        "rota/lost_shifts.html",
        title=title,
        lost=lost,
        shorter=shorter,
        by_hours=by_hours,
        carried=[
            (name, value)
            for name, values in request.form().items()
            for value in values
            if name not in (FORM_TOKEN, SURE)
        ],
        sure=SURE,
        action=action,
        back=back,
    )
