"""The console's leave and swaps: what oncologists do by themselves, done for them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any, Final

from chalice.app import Response

from chalicelib.core.domain.datetimes import IST, calendar_day
from chalicelib.core.domain.working_hours import MIDNIGHT
from chalicelib.core.i18n import say_day
from chalicelib.core.web.authorisation import caller_id
from chalicelib.core.web.console_forms import FORM_ERRORS, Problems, problems_of, typed
from chalicelib.core.web.http_errors import status_of
from chalicelib.core.web.rendering import redirect
from chalicelib.core.web.request import WebRequest, id_in
from chalicelib.rota.domain.change_log import By
from chalicelib.rota.domain.swaps import OfferState, SwapOffer
from chalicelib.rota.services.swaps import HORIZON
from chalicelib.rota.web.confirm_lost_shifts import SURE, ask_about_leave
from chalicelib.rota.web.console.parts import everybody, form_page
from chalicelib.rota.web.labels import said_leave
from chalicelib.rota.web.rota_month import span_of
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
    by, now = By(caller_id(request)), request.now()
    request.use(Rota).take_leave.drop(dropped, by, now, of_anybody=True)
    return redirect(request, "console/rota/leave?did=leave-dropped")


def show_swaps(request: WebRequest) -> Response:
    """List the offers of shifts from today on."""
    return _swaps_page(request)


def accept(request: WebRequest, swap: str) -> Response:
    """Take an offered shift for somebody."""
    return _answered(request, swap, request.use(Rota).swaps.accept, "accepted")


def decline(request: WebRequest, swap: str) -> Response:
    """Decline an offered shift for somebody."""
    return _answered(request, swap, request.use(Rota).swaps.decline, "declined")


def withdraw(request: WebRequest, swap: str) -> Response:
    """Withdraw somebody's offer."""
    return _answered(request, swap, request.use(Rota).swaps.withdraw, "withdrawn")


def _answered(
    request: WebRequest,
    swap: str,
    answer: Callable[[str, By, datetime], SwapOffer],
    what: str,
) -> Response:
    known = id_in(swap)
    field = f"for-{known}"
    try:
        acting_for = parse_acting_for(typed(request.form()))
        request.acts_for(acting_for)
        answer(known, By(caller_id(request), acting_for), request.now())
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
    language, today = request.language, calendar_day(request.now())
    people = everybody(request)
    names = {who.id: who.name for who in people}
    dated = request.use(Rota).manage_rota.dated(today, today + MOST_LISTED)
    listed = sorted(dated.leave, key=lambda kept: (kept.value.start, kept.value.oncologist))
    return form_page(
        request,
        "rota/leave.html",
        problems,
        status,
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
    )


def _swaps_page(
    request: WebRequest, problems: Problems = (), status: int = HTTPStatus.OK
) -> Response:
    today = calendar_day(request.now())
    start, end = (datetime.combine(day, MIDNIGHT, IST) for day in (today, today + HORIZON))
    people = everybody(request)
    names = {who.id: who.name for who in people}
    offers = request.use(Rota).swaps.between(start, end, request.now())
    said = [_said(offer, names, request.language) for offer in offers]
    return form_page(
        request,
        "rota/swaps.html",
        problems,
        status,
        waiting=[each for each in said if each["state"] is OfferState.OPEN],
        answered=[each for each in said if each["state"] is not OfferState.OPEN],
        people=[(who.id, who.name) for who in people if not who.has_left(today)],
    )


def _said(offer: SwapOffer, names: Mapping[str, str], language: str) -> dict[str, Any]:
    return {
        "id": offer.id,
        "day": say_day(offer.shift.start, language),
        "span": span_of(offer.shift.start, offer.shift.end),
        "line": offer.shift.line,
        "by": (offer.offered_by, names.get(offer.offered_by, offer.offered_by)),
        "to": (offer.to, names.get(offer.to, offer.to)) if offer.to else None,
        "state": offer.state,
        "answered_by": names.get(offer.answered_by or "", offer.answered_by),
    }
