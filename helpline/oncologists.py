"""A spreadsheet of oncologists: checked as a whole, by the rules of the API itself."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from chalicelib.core.domain.errors import InvalidField, InvalidInput
from chalicelib.core.web.error_messages import field_message
from chalicelib.core.web.schemas.values import END_BEFORE_START
from chalicelib.people.web import serializers
from chalicelib.people.web.schemas.people import parse_person
from chalicelib.rota.domain.duty import Oncologist
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


def plan(
    rows: Collection[Row], known: Iterable[Mapping[str, Any]], *, update: bool
) -> list[Stored]:
    """Check every row, and tell what is to be stored. Raises BadSheet with everything wrong.

    ``known`` are those who are there; somebody who differs is a mistake unless it is an ``update``.
    """
    there = {each["id"]: each for each in known}
    bad = [each for row in rows for each in row.bad]
    found: list[Stored] = []
    first_rows: dict[str, int] = {}
    for row in rows:
        id_ = row.cells.get("id", "")
        if id_ in first_rows:
            bad.append(Bad(row.number, "id", f"is in row {first_rows[id_]} already"))
        elif id_:
            first_rows[id_] = row.number
        body = {name: several(cell) if name in _LISTS else cell for name, cell in row.cells.items()}
        stored = there.get(id_)
        try:
            person = _person({**_as_sent(stored), **body})
        except InvalidInput as error:
            bad += [
                Bad(row.number, wrong.field.partition("[")[0], field_message(wrong, "en"))
                for wrong in error.fields
            ]
            continue
        # Letters that can be written in two ways, a phone, a language twice: as they are kept.
        kept: Mapping[str, Any] = serializers.person(person, 1)
        body = {name: kept.get(name, cell) for name, cell in body.items()}
        changes = _changes(body, stored)
        if stored is None:
            found.append(Stored(row.number, person.id, ("POST", "/admin/oncologists", body)))
        elif not changes:
            found.append(Stored(row.number, person.id, None))
        elif update:
            version = {"version": stored["version"]}
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


def _person(body: Mapping[str, Any]) -> Oncologist:
    """Judge somebody as the helpline will. Raises InvalidInput."""
    person, _ = parse_person(body)
    if person.leaves_before_joining:
        raise InvalidInput([InvalidField("left", END_BEFORE_START)])
    return person


def _as_sent(known: Mapping[str, Any] | None) -> dict[str, Any]:
    """Tell what is stored of somebody, so that a sheet may say less than all."""
    return {name: known[name] for name in COLUMNS if known and known.get(name)}


def _changes(body: Mapping[str, Any], known: Mapping[str, Any] | None) -> dict[str, Any]:
    """Tell what a row has otherwise than what is stored; an invitation is no change of anybody."""
    if known is None:
        return {}
    return {
        name: value for name, value in body.items() if name != "email" and known.get(name) != value
    }
