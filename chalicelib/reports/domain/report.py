"""Reports: what was asked, and what became of it, over a span of days.

A day's totals are the sum of its tallies, and a report is the sum of its days: both in any order.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final, NamedTuple

from chalicelib.cases.domain.answers import Channel
from chalicelib.cases.domain.questionnaire import NOT_TOLD, Grouping
from chalicelib.core.domain.language import Language
from chalicelib.reports.domain.distinct_callers import Callers
from chalicelib.reports.domain.tally import (
    AGES,
    CHANNEL,
    COUNTED,
    DIMENSIONS,
    LANGUAGE,
    OTHER,
    Dimension,
    Outcome,
    Tally,
)


class Counts(NamedTuple):
    """Requests, those answered, and those that we failed to answer; the rest is open or ended."""

    calls: int = 0
    answered: int = 0
    missed: int = 0


class Work(NamedTuple):
    """Calls that somebody made, those answered, and the first calls that kept a promise or not."""

    calls: int = 0
    answered: int = 0
    kept: int = 0
    late: int = 0


Groups = Mapping[Dimension, Mapping[str, Counts]]


@dataclass(frozen=True, slots=True)
class DayTotals:
    """All that is counted of a day, or of several.

    ``waits`` counts requests by the minutes until their first call; ``kept`` and ``late`` are the
    promises made to those who asked; ``work`` is what each oncologist did.
    """

    outcomes: Mapping[Outcome, int] = field(default_factory=dict)
    kept: int = 0
    late: int = 0
    waits: Mapping[int, int] = field(default_factory=dict)
    groups: Groups = field(default_factory=dict)
    work: Mapping[str, Work] = field(default_factory=dict)
    callers: Callers = Callers()  # noqa: RUF009  # frozen

    @property
    def counts(self) -> Counts:
        """What was asked, answered and missed."""
        return Counts(
            calls=sum(self.outcomes.values()),
            answered=self.outcomes.get(Outcome.ANSWERED, 0),
            missed=sum(count for outcome, count in self.outcomes.items() if outcome.is_missed),
        )

    @property
    def all_work(self) -> Work:
        """What all oncologists did: on a day, its calls and the promises that these kept."""
        return Work(*map(sum, zip(*self.work.values(), strict=True))) if self.work else Work()


@dataclass(frozen=True, slots=True)
class Group:
    """One group of a dimension: a city, a stage."""

    name: str
    counts: Counts


@dataclass(frozen=True, slots=True)
class Waiting:
    """How long it took from the asking to the first call, as the clock on the wall runs.

    ``median`` and ``ninetieth`` are minutes, rounded up to two significant digits: half, and nine
    in ten, of those ``called`` had waited no longer. None where nobody was called.
    """

    called: int
    median: int | None
    ninetieth: int | None


@dataclass(frozen=True, slots=True)
class OncologistWork:
    """What an oncologist did on the days of the report."""

    id: str
    name: str
    work: Work


@dataclass(frozen=True, slots=True)
class DayLine:
    """One day of a report."""

    day: date
    counts: Counts
    kept: int
    late: int


@dataclass(frozen=True, slots=True)
class Report:
    """A report over ``[start, end)``.

    ``callers`` are different phones in the whole span, estimated where ``callers_exact`` is false.
    ``days`` are all days of the span, in order, those without a request too. In ``groups`` every
    dimension stands; the groups of one whose words are known keep their order, others are sorted
    by size.
    """

    start: date
    end: date
    counts: Counts
    callers: int
    callers_exact: bool
    outcomes: Mapping[Outcome, int]
    waiting: Waiting
    kept: int
    late: int
    groups: Mapping[Dimension, tuple[Group, ...]]
    oncologists: tuple[OncologistWork, ...]
    days: tuple[DayLine, ...]

    @property
    def open(self) -> int:
        """How many who asked on these days still wait."""
        return self.outcomes.get(Outcome.OPEN, 0)


def _words(dimension: Dimension) -> tuple[str, ...]:
    """Return the groups that a dimension may have, in order; of any name, none."""
    known = {LANGUAGE: tuple(Language), CHANNEL: tuple(Channel)}
    if dimension in known:
        return known[dimension]
    question = COUNTED[dimension]
    if question.groups is Grouping.DECADES:
        return AGES
    return tuple(dict.fromkeys(option.counted_as for option in question.options))


def total_of(tallies: Iterable[Tally]) -> DayTotals:
    """Sum the tallies of a day."""
    total = _Sum()
    for tally in tallies:
        total.count(tally)
    return total.taken()


def report_of(
    start: date, end: date, by_day: Mapping[date, DayTotals], names: Mapping[str, str]
) -> Report:
    """Make the report over ``[start, end)``; ``names`` are the oncologists', by their ids."""
    days = [date.fromordinal(number) for number in range(start.toordinal(), end.toordinal())]
    found = [(day, by_day.get(day, _NOTHING)) for day in days]
    total = _Sum()
    for _, totals in found:
        total.add(totals)
    summed = total.taken()
    return Report(
        start=start,
        end=end,
        counts=summed.counts,
        callers=len(summed.callers),
        callers_exact=summed.callers.is_exact,
        outcomes=summed.outcomes,
        waiting=waiting_of(summed.waits),
        kept=summed.kept,
        late=summed.late,
        groups={
            dimension: _in_order(dimension, summed.groups.get(dimension, {}))
            for dimension in DIMENSIONS
        },
        oncologists=tuple(
            OncologistWork(id_, names.get(id_, id_), work)
            for id_, work in sorted(summed.work.items(), key=lambda each: (-each[1].calls, each[0]))
        ),
        days=tuple(DayLine(day, each.counts, each.kept, each.late) for day, each in found),
    )


def waiting_of(waits: Mapping[int, int]) -> Waiting:
    """Tell the median and the 90th percentile of how long was waited."""
    called = sum(waits.values())
    return Waiting(called, _percentile(waits, called, 50), _percentile(waits, called, 90))


def _percentile(waits: Mapping[int, int], called: int, percent: int) -> int | None:
    """Tell the least wait that so many in a hundred did not exceed: the nearest rank."""
    rank, passed = -(-called * percent // 100), 0
    for minutes, count in sorted(waits.items()):
        passed += count
        if passed >= rank:
            return minutes
    return None


def _in_order(dimension: Dimension, groups: Mapping[str, Counts]) -> tuple[Group, ...]:
    """Put groups in order: as the dimension knows its words, or by size; the vague at the end."""
    words = _words(dimension)
    places = {name: place for place, name in enumerate(words)}
    vague = (NOT_TOLD,) if words else (OTHER, NOT_TOLD)

    def place(group: Group) -> tuple[int, int, int, str]:
        at_end = vague.index(group.name) + 1 if group.name in vague else 0
        return at_end, places.get(group.name, len(places)), -group.counts.calls, group.name

    return tuple(sorted((Group(*each) for each in groups.items()), key=place))


class _Sum:
    """Adds up tallies, or totals."""

    def __init__(self) -> None:
        self._outcomes: Counter[Outcome] = Counter()
        self._waits: Counter[int] = Counter()
        self._promises: Counter[bool] = Counter()
        self._groups: dict[Dimension, dict[str, Counts]] = {}
        self._work: dict[str, Work] = {}
        self._callers: set[int] = set()
        self._days: list[Callers] = []

    def count(self, tally: Tally) -> None:
        """Add a case's tally."""
        for call in tally.calls:
            kept = call.promise_kept
            self._add_work(call.by, Work(1, call.answered, kept is True, kept is False))
        if tally.caller is not None:
            self._callers.add(tally.caller)
        asked = tally.asked
        if asked is None:
            return
        self._outcomes[asked.outcome] += 1
        if asked.waited is not None:
            self._waits[asked.waited] += 1
        if asked.promise_kept is not None:
            self._promises[asked.promise_kept] += 1
        counts = Counts(1, asked.outcome is Outcome.ANSWERED, asked.outcome.is_missed)
        for dimension, names in asked.groups.items():
            for name in names:
                self._add_group(dimension, name, counts)

    def add(self, totals: DayTotals) -> None:
        """Add a day's totals."""
        self._outcomes.update(totals.outcomes)
        self._waits.update(totals.waits)
        self._promises.update({True: totals.kept, False: totals.late})
        for dimension, groups in totals.groups.items():
            for name, counts in groups.items():
                self._add_group(dimension, name, counts)
        for who, work in totals.work.items():
            self._add_work(who, work)
        self._days.append(totals.callers)

    def taken(self) -> DayTotals:
        """Give the sum."""
        return DayTotals(
            outcomes=dict(self._outcomes),
            kept=self._promises[True],
            late=self._promises[False],
            waits=dict(self._waits),
            groups=self._groups,
            work=self._work,
            callers=Callers.joined([*self._days, Callers.of(self._callers)]),
        )

    def _add_group(self, dimension: Dimension, name: str, counts: Counts) -> None:
        groups = self._groups.setdefault(dimension, {})
        calls, answered, missed = groups.get(name, _NO_COUNTS)
        groups[name] = Counts(
            calls + counts.calls, answered + counts.answered, missed + counts.missed
        )

    def _add_work(self, who: str, work: Work) -> None:
        self._work[who] = Work(*map(sum, zip(self._work.get(who, _NO_WORK), work, strict=True)))


_NO_COUNTS: Final = Counts()
_NO_WORK: Final = Work()
_NOTHING: Final = DayTotals()
