"""What the forms of the console share: what was typed, what is wrong, what was done."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import urlencode

from chalice.app import Response

from chalicelib.core.domain.errors import Conflict, HelplineError, InvalidField, InvalidInput
from chalicelib.core.i18n import N_, translator
from chalicelib.core.web.error_messages import error_message, field_message
from chalicelib.core.web.http_errors import fields_of, headers_of, public_code, status_of
from chalicelib.core.web.rendering import render
from chalicelib.core.web.request import WebRequest
from chalicelib.core.web.session import FORM_TOKEN

Form = Mapping[str, list[str]]
Problems = tuple[tuple[str, str], ...]
"""Each the name of a field, and what is wrong with it, in words."""

FORM_ERRORS: Final = (InvalidInput, InvalidField, Conflict)
"""What a form's own page tells beside what was typed; any other error: ``typed_again``."""

_ASIDE: Final = (FORM_TOKEN, "lang")
_PLACE: Final = re.compile(r"\[[0-9]+\]")
_DID: Final[Mapping[str, str]] = {
    "changed": N_("The rota is changed. Oncologists who are told: %(told)s."),
    "gap": N_("The rota is changed, and leaves a gap. Oncologists who are told: %(told)s."),
    "dropped": N_("The exception is dropped. Days that are published stay as they are."),
    "offered": N_("The shift is on offer. Whoever could take it is told."),
    "published": N_("Days published: %(days)s. Exceptions that could not stand: %(refused)s."),
    "current": N_("Everything was published already."),
    "lines": N_("The lines are saved. They hold for the days that are still to be published."),
    "hours": N_("The hours are saved. No published shift changes."),
    "hours-moved": N_(
        "The hours are saved. Oncologists whose shifts change and who are told: %(told)s."
    ),
    "hours-gap": N_("The hours are saved, and leave a gap. Oncologists who are told: %(told)s."),
    "recipients": N_("Saved: who is told of gaps."),
    "leave": N_("The leave is kept. Their published shifts in it are given up."),
    "leave-gap": N_(
        "The leave is kept. Their published shifts in it are given up, which leaves a gap."
    ),
    "leave-dropped": N_("The leave is dropped. Days that are published stay as they are."),
    "accepted": N_("The shift has moved, and both are told."),
    "declined": N_("The offer is declined."),
    "withdrawn": N_("The offer is withdrawn."),
}
_COUNTS: Final = ("told", "days", "refused")


def typed(form: Form) -> dict[str, str]:
    """Return the fields that say something, each with its last value."""
    return {
        name: values[-1].strip()
        for name, values in form.items()
        if name not in _ASIDE and values[-1].strip()
    }


def problems_of(
    error: HelplineError, language: str, *, below: str = "", otherwise: str = ""
) -> Problems:
    """Return what an error is about: its fields, named as in the form, else ``otherwise``.

    ``below`` is the path of the one object that the form is about.
    """
    fields = fields_of(error)
    if not fields:
        return ((otherwise, error_message(public_code(error), language, error.params)),)
    return told(fields, language, below)


def form_page(  # the error, and how its fields are named on the page
    request: WebRequest,
    template: str,
    error: HelplineError | None = None,
    *,
    otherwise: str = "main",
    named: Callable[[str], str] = str,
    **values: Any,  # noqa: ANN401  # whatever the template shows
) -> Response:
    """Render a page with a form; with ``error``, under its status, and what is wrong at each field.

    ``named`` returns the name that a field has on the page.
    """
    said = problems_of(error, request.language, otherwise=otherwise) if error else ()
    problems = tuple((named(name), text) for name, text in said)
    status = status_of(error) if error else HTTPStatus.OK
    response = render(
        request, template, status, problems=problems, wrong=dict(reversed(problems)), **values
    )
    response.headers.update(headers_of(error) if error else {})
    return response


def next_page(path: str, query: Mapping[str, str], cursor: str | None) -> str:
    """Return the path of the next page of a list; empty on the last."""
    return f"{path}?{urlencode({**query, 'cursor': cursor})}" if cursor else ""


def told(fields: Iterable[InvalidField], language: str, below: str = "") -> Problems:
    """Return what is wrong with each field, once."""
    found: dict[tuple[str, str], None] = {}
    for field in fields:
        name = _PLACE.sub("", field.field.removeprefix(below)).rpartition(".")[2]
        known = InvalidField(name, field.field_code, **field.params)
        found.setdefault((name, field_message(known, language)))
    return tuple(found)


def did(request: WebRequest) -> str | None:
    """Return what was just done, where the page was reached by doing it."""
    text = _DID.get(request.query.get("did", ""))
    if text is None:
        return None
    counts: dict[str, Any] = {}
    for name in _COUNTS:
        count = request.query.get(name, "")
        counts[name] = count if count.isdecimal() else "0"
    return translator(request.language).gettext(text) % counts
