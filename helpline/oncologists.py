"""A spreadsheet of oncologists: checked as a whole, by the rules of the API itself."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from chalicelib.domain.errors import InvalidInput
from chalicelib.web.parsing.people import parse_person
from chalicelib.web.phrases import field_message
from helpline.sheets import Bad, BadSheet, Row, several

COLUMNS: Final = (
    "id",
    "name",
    "registration",
    "phone",
    "languages",
    "gender",
    "sites",
    "joined",
    "left",
    "email",
)
NEEDED: Final = COLUMNS[:6]
_LISTS: Final = frozenset({"languages", "sites"})


@dataclass(frozen=True)
class Stored:
    """What to do with a row: the call that stores it, or none where it is stored already."""

    row: int
    id: str
    call: tuple[str, str, dict[str, Any]] | None


def plan(rows: Iterable[Row], known: Iterable[Mapping[str, Any]], *, update: bool) -> list[Stored]:
    """Check every row, and tell what is to be stored. Raises BadSheet with everything wrong.

    ``known`` are those who are there; somebody who differs is a mistake unless it is an ``update``.
    """
    there = {each["id"]: each for each in known}
    bad: list[Bad] = []
    found: list[Stored] = []
    first_rows: dict[str, int] = {}
    for row in rows:
        body = {name: several(cell) if name in _LISTS else cell for name, cell in row.cells.items()}
        try:
            person, _ = parse_person(body)
        except InvalidInput as error:
            bad += [
                Bad(row.number, wrong.field.partition("[")[0], field_message(wrong, "en"))
                for wrong in error.fields
            ]
            continue
        if person.id in first_rows:
            bad.append(Bad(row.number, "id", f"is in row {first_rows[person.id]} already"))
            continue
        first_rows[person.id] = row.number
        body["phone"] = person.phone
        changes = _changes(body, there.get(person.id))
        if person.id not in there:
            found.append(Stored(row.number, person.id, ("POST", "/admin/oncologists", body)))
        elif not changes:
            found.append(Stored(row.number, person.id, None))
        elif update:
            version = {"version": there[person.id]["version"]}
            path = f"/admin/oncologists/{person.id}"
            found.append(Stored(row.number, person.id, ("PATCH", path, {**changes, **version})))
        else:
            bad += [
                Bad(row.number, name, "differs from what is stored (--update changes it)")
                for name in changes
            ]
    if bad:
        raise BadSheet(bad)
    return found


def _changes(body: Mapping[str, Any], known: Mapping[str, Any] | None) -> dict[str, Any]:
    """Tell what a row has otherwise than what is stored; an invitation is no change of anybody."""
    if known is None:
        return {}
    return {
        name: value for name, value in body.items() if name != "email" and known.get(name) != value
    }
