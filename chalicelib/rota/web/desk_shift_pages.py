"""An oncologist's own shifts: a month at a glance, swaps, leave, and the calendar's address."""

from __future__ import annotations

from calendar import Calendar
from collections.abc import Callable
from datetime import date, datetime, timedelta
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import quote

from chalice.app import Response

from chalicelib.core.domain.datetimes import calendar_day
from chalicelib.core.domain.errors import HelplineError
from chalicelib.core.domain.working_hours import WEEKDAYS
from chalicelib.core.i18n import say_month, say_weekday
from chalicelib.core.web.authorisation import caller_id
from chalicelib.core.web.console_forms import FORM_ERRORS, Problems, problems_of
from chalicelib.core.web.error_messages import error_message
from chalicelib.core.web.http_errors import public_code, status_of
from chalicelib.core.web.rendering import redirect, render
from chalicelib.core.web.request import WebRequest, id_in
from chalicelib.rota.domain.change_log import By
from chalicelib.rota.domain.swaps import SwapOffer
from chalicelib.rota.services.my_shifts import OwnRota, OwnShift
from chalicelib.rota.web.confirm_lost_shifts import ask_about_leave
from chalicelib.rota.web.labels import feed_address, said_leave, said_shift
from chalicelib.rota.web.rota_month import first_after, month_in, span_of
from chalicelib.rota.web.schemas.rota_edits import parse_own_leave
from chalicelib.rota.web.schemas.rota_forms import with_times
from chalicelib.rota.wiring import Rota

_ONE_DAY: Final = timedelta(days=1)
_LEAVE_FIELDS: Final = ("from", "from_time", "last", "last_time")


def show(request: WebRequest) -> Response:
    """Show the shifts of a month, and what can be done with those to come."""
    return _page(request)


def confirm(request: WebRequest, shift: str) -> Response:
    """Note that one will be there."""
    request.use(Rota).own_shifts.confirm(id_in(shift), caller_id(request), request.now())
    return redirect(request, "desk/shifts?done=shift_confirmed")


def offer(request: WebRequest, shift: str) -> Response:
    """Offer a shift to a colleague, or to anyone."""
    to = request.form().get("to", [""])[-1] or None
    swaps = request.use(Rota).swaps
    return _changed(
        request, lambda by, now: swaps.offer(id_in(shift), to, by, now), "shift_offered"
    )


def accept(request: WebRequest, swap: str) -> Response:
    """Take a colleague's shift."""
    swaps = request.use(Rota).swaps
    return _changed(request, lambda by, now: swaps.accept(id_in(swap), by, now), "offer_taken")


def decline(request: WebRequest, swap: str) -> Response:
    """Decline a shift that was offered to oneself."""
    swaps = request.use(Rota).swaps
    return _changed(request, lambda by, now: swaps.decline(id_in(swap), by, now), "offer_declined")


def withdraw(request: WebRequest, swap: str) -> Response:
    """Take one's own offer back."""
    swaps = request.use(Rota).swaps
    return _changed(
        request, lambda by, now: swaps.withdraw(id_in(swap), by, now), "offer_withdrawn"
    )


def take_leave(request: WebRequest) -> Response:
    """Take leave, from a first to a last day away."""
    form = request.form()
    given = {name: form.get(name, [""])[-1].strip() for name in _LEAVE_FIELDS}
    # Without a time, somebody is away until the end of the last day.
    until = given["last"] if given["last_time"] else _day_after(given["last"])
    data = {**given, "to": until, "to_time": given["last_time"]}
    names = ("from", "from_time", "to", "to_time")
    try:
        leave = parse_own_leave(
            with_times({name: data[name] for name in names if data[name]}), caller_id(request)
        )
        asked = ask_about_leave(request, leave, action="desk/shifts/leave", back="desk/shifts")
        if asked is not None:
            return asked
        request.use(Rota).take_leave.add(leave, _by(request), request.now())
    except FORM_ERRORS as error:
        found = problems_of(error, request.language, otherwise="from")
        told = tuple(("last" if name == "to" else name, text) for name, text in found)
        return _page(request, problems=told, values=given, status=status_of(error))
    return redirect(request, "desk/shifts?done=leave_taken")


def drop_leave(request: WebRequest, leave: str) -> Response:
    """Take one's leave back."""
    request.use(Rota).take_leave.drop(id_in(leave), _by(request), request.now())
    return redirect(request, "desk/shifts?done=leave_dropped")


def make_feed(request: WebRequest) -> Response:
    """Make a new address of one's calendar, and show it this once."""
    secret = request.use(Rota).calendar_feeds.rotate(caller_id(request))
    return _page(request, feed=feed_address(request, secret))


def revoke_feed(request: WebRequest) -> Response:
    """Let no address open one's calendar."""
    request.use(Rota).calendar_feeds.revoke(caller_id(request))
    return redirect(request, "desk/shifts?done=feed_revoked")


def _page(
    request: WebRequest,
    *,
    problems: Problems = (),
    values: dict[str, str] | None = None,
    refused: str = "",
    feed: str = "",
    status: int = HTTPStatus.OK,
) -> Response:
    now, who, language = request.now(), caller_id(request), request.language
    first = month_in(request.query.get("month", "")) or calendar_day(now).replace(day=1)
    end = first_after(first)
    own = request.use(Rota).own_shifts.show(who, (first, end), now)
    return render(
        request,
        "desk/shifts.html",
        status,
        month=say_month(first, language),
        weekdays=[say_weekday(name, language) for name in WEEKDAYS],
        weeks=_weeks(first, own, now),
        before=f"{first - _ONE_DAY:%Y-%m}",
        after=f"{end:%Y-%m}",
        coming=[_shown(each, own, who, now, language) for each in own.coming],
        offers=[_offered(each, own, who, language) for each in own.offers],
        colleagues=[(id_, name) for id_, name in own.names.items() if id_ != who],
        leave=[(quote(kept.id, safe=""), said_leave(kept.value, language)) for kept in own.leave],
        problems=problems,
        wrong=dict(reversed(problems)),
        values=values or dict.fromkeys(_LEAVE_FIELDS, ""),
        refused=refused,
        feed=feed,
    )


def _changed(request: WebRequest, change: Callable[[By, datetime], object], done: str) -> Response:
    """Change something of a shift and show them all, or tell on the page why it can't be done."""
    try:
        change(By(caller_id(request)), request.now())
    except HelplineError as error:
        if status_of(error) >= HTTPStatus.INTERNAL_SERVER_ERROR:
            raise
        message = error_message(public_code(error), request.language, error.params)
        return _page(request, refused=message, status=status_of(error))
    return redirect(request, f"desk/shifts?done={done}")


def _weeks(first: date, own: OwnRota, now: datetime) -> list[list[dict[str, Any] | None]]:
    """Lay the month out in weeks, with one's hours on each day; None: of another month."""
    today = calendar_day(now)
    hours: dict[date, list[tuple[str, str]]] = {}
    for shift in own.month:
        span = span_of(shift.start, shift.end)
        hours.setdefault(calendar_day(shift.start), []).append(span)
    return [
        [
            {
                "day": day.day,
                "is_today": day == today,
                "is_away": _is_away(day, own),
                "hours": hours.get(day, ()),
            }
            if day.month == first.month
            else None
            for day in week
        ]
        for week in Calendar().monthdatescalendar(first.year, first.month)
    ]


def _is_away(day: date, own: OwnRota) -> bool:
    """Whether somebody is away for the whole of a day."""
    return any(
        kept.value.start <= day < kept.value.end for kept in own.leave if not kept.value.is_of_hours
    )


def _shown(each: OwnShift, own: OwnRota, who: str, now: datetime, language: str) -> dict[str, Any]:
    """Return what the page shows of one's own shift to come."""
    shift, offer = each.shift, each.offer
    return {
        "id": quote(shift.id, safe=""),
        "said": said_shift(shift, language),
        "line": shift.line,
        "others": ", ".join(own.names.get(other, other) for other in shift.on if other != who),
        "is_confirmed": each.is_confirmed,
        "has_begun": shift.start <= now,
        "offer": quote(offer.id, safe="") if offer else None,
        "offered_to": own.names.get(offer.to, offer.to) if offer and offer.to else "",
    }


def _offered(each: SwapOffer, own: OwnRota, who: str, language: str) -> dict[str, Any]:
    """Return what the page shows of a shift that a colleague offers."""
    return {
        "id": quote(each.id, safe=""),
        "said": said_shift(each.shift, language),
        "by": own.names.get(each.offered_by, each.offered_by),
        "to_me": each.to == who,
    }


def _day_after(text: str) -> str:
    """Tell the first day back; what is no date is refused as it is."""
    try:
        return (date.fromisoformat(text) + _ONE_DAY).isoformat()
    except (ValueError, OverflowError):
        return text


def _by(request: WebRequest) -> By:
    return By(caller_id(request))
