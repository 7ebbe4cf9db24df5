"""The request form: from what a browser sends to what a request for a callback is, and back."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from hashlib import sha256
from secrets import token_urlsafe
from typing import Any, Final

from chalicelib.cases.domain.questionnaire import in_form_order
from chalicelib.core.domain.text_matching import to_ascii_digits
from chalicelib.core.web.ticks import TICKED, is_ticked

Form = Mapping[str, list[str]]

CONSENT: Final = "consent"
_TICKS: Final = ("another_person", "prefers_woman", CONSENT)
# A press on a language sends the form as it stands, with the language that it was in.
OTHER_LANGUAGE: Final = "other_language"
_ASIDE: Final = ("lang", "request_id")
_QUESTIONS: Final = in_form_order()
_SEVERAL: Final = tuple(each.name for each in _QUESTIONS if each.is_several)
_NUMBERS: Final = tuple(each.name for each in _QUESTIONS if each.is_number)
_TEXTS: Final = (
    *("phone", "language", "mode", "window"),
    *(each.asked_as for each in _QUESTIONS if not each.is_several),
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
        **{name: [] for name in _SEVERAL},
        "request_id": token_urlsafe(12),
    }


def typed(form: Form, language: str) -> dict[str, Any]:
    """Give back what was typed, to be shown again."""
    values: dict[str, Any] = {name: _last(form, name) for name in _TEXTS}
    return {
        **values,
        **{name: TICKED if is_ticked(form, name) else "" for name in _TICKS},
        "language": values["language"] or language,
        **{name: form.get(name, []) for name in _SEVERAL},
        "request_id": _last(form, "request_id") or token_urlsafe(12),
    }


def tells_more(values: Mapping[str, Any], wrong: Collection[str]) -> bool:
    """Whether something is told, or wrong, in the part of the form that may be left alone."""
    names = (*(each.asked_as for each in _QUESTIONS), *_USUAL, "prefers_woman")
    return any(name in wrong or values[name] not in ("", [], _USUAL.get(name)) for name in names)


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
        if name not in (*_TICKS, *_ASIDE, *_SEVERAL)
        and values[-1].strip()
        and values[-1] != _USUAL.get(name)
    }
    data.update({name: True for name in _TICKS if is_ticked(form, name)})
    for name in _SEVERAL:
        if chosen := [value for value in form.get(name, []) if value]:
            data[name] = chosen
    for name in _NUMBERS:
        digits = to_ascii_digits(str(data.get(name, "")).strip())
        if digits.isascii() and digits.isdigit() and len(digits) <= _MOST_DIGITS:
            data[name] = int(digits)
    return data


def request_id(form: Form) -> str:
    """Name this very asking: sent twice as it is, it is one; with anything changed, another."""
    asking = sorted((name, values) for name, values in form.items() if name != "lang")
    return f"web:{sha256(repr(asking).encode()).hexdigest()[:40]}"


def _last(form: Form, name: str) -> str:
    return form[name][-1] if name in form else ""
