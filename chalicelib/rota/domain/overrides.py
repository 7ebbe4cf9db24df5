"""What stands above the rotation: an override changes who is on, a temporary schedule says it.

Both touch one day at a time: what is refused on one day stands on another. Minutes are those of
local_minutes, spans are half-open, lines are known by their places in the list.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from itertools import pairwise
from typing import NamedTuple

from chalicelib.core.domain.errors import InvalidField
from chalicelib.rota.domain.line_calendar import LineDays
from chalicelib.rota.domain.local_minutes import DAY_MINUTES, to_minute
from chalicelib.rota.domain.model import Line, Sources
from chalicelib.rota.domain.round_robin import Team
from chalicelib.rota.domain.scheduler import Stretch


class Edit(NamedTuple):
    """An override, or a temporary schedule where ``on`` tells who serves; ``path`` is its own."""

    path: str
    place: int
    line: int
    start: int
    end: int
    remove: str | None = None
    add: str | None = None
    on: Team | None = None

    def puts_on(self) -> Team:
        """List whom it puts on."""
        if self.on is not None:
            return self.on
        return () if self.add is None else (self.add,)

    def path_of(self, who: str) -> str:
        """Tell the path of the field that puts somebody on."""
        return f"{self.path}.add" if self.on is None else f"{self.path}.on[{self.on.index(who)}]"


def edits_of(sources: Sources) -> list[Edit]:
    """List overrides and temporary schedules, checked before, in minutes of the wall clock."""
    places = {line.id: i for i, line in enumerate(sources.lines)}
    zone = sources.hours.zone
    edits = [
        Edit(
            f"overrides[{i}]",
            i,
            places[override.line],
            to_minute(override.start, zone),
            to_minute(override.end, zone),
            override.remove,
            override.add,
        )
        for i, override in enumerate(sources.overrides)
    ]
    edits += [
        Edit(
            f"temporary[{i}]",
            i,
            places[temporary.line],
            to_minute(temporary.start, zone),
            to_minute(temporary.end, zone),
            on=temporary.on,
        )
        for i, temporary in enumerate(sources.temporary)
    ]
    return edits


def misplaced(edit: Edit, line: Line, days: LineDays) -> list[InvalidField]:
    """Tell whether an edit runs across a closed day (``closed``), or meets no shift of its line."""
    meets = False
    first = edit.start // DAY_MINUTES
    for day in range(first, (edit.end - 1) // DAY_MINUTES + 1):
        if days.runs(edit.line, day):
            midnight = day * DAY_MINUTES
            meets = meets or (
                edit.start < midnight + line.end_minute and midnight + line.start_minute < edit.end
            )
        elif not days.is_open(day):
            name = "from" if day == first else "to"
            dated = date.fromordinal(day).isoformat()
            return [InvalidField(f"{edit.path}.{name}", "closed", date=dated)]
    return [] if meets else [InvalidField(f"{edit.path}.line", "no_shift")]


Absence = Callable[[str, int], str | None]
"""Tells why somebody cannot serve on a day (an ordinal): a code, or None."""

_Fault = tuple[Edit, str, str]


def apply_edits(
    day: int, stretches: Sequence[Stretch], edits: Iterable[Edit], absence: Absence
) -> tuple[list[Stretch], list[InvalidField]]:
    """Tell one day's stretches once its edits are applied, and which edits were refused.

    ``stretches`` is what the rotation says of that day. Of edits that together put somebody on two
    lines at once, the last override goes first. Codes: ``on_leave``, ``gone``, ``not_joined``,
    ``not_on``, ``on_two_lines``.
    """
    refused: list[InvalidField] = []
    standing: dict[int, list[Edit]] = {}
    for edit in edits:
        absent = [
            InvalidField(edit.path_of(who), code)
            for who in edit.puts_on()
            if (code := absence(who, day))
        ]
        if absent:
            refused += absent
        else:
            standing.setdefault(edit.line, []).append(edit)
    while True:
        edited, fault = _edited(stretches, standing)
        if fault is None:
            return edited, refused
        edit, path, code = fault
        refused.append(InvalidField(path, code))
        standing[edit.line].remove(edit)


def _edited(
    stretches: Sequence[Stretch], standing: dict[int, list[Edit]]
) -> tuple[list[Stretch], _Fault | None]:
    """Apply edits, listed by their lines; or tell which cannot be."""
    edited: list[Stretch] = []
    for stretch in stretches:
        edits = standing.get(stretch[1])
        if edits is None:
            edited.append(stretch)
            continue
        pieces, fault = _split(stretch, edits)
        if fault:
            return [], fault
        edited += pieces
    edited.sort()
    return edited, _first_clash(edited, standing)


def _split(stretch: Stretch, edits: Sequence[Edit]) -> tuple[list[Stretch], _Fault | None]:
    """Cut a stretch at the edges of its edits and say who is on each piece; equal ones join."""
    first, line, last, was_on = stretch
    if len(edits) == 1:
        return _split_once(stretch, edits[0])
    edges = {edge for edit in edits for edge in (edit.start, edit.end) if first < edge < last}
    pieces: list[Stretch] = []
    for start, end in pairwise([first, *sorted(edges), last]):
        on, fault = _on(was_on, [e for e in edits if e.start <= start and end <= e.end])
        if fault:
            return [], fault
        if pieces and set(pieces[-1][3]) == set(on):
            pieces[-1] = (pieces[-1][0], line, end, pieces[-1][3])
        else:
            pieces.append((start, line, end, on))
    return pieces, None


def _split_once(stretch: Stretch, edit: Edit) -> tuple[list[Stretch], _Fault | None]:
    """Do as ``_split`` does, for the one edit that most shifts have."""
    first, line, last, was_on = stretch
    start, end = max(first, edit.start), min(last, edit.end)
    if start >= end:
        return [stretch], None
    on, fault = _on(was_on, (edit,))
    if fault or set(on) == set(was_on):
        return [stretch], fault
    pieces = [(start, line, end, on)]
    if first < start:
        pieces.insert(0, (first, line, start, was_on))
    if end < last:
        pieces.append((end, line, last, was_on))
    return pieces, None


def _on(on: Team, edits: Sequence[Edit]) -> tuple[Team, _Fault | None]:
    """Tell who is on under these edits, or which of them removes somebody who is not on."""
    for edit in edits:
        if edit.on is not None:
            return edit.on, None
    for edit in edits:
        if edit.remove is not None:
            if edit.remove not in on:
                return on, (edit, f"{edit.path}.remove", "not_on")
            on = tuple([who for who in on if who != edit.remove])
        if edit.add is not None and edit.add not in on:
            on = (*on, edit.add)
    return on, None


def _first_clash(stretches: Sequence[Stretch], standing: dict[int, list[Edit]]) -> _Fault | None:
    """Find somebody whom an edit puts on while another line has them, and the edit to blame."""
    for line, edits in standing.items():
        for edit in edits:
            for who in edit.puts_on():
                for start, other, end, on in stretches:
                    if other != line and who in on and start < edit.end and edit.start < end:
                        blamed = _to_blame(who, (line, other), (start, end), stretches, standing)
                        if blamed:
                            return blamed
    return None


def _to_blame(
    who: str,
    lines: tuple[int, int],
    span: tuple[int, int],
    stretches: Sequence[Stretch],
    standing: dict[int, list[Edit]],
) -> _Fault | None:
    """Find the edit that puts somebody on the first line while the second has them for the span.

    None where they are not on the first then, say under a temporary schedule.
    """
    for start, line, end, on in stretches:
        if line == lines[0] and who in on and start < span[1] and span[0] < end:
            first, last = max(start, span[0]), min(end, span[1])
            culprits = [
                (edit.on is None, edit.place, edit)
                for place in lines
                for edit in standing.get(place, ())
                if edit.start < last and first < edit.end
                if who in edit.puts_on()
                and not (edit.on is None and _ruled(first, standing[place]))
            ]
            if culprits:
                edit = max(culprits)[2]
                return edit, edit.path_of(who), "on_two_lines"
    return None


def _ruled(minute: int, edits: Sequence[Edit]) -> bool:
    """Tell whether a temporary schedule says who is on at a minute."""
    return any(edit.on is not None and edit.start <= minute < edit.end for edit in edits)
