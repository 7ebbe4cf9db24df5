"""Reports as they are answered: one shape, and one table, for us and for the public."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Final, TypedDict

from chalicelib.core.web.responses import Date
from chalicelib.core.web.serializers import to_json
from chalicelib.reports.domain.disclosure_control import Published
from chalicelib.reports.domain.report import Report
from chalicelib.reports.domain.tally import DIMENSIONS
from chalicelib.reports.services.rebuild_counts import Step
from chalicelib.reports.web.schemas.reports import cursor_of

COLUMNS: Final = (
    "section",
    "name",
    "calls",
    "answered",
    "missed",
    "promises_kept",
    "promises_late",
    "callers",
    "waiting_median_minutes",
    "waiting_90th_minutes",
)


class ShownWaiting(TypedDict):
    """Minutes from the asking to the first call, of those ``called``; null is hidden."""

    called: int | None
    median_minutes: int | None
    ninetieth_minutes: int | None


class ShownGroup(TypedDict):
    """One group of requests; null is hidden."""

    name: str
    calls: int
    answered: int | None
    missed: int | None


class ShownWork(TypedDict):
    """What an oncologist did: calls made, and the first calls that kept a promise or came late."""

    id: str
    name: str
    calls: int
    answered: int
    promises_kept: int
    promises_late: int


class ShownDay(TypedDict):
    """What was asked on a day, and what became of it."""

    day: Date
    calls: int
    answered: int
    missed: int
    promises_kept: int
    promises_late: int


# "from" is a word of Python's.
ShownReport = TypedDict(
    "ShownReport",
    {
        "from": Date,
        "to": Date,
        "for_publication": bool,
        "calls": int | None,
        "callers": int | None,
        "callers_exact": bool,
        "answered": int | None,
        "missed": int | None,
        "outcomes": dict[str, int],
        "promises_kept": int | None,
        "promises_late": int | None,
        "waiting": ShownWaiting,
        "groups": dict[str, list[ShownGroup]],
        "oncologists": list[ShownWork],
        "days": list[ShownDay],
    },
)


class Rebuilt(TypedDict):
    """How far a rebuild is: ``cursor`` asks for its next step, null when it is done."""

    counted: int
    changed: int
    done: int
    of: int
    cursor: str | None


def report(found: Report) -> ShownReport:
    """Show a report whole."""
    waiting = found.waiting
    return to_json(
        ShownReport,
        found,
        **_span(found),
        for_publication=False,
        calls=found.counts.calls,
        answered=found.counts.answered,
        missed=found.counts.missed,
        promises_kept=found.kept,
        promises_late=found.late,
        waiting=_waiting(waiting.called, waiting.median, waiting.ninetieth),
        groups={
            dimension: [to_json(ShownGroup, group.counts, name=group.name) for group in groups]
            for dimension, groups in found.groups.items()
        },
        oncologists=[
            to_json(
                ShownWork,
                each.work,
                id=each.id,
                name=each.name,
                promises_kept=each.work.kept,
                promises_late=each.work.late,
            )
            for each in found.oncologists
        ],
        days=[
            to_json(
                ShownDay,
                each.counts,
                day=each.day,
                promises_kept=each.kept,
                promises_late=each.late,
            )
            for each in found.days
        ],
    )


def published(found: Published) -> ShownReport:
    """Show what may be published of a report."""
    return to_json(
        ShownReport,
        found,
        **_span(found),
        for_publication=True,
        outcomes={},
        promises_kept=found.kept,
        promises_late=found.late,
        waiting=_waiting(None, found.median, found.ninetieth),
        groups={
            dimension: [to_json(ShownGroup, group, answered=None, missed=None) for group in groups]
            for dimension, groups in found.groups.items()
        },
        oncologists=[],
        days=[],
    )


def rebuilt(step: Step) -> Rebuilt:
    """Show how far a rebuild is."""
    return to_json(Rebuilt, step, cursor=cursor_of(step.place))


def rows(shown: ShownReport) -> Iterator[tuple[object, ...]]:
    """Lay a report out as a table of COLUMNS, a section after the other."""
    waiting = shown["waiting"]
    yield (
        "total",
        "",
        *(shown["calls"], shown["answered"], shown["missed"]),
        *(shown["promises_kept"], shown["promises_late"], shown["callers"]),
        *(waiting["median_minutes"], waiting["ninetieth_minutes"]),
    )
    for outcome, count in shown["outcomes"].items():
        yield _row("outcome", outcome, count)
    for dimension in DIMENSIONS:
        for group in shown["groups"][dimension]:
            counts = (group["calls"], group["answered"], group["missed"])
            yield _row(dimension, group["name"], *counts)
    for work in shown["oncologists"]:
        promises = (work["promises_kept"], work["promises_late"])
        yield _row("oncologist", work["name"], work["calls"], work["answered"], None, *promises)
    for day in shown["days"]:
        counts = (day["calls"], day["answered"], day["missed"])
        promises = (day["promises_kept"], day["promises_late"])
        yield _row("day", day["day"], *counts, *promises)


def _row(*cells: object) -> tuple[object, ...]:
    return (*cells, *[None] * (len(COLUMNS) - len(cells)))


def _waiting(called: int | None, median: int | None, ninetieth: int | None) -> ShownWaiting:
    return {"called": called, "median_minutes": median, "ninetieth_minutes": ninetieth}


def _span(found: Report | Published) -> dict[str, date]:
    return {"from": found.start, "to": found.end}
