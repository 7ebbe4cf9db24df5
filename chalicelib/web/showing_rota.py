"""The rota as the outside sees it: shifts, gaps and quality, and the sources they come from."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, time
from typing import Any

from chalicelib.domain.clock import to_iso
from chalicelib.domain.quality import Gap, Quality
from chalicelib.domain.rota import DutyDay, Oncologist, Shift
from chalicelib.domain.rota_history import By, Notice, RotaChange
from chalicelib.domain.rota_sources import (
    Fair,
    Leave,
    Line,
    Override,
    RoundRobin,
    Temporary,
)
from chalicelib.domain.rota_swaps import SwapOffer
from chalicelib.domain.working_hours import MIDNIGHT
from chalicelib.services.rota_ports import Confirmation, Kept
from chalicelib.web import showing


def planned_shift(each: Shift) -> dict[str, Any]:
    """Show a shift that is only planned: nothing can be done with it, so it has no id."""
    return {
        "line": each.line,
        "start": to_iso(each.start),
        "end": to_iso(each.end),
        "on": list(each.on),
    }


def gap(each: Gap) -> dict[str, Any]:
    """Show where somebody is missing, or a language."""
    return {
        "line": each.line,
        "start": to_iso(each.start),
        "end": to_iso(each.end),
        "missing": each.missing,
        "languages": list(each.languages),
    }


def quality(found: Quality) -> dict[str, Any]:
    """Show how good a rota is."""
    return {
        "coverage": found.coverage,
        "balance": found.balance,
        "score": found.score,
        "hours": dict(found.hours),
    }


def duty_day(each: DutyDay, confirmed: Collection[tuple[str, str]]) -> dict[str, Any]:
    """Show a published day; ``confirmed`` has shifts with who said that they will be there."""
    return {
        "day": each.day.isoformat(),
        "version": each.version,
        "shifts": [
            {
                **showing.shift(shift),
                "confirmed": [who for who in shift.on if (shift.id, who) in confirmed],
            }
            for shift in each.shifts
        ],
    }


def confirmed(confirmations: Collection[Confirmation]) -> frozenset[tuple[str, str]]:
    """Tell which shifts were confirmed by whom."""
    return frozenset((each.shift, each.oncologist) for each in confirmations)


def line(each: Line) -> dict[str, Any]:
    """Show a line, in the shape in which it is written."""
    return {
        "id": each.id,
        "days": list(each.days),
        "start": f"{each.start:%H:%M}",
        "end": _end(each.end),
        "people": each.people,
        "languages": list(each.languages),
        "rotation": _rotation(each.rotation),
    }


def leave(kept: Kept[Leave]) -> dict[str, Any]:
    """Show a leave."""
    return {
        "id": kept.id,
        "oncologist": kept.value.oncologist,
        **_dates(kept.value.start, kept.value.end),
    }


def override(kept: Kept[Override]) -> dict[str, Any]:
    """Show an override."""
    return {
        "id": kept.id,
        **_span(kept.value),
        "remove": kept.value.remove,
        "add": kept.value.add,
    }


def temporary(kept: Kept[Temporary]) -> dict[str, Any]:
    """Show a temporary schedule."""
    return {"id": kept.id, **_span(kept.value), "on": list(kept.value.on)}


def notice(each: Notice) -> dict[str, Any]:
    """Show who is told what of a shift."""
    return {
        "oncologist": each.oncologist,
        "what": each.what.value,
        "shift": showing.shift(each.shift),
    }


def offer(each: SwapOffer) -> dict[str, Any]:
    """Show the offer of a shift; ``to`` is null where anyone may take it."""
    return {
        "id": each.id,
        "shift": showing.shift(each.shift),
        "offered_by": each.offered_by,
        "offered_at": to_iso(each.offered_at),
        "to": each.to,
        "state": each.state.value,
        "answered_by": each.answered_by,
        "answered_at": to_iso(each.answered_at) if each.answered_at else None,
    }


def change(each: RotaChange) -> dict[str, Any]:
    """Show who changed what, and who is told of it."""
    return {
        "id": each.id,
        "at": to_iso(each.at),
        **_by(each.by),
        "kind": each.kind.value,
        "subject": each.subject,
        "notices": [notice(one) for one in each.notices],
        "gap": each.gap,
    }


def colleague(each: Oncologist) -> dict[str, Any]:
    """Show an oncologist to an administrator who asks about a call: no phone."""
    return {
        "id": each.id,
        "name": each.name,
        "languages": list(each.languages),
        "gender": each.gender,
    }


def _rotation(rotation: RoundRobin | Fair) -> dict[str, Any]:
    if isinstance(rotation, Fair):
        return {"kind": "fair", "members": list(rotation.members)}
    return {
        "kind": "round_robin",
        "unit": rotation.unit,
        "every": rotation.every,
        "members": list(rotation.members),
        "anchor": rotation.anchor.isoformat(),
    }


def _end(at: time) -> str:
    return "24:00" if at == MIDNIGHT else f"{at:%H:%M}"


def _dates(start: date, end: date) -> dict[str, str]:
    return {"from": start.isoformat(), "to": end.isoformat()}


def _span(span: Override | Temporary) -> dict[str, str]:
    return {"line": span.line, "from": to_iso(span.start), "to": to_iso(span.end)}


def _by(by: By) -> dict[str, str | None]:
    return {"by": by.who, "acting_for": by.acting_for}
