"""What a change does to published days: their next versions, who is told, and whether it gapes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final

from chalicelib.rota.domain.amendments import Moved, moved, opened_gaps
from chalicelib.rota.domain.change_log import News, Notice
from chalicelib.rota.domain.duty import DutyDay
from chalicelib.rota.services.ports import Documents

_NEWS: Final = {
    Moved.ADDED: News.ON,
    Moved.REMOVED: News.OFF,
    Moved.CHANGED: News.CHANGED,
}


@dataclass(frozen=True, slots=True)
class ChangeEffect:
    """The changed days at their next versions, whom to tell, and whether a gap was opened."""

    days: tuple[DutyDay, ...] = ()
    notices: tuple[Notice, ...] = ()
    gap: bool = False


def effect_of(
    before: Iterable[DutyDay], changed: Iterable[DutyDay], documents: Documents
) -> ChangeEffect:
    """Tell what becomes of the days ``before`` where those ``changed`` take their place."""
    old = {day.day: day for day in before}
    after = list(changed)
    spoken = {each.value.id: each.value.languages for each in documents.oncologists}
    replaced = [old[day.day] for day in after]
    return ChangeEffect(
        days=tuple(replace(day, version=old[day.day].version + 1) for day in after),
        notices=tuple(
            Notice(change.oncologist, _NEWS[change.kind], change.shift)
            for day in after
            for change in moved(old[day.day], day)
        ),
        gap=bool(opened_gaps(replaced, after, documents.lines.value, spoken)),
    )
