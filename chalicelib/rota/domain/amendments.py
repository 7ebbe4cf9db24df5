"""What leave, overrides, temporary schedules and swaps do to days that are published already.

Pure: published days in, changed days out. Nothing that is over changes, and a shift that runs is
cut at the next whole minute. Days keep their versions; storing them is for others to do.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import zip_longest
from typing import NamedTuple, TypeAlias, assert_never
from zoneinfo import ZoneInfo

from chalicelib.core.domain.datetimes import require_aware
from chalicelib.core.domain.errors import InvalidField, InvalidInput
from chalicelib.core.domain.working_hours import WorkingHours
from chalicelib.rota.domain.availability import Presence
from chalicelib.rota.domain.change_log import News, Notice
from chalicelib.rota.domain.duty import DutyDay, Shift
from chalicelib.rota.domain.errors import (
    NotServing,
    NotYourShift,
    OnAnotherLine,
    OnLeave,
    ShiftStarted,
)
from chalicelib.rota.domain.line_calendar import LineDays
from chalicelib.rota.domain.local_minutes import DAY_MINUTES, to_instant, to_minute
from chalicelib.rota.domain.model import (
    Leave,
    Line,
    Override,
    RotaException,
    Sources,
    Temporary,
    check,
)
from chalicelib.rota.domain.overrides import Edit, apply_edits, edits_of, not_on
from chalicelib.rota.domain.quality import Gap, GapFinder
from chalicelib.rota.domain.scheduler import Stretch
from chalicelib.rota.domain.shift_ids import shift_id
from chalicelib.rota.domain.spans import subtract

_MINUTE = timedelta(minutes=1)
_ONE_DAY = timedelta(days=1)
_FOR_EVER = datetime.max.replace(tzinfo=UTC)

Span: TypeAlias = tuple[datetime, datetime]
"""From an instant until, and not at, another."""


def take_leave(
    days: Iterable[DutyDay], leave: Leave, zone: ZoneInfo, now: datetime
) -> list[DutyDay]:
    """Take an oncologist off their shifts on the dates of a leave; return the days that change.

    Leave of some hours takes them off for that time, whatever the day of the shift. ``days`` of
    other dates may be among them. The gap that it leaves is seen by ``opened_gaps``.
    """
    cut = _next_minute(now)
    changed: list[DutyDay] = []
    for day in days:
        if leave.since and leave.until:
            span = max(leave.since, cut), leave.until
        elif leave.start <= day.day < leave.end:
            span = cut, _FOR_EVER
        else:
            continue
        shifts = [
            piece for shift in day.shifts for piece in _without(shift, leave.oncologist, zone, span)
        ]
        changed += _changed(day, shifts)
    return changed


def apply_hours(
    days: Iterable[DutyDay], before: Sources, after: Sources, now: datetime
) -> list[DutyDay]:
    """Change published days from the hours of ``before`` to those of ``after``.

    Return the days that change. A shift loses what the new hours close and keeps the rest; what was
    closed under both hours stays. A line that runs on a date only under the new hours gets its
    shift there, with nobody on but those whom an override or a temporary schedule of ``after``
    adds: nobody is put on duty at short notice without being asked. ``after`` is checked.
    """
    cut, zone = _next_minute(now), after.hours.zone
    usual, becomes = LineDays(before), LineDays(after)
    presence = Presence(after.oncologists, after.leave, zone)
    edits = edits_of(after)
    changed: list[DutyDay] = []
    for day in days:
        closed = [
            (max(start, cut), end)
            for opening in _openings(before.hours, day.day)
            for start, end in subtract(opening, _openings(after.hours, day.day))
            if end > cut
        ]
        shifts = [piece for shift in day.shifts for piece in _outside(shift, closed, zone)]
        number = day.day.toordinal()
        opened = [
            place
            for place in range(len(after.lines))
            if becomes.runs(place, number) and not usual.runs(place, number)
        ]
        vacant = [
            Shift(shift_id(line.id, to_minute(start, zone)), line.id, start, end, ())
            for line in (after.lines[place] for place in opened)
            for start, end in _vacant(line, number, shifts, cut, zone)
        ]
        whole = replace(day, shifts=tuple(sorted([*shifts, *vacant], key=lambda one: one.start)))
        if vacant:
            mine = [edit for edit in edits if edit.line in opened]
            whole = _edited(whole, after, mine, presence).day
        changed += _changed(day, whole.shifts)
    return changed


def apply_exception(
    days: Iterable[DutyDay],
    sources: Sources,
    exception: RotaException,
    now: datetime,
    *,
    goes_on: bool = False,
) -> list[DutyDay]:
    """Apply an exception to published days, as far as they are; return those that change.

    ``days`` begin with the one before its span, and end with the one after it. ``goes_on``: some of
    its span is not published yet, so that it may touch nothing here.

    ``sources`` has hours, oncologists, lines, leave, and the temporary schedules that stand above
    an override, or among which another may be; its overrides are of no account, the published days
    have them already. Raises InvalidInput with the codes of ``check`` and ``plan``, and
    ``in_the_past``, each with its path below ``overrides[0]`` or ``temporary[0]``.
    """
    plain = replace(sources, overrides=(), served=None)
    match exception:
        case Override():
            alone = replace(plain, overrides=(exception,))
            check(alone)
            edit, *others = edits_of(alone)
            above = [(other.start, other.end) for other in others if other.line == edit.line]
            edits = [
                edit._replace(start=start, end=end)
                for start, end in subtract((edit.start, edit.end), above)
            ]
        case Temporary():
            if any(
                other.line == exception.line
                and other.start < exception.end
                and exception.start < other.end
                for other in sources.temporary
            ):
                raise InvalidInput([InvalidField("temporary[0].from", "overlapping")])
            alone = replace(plain, temporary=(exception,))
            check(alone)
            edits = edits_of(alone)
        case other:
            assert_never(other)
    return _apply(days, sources, edits, now, goes_on=goes_on)


def swap(
    day: DutyDay,
    shift: str,
    giver: str,
    taker: str,
    sources: Sources,
    now: datetime,
    beside: Iterable[DutyDay] = (),
) -> DutyDay:
    """Give a whole shift from one oncologist to another; ``shift`` is its id.

    ``beside`` are the days around it, whose shifts may run at the same time.

    Raises NotYourShift, ShiftStarted, OnLeave, OnAnotherLine, NotServing; InvalidInput of the field
    ``to``: ``oneself``, ``unknown``.
    """
    if giver == taker:
        raise InvalidInput([InvalidField("to", "oneself")])
    zone = sources.hours.zone
    presence = Presence(sources.oncologists, sources.leave, zone)
    if taker not in presence.bits:
        raise InvalidInput([InvalidField("to", "unknown")])
    given = next((one for one in day.shifts if one.id == shift), None)
    if given is None or giver not in given.on:
        raise NotYourShift
    if require_aware(now) >= given.start:
        raise ShiftStarted
    span = to_minute(given.start, zone), to_minute(given.end, zone)
    absence = presence.hindrance(taker, day.day.toordinal(), *span)
    if absence:
        raise OnLeave if absence == "on_leave" else NotServing
    for other in (each for one in (day, *beside) for each in one.shifts):
        if taker in other.on and other.start < given.end and given.start < other.end:
            raise OnAnotherLine
    on = (*(who for who in given.on if who != giver), taker)
    return replace(
        day, shifts=tuple(replace(one, on=on) if one is given else one for one in day.shifts)
    )


def opened_gaps(
    before: Iterable[DutyDay], after: Iterable[DutyDay], finder: GapFinder
) -> list[Gap]:
    """Return the gaps of ``after`` that lack more than ``before`` did."""
    old = finder.in_days(before)
    return [gap for gap in finder.in_days(after) if not any(_holds(one, gap) for one in old)]


def moved(before: DutyDay, after: DutyDay) -> list[Notice]:
    """Return whose duty changed between two versions of a day, and how, by start and line.

    The shift of a notice runs for as long as they are on it without a break: what it is now, or
    what it was where it is no more. Whoever stays on while others change, or while the shift is cut
    in two, is not moved.
    """
    was, now = _duties(before), _duties(after)
    found: list[Notice] = []
    for key in was.keys() | now.keys():
        old, new = was.get(key, []), now.get(key, [])
        kept = {(shift.start, shift.end) for shift in old} & {
            (shift.start, shift.end) for shift in new
        }
        old = [shift for shift in old if (shift.start, shift.end) not in kept]
        new = [shift for shift in new if (shift.start, shift.end) not in kept]
        found += [
            *(Notice(key[0], News.CHANGED if _meets(one, old) else News.ON, one) for one in new),
            *(Notice(key[0], News.OFF, one) for one in old if not _meets(one, new)),
        ]
    found.sort(key=lambda notice: (notice.shift.start, notice.shift.line, notice.oncologist))
    return found


def _apply(
    days: Iterable[DutyDay],
    sources: Sources,
    edits: Sequence[Edit],
    now: datetime,
    *,
    goes_on: bool,
) -> list[DutyDay]:
    """Apply one edit, in as many parts as it has, from ``now`` on."""
    zone = sources.hours.zone
    from_now = to_minute(_next_minute(now), zone)
    ahead = [
        edit._replace(start=max(edit.start, from_now)) for edit in edits if edit.end > from_now
    ]
    presence = Presence(sources.oncologists, sources.leave, zone)
    faults: list[InvalidField] = []
    changed: list[DutyDay] = []
    touched = False
    before: tuple[Shift, ...] = ()
    known = list(days)
    for day, following in zip_longest(known, known[1:]):
        beside = (*before, *(following.shifts if following else ()))
        after = _edited(day, sources, ahead, presence, beside)
        faults += after.refused
        touched = touched or after.is_touched
        changed += _changed(day, after.day.shifts)
        before = after.day.shifts
    if edits and not ahead:
        faults.append(InvalidField(f"{edits[0].path}.to", "in_the_past"))
    elif edits and edits[0].on is None and not touched and not goes_on:
        faults.append(not_on(edits[0]))
    if faults:
        raise InvalidInput({fault.field: fault for fault in faults}.values())
    return changed


class _EditedDay(NamedTuple):
    """A published day with its edits applied."""

    day: DutyDay
    refused: list[InvalidField]
    is_touched: bool


def _edited(
    day: DutyDay,
    sources: Sources,
    edits: Sequence[Edit],
    presence: Presence,
    beside: Iterable[Shift] = (),
) -> _EditedDay:
    """Apply the edits that touch a published day; ``beside`` are shifts of the days around it."""
    zone = sources.hours.zone
    places = {line.id: i for i, line in enumerate(sources.lines)}

    def stretch(shift: Shift) -> Stretch:
        start, end = to_minute(shift.start, zone), to_minute(shift.end, zone)
        return start, places[shift.line], end, shift.on

    known = [shift for shift in day.shifts if shift.line in places]
    stretches = [stretch(shift) for shift in known]
    today = [
        edit
        for edit in edits
        if any(
            line == edit.line and start < edit.end and edit.start < end
            for start, line, end, _ in stretches
        )
    ]
    if not today:
        return _EditedDay(day, [], is_touched=False)
    # A shift of the day before that is over in time touches nothing of this one.
    around = [stretch(shift) for shift in beside if shift.line in places]
    found = apply_edits(day.day.toordinal(), stretches, today, presence, around)
    others = [shift for shift in day.shifts if shift.line not in places]
    names = {
        (start, line): shift.id for (start, line, _, _), shift in zip(stretches, known, strict=True)
    }
    shifts = [_shift(each, sources, names) for each in _joined(found.stretches)]
    ordered = sorted([*others, *shifts], key=lambda shift: shift.start)
    after = replace(day, shifts=tuple(ordered))
    return _EditedDay(after, found.refused, is_touched=bool(found.touched))


def _joined(stretches: Iterable[Stretch]) -> list[Stretch]:
    """Join what touches, is of one line and has the same people on."""
    found: list[Stretch] = []
    at: dict[int, int] = {}
    for start, line, end, on in stretches:
        i = at.get(line)
        if i is not None and found[i][2] == start and set(found[i][3]) == set(on):
            found[i] = (found[i][0], line, end, found[i][3])
        else:
            at[line] = len(found)
            found.append((start, line, end, on))
    return found


def _shift(stretch: Stretch, sources: Sources, names: Mapping[tuple[int, int], str]) -> Shift:
    """Make the shift of a stretch, under the name that it has where it has one."""
    start, place, end, on = stretch
    line, zone = sources.lines[place].id, sources.hours.zone
    name = names.get((start, place)) or shift_id(line, start)
    return Shift(name, line, to_instant(start, zone), to_instant(end, zone), on)


def _without(shift: Shift, who: str, zone: ZoneInfo, span: Span) -> list[Shift]:
    """Return a shift without somebody in a span, split at the edges of the span."""
    if who not in shift.on:
        return [shift]
    left = tuple(one for one in shift.on if one != who)
    kept = subtract((shift.start, shift.end), [span])
    taken = subtract((shift.start, shift.end), kept)
    return [
        _part(shift, span, zone, on)
        for span, on in sorted(
            [*((part, shift.on) for part in kept), *((part, left) for part in taken)]
        )
    ]


def _outside(shift: Shift, closed: Sequence[Span], zone: ZoneInfo) -> list[Shift]:
    """Return the parts of a shift that are not closed."""
    if not any(start < shift.end and shift.start < end for start, end in closed):
        return [shift]
    return [
        _part(shift, span, zone, shift.on) for span in subtract((shift.start, shift.end), closed)
    ]


def _part(shift: Shift, span: Span, zone: ZoneInfo, on: tuple[str, ...]) -> Shift:
    """Return a part of a shift; one that starts with the shift keeps its id."""
    start, end = span
    name = shift.id if start == shift.start else shift_id(shift.line, to_minute(start, zone))
    return replace(shift, id=name, start=start, end=end, on=on)


def _openings(hours: WorkingHours, day: date) -> list[Span]:
    """List what is open of a local date and the next, on which its shifts may end; in UTC."""
    return [
        (opening.start, opening.end)
        for each in (day, day + _ONE_DAY)
        for opening in hours.openings_on(each)
    ]


def _vacant(
    line: Line, day: int, shifts: Iterable[Shift], cut: datetime, zone: ZoneInfo
) -> list[Span]:
    """List what no shift of a line covers of the one that it has on a date, from ``cut`` on."""
    start = to_instant(day * DAY_MINUTES + line.start_minute, zone)
    end = to_instant(day * DAY_MINUTES + line.end_minute, zone)
    taken = [(shift.start, shift.end) for shift in shifts if shift.line == line.id]
    return subtract((start, end), [(start, cut), *taken])


def _changed(day: DutyDay, shifts: Sequence[Shift]) -> list[DutyDay]:
    after = tuple(shifts)
    return [] if after == day.shifts else [replace(day, shifts=after)]


def _next_minute(now: datetime) -> datetime:
    """Tell the first whole minute from ``now`` on."""
    floor = require_aware(now).replace(second=0, microsecond=0)
    return floor if floor == now else floor + _MINUTE


def _holds(old: Gap, new: Gap) -> bool:
    """Tell whether an old gap lacked, all the while, whatever the new one does."""
    return (
        old.line == new.line
        and old.start <= new.start
        and new.end <= old.end
        and old.missing >= new.missing
        and set(old.languages) >= set(new.languages)
    )


def _duties(day: DutyDay) -> dict[tuple[str, str], list[Shift]]:
    """List each one's duty on each line, without the cuts at which they stay on."""
    found: dict[tuple[str, str], list[Shift]] = {}
    for shift in sorted(day.shifts, key=lambda shift: shift.start):
        for who in shift.on:
            mine = found.setdefault((who, shift.line), [])
            if mine and mine[-1].end == shift.start:
                mine[-1] = replace(mine[-1], end=shift.end)
            else:
                mine.append(shift)
    return found


def _meets(shift: Shift, others: Iterable[Shift]) -> bool:
    return any(shift.start < other.end and other.start < shift.end for other in others)
