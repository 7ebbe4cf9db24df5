"""On which days each line runs: its weekdays, where the helpline is open."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Final

from chalicelib.core.domain.errors import InvalidField
from chalicelib.core.domain.working_hours import WEEKDAYS, Windows
from chalicelib.rota.domain.model import Sources, fits, open_spans, outside

Running = tuple[int, ...]

_ONE_DAY: Final = timedelta(days=1)


class LineDays:
    """The days, as ordinals, on which lines run; lines are known by their places in the list.

    A line runs on those of its weekdays that have hours. A dated opening which does not take in
    the whole of it is a problem of that date, on which it does not run. A line over midnight does
    not run on the eve of a closed date.
    """

    def __init__(self, sources: Sources) -> None:
        """Work out the usual week, and the dates that are not as usual."""
        hours = sources.hours
        self._lines = sources.lines
        self._open_week = [bool(windows) for windows in hours.weekly]
        self._dated: dict[int, Running] = {}
        self._outside: dict[int, list[InvalidField]] = {}
        overnight = any(line.is_overnight for line in self._lines)
        dates = {*hours.closures, *hours.extra}
        if overnight:
            dates |= {date_ - _ONE_DAY for date_ in dates if date_ > date.min}
        for date_ in dates:
            windows = hours.windows_on(date_)
            tomorrow: Windows = ()
            if overnight and date_ < date.max:
                tomorrow = hours.windows_on(date_ + _ONE_DAY)
            self._set_date(date_, windows, tomorrow)

    def _set_date(self, date_: date, windows: Windows, tomorrow: Windows) -> None:
        """Find which lines run on a date that is not as usual, or whose next day is not."""
        day = date_.toordinal()
        self._dated[day] = ()
        if not windows:
            return
        spans = open_spans(windows, tomorrow)
        wanted = [
            (i, line)
            for i, line in enumerate(self._lines)
            if WEEKDAYS[date_.weekday()] in line.days
            if tomorrow or not line.is_overnight
        ]
        self._dated[day] = tuple([i for i, line in wanted if fits(line, spans)])
        self._outside[day] = [
            outside(line, f"lines[{i}]", spans) for i, line in wanted if not fits(line, spans)
        ]

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
