"""The console's rota: a month as a calendar, and the shift that is picked in it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from http import HTTPStatus
from typing import Any, Final, NamedTuple, assert_never
from urllib.parse import quote, urlencode

from chalice.app import Response

from chalicelib.core.domain.datetimes import IST, calendar_day
from chalicelib.core.domain.errors import (
    HelplineError,
    InvalidField,
)
from chalicelib.core.domain.working_hours import WEEKDAYS
from chalicelib.core.i18n import say_date, say_month, say_weekday
from chalicelib.core.web.authorisation import caller_id
from chalicelib.core.web.console_forms import FORM_ERRORS, Problems, did, problems_of, typed
from chalicelib.core.web.error_messages import field_message
from chalicelib.core.web.http_errors import status_of
from chalicelib.core.web.language_names import say_languages
from chalicelib.core.web.rendering import redirect, render
from chalicelib.core.web.request import WebRequest, id_in
from chalicelib.rota.domain.change_log import By
from chalicelib.rota.domain.duty import Shift
from chalicelib.rota.domain.model import Override, RotaException, Temporary, last_day
from chalicelib.rota.services.ports import Kept
from chalicelib.rota.services.rota_calendar import PickedShift
from chalicelib.rota.web.console.parts import form_page
from chalicelib.rota.web.rota_month import (
    Drawing,
    candidates,
    clock,
    exceptions,
    first_after,
    month_in,
    month_of,
    span_of,
)
from chalicelib.rota.web.schemas.rota_forms import OnShift, parse_override
from chalicelib.rota.wiring import Rota


class _Form(NamedTuple):
    """Where a form's problems are told: the path of what it makes, and fields named otherwise."""

    below: str
    otherwise: str
    names: Mapping[str, str]


# The line and the day are the shift's own: what does not fit them is a matter of the times.
_OVERRIDE: Final = _Form("overrides[0].", "remove", {"line": "from"})
# The page has two fields that say "to".
_OFFER: Final = _Form("", "offer_to", {"to": "offer_to"})


def show_month(request: WebRequest) -> Response:
    """Show a month: that of today unless the query names another."""
    now = request.now()
    first = month_in(request.query.get("month", "")) or calendar_day(now).replace(day=1)
    month = month_of(first, request.use(Rota).calendar.days(first, first_after(first), now), now)
    language = request.language
    return render(
        request,
        "rota/month.html",
        did=did(request),
        month=month,
        nobody_is_told=bool(month.gaps) and not request.use(Rota).view.has_recipients(),
        title=say_month(first, language),
        previous=(f"{month.previous:%Y-%m}", say_month(month.previous, language)),
        next=(f"{month.next:%Y-%m}", say_month(month.next, language)),
        weekdays=[say_weekday(name, language) for name in WEEKDAYS],
        say_date=lambda day: say_date(day, language),
        say_languages=lambda codes: say_languages(codes, language),
        quoted=lambda text: quote(text, safe=""),
    )


def publish(request: WebRequest) -> Response:
    """Publish what is missing, and show what that did."""
    published = request.use(Rota).publish_rota(request.now())
    if not published.days:
        return redirect(request, "console/rota?did=current")
    query = {"did": "published", "days": published.days, "refused": published.refused}
    return redirect(request, f"console/rota?{urlencode(query)}")


def show_shift(request: WebRequest, shift: str) -> Response:
    """Show a shift, and what can be done with it."""
    picked = request.use(Rota).calendar.shift(id_in(shift), request.now())
    names = ("remove", "add", "from", "to")
    given = {name: request.query[name] for name in names if name in request.query}
    return _shift_page(request, picked, {**_untouched(picked), **given})


def override(request: WebRequest, shift: str) -> Response:
    """Change who is on a shift or on part of it, and go back to its month."""
    now = request.now()
    picked = request.use(Rota).calendar.shift(id_in(shift), now)
    given = typed(request.form())
    try:
        change = parse_override(given, _on(picked))
        _require_open(picked, change)
        request.acts_for(change.remove, change.add)
        applied = request.use(Rota).manage_rota.add_exception(change, By(caller_id(request)), now)
    except FORM_ERRORS as error:
        values = {**dict.fromkeys(_untouched(picked), ""), **given}
        return _refused(request, picked, error, values, _OVERRIDE)
    query = {
        "month": f"{picked.day.day:%Y-%m}",
        "did": "gap" if applied.gap else "changed",
        "told": len({notice.oncologist for notice in applied.notices}),
    }
    return redirect(request, f"console/rota?{urlencode(query)}")


def drop(request: WebRequest, shift: str) -> Response:
    """Drop an exception that touches a shift, and show the shift again."""
    dropped = typed(request.form()).get("id", "")
    by, now = By(caller_id(request)), request.now()
    picked = request.use(Rota).calendar.shift(id_in(shift), now)
    request.use(Rota).manage_rota.drop_exception(dropped, by, now)
    # Without its exception a planned shift may be no more, or be cut elsewhere.
    query = {"month": f"{picked.day.day:%Y-%m}", "did": "dropped"}
    return redirect(request, f"console/rota?{urlencode(query)}")


def offer(request: WebRequest, shift: str) -> Response:
    """Offer somebody's place in a shift, and show the shift again."""
    now = request.now()
    picked = request.use(Rota).calendar.shift(id_in(shift), now)
    given = typed(request.form())
    acting_for, to = given.get("acting_for", ""), given.get("to")
    try:
        _require_on(picked, acting_for)
        request.acts_for(acting_for)
        request.use(Rota).swaps.offer(picked.shift.id, to, By(caller_id(request), acting_for), now)
    except FORM_ERRORS as error:
        values = {**_untouched(picked), "acting_for": acting_for, "offer_to": to or ""}
        return _refused(request, picked, error, values, _OFFER)
    return redirect(request, f"console/rota/shift/{quote(picked.shift.id, safe='')}?did=offered")


def _require_open(picked: PickedShift, change: Override) -> None:
    """Refuse what a temporary schedule would swallow: it says who is on, whatever else is said."""
    if any(
        kept.value.start < change.end and change.start < kept.value.end
        for kept in exceptions(picked.around.dated, picked.shift)
        if isinstance(kept.value, Temporary)
    ):
        raise InvalidField("remove", "ruled")


def _require_on(picked: PickedShift, who: str) -> None:
    if who not in picked.shift.on:
        raise InvalidField("acting_for", "required")


def _refused(
    request: WebRequest,
    picked: PickedShift,
    error: HelplineError,
    values: Mapping[str, str],
    form: _Form,
) -> Response:
    found = problems_of(error, request.language, below=form.below, otherwise=form.otherwise)
    problems = tuple((form.names.get(name, name), text) for name, text in found)
    return _shift_page(request, picked, values, problems, status_of(error))


def _shift_page(
    request: WebRequest,
    picked: PickedShift,
    values: Mapping[str, str],
    problems: Problems = (),
    status: int = HTTPStatus.OK,
) -> Response:
    now, language = request.now(), request.language
    drawing = Drawing(picked.around, now)
    found = candidates(picked)
    return form_page(
        request,
        "rota/shift.html",
        problems,
        status,
        day=drawing.day(picked.day.day),
        shift=drawing.shift(picked.shift),
        date_said=say_date(picked.day.day, language),
        is_published=picked.is_published,
        is_over=now >= picked.shift.end,
        has_begun=now >= picked.shift.start,
        free=[each for each in found if not each.hindered],
        hindered=[
            (each, field_message(InvalidField("add", str(each.hindered)), language))
            for each in found
            if each.hindered
        ],
        exceptions=[_said(drawing, kept) for kept in exceptions(picked.around.dated, picked.shift)],
        values={"acting_for": "", "offer_to": "", **values},
        month=f"{picked.day.day:%Y-%m}",
        address=f"console/rota/shift/{quote(picked.shift.id, safe='')}",
        say_languages=lambda codes: say_languages(codes, language),
    )


def _said(drawing: Drawing, kept: Kept[Override] | Kept[Temporary]) -> dict[str, Any]:
    """Put an exception in terms of the page; undone, it is the same with its people exchanged."""
    value = kept.value
    start, end = _local(value)
    said: dict[str, Any] = {"id": kept.id, "span": span_of(start, end), "on": None, "undo": None}
    match value:
        case Temporary():
            said["on"] = [drawing.name(who) for who in value.on]
        case Override():
            undo = {"remove": value.add or "", "add": value.remove or ""}
            if start.date() == end.date():
                undo |= {"from": clock(start), "to": clock(end)}
            said["remove"] = drawing.name(value.remove) if value.remove else None
            said["add"] = drawing.name(value.add) if value.add else None
            said["undo"] = urlencode(undo)
        case other:
            assert_never(other)
    return said


def _untouched(picked: PickedShift) -> dict[str, str]:
    """Return the values of the untouched form: the whole shift."""
    start, end = _local(picked.shift)
    return {"remove": "", "add": "", "from": clock(start), "to": clock(end)}


def _on(picked: PickedShift) -> OnShift:
    start, _ = _local(picked.shift)
    over_midnight = last_day(picked.shift.end) > start.date()
    overnight_from = start.time() if over_midnight else None
    return OnShift(picked.shift.line, start.date(), overnight_from)


def _local(span: Shift | RotaException) -> tuple[datetime, datetime]:
    return span.start.astimezone(IST), span.end.astimezone(IST)
