"""The console's leave and swaps: what oncologists do by themselves, done for them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from http import HTTPStatus
from typing import Any, Final
from zoneinfo import ZoneInfo

from chalice.app import Response

from chalicelib.core.domain.working_hours import MIDNIGHT
from chalicelib.core.i18n import say_date
from chalicelib.core.web.authorisation import caller_id
from chalicelib.core.web.console_forms import FORM_ERRORS, Problems, did, problems_of, typed
from chalicelib.core.web.http_errors import status_of
from chalicelib.core.web.rendering import redirect, render
from chalicelib.core.web.request import WebRequest, id_in
from chalicelib.rota.domain.change_log import By
from chalicelib.rota.domain.duty import Oncologist
from chalicelib.rota.domain.swaps import OfferState, SwapOffer
from chalicelib.rota.services.swaps import HORIZON
from chalicelib.rota.web.confirm_lost_shifts import SURE, ask_about_leave
from chalicelib.rota.web.labels import said_leave
from chalicelib.rota.web.rota_month import clock, end_clock
from chalicelib.rota.web.schemas.rota_edits import parse_acting_for, parse_dropped, parse_leave
from chalicelib.rota.web.schemas.rota_forms import with_times
from chalicelib.rota.wiring import Rota

MOST_LISTED: Final = timedelta(days=366)
_BLANK: Final = {"oncologist": "", "from": "", "from_time": "", "to": "", "to_time": ""}


def show_leave(request: WebRequest) -> Response:
    """List the leave from today on, and let some be added."""
    return _leave_page(request, _BLANK)


def send_leave(request: WebRequest) -> Response:
    """Take leave for somebody, or show what is wrong."""
    given = typed(request.form())
    given.pop(SURE, None)
    try:
        leave = parse_leave(with_times(given))
        who = request.use(Rota).duty_view.oncologist(leave.oncologist, request.now())
        name, path = who.name if who else "", "console/rota/leave"
        asked = ask_about_leave(request, leave, name=name, action=path, back=path)
        if asked is not None:
            return asked
        request.acts_for(leave.oncologist)
        by = By(caller_id(request), acting_for=leave.oncologist)
        applied = request.use(Rota).take_leave.add(leave, by, request.now())
    except FORM_ERRORS as error:
        request.concerns()
        problems = problems_of(error, request.language, otherwise="oncologist")
        return _leave_page(request, {**_BLANK, **given}, problems, status_of(error))
    request.concerns(f"oncologist:{leave.oncologist}")
    code = "leave-gap" if applied.gap else "leave"
    return redirect(request, f"console/rota/leave?did={code}")


def drop_leave(request: WebRequest) -> Response:
    """Drop somebody's leave, for the days that are not yet published."""
    dropped = parse_dropped(typed(request.form()))
    request.use(Rota).take_leave.drop_for(dropped, By(caller_id(request)), request.now())
    return redirect(request, "console/rota/leave?did=leave-dropped")


def show_swaps(request: WebRequest) -> Response:
    """List the offers of shifts from today on."""
    return _swaps_page(request)


def accept(request: WebRequest, swap: str) -> Response:
    """Take an offered shift for somebody."""
    return _answered(request, swap, "accepted")


def decline(request: WebRequest, swap: str) -> Response:
    """Decline an offered shift for somebody."""
    return _answered(request, swap, "declined")


def withdraw(request: WebRequest, swap: str) -> Response:
    """Withdraw somebody's offer."""
    return _answered(request, swap, "withdrawn")


def _answered(request: WebRequest, swap: str, what: str) -> Response:
    known, now = id_in(swap), request.now()
    swaps = request.use(Rota).swaps
    answer = {
        "accepted": swaps.accept,
        "declined": swaps.decline,
        "withdrawn": swaps.withdraw,
    }[what]
    field = f"for-{known}"
    try:
        acting_for = parse_acting_for(typed(request.form()))
        request.acts_for(acting_for)
        by = By(caller_id(request), acting_for)
        answer(known, by, now)
    except FORM_ERRORS as error:
        found = problems_of(error, request.language, otherwise=field)
        problems = tuple((field, text) for _, text in found)
        return _swaps_page(request, problems, status_of(error))
    return redirect(request, f"console/rota/swaps?did={what}")


def _leave_page(
    request: WebRequest,
    values: Mapping[str, str],
    problems: Problems = (),
    status: int = HTTPStatus.OK,
) -> Response:
    language, today = request.language, _today(request)
    people = _people(request)
    names = {who.id: who.name for who in people}
    dated = request.use(Rota).manage_rota.dated(today, today + MOST_LISTED)
    listed = sorted(dated.leave, key=lambda kept: (kept.value.start, kept.value.oncologist))
    return render(
        request,
        "rota/leave.html",
        status,
        did=did(request),
        leave=[
            {
                "id": kept.id,
                "name": names.get(kept.value.oncologist, kept.value.oncologist),
                "said": said_leave(kept.value, language),
                "days": "" if kept.value.is_of_hours else (kept.value.end - kept.value.start).days,
            }
            for kept in listed
        ],
        people=[(who.id, who.name) for who in people if not who.has_left(today)],
        values=values,
        problems=problems,
        wrong=dict(reversed(problems)),
    )


def _swaps_page(
    request: WebRequest, problems: Problems = (), status: int = HTTPStatus.OK
) -> Response:
    now, zone = request.now(), _zone(request)
    today = _today(request)
    start, end = (datetime.combine(day, MIDNIGHT, zone) for day in (today, today + HORIZON))
    people = _people(request)
    names = {who.id: who.name for who in people}
    offers = request.use(Rota).swaps.between(start, end, now)
    said = [_said(offer, names, zone, request.language) for offer in offers]
    return render(
        request,
        "rota/swaps.html",
        status,
        did=did(request),
        waiting=[each for each in said if each["state"] is OfferState.OPEN],
        answered=[each for each in said if each["state"] is not OfferState.OPEN],
        people=[(who.id, who.name) for who in people if not who.has_left(today)],
        problems=problems,
        wrong=dict(reversed(problems)),
    )


def _said(
    offer: SwapOffer, names: Mapping[str, str], zone: ZoneInfo, language: str
) -> dict[str, Any]:
    start, end = (at.astimezone(zone) for at in (offer.shift.start, offer.shift.end))
    return {
        "id": offer.id,
        "day": say_date(start.date(), language),
        "span": (clock(start), end_clock(end)),
        "line": offer.shift.line,
        "by": (offer.offered_by, names.get(offer.offered_by, offer.offered_by)),
        "to": (offer.to, names.get(offer.to, offer.to)) if offer.to else None,
        "state": offer.state,
        "answered_by": names.get(offer.answered_by or "", offer.answered_by),
    }


def _people(request: WebRequest) -> list[Oncologist]:
    people = (stored.value for stored in request.use(Rota).manage_rota.oncologists())
    return sorted(people, key=lambda who: who.name)


def _zone(request: WebRequest) -> ZoneInfo:
    return request.use(Rota).duty_view.hours(request.now()).zone


def _today(request: WebRequest) -> date:
    return request.now().astimezone(_zone(request)).date()
