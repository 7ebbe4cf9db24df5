"""Whether the reports count what is in the tables: every tally, and the sum of every day."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

from chalicelib.cases.store.case_mapping import case_from_image, is_case
from chalicelib.reports.domain.report import total_of
from chalicelib.reports.domain.tally import Tally, tallies_of
from chalicelib.reports.services.count_cases import CALLER
from chalicelib.reports.store.report_mapping import tally_from_text, tally_to_text
from tests.resilience.harness import CASES, World
from tests.support.helpline import in_use

REPORTS = "reports"


def wrong_counters(world: World) -> Iterator[str]:
    """Count the cases anew, from the cases alone, and tell what differs from what is stored.

    Who asked for a case that is erased counts by themselves.
    """
    cases = [case_from_image(item) for item in world.items(CASES) if is_case(item)]
    due = {
        (day.isoformat(), case.reference): tally
        for case in cases
        for day, tally in tallies_of(case).items()
    }
    erased = {case.reference for case in cases if case.is_erased}
    stored = {
        (item["pk"]["S"].removeprefix("DAY#"), item["sk"]["S"]): tally_from_text(item["tally"]["S"])
        for item in world.items(REPORTS)
        if "tally" in item
    }
    of_cases = {key for key in stored if not key[1].startswith(CALLER)}
    for day, reference in due.keys() | of_cases:
        is_so, must = stored.get((day, reference)), due.get((day, reference))
        if reference in erased:
            is_so, must = _of_nobody(is_so), _of_nobody(must)
        if _text(is_so) != _text(must):
            yield f"a case counts on {day} for what it is not"
    days = {date.fromisoformat(day) for day, _ in due}
    if not days:
        return
    first, end = min(days), max(days) + timedelta(days=1)
    sums = world.run(lambda: in_use().reports.tally_store.totals(first, end))
    for day in sorted(days):
        of_day = [tally for (when, _), tally in stored.items() if when == day.isoformat()]
        if sums.get(day) != total_of(of_day):
            yield f"the sum of {day} is not that of its cases"


def _of_nobody(tally: Tally | None) -> Tally | None:
    return tally and replace(tally, caller=None)


def _text(tally: Tally | None) -> str:
    return tally_to_text(tally) if tally else ""
