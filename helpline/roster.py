"""A roster: a spreadsheet of who is on which line on which date, as a charity keeps it.

Each row is a shift: ``date``, ``line``, ``oncologists``, and ``from`` and ``to`` where they differ
from the line's. It becomes a temporary schedule, which goes before any rotation. The helpline
itself judges all of it together, in a preview, before any of it is stored.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import combinations
from typing import Any, Final
from zoneinfo import ZoneInfo

from chalicelib.core.web.schemas.values import YEARS
from helpline.api import Api, Refused
from helpline.sheets import Bad, BadSheet, Row, several

COLUMNS: Final = ("date", "line", "oncologists", "from", "to")
NEEDED: Final = COLUMNS[:3]
_PLACE: Final = re.compile(r"temporary\[(\d+)\]\.?(\w*)")
_INVALID: Final = 422
_DAY: Final = timedelta(days=1)
_CELLS: Final[Mapping[str, str]] = {"on": "oncologists", "": "date"}
_KNOWN_OF_PERSON: Final = ("id", "languages", "joined", "left")


@dataclass(frozen=True)
class Shift:
    """A row of a roster, as the API takes it."""

    row: int
    line: str
    start: datetime
    end: datetime
    on: tuple[str, ...]

    def body(self) -> dict[str, Any]:
        """Write it for the API."""
        return {
            "line": self.line,
            "from": self.start.isoformat(),
            "to": self.end.isoformat(),
            "on": list(self.on),
        }


@dataclass(frozen=True)
class Stored:
    """What the helpline has, as far as a roster needs it."""

    lines: list[dict[str, Any]]
    oncologists: list[dict[str, Any]]
    zone: ZoneInfo

    @classmethod
    def read(cls, api: Api) -> Stored:
        """Read it."""
        return cls(
            api.get("/admin/lines")["lines"],
            api.get("/admin/oncologists")["oncologists"],
            ZoneInfo(api.get("/admin/hours")["zone"]),
        )


def shifts(rows: Collection[Row], stored: Stored) -> list[Shift]:
    """Read the rows. Raises BadSheet with everything that is wrong."""
    bad = [each for row in rows for each in row.bad]
    found = [shift for row in rows if (shift := _Reader(row, stored, bad).read())]
    bad += [
        Bad(shift.row, "date", f"overlaps row {earlier.row}")
        for earlier, shift in combinations(found, 2)
        if earlier.line == shift.line and _overlap(earlier, shift)
    ]
    if bad:
        raise BadSheet(bad)
    return found


def new_ones(api: Api, wanted: list[Shift]) -> list[Shift]:
    """Leave out what an earlier import has stored."""
    known = {_key(each) for each in _dated(api, wanted, "/admin/overrides")["temporary"]}
    return [shift for shift in wanted if _key(shift.body()) not in known]


def check(api: Api, wanted: list[Shift], stored: Stored) -> list[str]:
    """Have the helpline judge all shifts together, without storing any; tell of gaps that stay.

    Raises BadSheet.
    """
    first, last = _span(wanted)
    dated = _dated(api, wanted, "/admin/overrides")
    there = [_without_id(each) for each in dated["temporary"]]
    body = {
        "from": first.isoformat(),
        "to": last.isoformat(),
        "oncologists": [
            {name: each[name] for name in _KNOWN_OF_PERSON} for each in stored.oncologists
        ],
        "lines": stored.lines,
        "leave": [_without_id(each) for each in _dated(api, wanted, "/admin/leave")["leave"]],
        "overrides": [],
        "temporary": [*(shift.body() for shift in wanted), *there],
    }
    try:
        planned = api.send("POST", "/admin/rota/preview", body)
    except Refused as refused:
        if refused.status != _INVALID:
            raise
        raise BadSheet(_bad(refused, wanted)) from None
    return [
        f"{gap['line']} {gap['start'][:16]}: {gap['missing']} missing"
        + (f", nobody speaks {', '.join(gap['languages'])}" if gap["languages"] else "")
        for gap in planned["gaps"]
    ]


class _Reader:
    """Reads a row, and collects what is wrong with it."""

    def __init__(self, row: Row, stored: Stored, bad: list[Bad]) -> None:
        self._row = row
        self._stored = stored
        self._bad = bad

    def read(self) -> Shift | None:
        before = len(self._bad)
        span = self._span()
        on = tuple(self._people())
        if span is None or len(self._bad) > before:
            return None
        return Shift(self._row.number, *span, on)

    def _span(self) -> tuple[str, datetime, datetime] | None:
        """Tell the line, and from when to when: as the line has it where the row does not say."""
        before = len(self._bad)
        day = self._parsed("date", _day, "is not a date like 2026-11-23")
        start = self._parsed("from", time.fromisoformat, "is not a time like 10:00")
        end = self._parsed("to", _end, "is not a time like 13:30")
        line = self._line()
        if day is None or line is None or len(self._bad) > before:
            return None
        starts = self._at(day, start or time.fromisoformat(line["start"]))
        until = end or _end(line["end"])
        ends = self._at(day + _DAY if until == time() else day, until)
        if ends <= starts:
            self._wrong("to", "comes before the start")
        return line["id"], starts, ends

    def _line(self) -> dict[str, Any] | None:
        name = self._cell("line")
        found = next((line for line in self._stored.lines if line["id"] == name), None)
        if name and found is None:
            known = ", ".join(line["id"] for line in self._stored.lines)
            self._wrong("line", f"there is no line {name}; there are: {known}")
        return found

    def _people(self) -> Iterator[str]:
        """Find people by their ids, or by their names."""
        seen: set[str] = set()
        for name in several(self._cell("oncologists")):
            plain = name.casefold()
            ids = {
                each["id"]
                for each in self._stored.oncologists
                if plain in (each["id"].casefold(), each["name"].casefold())
            }
            if len(ids) != 1:
                self._wrong("oncologists", f"{'two are' if ids else 'nobody is'} called {name}")
                continue
            (who,) = ids
            if who in seen:
                self._wrong("oncologists", f"{name} is there twice")
            seen.add(who)
            yield who

    def _cell(self, column: str) -> str:
        cell = self._row.cells.get(column, "")
        if not cell and column in NEEDED:
            self._wrong(column, "is missing")
        return cell

    def _parsed(self, column: str, read: Any, what: str) -> Any:  # noqa: ANN401  # dates and times
        cell = self._cell(column)
        try:
            return read(cell) if cell else None
        except ValueError:
            self._wrong(column, what)
            return None

    def _at(self, day: date, at: time) -> datetime:
        return datetime.combine(day, at, self._stored.zone)

    def _wrong(self, column: str, what: str) -> None:
        self._bad.append(Bad(self._row.number, column, what))


def _day(text: str) -> date:
    """Read a date that the helpline takes. Raises ValueError."""
    day = date.fromisoformat(text)
    if day.year not in YEARS:
        raise ValueError(text)
    return day


def _end(text: str) -> time:
    """Read when something ends; midnight is its 24:00. Raises ValueError."""
    return time.fromisoformat(text.replace("24:00", "00:00"))


def _bad(refused: Refused, wanted: list[Shift]) -> Iterator[Bad]:
    """Tell by rows what the helpline told by places in the list."""
    for wrong in refused.fields:
        place = _PLACE.match(wrong.field)
        if place and int(place[1]) < len(wanted):
            row = wanted[int(place[1])].row
            yield Bad(row, _CELLS.get(place[2], place[2]), wrong.message)
        else:
            yield Bad(0, wrong.field, wrong.message)


def _dated(api: Api, wanted: list[Shift], path: str) -> Any:  # noqa: ANN401  # what the API answers
    first, last = _span(wanted)
    return api.get(path, **{"from": first, "to": last})


def _span(wanted: list[Shift]) -> tuple[date, date]:
    days = [shift.start.date() for shift in wanted]
    return min(days), max(days) + _DAY


def _overlap(one: Shift, other: Shift) -> bool:
    return one.start < other.end and other.start < one.end


def _key(shown: Mapping[str, Any]) -> tuple[Any, ...]:
    at = (datetime.fromisoformat(shown[name]) for name in ("from", "to"))
    return (shown["line"], *at, tuple(shown["on"]))


def _without_id(shown: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in shown.items() if name != "id"}
