"""What the oncologist's desk shows, as JSON."""

from __future__ import annotations

from typing import TypedDict

from chalicelib.cases.services.work_queue import Duty
from chalicelib.cases.web.serializers import FullCase, full_case
from chalicelib.core.web.serializers import to_json
from chalicelib.rota.web.serializers import ShownShift


class OnTheDesk(TypedDict):
    """An oncologist at their own desk."""

    id: str
    name: str
    languages: list[str]


class ShownDuty(TypedDict):
    """How things stand for an oncologist."""

    oncologist: OnTheDesk
    on_duty: bool
    shift: ShownShift | None
    case: FullCase | None
    waiting: dict[str, int]
    next_shifts: list[ShownShift]


def duty(standing: Duty) -> ShownDuty:
    """Show an oncologist how things stand."""
    return {
        "oncologist": to_json(OnTheDesk, standing.oncologist),
        "on_duty": standing.shift is not None,
        "shift": to_json(ShownShift, standing.shift) if standing.shift else None,
        "case": full_case(standing.case) if standing.case else None,
        "waiting": _by_language(standing.waiting),
        "next_shifts": [to_json(ShownShift, each) for each in standing.next_shifts],
    }


def _by_language(lines: dict[str, int]) -> dict[str, int]:
    """Join the lines of one language: ``hi`` and ``hi#woman`` are both Hindi."""
    counts: dict[str, int] = {}
    for name, count in lines.items():
        language = name.partition("#")[0]
        counts[language] = counts.get(language, 0) + count
    return counts
