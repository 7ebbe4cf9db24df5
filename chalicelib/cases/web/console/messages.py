"""The console's messages: what was sent to whom, what did not arrive, and sending it again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from chalice.app import Response

from chalicelib.cases.web import labels, message_serializers
from chalicelib.cases.web.message_lists import list_page
from chalicelib.cases.web.schemas.messages import (
    CASES_AT_ONCE,
    PARKED,
    STATUSES,
    parse_message_listing,
    parse_search,
)
from chalicelib.cases.wiring import Cases
from chalicelib.core.domain.errors import Conflict, HelplineError, InvalidInput, NotFound
from chalicelib.core.domain.reference import normalise_reference, spoken
from chalicelib.core.i18n import label_of, label_options, say_instant
from chalicelib.core.web.console_forms import FORM_ERRORS, form_page, next_page, typed
from chalicelib.core.web.rendering import redirect
from chalicelib.core.web.request import WebRequest
from chalicelib.core.wiring import Core
from chalicelib.messages.web.labels import ABOUT

_FILTERS: Final = ("status", "from", "to")
_AGAIN: Final = frozenset({"failed", "undelivered", PARKED})
Rows = list[Any]


def show_list(request: WebRequest) -> Response:
    """List messages by day, the latest first; or what is stuck."""
    query = {name: request.query[name] for name in _FILTERS if request.query.get(name)}
    if query.get("status") == PARKED:
        query = {"status": PARKED}
    refused: HelplineError | None = None
    page: Mapping[str, Any] = {"messages": [], "cursor": None}
    cursor = request.query.get("cursor")
    try:
        listing = parse_message_listing(
            {**query, **({"cursor": cursor} if cursor else {})},
            today=request.today(),
        )
        page = list_page(request.use(Cases).message_list, listing)
    except FORM_ERRORS as error:
        refused = error
    more = next_page("console/messages", query, page["cursor"])
    return _page(request, page["messages"], query, refused, more=more)


def search(request: WebRequest) -> Response:
    """Find what a phone was sent: in a form, because no address may hold a number."""
    form = typed(request.form())
    try:
        cursor = form.get("cursor")
        phone, cursor = parse_search(
            {"phone": form.get("phone", ""), **({"cursor": cursor} if cursor else {})}
        )
        key = request.use(Core).secrets.phone_key(phone.e164)
        messages = request.use(Cases).message_list
        page = messages.of_phone(key, CASES_AT_ONCE, cursor)
    except InvalidInput as error:
        return _page(request, [], form, error, opted_out=False)
    found = [message_serializers.message(each) for each in page.items]
    request.concerns(f"phone:{key}")
    values = {**form, "cursor": page.cursor or ""}
    return _page(request, found, values, opted_out=messages.is_opted_out(key))


def retry(request: WebRequest, message: str) -> Response:
    """Owe a message again: the next sweep sends it."""
    now = request.now()
    subject, id_ = message_serializers.parts_of_id(message)
    try:
        if subject == message_serializers.PARKED:
            request.use(Cases).retry_messages.parked(id_, now)
        else:
            request.use(Cases).retry_messages.message(subject, id_, now)
    except Conflict as error:
        return _page(request, [], {}, error)
    return redirect(request, "console/messages?done=message_again")


def _page(
    request: WebRequest,
    rows: Rows,
    values: Mapping[str, str],
    error: HelplineError | None = None,
    *,
    more: str = "",
    opted_out: bool | None = None,
) -> Response:
    language = request.language
    blank = dict.fromkeys((*_FILTERS, "phone", "cursor"), "")
    return form_page(
        request,
        "console/messages.html",
        error,
        rows=[_row(each, language) for each in rows],
        values={**blank, **values},
        statuses=label_options(labels.MESSAGE_STATES, STATUSES, language),
        more=more,
        opted_out=opted_out,
    )


def _row(row: Mapping[str, Any], language: str) -> dict[str, Any]:
    try:
        reference = normalise_reference(row["subject"])
    except NotFound:
        reference = ""
    about = label_of(ABOUT, row["template"], language) if "template" in row else ""
    return {
        "id": row["id"],
        "about": about,
        "to": row.get("to", ""),
        "reference": reference,
        "spoken": spoken(reference) if reference else "",
        "at": say_instant(labels.instant(row.get("owed_at", row["since"])), language),
        "state": label_of(labels.MESSAGE_STATES, row["status"], language),
        "code": row["status"],
        "cause": row["cause"] or "",
        "can_retry": row["status"] in _AGAIN,
    }
