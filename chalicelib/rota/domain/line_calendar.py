"""On which days each line runs: its weekdays, where the helpline is open."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from chalicelib.core.domain.errors import InvalidField
from chalicelib.core.domain.working_hours import WEEKDAYS
from chalicelib.rota.domain.model import Sources, fits, open_spans, outside

Running = tuple[int, ...]


class LineDays:
    """The days, as ordinals, on which lines run; lines are known by their places in the list.

    A line runs on those of its weekdays that have hours. A dated opening which does not take in
    the whole of it is a problem of that date, on which it does not run.
    """

    def __init__(self, sources: Sources) -> None:
        """Work out the usual week, and the dates that are not as usual."""
        hours = sources.hours
        self._lines = sources.lines
        self._open_week = [bool(windows) for windows in hours.weekly]
        self._dated: dict[int, Running] = {day.toordinal(): () for day in hours.closures}
        self._opened: set[int] = set()
        self._outside: dict[int, list[InvalidField]] = {}
        for date_ in hours.extra:
            spans = open_spans(hours.windows_on(date_))
            if not spans:
                continue
            day = date_.toordinal()
            wanted = [
                (i, line)
                for i, line in enumerate(self._lines)
                if WEEKDAYS[date_.weekday()] in line.days
            ]
            self._opened.add(day)
            self._dated[day] = tuple([i for i, line in wanted if fits(line, spans)])
            self._outside[day] = [
                outside(line, f"lines[{i}]", spans) for i, line in wanted if not fits(line, spans)
            ]

    def is_open(self, day: int) -> bool:
        """Tell whether the helpline has hours on a day."""
        return day in self._opened or (
            day not in self._dated and self._open_week[(day - 1) % len(WEEKDAYS)]
        )

    def runs(self, line: int, day: int) -> bool:
        """Tell whether a line runs on a day."""
        dated = self._dated.get(day)
        if dated is not None:
            return line in dated
        weekday = (day - 1) % len(WEEKDAYS)
        return self._open_week[weekday] and WEEKDAYS[weekday] in self._lines[line].days

    def of_lines(self, first: int, last: int) -> list[Sequence[int]]:
        """List for each line the days of ``[first, last)`` on which it runs."""
        dated = {day: lines for day, lines in self._dated.items() if first <= day < last}
        usual: dict[tuple[str, ...], list[int]] = {}
        found: list[Sequence[int]] = []
        for place, line in enumerate(self._lines):
            days = usual.get(line.days)
            if days is None:
                days = usual[line.days] = [
                    day
                    for day in _on_weekdays(line.days, self._open_week, first, last)
                    if day not in dated
                ]
            special = [day for day, lines in dated.items() if place in lines]
            found.append(sorted(days + special) if special else days)
        return found

    def problems(self, first: int, last: int) -> Iterator[InvalidField]:
        """Tell which lines lie partly outside the hours of a date in ``[first, last)``."""
        for day, found in sorted(self._outside.items()):
            if first <= day < last:
                for problem in found:
                    yield InvalidField(
                        problem.field, problem.field_code, date=date.fromordinal(day).isoformat()
                    )


def _on_weekdays(
    names: Sequence[str], open_week: Sequence[bool], first: int, last: int
) -> list[int]:
    """List the days of ``[first, last)`` that have one of these names and are usually open."""
    days: list[int] = []
    for weekday, name in enumerate(WEEKDAYS):
        if name in names and open_week[weekday]:
            days += range(first + (weekday + 1 - first) % len(WEEKDAYS), last, len(WEEKDAYS))
    days.sort()
    return days
