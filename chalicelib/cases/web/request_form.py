"""The request form: from what a browser sends to what a request for a callback is, and back."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from secrets import token_urlsafe
from typing import Any, Final

from chalicelib.core.domain.text_matching import to_ascii_digits
from chalicelib.core.web.ticks import TICKED, is_ticked

Form = Mapping[str, list[str]]

CONSENT: Final = "consent"
_TICKS: Final = ("another_person", "prefers_woman", CONSENT)
# A press on a language sends the form as it stands, with the language that it was in.
OTHER_LANGUAGE: Final = "other_language"
_ASIDE: Final = ("lang", "request_id")
_TEXTS: Final = (
    "phone",
    "language",
    "asking_for",
    "name",
    "age",
    "sex",
    "city",
    "cancer_site",
    "stage",
    "hospital",
    "mode",
    "window",
    "message",
)
_USUAL: Final[Mapping[str, str]] = {"mode": "phone", "window": "any"}
_MOST_DIGITS: Final = 4


def blank_form(language: str) -> dict[str, Any]:
    """Give the values of an untouched form; its id makes a double click one request."""
    values: dict[str, Any] = dict.fromkeys((*_TEXTS, *_TICKS), "")
    return {
        **values,
        "language": language,
        **_USUAL,
        "reasons": [],
        "request_id": token_urlsafe(12),
    }


def typed(form: Form, language: str) -> dict[str, Any]:
    """Give back what was typed, to be shown again."""
    values: dict[str, Any] = {name: _last(form, name) for name in _TEXTS}
    return {
        **values,
        **{name: TICKED if is_ticked(form, name) else "" for name in _TICKS},
        "language": values["language"] or language,
        "reasons": form.get("reasons", []),
        "request_id": _last(form, "request_id") or token_urlsafe(12),
    }


def in_other_language(form: Form, language: str) -> dict[str, Any]:
    """Give back what was typed; whoever left the language of the call alone meant the page's."""
    values = typed(form, language)
    if values["language"] == _last(form, OTHER_LANGUAGE):
        values["language"] = language
    return values


def as_data(form: Form) -> dict[str, Any]:
    """Return a form in the shape of a JSON request, without what was left alone.

    What a form says by itself is no wish of anybody's: it would undo an earlier one.
    """
    data: dict[str, Any] = {
        name: values[-1]
        for name, values in form.items()
        if name not in (*_TICKS, *_ASIDE, "reasons")
        and values[-1].strip()
        and values[-1] != _USUAL.get(name)
    }
    data.update({name: True for name in _TICKS if is_ticked(form, name)})
    if reasons := [reason for reason in form.get("reasons", []) if reason]:
        data["reasons"] = reasons
    age = to_ascii_digits(str(data.get("age", "")).strip())
    if age.isascii() and age.isdigit() and len(age) <= _MOST_DIGITS:
        data["age"] = int(age)
    return data


def request_id(form: Form) -> str:
    """Name this very asking: sent twice as it is, it is one; with anything changed, another."""
    asking = sorted((name, values) for name, values in form.items() if name != "lang")
    return f"web:{sha256(repr(asking).encode()).hexdigest()[:40]}"


def _last(form: Form, name: str) -> str:
    return form[name][-1] if name in form else ""
