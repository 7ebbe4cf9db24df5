"""The console's list of cases, and the search: by reference in the address, by person in a form."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from chalice.app import Response

from chalicelib.cases.domain.case import Case
from chalicelib.cases.services.search_cases import FindCases
from chalicelib.cases.web import labels
from chalicelib.cases.web.case_lists import list_page
from chalicelib.cases.web.schemas.case_lists import Listed, parse_listing
from chalicelib.cases.wiring import Cases
from chalicelib.core.domain.errors import HelplineError, InvalidField, InvalidInput, NotFound
from chalicelib.core.domain.phone import Phone, PhoneError, masked, parse_phone
from chalicelib.core.domain.reference import spoken
from chalicelib.core.i18n import label_of, label_options, say_instant
from chalicelib.core.services.ports import Page
from chalicelib.core.web.console_forms import FORM_ERRORS, form_page, next_page, typed
from chalicelib.core.web.language_names import say_languages
from chalicelib.core.web.rendering import redirect
from chalicelib.core.web.request import WebRequest, reference_in
from chalicelib.core.web.schemas.values import USUAL_ITEMS
from chalicelib.rota.web.labels import namer

LONGEST: Final = 100
_FILTERS: Final = ("status", "language", "from", "to")
_FINISHED: Final = ("from", "to")


def show_list(request: WebRequest) -> Response:
    """List cases of one status, a page at a time."""
    query = _sensible(request.query)
    refused: HelplineError | None = None
    page: Mapping[str, Any] = {"cases": [], "cursor": None}
    try:
        listing = parse_listing(query, today=request.today())
        page = list_page(request.use(Cases).case_list, listing)
    except FORM_ERRORS as error:
        refused = error
    kept = {name: query[name] for name in _FILTERS if query.get(name)}
    return form_page(
        request,
        "console/cases.html",
        refused,
        **_shown(request),
        rows=page["cases"],
        listed=query.get("status") or Listed.WAITING.value,
        values={name: query.get(name, "") for name in _FILTERS},
        statuses=label_options(labels.STATUSES, Listed, request.language),
        more=next_page("console/cases", kept, page["cursor"]),
    )


def search(request: WebRequest) -> Response:
    """Find by a reference, a phone or a name: whatever was typed; a person's in no address."""
    form = typed(request.form())
    if form.get("same_phone_as"):
        return _search_same_phone(request, form)
    text = form.get("what", "")[:LONGEST]
    try:
        return redirect(request, f"console/cases/{reference_in(text)}")
    except NotFound:
        pass
    try:
        page, phone = _of_person(request.use(Cases).find_cases, text, form.get("cursor"))
    except FORM_ERRORS as error:
        return _results(request, text, (), None, error)
    request.concerns(*(case.reference for case in page.items), by="phone" if phone else "name")
    return _results(request, text, page.items, page.cursor)


def _search_same_phone(request: WebRequest, form: Mapping[str, str]) -> Response:
    """List all cases of the phone that one case has. Raises NotFound, also for an erased case."""
    case = request.use(Cases).case_list.get(reference_in(form["same_phone_as"]))
    try:
        phone = Phone(case.phone)
    except PhoneError:
        raise NotFound from None
    try:
        page = request.use(Cases).find_cases.of_phone(phone, USUAL_ITEMS, form.get("cursor"))
    except InvalidInput as error:
        return _results(request, "", (), None, error)
    request.concerns(*(each.reference for each in page.items), by="phone")
    return _results(request, "", page.items, page.cursor, same_phone_as=case.reference)


def _of_person(
    find_cases: FindCases, text: str, cursor: str | None
) -> tuple[Page[Case], Phone | None]:
    """Look for a phone where digits were typed, else for a name. Raises InvalidField."""
    if not text:
        raise InvalidField("what", "required")
    if sum(char.isdigit() for char in text) * 2 > len(text):
        phone = parse_phone(text)
        return find_cases.of_phone(phone, USUAL_ITEMS, cursor), phone
    return find_cases.of_name(text, USUAL_ITEMS, cursor), None


def _results(
    request: WebRequest,
    text: str,
    found: tuple[Case, ...],
    cursor: str | None,
    error: HelplineError | None = None,
    *,
    same_phone_as: str = "",
) -> Response:
    return form_page(
        request,
        "console/found.html",
        error,
        named=lambda _: "what",
        **_shown(request),
        found=found,
        cursor=cursor,
        same_phone_as=same_phone_as,
        values={"what": text},
    )


def _shown(request: WebRequest) -> dict[str, Any]:
    language = request.language
    return {
        "languages_of_calls": labels.languages(),
        "say_status": lambda code: label_of(labels.STATUSES, code, language),
        "say_reason": lambda code: label_of(labels.CLOSE_REASONS, code, language),
        "say_languages": lambda code: say_languages([code], language),
        "say_instant": lambda at: say_instant(labels.instant(at), language),
        "say_at": lambda at: say_instant(at, language),
        "masked": masked,
        "spoken": spoken,
        "name_of": namer(request),
    }


def _sensible(query: Mapping[str, str]) -> dict[str, str]:
    """Leave out the filters that have no meaning for a status: one form holds all of them."""
    kept = {name: query[name] for name in (*_FILTERS, "cursor", "limit") if query.get(name)}
    status = kept.get("status", Listed.WAITING.value)
    if status not in (Listed.COMPLETED, Listed.CLOSED):
        kept = {name: value for name, value in kept.items() if name not in _FINISHED}
    if status == Listed.CLAIMED:
        kept.pop("language", None)
    return kept
