"""The form of one line of the rota: from what a browser sends to all lines as they would be. Pure.

The lines are one document, whose order is their precedence: the form is about one of them, and
tells its place.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from chalicelib.core.domain.errors import InvalidField, InvalidInput
from chalicelib.core.web.console_forms import Form
from chalicelib.rota.domain.model import Line
from chalicelib.rota.web import serializers
from chalicelib.rota.web.schemas.rota_edits import parse_lines
from chalicelib.rota.web.schemas.rota_forms import filled, whole

ORDER: Final = "order."
"""Before the id of a member, whose place in turn the field has; blank is no member."""

_TEXTS: Final = ("was", "id", "place", "start", "end", "people", "kind", "unit", "every", "anchor")
_LISTS: Final = ("days", "languages")


@dataclass(frozen=True, slots=True)
class Edited:
    """All lines with the one that was edited; ``place`` is where it stands; None: it is dropped."""

    lines: tuple[Line, ...]
    place: int | None


def values_of(line: Line, place: int) -> dict[str, Any]:
    """Give the form's values of a line that is there."""
    shown = serializers.line(line)
    rotation: dict[str, Any] = {"unit": "shift", "every": 1, "anchor": "", **shown["rotation"]}
    return {
        **{name: str(shown[name]) for name in ("id", "start", "end", "people")},
        **{name: str(rotation[name]) for name in ("kind", "unit", "every", "anchor")},
        "was": line.id,
        "place": str(place + 1),
        "days": shown["days"],
        "languages": shown["languages"],
        "order": {who: str(at) for at, who in enumerate(line.rotation.members, 1)},
    }


def blank(place: int, today: str) -> dict[str, Any]:
    """Give the values of the form for a new line, the last one."""
    return {
        **dict.fromkeys(_TEXTS, ""),
        "place": str(place + 1),
        "people": "1",
        "kind": "round_robin",
        "unit": "shift",
        "every": "1",
        "anchor": today,
        "days": [],
        "languages": [],
        "order": {},
    }


def typed_line(form: Form) -> dict[str, Any]:
    """Give back what was typed, to be shown again."""
    return {
        **{name: form.get(name, [""])[-1].strip() for name in _TEXTS},
        **{name: list(form.get(name, [])) for name in _LISTS},
        "order": {
            name.removeprefix(ORDER): values[-1].strip()
            for name, values in form.items()
            if name.startswith(ORDER) and values[-1].strip()
        },
    }


def edited(values: Mapping[str, Any], stored: Sequence[Line]) -> Edited:
    """Put the line that was typed in its place among those that are stored. Raises InvalidInput.

    The fields of the line are named below ``lines[place]``.
    """
    others = [line for line in stored if line.id != values["was"]]
    place = whole(values["place"])
    if not isinstance(place, int) or not 1 <= place <= len(others) + 1:
        raise InvalidInput([InvalidField("place", "out_of_range", least=1, most=len(others) + 1)])
    documents: list[Mapping[str, Any]] = [serializers.line(line) for line in others]
    documents.insert(place - 1, _document(values))
    return Edited(parse_lines({"lines": documents}), place - 1)


def without(values: Mapping[str, Any], stored: Sequence[Line]) -> Edited:
    """Take the line out."""
    return Edited(tuple(line for line in stored if line.id != values["was"]), None)


def _document(values: Mapping[str, Any]) -> dict[str, Any]:
    """Write the line as the rota's calls take it."""
    rotation = {
        "kind": values["kind"],
        "members": _members(values["order"]),
        **({"every": whole(values["every"])} if values["every"] else {}),
        **{name: values[name] for name in ("unit", "anchor")},
    }
    return filled(
        {
            "id": values["was"] or values["id"],
            "days": values["days"],
            "start": values["start"],
            "end": "24:00" if values["end"] == "00:00" else values["end"],
            "people": whole(values["people"]),
            "languages": values["languages"],
            "rotation": filled(rotation),
        }
    )


def _members(order: Mapping[str, str]) -> list[str]:
    """List the members in turn. Raises InvalidInput where a place is no number."""
    places = {who: whole(place) for who, place in order.items()}
    if not all(isinstance(place, int) for place in places.values()):
        raise InvalidInput([InvalidField("members", "no_order")])
    return sorted(places, key=lambda who: int(places[who]))
