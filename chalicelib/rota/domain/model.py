"""What the rota is made from: lines with their rotations, leave, overrides, temporary schedules.

A line's times are local wall times to the minute in the zone of the hours. A line whose end is at
or before its start runs over midnight: its shift belongs to the date on which it starts. Dates are
days of the helpline's calendar. Every span is half-open. Paths of problems are those of the
preview's body (``lines[0].rotation.members[1]``).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from typing import Any, ClassVar, Final, Literal, Self, TypeAlias, assert_never
from zoneinfo import ZoneInfo

from chalicelib.core.domain.datetimes import IST, calendar_day, require_aware
from chalicelib.core.domain.errors import InvalidField, InvalidInput
from chalicelib.core.domain.working_hours import WEEKDAYS, Windows, WorkingHours
from chalicelib.rota.domain.duty import Oncologist
from chalicelib.rota.domain.spans import join

UNITS: Final = ("shift", "week")
MAX_PEOPLE: Final = 50
MAX_EVERY: Final = 366
MAX_OVERRIDE_DAYS: Final = 366
MAX_SERVED_HOURS: Final = 84 * 24

_DAY_MINUTES: Final = 24 * 60
_WEEK: Final = frozenset(WEEKDAYS)

_AlikeDays = tuple[Sequence[str], Sequence[tuple[int, int]]]
"""Weekdays with the same hours, and the minutes in which they are open."""


@dataclass(frozen=True, slots=True)
class RoundRobin:
    """Members in turn; a turn lasts ``every`` served shifts, or ISO weeks that have any.

    Nothing is served before ``anchor``, the day on which counting begins.
    """

    kind: ClassVar[Literal["round_robin"]] = "round_robin"

    members: tuple[str, ...]
    anchor: date
    unit: Literal["shift", "week"] = "shift"
    every: int = 1

    def to_dict(self) -> dict[str, object]:
        """Write it in JSON's types."""
        return {
            "kind": self.kind,
            "unit": self.unit,
            "every": self.every,
            "members": list(self.members),
            "anchor": self.anchor.isoformat(),
        }


@dataclass(frozen=True, slots=True)
class Fair:
    """Whoever served the fewest hours of late comes next; ``members`` settle what is equal.

    A member who joins, or returns after a fortnight or more, starts at the others' mean.
    """

    kind: ClassVar[Literal["fair"]] = "fair"
    anchor: ClassVar[date] = date.min
    """It serves from the first day on."""

    members: tuple[str, ...]

    def to_dict(self) -> dict[str, object]:
        """Write it in JSON's types."""
        return {"kind": self.kind, "members": list(self.members)}


@dataclass(frozen=True, slots=True)
class Line:
    """A place to fill: on its weekdays (``mon``...), from ``start`` to ``end``, by ``people``.

    ``languages`` are those that whoever is on must cover together.
    """

    id: str
    days: tuple[str, ...]
    start: time
    end: time
    rotation: RoundRobin | Fair
    people: int = 1
    languages: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, object]:
        """Write it in JSON's types."""
        return {
            "id": self.id,
            "days": list(self.days),
            "start": f"{self.start:%H:%M}",
            "end": f"{self.end:%H:%M}",
            "people": self.people,
            "languages": list(self.languages),
            "rotation": self.rotation.to_dict(),
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Read what ``to_dict`` wrote."""
        rotation = data["rotation"]
        members = tuple(rotation["members"])
        return cls(
            id=data["id"],
            days=tuple(data["days"]),
            start=time.fromisoformat(data["start"]),
            end=time.fromisoformat(data["end"]),
            people=data["people"],
            languages=tuple(data["languages"]),
            rotation=Fair(members)
            if rotation["kind"] == Fair.kind
            else RoundRobin(
                members,
                date.fromisoformat(rotation["anchor"]),
                rotation["unit"],
                rotation["every"],
            ),
        )

    @property
    def start_minute(self) -> int:
        """The minute of the local day at which a shift starts."""
        return self.start.hour * 60 + self.start.minute

    @property
    def end_minute(self) -> int:
        """The minute at which a shift ends, counted from the midnight before it; at most 2880."""
        end = self.end.hour * 60 + self.end.minute
        return end if end > self.start_minute else end + _DAY_MINUTES

    @property
    def is_overnight(self) -> bool:
        """Whether a shift goes on after midnight."""
        return self.end_minute > _DAY_MINUTES


@dataclass(frozen=True, slots=True)
class Leave:
    """An oncologist is away from the date ``start`` until, and not on, the date ``end``.

    Leave of some hours has ``since`` and ``until`` too: they are away from the one instant until
    the other, and ``start`` and ``end`` are the dates that this touches. See ``leave_of_hours``.
    """

    oncologist: str
    start: date
    end: date
    since: datetime | None = None
    until: datetime | None = None

    @property
    def is_of_hours(self) -> bool:
        """Whether it has instants, and not whole days."""
        return self.since is not None


def leave_of_hours(oncologist: str, since: datetime, until: datetime, zone: ZoneInfo) -> Leave:
    """Make a leave from one instant until another; raises NaiveDatetimeError."""
    start = require_aware(since).astimezone(zone).date()
    last = max(last_day(until, zone), start)
    return Leave(oncologist, start, last + timedelta(days=1), since, until)


def last_day(end: datetime, zone: ZoneInfo = IST) -> date:
    """Return the last date that a span touches; one that ends at midnight touches none of it."""
    return (require_aware(end) - timedelta(microseconds=1)).astimezone(zone).date()


@dataclass(frozen=True, slots=True)
class Override:
    """From ``start`` to ``end`` a line loses ``remove``, gains ``add``, or has both."""

    listed: ClassVar[str] = "overrides"

    line: str
    start: datetime
    end: datetime
    remove: str | None = None
    add: str | None = None


@dataclass(frozen=True, slots=True)
class Temporary:
    """From ``start`` to ``end`` exactly ``on`` serve a line, whatever else was planned."""

    listed: ClassVar[str] = "temporary"

    line: str
    start: datetime
    end: datetime
    on: tuple[str, ...]


RotaException: TypeAlias = Override | Temporary
"""What stands above the rotation; ``listed`` names its list in sources, and in paths."""


def touches(source: Leave | Override | Temporary, start: date, end: date) -> bool:
    """Whether a source is about a date in ``[start, end)`` of the helpline's calendar."""
    match source:
        case Leave():
            return source.start < end and start < source.end
        case Override() | Temporary():
            return calendar_day(source.start) < end and start <= last_day(source.end)


@dataclass(frozen=True, slots=True)
class Sources:
    """All that a plan of the rota is made from; ``check`` tells whether it holds together.

    Holidays are the closures of ``hours``. The order of ``lines`` is their precedence where two
    want the same person. ``served`` has the hours that each served before the plan, for ``fair``;
    None: that is not known, and nobody counts as new to it.
    """

    hours: WorkingHours
    oncologists: tuple[Oncologist, ...]
    lines: tuple[Line, ...]
    leave: tuple[Leave, ...] = ()
    overrides: tuple[Override, ...] = ()
    temporary: tuple[Temporary, ...] = ()
    served: Mapping[str, float] | None = field(default=None, hash=False)
    _sound: bool = field(default=False, init=False, repr=False, compare=False)

    def exceptions(self) -> Iterator[tuple[str, int, RotaException]]:
        """List overrides and temporary schedules, each with its path and its place in its list."""
        both: tuple[tuple[RotaException, ...], ...] = self.overrides, self.temporary
        for listed in both:
            for place, exception in enumerate(listed):
                yield f"{exception.listed}[{place}]", place, exception

    def with_exception(self, exception: RotaException) -> tuple[Sources, str]:
        """Return sources with one exception more, and its path."""
        match exception:
            case Override():
                sources = replace(self, overrides=(*self.overrides, exception))
                return sources, f"overrides[{len(self.overrides)}]"
            case Temporary():
                sources = replace(self, temporary=(*self.temporary, exception))
                return sources, f"temporary[{len(self.temporary)}]"
            case other:
                assert_never(other)


def check(sources: Sources) -> None:
    """Raise InvalidInput with everything that is wrong, where anything is.

    Sources do not change: those that were found sound are not looked at again.
    """
    if not sources._sound:
        found = problems(sources)
        if found:
            raise InvalidInput(found)
        object.__setattr__(sources, "_sound", True)


def problems(sources: Sources) -> list[InvalidField]:
    """Tell what is wrong with the sources in themselves, in the order of the preview's body.

    Codes: ``unknown``, ``repeated``, ``required``, ``out_of_range``, ``bad_time``,
    ``end_before_start``, ``outside_hours``, ``overlapping``. What shows only on a day of the plan
    (an override across a holiday, somebody on two lines) is for ``plan`` to tell. Raises
    NaiveDatetimeError where an instant has no time zone.
    """
    known = {oncologist.id for oncologist in sources.oncologists}
    lines = {line.id for line in sources.lines}
    week = _week(sources.hours, overnight=any(line.is_overnight for line in sources.lines))
    return [
        *_oncologist_problems(sources.oncologists),
        *_repeated("lines", [line.id for line in sources.lines], ".id"),
        *(
            problem
            for i, line in enumerate(sources.lines)
            for problem in _line_problems(line, f"lines[{i}]", known, week)
        ),
        *leave_problems(sources.leave, known),
        *_exception_problems(sources, known, lines),
        *_overlapping(sources.temporary),
        *_served_problems(sources.served or {}, known),
    ]


def open_spans(windows: Windows, tomorrow: Windows = ()) -> list[tuple[int, int]]:
    """List the open minutes of a local day, in order, and of the next; those that touch are joined.

    Minutes count from the first day's midnight.
    """
    return join(
        (
            midnight + window.start.hour * 60 + window.start.minute,
            midnight + (window.end.hour * 60 + window.end.minute or _DAY_MINUTES),
        )
        for midnight, day in ((0, windows), (_DAY_MINUTES, tomorrow))
        for window in day
    )


def fits(line: Line, spans: Sequence[tuple[int, int]]) -> bool:
    """Tell whether a shift of the line lies inside one of a day's open spans."""
    start, end = line.start_minute, line.end_minute
    return any(opens <= start and end <= closes for opens, closes in spans)


def outside(line: Line, path: str, spans: Sequence[tuple[int, int]]) -> InvalidField:
    """Name the end of the line that lies outside a day's open spans."""
    starts_open = any(opens <= line.start_minute < closes for opens, closes in spans)
    return InvalidField(f"{path}.{'end' if starts_open else 'start'}", "outside_hours")


def _week(hours: WorkingHours, *, overnight: bool) -> list[_AlikeDays]:
    """Group the open weekdays by their hours, and where lines run overnight by the next day's."""
    alike: dict[tuple[Windows, Windows], list[str]] = {}
    for i, (name, windows) in enumerate(zip(WEEKDAYS, hours.weekly, strict=True)):
        if windows:
            tomorrow = hours.weekly[(i + 1) % len(WEEKDAYS)] if overnight else ()
            alike.setdefault((windows, tomorrow), []).append(name)
    return [(days, open_spans(*windows)) for windows, days in alike.items()]


def _oncologist_problems(oncologists: Sequence[Oncologist]) -> Iterator[InvalidField]:
    yield from _repeated("oncologists", [who.id for who in oncologists], ".id")
    for i, who in enumerate(oncologists):
        if who.leaves_before_joining:
            yield InvalidField(f"oncologists[{i}].left", "end_before_start")


def _line_problems(
    line: Line, path: str, known: set[str], week: Sequence[_AlikeDays]
) -> Iterator[InvalidField]:
    if not _WEEK.issuperset(line.days) or len(set(line.days)) != len(line.days) or not line.days:
        yield from _days_problems(line.days, f"{path}.days")
    if line.start.second or line.start.microsecond or line.end.second or line.end.microsecond:
        yield InvalidField(f"{path}.start", "bad_time")
    else:
        yield from _outside_hours(line, path, week)
    if not 1 <= line.people <= MAX_PEOPLE:
        yield InvalidField(f"{path}.people", "out_of_range", least=1, most=MAX_PEOPLE)
    yield from _repeated(f"{path}.languages", line.languages)
    yield from _rotation_problems(line.rotation, f"{path}.rotation", known)


def _days_problems(days: Sequence[str], path: str) -> Iterator[InvalidField]:
    if not days:
        yield InvalidField(path, "required")
    for j, day in enumerate(days):
        if day not in _WEEK:
            yield InvalidField(f"{path}[{j}]", "unknown")
    yield from _repeated(path, days)


def _outside_hours(line: Line, path: str, week: Sequence[_AlikeDays]) -> Iterator[InvalidField]:
    for days, spans in week:
        if not fits(line, spans) and not set(line.days).isdisjoint(days):
            yield outside(line, path, spans)
            return


def _rotation_problems(
    rotation: RoundRobin | Fair, path: str, known: set[str]
) -> Iterator[InvalidField]:
    match rotation:
        case RoundRobin():
            if rotation.unit not in UNITS:
                yield InvalidField(f"{path}.unit", "unknown")
            if not 1 <= rotation.every <= MAX_EVERY:
                yield InvalidField(f"{path}.every", "out_of_range", least=1, most=MAX_EVERY)
        case Fair():
            pass
        case other:
            assert_never(other)
    members = rotation.members
    if not members:
        yield InvalidField(f"{path}.members", "required")
    if len(known.intersection(members)) != len(members):
        for j, member in enumerate(members):
            if member not in known:
                yield InvalidField(f"{path}.members[{j}]", "unknown")
        yield from _repeated(f"{path}.members", members)


def leave_problems(
    leave: Iterable[Leave], known: set[str], below: str = "leave[{}]."
) -> Iterator[InvalidField]:
    """List what is wrong with leave in itself; ``below`` has the place of each and its dot."""
    for i, away in enumerate(leave):
        if away.oncologist not in known:
            yield InvalidField(f"{below.format(i)}oncologist", "unknown")
        if away.end <= away.start:
            yield InvalidField(f"{below.format(i)}to", "end_before_start")
        elif away.since and away.until:
            yield from _instant_problems(away.since, away.until, below.format(i))


def _exception_problems(
    sources: Sources, known: set[str], lines: set[str]
) -> Iterator[InvalidField]:
    for path, _, exception in sources.exceptions():
        if exception.line not in lines:
            yield InvalidField(f"{path}.line", "unknown")
        yield from _instant_problems(exception.start, exception.end, f"{path}.")
        match exception:
            case Override():
                yield from _override_problems(exception, path, known)
            case Temporary():
                for j, who in enumerate(exception.on):
                    if who not in known:
                        yield InvalidField(f"{path}.on[{j}]", "unknown")
                yield from _repeated(f"{path}.on", exception.on)
            case other:
                assert_never(other)


def _override_problems(override: Override, path: str, known: set[str]) -> Iterator[InvalidField]:
    if (override.end - override.start).days > MAX_OVERRIDE_DAYS:
        yield InvalidField(f"{path}.to", "out_of_range")
    if override.remove is None and override.add is None:
        yield InvalidField(f"{path}.add", "required")
    elif override.remove == override.add:
        yield InvalidField(f"{path}.add", "repeated")
    for name, who in (("remove", override.remove), ("add", override.add)):
        if who is not None and who not in known:
            yield InvalidField(f"{path}.{name}", "unknown")


def _instant_problems(start: datetime, end: datetime, below: str) -> Iterator[InvalidField]:
    for name, at in (("from", start), ("to", end)):
        if not _to_the_minute(require_aware(at)):
            yield InvalidField(f"{below}{name}", "bad_time")
    if end <= start:
        yield InvalidField(f"{below}to", "end_before_start")


def _served_problems(served: Mapping[str, float], known: set[str]) -> Iterator[InvalidField]:
    for who, hours in served.items():
        if who not in known:
            yield InvalidField(f"served.{who}", "unknown")
        elif not 0 <= hours <= MAX_SERVED_HOURS:
            yield InvalidField(f"served.{who}", "out_of_range", most=MAX_SERVED_HOURS)


def _overlapping(temporary: Sequence[Temporary]) -> Iterator[InvalidField]:
    """Tell which temporary schedules of one line start while another of it runs."""
    placed = sorted(enumerate(temporary), key=lambda one: (one[1].line, one[1].start, one[0]))
    for (_, earlier), (i, later) in pairwise(placed):
        if earlier.line == later.line and later.start < earlier.end:
            yield InvalidField(f"temporary[{i}].from", "overlapping")


def _repeated(path: str, listed: Sequence[str], tail: str = "") -> Iterator[InvalidField]:
    """Tell the places at which a value stands that stood before."""
    if len(set(listed)) == len(listed):
        return
    seen: set[str] = set()
    for i, value in enumerate(listed):
        if value in seen:
            yield InvalidField(f"{path}[{i}]{tail}", "repeated")
        seen.add(value)


def _to_the_minute(at: time | datetime) -> bool:
    return not (at.second or at.microsecond)
