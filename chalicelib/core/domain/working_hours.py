"""The working-hours clock: when the helpline is open, and how long that is.

Hours are local to one time zone; every instant that goes in is aware, and every instant that comes
out is in UTC. Windows are half-open: a window until 17:00 is closed at 17:00. Time is counted as it
really passes, so a window across a change of the clocks is as long as it lasts.

A date's windows are the weekday's, or none where the date is in ``closures``, together with the
date's own ``extra`` windows. So an extra opening on a closed date opens it, and a day is shortened
or moved by closing it and opening it anew.

No search goes on for ever: hours that offer nothing for 400 days raise NeverOpen.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from itertools import pairwise
from types import MappingProxyType
from typing import Final, NamedTuple, Self, TypeGuard
from zoneinfo import ZoneInfo

from chalicelib.core.domain.datetimes import IST, to_utc
from chalicelib.core.domain.errors import HelplineError, InvalidField, InvalidInput

WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MIDNIGHT: Final = time(0)
MIDDAY: Final = time(13, 30)
IDLE_DAYS: Final = 400
HORIZON_DAYS: Final = 3660
PART_DAYS: Final = 8

_DAY_MINUTES: Final = 24 * 60
_TIME: Final = re.compile(r"(?:[01][0-9]|2[0-3]):[0-5][0-9]|24:00")
_NOT_IANA: Final = ("posix", "right/", "Factory", "localtime")
"""Files beside the zones of a machine that are no names of IANA's list."""
_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class NeverOpen(HelplineError):
    """The hours hold no opening within the days that a search looks ahead."""

    code = "never_open"


class DayPart(StrEnum):
    """The part of the day in which a patient wants to be called."""

    ANY = "any"
    MORNING = "morning"
    AFTERNOON = "afternoon"


class OpenWindow(NamedTuple):
    """Opening hours within a day, in local time to the minute; an ``end`` of 00:00 means 24:00."""

    start: time
    end: time


class Opening(NamedTuple):
    """A half-open span of time within one local day in which the helpline is open, in UTC."""

    start: datetime
    end: datetime


Windows = tuple[OpenWindow, ...]


@dataclass(frozen=True, slots=True)
class WorkingHours:
    """The weekly windows, Monday first, with dated exceptions, in one time zone.

    Windows may be given in any order and are kept sorted. Raises InvalidInput, with the paths of
    ``to_dict``'s shape, where windows overlap, end before they start or are finer than a minute.
    """

    weekly: tuple[Windows, ...]
    closures: frozenset[date] = frozenset()
    extra: Mapping[date, Windows] = field(default_factory=dict, hash=False)
    zone: ZoneInfo = IST

    def __post_init__(self) -> None:
        """Check and sort the windows, and keep an own copy of the dated ones."""
        if len(self.weekly) != len(WEEKDAYS):
            raise ValueError("a week has seven days")
        problems = [
            problem
            for path, windows in (
                *zip(WEEKDAYS, self.weekly, strict=True),
                *((f"extra.{day}", windows) for day, windows in self.extra.items()),
            )
            for problem in _problems(windows, path)
        ]
        if problems:
            raise InvalidInput(problems)
        extra = {day: tuple(sorted(windows)) for day, windows in sorted(self.extra.items())}
        object.__setattr__(self, "weekly", tuple(tuple(sorted(day)) for day in self.weekly))
        object.__setattr__(self, "extra", MappingProxyType(extra))

    def windows_on(self, day: date) -> Windows:
        """Tell the local opening hours of a date, in order; those that touch are joined."""
        usual = () if day in self.closures else self.weekly[day.weekday()]
        special = self.extra.get(day)
        if special is None and len(usual) <= 1:
            return usual
        joined: list[OpenWindow] = []
        for window in sorted((*usual, *(special or ()))):
            if joined and _minute(window.start) <= _end_minute(joined[-1]):
                last = joined.pop()
                joined.append(max(last, OpenWindow(last.start, window.end), key=_end_minute))
            else:
                joined.append(window)
        return tuple(joined)

    def openings_on(self, day: date) -> tuple[Opening, ...]:
        """Tell the spans of a local date in which the helpline is open, in order."""
        openings: list[Opening] = []
        for window in self.windows_on(day):
            start = self._instant(day, _minute(window.start))
            end = self._instant(day, _end_minute(window))
            # Where the clocks skip an hour, local times in it fall together with later ones.
            if openings:
                start = max(start, openings[-1].end)
            if start < end:
                openings.append(Opening(start, end))
        return tuple(openings)

    def window_at(self, at: datetime) -> Opening | None:
        """Find the opening that runs at ``at``, as far as it lies within that local day."""
        instant = to_utc(at)
        return next(
            (
                opening
                for opening in self.openings_on(self._local_day(instant))
                if opening.start <= instant < opening.end
            ),
            None,
        )

    def is_open(self, at: datetime) -> bool:
        """Tell whether the helpline is open at ``at``."""
        return self.window_at(at) is not None

    def next_opening(self, at: datetime) -> datetime:
        """Tell the first open instant from ``at`` on: ``at`` itself while open."""
        return self._first_opening(to_utc(at)).start

    def next_closing(self, at: datetime) -> datetime | None:
        """Tell when the opening that runs at ``at``, or else the next one, ends.

        Openings that touch at midnight are one. None: it does not close in the next 400 days.
        """
        start = to_utc(at)
        closing = self._first_opening(start).end
        for opening in self._openings_from(closing):
            if opening.start != closing:
                return closing
            closing = opening.end
            if closing - start > timedelta(days=IDLE_DAYS):
                return None
        return closing

    def add(self, at: datetime, amount: timedelta) -> datetime:
        """Tell the instant by which ``amount`` of working time has passed since ``at``.

        The answer is always an open instant: the earliest one from which ``between(at, answer)`` is
        ``amount``. So nothing added outside hours gives the next opening, and what would end
        exactly at a closing ends at the next opening. Fit for "call again not before".
        """
        for opening, left in self._spend(to_utc(at), amount):
            if left < opening.end - opening.start:
                return opening.start + left
        raise NeverOpen

    def between(self, start: datetime, end: datetime) -> timedelta:
        """Count the working time from ``start`` to ``end``; negative where ``end`` is earlier."""
        first, last = to_utc(start), to_utc(end)
        if last < first:
            return -self.between(last, first)
        total = timedelta()
        day, last_day = self._local_day(first), self._local_day(last)
        while day <= last_day:
            for opening in self.openings_on(day):
                overlap = min(opening.end, last) - max(opening.start, first)
                total += max(overlap, timedelta())
            day += timedelta(days=1)
        return total

    def next_working_day_opening(self, at: datetime) -> datetime:
        """Tell the first opening of the next local date, after that of ``at``, that has any.

        It skips Sundays, holidays and whatever else is closed.
        """
        tomorrow = self._local_day(to_utc(at)) + timedelta(days=1)
        return self._first_opening(self._instant(tomorrow, 0)).start

    def next_in_part(self, at: datetime, part: str) -> datetime:
        """Tell the first open instant from ``at`` on in that part of a local day.

        The morning ends, and the afternoon starts, at 13:30. A day without that part is passed
        over (whoever asks for the afternoon is not called on a Saturday morning), for eight days
        from the next opening on, so that each weekday is looked at; after that a call at another
        time is better than none, and it is the next opening. ``part`` is a DayPart or its value.
        """
        chosen = DayPart(part)
        start = to_utc(at)
        opening = self._first_opening(start)
        if chosen is DayPart.ANY:
            return opening.start
        first_day = self._local_day(opening.start)
        for day in (first_day + timedelta(days=ahead) for ahead in range(PART_DAYS)):
            middle = self._instant(day, _minute(MIDDAY))
            for opens, closes in self.openings_on(day):
                if chosen is DayPart.MORNING:
                    wanted = Opening(max(opens, start), min(closes, middle))
                else:
                    wanted = Opening(max(opens, start, middle), closes)
                if wanted.start < wanted.end:
                    return wanted.start
        return opening.start

    def to_dict(self) -> dict[str, object]:
        """Write the hours in the contract's shape, ready for JSON; ``from_dict`` reads it."""
        return {
            **{name: _plain(windows) for name, windows in zip(WEEKDAYS, self.weekly, strict=True)},
            "closures": [day.isoformat() for day in sorted(self.closures)],
            "extra": {day.isoformat(): _plain(windows) for day, windows in self.extra.items()},
            "zone": self.zone.key,
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, object]) -> Self:
        """Read the contract's shape: each weekday, and optionally closures, extra and zone.

        Raises InvalidInput with everything that is wrong, each with its path (``mon[0]``). Codes:
        ``required``, ``unknown``, ``wrong_type``, ``bad_time``, ``bad_date``, ``bad_zone``,
        ``end_before_start``, ``overlapping``.
        """
        reader = _Reader()
        weekly = tuple(reader.read_windows(data.get(name), name) for name in WEEKDAYS)
        closures = reader.read_closures(data.get("closures", []))
        extra = reader.read_extra(data.get("extra", {}))
        zone = reader.read_zone(data.get("zone", IST.key))
        reader.refuse_unknown(data)
        if reader.problems:
            raise InvalidInput(reader.problems)
        return cls(weekly, closures, extra, zone)

    def _local_day(self, instant: datetime) -> date:
        return instant.astimezone(self.zone).date()

    def _instant(self, day: date, minute: int) -> datetime:
        local = datetime.combine(day, MIDNIGHT) + timedelta(minutes=minute)
        return local.replace(tzinfo=self.zone).astimezone(UTC)

    def _first_opening(self, instant: datetime) -> Opening:
        for opening in self._openings_from(instant):
            return opening
        raise NeverOpen

    def _openings_from(self, instant: datetime) -> Iterator[Opening]:
        """Yield the openings, cut to what lies after ``instant``, as far as a search goes."""
        day = self._local_day(instant)
        idle = 0
        for _ in range(HORIZON_DAYS):
            openings = self.openings_on(day)
            for opening in openings:
                if opening.end > instant:
                    yield Opening(max(opening.start, instant), opening.end)
            idle = 0 if openings else idle + 1
            if idle > IDLE_DAYS:
                return
            day += timedelta(days=1)

    def _spend(self, instant: datetime, amount: timedelta) -> Iterator[tuple[Opening, timedelta]]:
        """Yield each opening from ``instant`` on with what of ``amount`` is left at its start."""
        if amount < timedelta():
            raise ValueError("working time is added, never taken away")
        left = amount
        for opening in self._openings_from(instant):
            yield opening, left
            left -= opening.end - opening.start


class _Reader:
    """Reads the parts of the contract's shape and collects what is wrong with them."""

    def __init__(self) -> None:
        self.problems: list[InvalidField] = []

    def read_windows(self, raw: object, path: str) -> Windows:
        """Read one day's windows; an empty list is a closed day."""
        if raw is None:
            self._refuse(path, "required")
            return ()
        if not _is_list(raw):
            self._refuse(path, "wrong_type")
            return ()
        before = len(self.problems)
        windows = tuple(self._window(item, f"{path}[{i}]") for i, item in enumerate(raw))
        if len(self.problems) == before:
            self.problems += _problems(windows, path)
        return windows

    def read_closures(self, raw: object) -> frozenset[date]:
        """Read the closed dates."""
        if not _is_list(raw):
            self._refuse("closures", "wrong_type")
            return frozenset()
        days = [self._date(item, f"closures[{i}]") for i, item in enumerate(raw)]
        return frozenset(day for day in days if day)

    def read_extra(self, raw: object) -> dict[date, Windows]:
        """Read the dated extra windows."""
        if not isinstance(raw, Mapping):
            self._refuse("extra", "wrong_type")
            return {}
        found = {}
        for key, windows in raw.items():
            day = self._date(key, f"extra.{key}")
            if day:
                found[day] = self.read_windows(windows, f"extra.{key}")
        return found

    def read_zone(self, raw: object) -> ZoneInfo:
        """Read a time zone's name."""
        if not isinstance(raw, str):
            self._refuse("zone", "wrong_type")
            return IST
        if raw.startswith(_NOT_IANA):
            self._refuse("zone", "bad_zone")
            return IST
        try:
            return ZoneInfo(raw)
        except (KeyError, ValueError, OSError):
            self._refuse("zone", "bad_zone")
            return IST

    def refuse_unknown(self, data: Mapping[str, object]) -> None:
        """Refuse every field that the shape does not have."""
        for name in data:
            if name not in (*WEEKDAYS, "closures", "extra", "zone"):
                self._refuse(name, "unknown")

    def _window(self, raw: object, path: str) -> OpenWindow:
        if not _is_list(raw) or len(raw) != len(OpenWindow._fields):
            self._refuse(path, "wrong_type")
            return OpenWindow(MIDNIGHT, MIDNIGHT)
        start, end = (self._time(item, f"{path}[{i}]") for i, item in enumerate(raw))
        if raw[0] == "24:00":
            self._refuse(f"{path}[0]", "bad_time")
        elif raw[1] == "00:00":
            self._refuse(path, "end_before_start")
        return OpenWindow(start, end)

    def _time(self, raw: object, path: str) -> time:
        if isinstance(raw, str) and _TIME.fullmatch(raw):
            return MIDNIGHT if raw == "24:00" else time.fromisoformat(raw)
        self._refuse(path, "bad_time" if isinstance(raw, str) else "wrong_type")
        return MIDNIGHT

    def _date(self, raw: object, path: str) -> date | None:
        if isinstance(raw, str) and _DATE.fullmatch(raw):
            try:
                return date.fromisoformat(raw)
            except ValueError:
                pass
        self._refuse(path, "bad_date" if isinstance(raw, str) else "wrong_type")
        return None

    def _refuse(self, path: str, code: str) -> None:
        self.problems.append(InvalidField(path, code))


def _problems(windows: Windows, path: str) -> list[InvalidField]:
    """Tell what is wrong with the windows of one day, by their places in the given order."""
    problems = []
    for i, window in enumerate(windows):
        if any(at.tzinfo or at.second or at.microsecond for at in window):
            problems.append(InvalidField(f"{path}[{i}]", "bad_time"))
        elif _end_minute(window) <= _minute(window.start):
            problems.append(InvalidField(f"{path}[{i}]", "end_before_start"))
    if problems:
        return problems
    in_order = sorted(enumerate(windows), key=lambda placed: placed[1].start)
    return [
        InvalidField(f"{path}[{i}]", "overlapping")
        for (_, earlier), (i, later) in pairwise(in_order)
        if _minute(later.start) < _end_minute(earlier)
    ]


def _is_list(raw: object) -> TypeGuard[Sequence[object]]:
    return isinstance(raw, list | tuple)


def _minute(at: time) -> int:
    return at.hour * 60 + at.minute


def _end_minute(window: OpenWindow) -> int:
    return _minute(window.end) or _DAY_MINUTES


def _plain(windows: Windows) -> list[list[str]]:
    return [
        [f"{start:%H:%M}", "24:00" if end == MIDNIGHT else f"{end:%H:%M}"] for start, end in windows
    ]


_TEN_TO_FIVE: Final = (OpenWindow(time(10), time(17)),)
DEFAULT_HOURS: Final = WorkingHours(weekly=(*(_TEN_TO_FIVE,) * 6, ()))
