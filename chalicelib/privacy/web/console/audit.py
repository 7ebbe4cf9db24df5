"""The console's search of the audit, which is itself recorded there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any, Final
from urllib.parse import urlencode

from chalice.app import Response

from chalicelib.core.domain.audit import AuditEntry, own_subject, with_outcomes
from chalicelib.core.domain.errors import HelplineError, InvalidField, InvalidInput, NotFound
from chalicelib.core.domain.reference import normalise_reference, spoken
from chalicelib.core.i18n import label_of, say_instant
from chalicelib.core.web.console_forms import form_page, next_page
from chalicelib.core.web.request import WebRequest
from chalicelib.core.wiring import Core
from chalicelib.privacy.web.labels import ACTIONS, say_detail, say_person
from chalicelib.privacy.web.schemas.audit import parse_audit
from chalicelib.rota.web.labels import namer

_FILTERS: Final = ("case", "person", "day")
# Reached by a link alone: what a patient did by the link of a case.
_SUBJECT: Final = "subject"
_ONE_DAY: Final = timedelta(days=1)


def show(request: WebRequest) -> Response:
    """List entries of a case, a person or a day, the latest first; by itself those of today."""
    today = request.today()
    query = {
        name: request.query[name].strip()
        for name in (*_FILTERS, _SUBJECT, "cursor")
        if request.query.get(name, "").strip()
    }
    if not query.keys() & {*_FILTERS, _SUBJECT}:
        query["day"] = today.isoformat()
    name_of = namer(request)
    refused: HelplineError | None = None
    entries: tuple[AuditEntry, ...] = ()
    cursor = None
    try:
        wanted = parse_audit(_on_its_day(query), today=today)
        page = request.use(Core).audit_log.search(wanted)
        entries, cursor = page.items, page.cursor
        if wanted.subject is not None and entries:
            request.concerns(wanted.subject)
    except (InvalidInput, InvalidField) as error:
        refused = error
    is_asked = any(request.query.get(name) for name in (*_FILTERS, _SUBJECT))
    values = {**dict.fromkeys(_FILTERS, ""), **(query if is_asked else {})}
    return form_page(
        request,
        "console/audit.html",
        refused,
        entries=[_entry(each, request.language, name_of) for each in with_outcomes(entries)],
        own=_own_path(values["case"]),
        values=values,
        is_asked=is_asked,
        more=next_page("console/audit", query, cursor),
    )


def _on_its_day(query: Mapping[str, str]) -> dict[str, str]:
    """Let a day narrow down what is searched by a case or a person."""
    asked = dict(query)
    if "day" in asked and asked.keys() & {"case", "person"}:
        try:
            day = date.fromisoformat(asked["day"])
            span = {"from": day.isoformat(), "to": (day + _ONE_DAY).isoformat()}
        except (ValueError, OverflowError):
            return asked
        del asked["day"]
        asked |= span
    return asked


def _entry(entry: AuditEntry, language: str, name_of: Callable[[str], str]) -> Mapping[str, Any]:
    try:
        reference = normalise_reference(entry.subject or "")
    except NotFound:
        reference = ""
    return {
        "at": say_instant(entry.at, language),
        "who": say_person(entry, name_of, language),
        "what": label_of(ACTIONS, entry.action, language),
        "reference": reference,
        "spoken": spoken(reference) if reference else "",
        "subject": entry.subject or "",
        "address": entry.address,
        "detail": say_detail(entry, name_of, language),
    }


def _own_path(case: str) -> str:
    """Return where what the patient did with a case is listed; nothing for what is no case."""
    try:
        reference = normalise_reference(case)
    except NotFound:
        return ""
    return f"console/audit?{urlencode({_SUBJECT: own_subject(reference)})}"
