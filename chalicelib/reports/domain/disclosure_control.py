"""What of a report may be published: no group of fewer than five people can be read from it.

Small groups stand together as one, and where that one would be small itself, or a single group
that the total gives away, the next smallest joins them. Nothing is told of oncologists, of single
days, or of one group's answers.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from chalicelib.reports.domain.report import Group, Report
from chalicelib.reports.domain.tally import Dimension

FEWEST: Final = 5
SMALL_GROUPS: Final = "small_groups"
_TOGETHER: Final = 2


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
    A dimension of which all groups together are fewer than five is empty.
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
        groups={dimension: _published(groups) for dimension, groups in report.groups.items()},
    )


def hidden_among(cells: Mapping[str, int]) -> frozenset[str]:
    """Tell which parts of a known total to hide: the small, and what would give these away.

    What is hidden is nothing, or at least two parts that are five or more together, or everything.
    """
    by_size = sorted(cells, key=lambda name: (cells[name], name))
    hidden = [name for name in by_size if 0 < cells[name] < FEWEST]
    left = [name for name in by_size if name not in hidden]
    while (
        hidden
        and left
        and (len(hidden) < _TOGETHER or sum(cells[name] for name in hidden) < FEWEST)
    ):
        hidden.append(left.pop(0))
    return frozenset(hidden)


def _published(groups: tuple[Group, ...]) -> tuple[PublishedGroup, ...]:
    sizes = {group.name: group.counts.calls for group in groups}
    hidden = hidden_among(sizes)
    shown = [PublishedGroup(name, calls) for name, calls in sizes.items() if name not in hidden]
    together = sum(sizes[name] for name in hidden)
    if together >= FEWEST:
        shown.append(PublishedGroup(SMALL_GROUPS, together))
    return tuple(shown)


def _shown(count: int) -> int | None:
    return None if 0 < count < FEWEST else count
