"""What of a report may be published: no group of fewer than five people can be read from it.

Small groups are published together, as one number. A reader may know these rules, and knows
the total: larger groups join the small ones until each hidden group can still have any of five
sizes (decision 114). Nothing is published of oncologists, of single days, or of one group's
answers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from chalicelib.cases.domain.questionnaire import NOT_TOLD
from chalicelib.reports.domain.report import Group, Report
from chalicelib.reports.domain.tally import SEVERAL, Dimension

FEWEST: Final = 5
SMALL_GROUPS: Final = "small_groups"


@dataclass(frozen=True, slots=True)
class PublishedGroup:
    """A group of a dimension, and its requests."""

    name: str
    calls: int


@dataclass(frozen=True, slots=True)
class Published:
    """A report for everybody; None stands for what is hidden.

    ``median`` and ``ninetieth`` are the minutes waited; of how many is not told, because the rest
    of the requests were not called, and may be few.
    A dimension of which all groups together are fewer than five is empty. One of SEVERAL lacks
    what is hidden, and who gave no answer.
    """

    start: date
    end: date
    calls: int | None
    callers: int | None
    callers_exact: bool
    answered: int | None
    missed: int | None
    kept: int | None
    late: int | None
    median: int | None
    ninetieth: int | None
    groups: Mapping[Dimension, tuple[PublishedGroup, ...]]


def for_publication(report: Report) -> Published:
    """Hide what is small."""
    counts = report.counts
    rest = counts.calls - counts.answered - counts.missed
    hidden = hidden_among({"answered": counts.answered, "missed": counts.missed, "rest": rest})
    late = hidden_among({"kept": report.kept, "late": report.late})
    enough = report.waiting.called >= 2 * FEWEST
    return Published(
        start=report.start,
        end=report.end,
        calls=_shown(counts.calls),
        callers=_shown(report.callers),
        callers_exact=report.callers_exact,
        answered=None if "answered" in hidden else counts.answered,
        missed=None if "missed" in hidden else counts.missed,
        kept=None if "kept" in late else report.kept,
        late=None if "late" in late else report.late,
        median=report.waiting.median if enough else None,
        ninetieth=report.waiting.ninetieth if enough else None,
        groups={
            dimension: _several(groups, counts.calls)
            if dimension in SEVERAL
            else _published(groups)
            for dimension, groups in report.groups.items()
        },
    )


def hidden_among(cells: Mapping[str, int]) -> frozenset[str]:
    """Return which parts of a known total to hide: none, or all below a limit, empty ones too.

    The limit is FEWEST, or the first of its doubles that protects what is below it: it is sought
    by sizes alone, so that it shows nothing of which part is how large. It protects parts that
    are twice FEWEST together, more than one each, and so far below the limit together that one of
    them may be empty: then no part must be just below the limit.
    """
    sizes = [size for size in cells.values() if size]
    if not any(size < FEWEST for size in sizes):
        return frozenset()
    limit = FEWEST
    while not _protects(limit, sizes):
        limit *= 2
    return frozenset(name for name, size in cells.items() if size < limit)


def _protects(limit: int, sizes: Sequence[int]) -> bool:
    hidden = [size for size in sizes if size < limit]
    if len(hidden) == len(sizes):
        return True
    together, number = sum(hidden), len(hidden)
    least = max(2 * FEWEST, number + FEWEST - 2)
    return number > 1 and least <= together <= (limit - 1) * max(number - 2, 1)


def _published(groups: tuple[Group, ...]) -> tuple[PublishedGroup, ...]:
    sizes = {group.name: group.counts.calls for group in groups}
    hidden = hidden_among(sizes)
    shown = [PublishedGroup(name, calls) for name, calls in sizes.items() if name not in hidden]
    together = sum(sizes[name] for name in hidden)
    if together >= FEWEST:
        shown.append(PublishedGroup(SMALL_GROUPS, together))
    return tuple(shown)


def _several(groups: tuple[Group, ...], calls: int) -> tuple[PublishedGroup, ...]:
    """Show each group that is not small, and of which the others than it are not small.

    Neither the sum of the hidden is told, nor how many gave no answer: with these, who is in two
    groups could be counted.
    """
    return tuple(
        PublishedGroup(group.name, size)
        for group in groups
        if group.name != NOT_TOLD
        and _shown(size := group.counts.calls)
        and _shown(calls - size) is not None
    )


def _shown(count: int) -> int | None:
    return None if 0 < count < FEWEST else count
