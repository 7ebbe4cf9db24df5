"""The form of the working hours: a line of text for each weekday, dates in rows. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

from chalicelib.core.domain.datetimes import IST
from chalicelib.core.domain.errors import InvalidField, InvalidInput
from chalicelib.core.domain.text_matching import to_ascii_digits
from chalicelib.core.domain.working_hours import WEEKDAYS, WorkingHours
from chalicelib.core.web.console_forms import Form
from chalicelib.rota.web.schemas.rota_edits import parse_hours

SPARE_ROWS: Final = 3
_WINDOW: Final = re.compile(r"([0-9]{1,2}):([0-9]{2})-([0-9]{1,2}):([0-9]{2})")
_DASHES: Final = str.maketrans(dict.fromkeys("\N{EN DASH}\N{EM DASH}\N{MINUS SIGN}", "-"))


def values_of(hours: WorkingHours) -> dict[str, Any]:
    """Give the form's values of the hours that are kept."""
    shown: Mapping[str, Any] = hours.to_dict()
    return {
        **{name: _text(shown[name]) for name in WEEKDAYS},
        "closures": [*shown["closures"], *[""] * SPARE_ROWS],
        "extra": [
            *((day, _text(windows)) for day, windows in shown["extra"].items()),
            *[("", "")] * SPARE_ROWS,
        ],
    }


def typed_hours(form: Form) -> dict[str, Any]:
    """Give back what was typed, to be shown again."""
    days, windows = form.get("extra_day", []), form.get("extra", [])
    return {
        **{name: form.get(name, [""])[-1].strip() for name in WEEKDAYS},
        "closures": list(form.get("closures", [])),
        "extra": list(zip(days, windows, strict=False)),
    }


def hours_in(values: Mapping[str, Any]) -> WorkingHours:
    """Read the hours that were typed; empty rows say nothing. Raises InvalidInput.

    Of an extra opening both the date and its hours are wanted.
    """
    problems: list[InvalidField] = []

    def windows(name: str, text: str) -> list[list[str]]:
        found = _windows(text)
        if found is None:
            problems.append(InvalidField(name, "no_windows"))
        return found or []

    weekly = {name: windows(name, values[name]) for name in WEEKDAYS}
    extra: dict[str, list[list[str]]] = {}
    for day, text in values["extra"]:
        if day.strip() or text.strip():
            extra[day.strip()] = windows("extra", text)
            if not day.strip():
                problems.append(InvalidField("extra", "bad_date"))
            elif not text.strip():
                problems.append(InvalidField("extra", "required"))
    if problems:
        raise InvalidInput(problems)
    closures = [day.strip() for day in values["closures"] if day.strip()]
    return _named({**weekly, "closures": sorted(set(closures)), "extra": extra, "zone": IST.key})


def _named(document: Mapping[str, Any]) -> WorkingHours:
    """Read the document, and name the form's fields where something in it is wrong."""
    try:
        return parse_hours(document)
    except InvalidInput as error:
        raise InvalidInput(
            InvalidField(re.split(r"[.\[]", field.field)[0], field.field_code, **field.params)
            for field in error.fields
        ) from None


def _text(windows: Iterable[Iterable[str]]) -> str:
    return ", ".join("-".join(window) for window in windows)


def _windows(text: str) -> list[list[str]] | None:
    """Read ``10:00-13:00, 14:00-17:00``, in whatever digits and with whatever dash."""
    found = []
    plain = to_ascii_digits(text).translate(_DASHES).replace(" ", "")
    for part in filter(None, re.split(r"[,;]", plain)):
        window = _WINDOW.fullmatch(part)
        if window is None:
            return None
        opens, opens_past, closes, closes_past = window.groups()
        found.append([f"{opens:0>2}:{opens_past}", f"{closes:0>2}:{closes_past}"])
    return found
