"""The console's lines and rotations: edited one by one, and looked at before they are saved.

Nothing is kept between the steps: each page carries what was typed, so that it works without
scripts, and going back loses nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from http import HTTPStatus
from typing import Any, Final

from chalice.app import Response

from chalicelib.core.domain.datetimes import calendar_day
from chalicelib.core.domain.errors import HelplineError, InvalidInput, NotFound, VersionConflict
from chalicelib.core.domain.language import Language
from chalicelib.core.domain.working_hours import WEEKDAYS
from chalicelib.core.i18n import say_date, say_weekday
from chalicelib.core.web.authorisation import caller_id
from chalicelib.core.web.console_forms import FORM_ERRORS, Form, Problems, did, problems_of
from chalicelib.core.web.http_errors import status_of
from chalicelib.core.web.language_names import say_languages
from chalicelib.core.web.rendering import redirect, render
from chalicelib.core.web.request import WebRequest
from chalicelib.core.web.session import FORM_TOKEN
from chalicelib.core.web.ticks import is_ticked
from chalicelib.rota.domain.change_log import By
from chalicelib.rota.domain.model import Line
from chalicelib.rota.domain.quality import Gap
from chalicelib.rota.services.rota_calendar import Previewed
from chalicelib.rota.web.console.parts import everybody, form_page, names_of, number_in, version_in
from chalicelib.rota.web.line_form import (
    Edited,
    blank,
    edited,
    typed_line,
    values_of,
    without,
)
from chalicelib.rota.web.rota_month import clock, end_clock, span_of
from chalicelib.rota.web.schemas.rota_forms import whole
from chalicelib.rota.wiring import Rota

WEEKS: Final = (4, 8, 12)
MOST_MOVES: Final = 150
_ASIDE: Final = (FORM_TOKEN, "lang", "step", "weeks")


def show_lines(request: WebRequest) -> Response:
    """List the lines in their order of precedence."""
    names = names_of(request)
    lines = request.use(Rota).manage_rota.lines().value
    return render(
        request,
        "rota/lines.html",
        did=did(request),
        lines=[(line, [names.get(who, who) for who in line.rotation.members]) for line in lines],
        **_wording(request.language),
    )


def show_line(request: WebRequest) -> Response:
    """Show the form of the line that the query names, or of a new one. Raises NotFound."""
    lines = request.use(Rota).manage_rota.lines()
    wanted = request.query.get("line")
    if wanted is None:
        values = blank(len(lines.value), calendar_day(request.now()).isoformat())
        return _form_page(request, values, lines.value, lines.version)
    for place, line in enumerate(lines.value):
        if line.id == wanted:
            return _form_page(request, values_of(line, place), lines.value, lines.version)
    raise NotFound


def send_line(request: WebRequest) -> Response:
    """Show what the line would do, save it, or go back to the form: as the button says."""
    form = request.form()
    step = form.get("step", ["preview"])[-1]
    values = typed_line(form)
    stored = request.use(Rota).manage_rota.lines()
    if step != "save":
        # Looked at, and not changed: nothing for the audit.
        request.concerns()
    if step == "edit":
        return _form_page(request, values, stored.value, version_in(form))
    try:
        change = (
            without(values, stored.value)
            if is_ticked(form, "drop")
            else edited(values, stored.value)
        )
    except FORM_ERRORS as error:
        return _refused(request, values, stored.value, stored.version, error, None)
    try:
        if step == "save":
            by, now = By(caller_id(request)), request.now()
            request.use(Rota).manage_rota.put_lines(change.lines, version_in(form), by, now)
            return redirect(request, "console/rota/lines?did=lines")
        return _preview_page(request, form, change, values)
    except VersionConflict as error:
        return _refused(request, values, stored.value, error.version, error, change)
    except FORM_ERRORS as error:
        return _refused(request, values, stored.value, version_in(form), error, change)


def _preview_page(
    request: WebRequest, form: Form, change: Edited, values: Mapping[str, Any]
) -> Response:
    weeks = number_in(form, "weeks")
    if weeks not in WEEKS:
        weeks = WEEKS[0]
    days = timedelta(weeks=weeks)
    found = request.use(Rota).preview_lines(change.lines, version_in(form), days, request.now())
    names = names_of(request)
    return render(
        request,
        "rota/preview.html",
        found=found.comparison,
        start=found.start,
        end=found.end - timedelta(days=1),
        moves=list(_said_moves(found, names))[:MOST_MOVES],
        hours=[(names.get(who, who), was, becomes) for who, was, becomes in found.comparison.hours],
        opened=[_said_gap(gap) for gap in found.comparison.opened],
        closed=[_said_gap(gap) for gap in found.comparison.closed],
        line=values["was"] or values["id"],
        drops=change.place is None,
        carried=[
            (name, value)
            for name, several in form.items()
            if name not in _ASIDE
            for value in several
            if value.strip()
        ],
        weeks=weeks,
        spans=WEEKS,
        **_wording(request.language),
    )


def _refused(
    request: WebRequest,
    values: Mapping[str, Any],
    lines: Sequence[Line],
    version: int,
    error: HelplineError,
    change: Edited | None,
) -> Response:
    """Show the form again with what is wrong, and leave nothing in the audit."""
    request.concerns()
    place = change.place if change else None
    if place is None and isinstance(error, InvalidInput):
        place = next((_place_in(field.field) for field in error.fields), None)
    below = f"lines[{place}]."
    problems = problems_of(error, request.language, below=below, otherwise="place")
    return _form_page(request, values, lines, version, problems, status_of(error))


def _place_in(path: str) -> int | None:
    digits = path.removeprefix("lines[").partition("]")[0]
    return int(digits) if digits.isdecimal() else None


def _form_page(
    request: WebRequest,
    values: Mapping[str, Any],
    lines: Sequence[Line],
    version: int,
    problems: Problems = (),
    status: int = HTTPStatus.OK,
) -> Response:
    order: Mapping[str, str] = values["order"]
    people = sorted(everybody(request), key=lambda who: _turn(order.get(who.id, "")))
    today = calendar_day(request.now())
    return form_page(
        request,
        "rota/line.html",
        problems,
        status,
        values=values,
        version=version,
        places=len(lines) + (not any(line.id == values["was"] for line in lines)),
        people=[who for who in people if who.id in order or not who.has_left(today)],
        all_languages=[(each.value, say_languages([each], request.language)) for each in Language],
        **_wording(request.language),
    )


def _turn(text: str) -> int:
    place = whole(text)
    return place if isinstance(place, int) else 10**6


def _said_moves(found: Previewed, names: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    for move in found.comparison.moves:
        yield {
            "day": calendar_day(move.start),
            "span": span_of(move.start, move.end),
            "line": move.line,
            "was": None if move.was is None else [names.get(who, who) for who in move.was],
            "becomes": (
                None if move.becomes is None else [names.get(who, who) for who in move.becomes]
            ),
        }


def _said_gap(gap: Gap) -> dict[str, Any]:
    return {
        "day": calendar_day(gap.start),
        "span": span_of(gap.start, gap.end),
        "line": gap.line,
        "missing": gap.missing,
        "languages": gap.languages,
    }


def _wording(language: str) -> dict[str, Any]:
    return {
        "say_date": lambda day: say_date(day, language),
        "say_languages": lambda codes: say_languages(codes, language),
        "weekdays": [(name, say_weekday(name, language)) for name in WEEKDAYS],
        "end_clock": end_clock,
        "clock": clock,
    }
