"""What stands above the rotation: an override changes who is on, a temporary schedule says it.

Both touch the shifts of one day at a time: what is refused on one day stands on another. An
override applies to whatever parts of shifts lie in its span, and where it removes somebody, to
those that they serve. Minutes are those of local_minutes, spans are half-open, lines are known by
their places in the list.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple, assert_never

from chalicelib.core.domain.errors import InvalidField
from chalicelib.rota.domain.availability import Presence
from chalicelib.rota.domain.local_minutes import to_minute
from chalicelib.rota.domain.model import Override, RotaException, Sources, Temporary
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
    return [
        Edit(
            path,
            place,
            places[exception.line],
            to_minute(exception.start, zone),
            to_minute(exception.end, zone),
            *_who(exception),
        )
        for path, place, exception in sources.exceptions()
    ]


def _who(exception: RotaException) -> tuple[str | None, str | None, Team | None]:
    """Return whom it removes, whom it adds, and who serves."""
    match exception:
        case Override():
            return exception.remove, exception.add, None
        case Temporary():
            return None, None, exception.on
        case other:
            assert_never(other)


class EditedStretches(NamedTuple):
    """A day's stretches after its edits, which of them were refused, and which applied to any.

    ``touched`` names edits by their paths; those refused for another reason are among them.
    """

    stretches: list[Stretch]
    refused: list[InvalidField]
    touched: frozenset[str]


_Fault = tuple[Edit, str, str]


def not_on(edit: Edit) -> InvalidField:
    """Return the problem of an edit that applies to no shift in its span."""
    return InvalidField(f"{edit.path}.{'line' if edit.remove is None else 'remove'}", "not_on")


def apply_edits(
    day: int,
    stretches: Sequence[Stretch],
    edits: Iterable[Edit],
    presence: Presence,
    beside: Sequence[Stretch] = (),
) -> EditedStretches:
    """Return one day's stretches once its edits are applied.

    ``stretches`` is what the rotation says of that day, ``beside`` what runs at the same time and
    belongs to the days around it. Of edits that together put somebody on two lines at once, the
    last override goes first. Codes of what is refused: ``on_leave``, ``gone``, ``not_joined``,
    ``on_two_lines``.
    """
    refused: list[InvalidField] = []
    blamed: set[str] = set()
    standing: dict[int, list[Edit]] = {}
    for edit in edits:
        standing.setdefault(edit.line, []).append(edit)
    while True:
        edited, touched = _edited(stretches, standing)
        faults = _absent(day, stretches, standing, touched, presence)
        if not faults and (clash := _first_clash([*edited, *beside], standing)):
            faults = [clash]
        if not faults:
            return EditedStretches(edited, refused, frozenset(touched | blamed))
        for edit, path, code in faults:
            refused.append(InvalidField(path, code))
            blamed.add(edit.path)
            if edit in standing[edit.line]:
                standing[edit.line].remove(edit)


def _absent(
    day: int,
    stretches: Sequence[Stretch],
    standing: dict[int, list[Edit]],
    touched: set[str],
    presence: Presence,
) -> list[_Fault]:
    """List the edits that put somebody on a shift who cannot serve it."""
    return [
        (edit, edit.path_of(who), code)
        for line, edits in standing.items()
        for edit in edits
        if edit.path in touched
        for who in edit.puts_on()
        for start, other, end, _ in stretches
        if other == line and start < edit.end and edit.start < end
        if (code := presence.hindrance(who, day, max(start, edit.start), min(end, edit.end)))
    ]


def without_absent(stretch: Stretch, presence: Presence) -> list[Stretch]:
    """Return the parts of a stretch, each without those who are on leave of some hours."""
    first, line, last, on = stretch
    parts = {who: presence.spans(who, first, last) for who in on if who in presence.hours}
    edges = {edge for spans in parts.values() for span in spans for edge in span}
    if all(spans == [(first, last)] for spans in parts.values()):
        return [stretch]
    whole = [(first, last)]
    pieces: list[Stretch] = []
    for start, end in pairwise(sorted({first, last, *edges})):
        here = tuple(
            [who for who in on if any(a <= start and end <= b for a, b in parts.get(who, whole))]
        )
        if pieces and pieces[-1][3] == here:
            pieces[-1] = (pieces[-1][0], line, end, here)
        else:
            pieces.append((start, line, end, here))
    return pieces


def _edited(
    stretches: Sequence[Stretch], standing: dict[int, list[Edit]]
) -> tuple[list[Stretch], set[str]]:
    """Apply edits, listed by their lines; return the paths of those that applied, too."""
    edited: list[Stretch] = []
    touched: set[str] = set()
    for stretch in stretches:
        edits = standing.get(stretch[1])
        if edits:
            edited += _split(stretch, edits, touched)
        else:
            edited.append(stretch)
    edited.sort()
    return edited, touched


def _split(stretch: Stretch, edits: Sequence[Edit], touched: set[str]) -> list[Stretch]:
    """Cut a stretch at the edges of its edits and say who is on each piece; equal ones join."""
    first, line, last, was_on = stretch
    edges = {edge for edit in edits for edge in (edit.start, edit.end) if first < edge < last}
    pieces: list[Stretch] = []
    for start, end in pairwise([first, *sorted(edges), last]):
        on = _on(was_on, [e for e in edits if e.start <= start and end <= e.end], touched)
        if pieces and set(pieces[-1][3]) == set(on):
            pieces[-1] = (pieces[-1][0], line, end, pieces[-1][3])
        else:
            pieces.append((start, line, end, on))
    return pieces


def _on(on: Team, edits: Sequence[Edit], touched: set[str]) -> Team:
    """Return who is on under these edits; one that removes somebody not on does nothing."""
    for edit in edits:
        if edit.on is not None:
            # An override beneath a temporary schedule is not looked at.
            touched.update(each.path for each in edits)
            return edit.on
    for edit in edits:
        if edit.remove is not None and edit.remove not in on:
            continue
        touched.add(edit.path)
        on = tuple([who for who in on if who != edit.remove])
        if edit.add is not None and edit.add not in on:
            on = (*on, edit.add)
    return on


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
