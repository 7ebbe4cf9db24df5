"""An oncologist's own shifts, for the calendar on their phone.

Whoever has the address has the calendar, which is why it can be revoked. All times are in UTC,
which every client shows in its own zone. What was taken away stays in the calendar as cancelled,
for clients that forget nothing by themselves.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from http import HTTPStatus
from typing import Any, ClassVar, Final

from chalice.app import Response
from icalendar import Calendar, Event

from chalicelib.core.domain.datetimes import calendar_day, to_utc
from chalicelib.core.domain.errors import NotFound
from chalicelib.core.i18n import N_, translator
from chalicelib.core.web.request import WebRequest, id_in
from chalicelib.rota.domain.change_log import News, RotaChange
from chalicelib.rota.domain.duty import Shift
from chalicelib.rota.services.shift_links import SHOWN_BACK
from chalicelib.rota.wiring import Rota

SUFFIX: Final = ".ics"
# A shift is published at most a month before, and may have been changed at any time since.
PUBLISHED_BEFORE: Final = timedelta(days=31)
CHANGED_BACK: Final = SHOWN_BACK + PUBLISHED_BEFORE
REFRESHED: Final = timedelta(hours=1)

_MADE_BY: Final = "-//Helpline//Rota//EN"
_NAME: Final = N_("Helpline duty")
_SUMMARY: Final = N_("Helpline duty: %(line)s")
_MOVES: Final = frozenset({News.ON, News.OFF, News.CHANGED})
_TYPE: Final = "text/calendar; charset=utf-8"
_CACHED: Final = "private, max-age=300"


@dataclass(frozen=True, slots=True)
class Entry:
    """A shift as a calendar has it; ``revision`` only grows, whatever becomes of the shift."""

    shift: Shift
    revision: int
    revised_at: datetime
    cancelled: bool = False


class CalendarFile(Response):
    """A calendar."""

    status: ClassVar[int] = HTTPStatus.OK
    media_type: ClassVar[str] = "text/calendar"


class NotModified(Response):
    """The calendar is as the client has it."""

    status: ClassVar[int] = HTTPStatus.NOT_MODIFIED
    media_type: ClassVar[str] = ""


def show(request: WebRequest, secret: str) -> CalendarFile | NotModified:
    """Give the calendar; 304 to a client that has it already. Raises NotFound."""
    name = id_in(secret)
    if not name.endswith(SUFFIX):
        raise NotFound
    now = request.now()
    feed = request.use(Rota).calendar_feeds.open(name.removesuffix(SUFFIX), now)
    versions = {day.day: day.version for day in feed.days}
    for day in feed.days:
        for shift in day.shifts:
            # What is left of a shift after midnight changes with the day before.
            starts = calendar_day(shift.start)
            versions[starts] = max(versions.get(starts, 1), day.version)
    entries = entries_of(
        feed.oncologist.id,
        feed.shifts,
        versions,
        request.use(Rota).view.changes(now - CHANGED_BACK, now + timedelta(minutes=1)),
    )
    text = calendar(feed.oncologist.id, entries, request.language)
    tag = f'"{sha256(text.encode()).hexdigest()[:32]}"'
    headers: dict[str, Any] = {"Content-Type": _TYPE, "Cache-Control": _CACHED, "ETag": tag}
    if tag in request.header("if-none-match"):
        return NotModified("", headers, HTTPStatus.NOT_MODIFIED)
    return CalendarFile(text, headers)


def entries_of(
    oncologist: str,
    shifts: Iterable[Shift],
    versions: Mapping[date, int],
    changes: Iterable[RotaChange],
) -> list[Entry]:
    """Put together what one serves and what was taken away, in order of time.

    A shift's revision is the version of its day, and it was revised when the last change of the
    day told this oncologist anything, or else when it was published.
    """
    serving = {shift.id: shift for shift in shifts}
    taken: dict[str, Shift] = {}
    revised: dict[date, datetime] = {}
    for change in changes:
        for notice in change.notices:
            if notice.oncologist != oncologist or notice.what not in _MOVES:
                continue
            day = calendar_day(notice.shift.start)
            revised[day] = max(change.at, revised.get(day, change.at))
            if notice.what is News.OFF and day in versions:
                taken[notice.shift.id] = notice.shift
    shown = [(shift, False) for shift in serving.values()]
    shown += [(shift, True) for id_, shift in taken.items() if id_ not in serving]
    entries = []
    for shift, cancelled in sorted(shown, key=lambda each: (each[0].start, each[0].id)):
        day = calendar_day(shift.start)
        revised_at = revised.get(day, shift.start - PUBLISHED_BEFORE)
        entries.append(Entry(shift, versions.get(day, 1), revised_at, cancelled))
    return entries


def calendar(oncologist: str, entries: Iterable[Entry], language: str) -> str:
    """Write a calendar as RFC 5545 has it."""
    say = translator(language).gettext
    made = Calendar()
    made.add("prodid", _MADE_BY)
    made.add("version", "2.0")
    made.add("calscale", "GREGORIAN")
    made.add("x-wr-calname", say(_NAME))
    made.add("refresh-interval", REFRESHED, parameters={"VALUE": "DURATION"})
    made.add("x-published-ttl", "PT1H")
    for entry in entries:
        shift = entry.shift
        event = Event()
        event.add("uid", f"{shift.id}.{oncologist}@helpline")
        event.add("dtstamp", _second(entry.revised_at))
        event.add("last-modified", _second(entry.revised_at))
        event.add("dtstart", to_utc(shift.start))
        event.add("dtend", to_utc(shift.end))
        event.add("summary", say(_SUMMARY) % {"line": shift.line})
        event.add("sequence", entry.revision)
        event.add("status", "CANCELLED" if entry.cancelled else "CONFIRMED")
        event.add("transp", "TRANSPARENT" if entry.cancelled else "OPAQUE")
        made.add_component(event)
    written: bytes = made.to_ical()
    return written.decode()


def _second(at: datetime) -> datetime:
    return at.astimezone(UTC).replace(microsecond=0)
