"""The line in which cases wait.

A case waits in exactly one *line*: its language, and whether it asked for a woman. Within a line
it stands by priority, then by the first asking, never by a retry. A case whose ``not_before`` is
still to come stands apart, among the deferred, until it is due.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from heapq import merge
from typing import Final

from chalicelib.cases.domain.answers import Mode
from chalicelib.cases.domain.case import Case, Status
from chalicelib.rota.domain.duty import Oncologist

_WOMAN: Final = "#woman"
# Longer than a claim takes, so that few come just before and just after a change of counters.
TICKETS_LAST: Final = timedelta(seconds=5)
"""How long those who come to a line draw tickets of one counter."""


@dataclass(frozen=True, slots=True, order=True)
class Line:
    """One line of waiting cases: a language, and whether only a woman may call."""

    language: str
    woman_only: bool = False


def lines_in(languages: Iterable[str]) -> list[Line]:
    """Return every line in which somebody may wait who speaks one of these languages."""
    return [Line(name, woman) for name in languages for woman in (False, True)]


@dataclass(frozen=True, slots=True)
class Waiting:
    """A waiting case as the line shows it: enough to choose and to list, nothing personal."""

    reference: str
    language: str
    prefers_woman: bool
    priority: int
    requested_at: datetime
    not_before: datetime
    mode: Mode
    tries: int

    @property
    def line(self) -> Line:
        """The line in which it stands."""
        return Line(self.language, self.prefers_woman)

    @property
    def place(self) -> tuple[int, datetime, str]:
        """What orders a line: the lower comes first."""
        return (self.priority, self.requested_at, self.reference)


@dataclass(frozen=True, slots=True)
class Finished:
    """A finished case as a list shows it; nothing personal."""

    reference: str
    status: Status
    closed_reason: str | None
    language: str
    requested_at: datetime
    finished_at: datetime
    tries: int
    handling_minutes: int | None


@dataclass(frozen=True, slots=True)
class Claim:
    """Who holds which case, and until when unless they act."""

    oncologist: str
    reference: str
    claimed_at: datetime
    lease_until: datetime


@dataclass(frozen=True, slots=True)
class Ticket:
    """A place among those who come to the head of a line within the same few seconds.

    ``number`` counts those who came before; ``front`` are the references that the first of them
    saw, in order. Each of them is taking the next of it, whether or not that shows already.
    """

    number: int
    front: tuple[str, ...]

    def arrange(self, waiting: Sequence[Waiting]) -> list[Waiting]:
        """Put in order what to try: first what nobody before is taking, then the rest.

        Where more came than the front was long, each begins as much further on.
        """
        taken = frozenset(self.front[: self.number])
        others = [each for each in waiting if each.reference not in taken]
        start = max(0, self.number - len(self.front)) % len(others) if others else 0
        rest = [each for each in waiting if each.reference in taken]
        return others[start:] + others[:start] + rest


@dataclass(frozen=True, slots=True)
class LineSnapshot:
    """How long the lines were, and how long calls took, at ``taken_at``; about a minute old.

    ``later`` counts, by line, the cases whose time comes within a day; ``grown`` by how many each
    line has grown in the last minute. A snapshot that was stored before these has neither.
    """

    taken_at: datetime
    waiting: dict[str, int]
    handling_minutes: int
    later: dict[str, int] = field(default_factory=dict)
    grown: dict[str, int] = field(default_factory=dict)

    @property
    def total(self) -> int:
        """All who wait, whatever their language."""
        return sum(self.waiting.values())


def line_name(line: Line) -> str:
    """Return a line's name in a snapshot: its language, and whether only a woman may call."""
    return f"{line.language}{_WOMAN}" if line.woman_only else line.language


def line_named(name: str) -> Line:
    """Return the line that has this name in a snapshot."""
    language, separator, _ = name.partition(_WOMAN)
    return Line(language, bool(separator))


def unserved_in(snapshot: LineSnapshot | None, served: Collection[str]) -> dict[str, int]:
    """Count, by line, those who wait now or for later where nobody serves them."""
    if snapshot is None:
        return {}
    names = {*snapshot.waiting, *snapshot.later}.difference(served)
    return {
        name: snapshot.waiting.get(name, 0) + snapshot.later.get(name, 0) for name in sorted(names)
    }


def line_of(case: Case) -> Line:
    """Tell in which line this case waits."""
    return Line(case.language, case.prefers_woman)


def lines_for(oncologist: Oncologist) -> tuple[Line, ...]:
    """Tell the lines from which this oncologist may take a case, in the order of languages."""
    kinds = (False, True) if oncologist.is_woman else (False,)
    return tuple(
        Line(language, woman_only) for language in oncologist.languages for woman_only in kinds
    )


def in_order(lines: Iterable[Iterable[Waiting]]) -> list[Waiting]:
    """Merge the fronts of several lines, each in order, into one order of calling."""
    return list(merge(*lines, key=lambda waiting: waiting.place))
