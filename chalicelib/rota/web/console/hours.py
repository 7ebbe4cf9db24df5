"""The console's working hours, holidays and extra openings; and who is told of gaps."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import urlencode

from chalice.app import Response

from chalicelib.core.domain.errors import HelplineError, VersionConflict
from chalicelib.core.domain.language import COPY_LANGUAGES
from chalicelib.core.domain.working_hours import WEEKDAYS
from chalicelib.core.i18n import N_, say_weekday, translator
from chalicelib.core.web.authorisation import caller_id
from chalicelib.core.web.console_forms import FORM_ERRORS, Problems, problems_of
from chalicelib.core.web.http_errors import fields_of, status_of
from chalicelib.core.web.rendering import redirect
from chalicelib.core.web.request import WebRequest
from chalicelib.rota.domain.change_log import By
from chalicelib.rota.web.confirm_lost_shifts import ask_about_hours
from chalicelib.rota.web.console.parts import form_page, version_in
from chalicelib.rota.web.hours_form import hours_in, typed_hours, values_of
from chalicelib.rota.web.schemas.rota_edits import parse_recipients
from chalicelib.rota.wiring import Rota

SPARE_ROWS: Final = 3
_LINE: Final = re.compile(r"lines\[([0-9]+)\]")


def show_hours(request: WebRequest) -> Response:
    """Show the hours, ready to be changed."""
    hours = request.use(Rota).manage_rota.hours()
    return _hours_page(request, values_of(hours.value), hours.version)


def send_hours(request: WebRequest) -> Response:
    """Change the hours, or show what is wrong with them."""
    form = request.form()
    values, version = typed_hours(form), version_in(form)
    try:
        hours, manage, now = hours_in(values), request.use(Rota).manage_rota, request.now()
        path = "console/rota/hours"
        notices = manage.preview_hours(hours, version, now)
        asked = ask_about_hours(request, notices, action=path, back=path)
        if asked is not None:
            return asked
        changed = manage.put_hours(hours, version, By(caller_id(request)), now)
    except FORM_ERRORS as error:
        request.concerns()
        problems = _outside(error, request)
        problems = problems or problems_of(error, request.language, otherwise=WEEKDAYS[0])
        newer = _newer(error, version)
        return _hours_page(request, values, newer, problems, status_of(error))
    query: dict[str, object] = {"did": "hours"}
    if changed.notices or changed.gap:
        query["did"] = "hours-gap" if changed.gap else "hours-moved"
        query["told"] = len({each.oncologist for each in changed.notices})
    return redirect(request, f"{path}?{urlencode(query)}")


def show_recipients(request: WebRequest) -> Response:
    """Show who is told of gaps."""
    kept = request.use(Rota).manage_rota.recipients()
    rows = [(each.phone, each.language) for each in kept.value]
    return _recipients_page(request, rows, kept.version)


def send_recipients(request: WebRequest) -> Response:
    """Change who is told of gaps, or show what is wrong."""
    form = request.form()
    version = version_in(form)
    rows = [
        (phone.strip(), language)
        for phone, language in zip(form.get("phone", []), form.get("language", []), strict=False)
        if phone.strip()
    ]
    given = [{"phone": phone, "language": language} for phone, language in rows]
    try:
        recipients = parse_recipients({"recipients": given})
        by = By(caller_id(request))
        request.use(Rota).manage_rota.put_recipients(recipients, version, by, request.now())
    except FORM_ERRORS as error:
        request.concerns()
        problems = problems_of(error, request.language, otherwise="phone")
        newer = _newer(error, version)
        return _recipients_page(request, rows, newer, problems, status_of(error))
    return redirect(request, "console/rota/recipients?did=recipients")


def _hours_page(
    request: WebRequest,
    values: Mapping[str, Any],
    version: int,
    problems: Problems = (),
    status: int = HTTPStatus.OK,
) -> Response:
    return form_page(
        request,
        "rota/hours.html",
        problems,
        status,
        values=values,
        version=version,
        weekdays=[(name, say_weekday(name, request.language)) for name in WEEKDAYS],
    )


def _recipients_page(
    request: WebRequest,
    rows: Sequence[tuple[str, str]],
    version: int,
    problems: Problems = (),
    status: int = HTTPStatus.OK,
) -> Response:
    return form_page(
        request,
        "rota/recipients.html",
        problems,
        status,
        stopped=request.use(Rota).stopped_numbers({phone for phone, _ in rows}),
        rows=[*rows, *[("", request.language)] * SPARE_ROWS],
        spoken=[(each.value, each.own_name) for each in COPY_LANGUAGES],
        version=version,
    )


def _outside(error: HelplineError, request: WebRequest) -> Problems:
    """Say which lines would not fit into the hours: their fields are on another page."""
    lines = request.use(Rota).manage_rota.lines().value
    say = translator(request.language).gettext
    text = N_("The line %(name)s would lie outside these hours.")
    names = dict.fromkeys(
        lines[int(found[1])].id
        for field in fields_of(error)
        if (found := _LINE.match(field.field)) and int(found[1]) < len(lines)
    )
    return tuple((WEEKDAYS[0], say(text) % {"name": name}) for name in names)


def _newer(error: HelplineError, version: int) -> int:
    """Tell the version to go on from: whoever was overtaken looks, and sends it again."""
    return error.version if isinstance(error, VersionConflict) else version
