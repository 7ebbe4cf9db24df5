"""The ways through the desk and the console, as the head of each page lists them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from chalicelib.core.domain.roles import ADMINISTRATOR, ONCOLOGIST
from chalicelib.core.i18n import N_

DESK: Final = "/desk"
CONSOLE: Final = "/console"
# Where each role works; whoever has several begins where they choose.
SECTIONS: Final = ((ONCOLOGIST, DESK, N_("Doctor's desk")), (ADMINISTRATOR, CONSOLE, N_("Console")))

_WAYS: Final = (
    ("/desk", N_("My case")),
    ("/desk/shifts", N_("My shifts")),
    ("/console", N_("Board")),
    ("/console/cases", N_("Cases")),
    ("/console/rota", N_("Rota")),
    ("/console/people", N_("People")),
    ("/console/reports", N_("Reports")),
    ("/console/messages", N_("Messages")),
    ("/console/blocks", N_("Blocked numbers")),
    ("/console/audit", N_("Audit")),
)


@dataclass(frozen=True, slots=True)
class Way:
    """One way: where it leads, and whether the page at hand is there, or below."""

    path: str
    label: str
    is_here: bool = False


def ways_of(roles: Collection[str], path: str) -> tuple[Way, ...]:
    """List the ways of the section in which a page is."""
    here = max((way for way, _ in _WAYS if _is_at(path, way)), key=len, default="")
    mine = {section for role, section, _ in SECTIONS if role in roles}
    section = f"/{path.split('/')[1]}"
    return tuple(
        Way(way, label, way == here)
        for way, label in _WAYS
        if section in mine and _is_at(way, section)
    )


def other_sections(roles: Collection[str], path: str) -> tuple[Way, ...]:
    """List the other places where somebody may work."""
    return tuple(
        Way(section, label)
        for role, section, label in SECTIONS
        if role in roles and not _is_at(path, section)
    )


def _is_at(path: str, section: str) -> bool:
    return path == section or path.startswith(f"{section}/")
