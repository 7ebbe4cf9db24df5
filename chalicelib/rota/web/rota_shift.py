"""Who could be put on a shift that is picked in the calendar. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from chalicelib.rota.domain.availability import Presence
from chalicelib.rota.services.publish_rota import sources_of
from chalicelib.rota.services.rota_calendar import PickedShift


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who is not on the shift; ``hindered`` is the code of why they can't be."""

    id: str
    name: str
    languages: tuple[str, ...]
    is_member: bool
    hindered: str | None = None


def candidates(picked: PickedShift) -> list[Candidate]:
    """List who is not on: those who are free first, and of them the line's members."""
    documents = picked.around.documents
    shift = picked.shift
    lines = {line.id: line for line in documents.lines.value}
    members = lines[shift.line].rotation.members if shift.line in lines else ()
    sources = sources_of(documents, picked.around.dated)
    presence = Presence(sources.oncologists, sources.leave)
    elsewhere = {
        who
        for other in picked.day.shifts
        if other.start < shift.end and shift.start < other.end
        for who in other.on
    }
    found = [
        Candidate(
            who.id,
            who.name,
            who.languages,
            who.id in members,
            presence.absence(who.id, picked.day.day.toordinal())
            or ("on_two_lines" if who.id in elsewhere else None),
        )
        for who in sources.oncologists
        if who.id not in shift.on
    ]
    return sorted(found, key=lambda each: (bool(each.hindered), not each.is_member, each.name))
