"""The audit: entries are recorded before what they tell of is done or shown, and searched."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Final, Protocol

from chalicelib.core.component import component
from chalicelib.core.domain.audit import SYSTEM_ROLE, AuditEntry, Axis
from chalicelib.core.services.paging import days_back, read_parts
from chalicelib.core.services.ports import Page

_RANDOM_BYTES: Final = 8
_DAY: Final = timedelta(days=1)
# Days without an entry are read through, so many for one page: another may follow an empty one.
DAYS_AT_ONCE: Final = 31


@dataclass(frozen=True, slots=True)
class Deed:
    """What is to be recorded; the log adds the time and a name of its own."""

    who: str
    role: str
    action: str
    subject: str | None = None
    address: str = ""
    agent: str = ""
    request_id: str = ""
    detail: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class AuditSearch:
    """Which entries are looked for: those of a subject, of a person, or all of some days.

    ``start`` and ``end`` are half-open dates of the helpline's calendar.
    """

    start: date
    end: date
    subject: str | None = None
    person: str | None = None
    limit: int = 25
    cursor: str | None = None


@dataclass(frozen=True, slots=True)
class AuditPage:
    """Which page is read: of the entries of ``[start, end)`` with one value, the latest first.

    A day's value is its ISO date in the helpline's calendar.
    """

    axis: Axis
    value: str
    start: datetime
    end: datetime
    limit: int
    cursor: str | None = None


class AuditStore(Protocol):
    """The audit's entries. None is ever changed, and each goes by itself when its time is over."""

    def begin(self, entry: AuditEntry, kept_until: datetime) -> Callable[[], None]:
        """Begin to add an entry, beside what the caller does next.

        What comes back waits for the end, and raises Busy where the entry could not be stored.
        """

    def find(self, wanted: AuditPage) -> Page[AuditEntry]:
        """Read a page of entries."""


@component
class AuditLog:
    """Who read or changed what."""

    store: AuditStore
    random_bytes: Callable[[int], bytes]
    kept: timedelta
    """How long an entry is kept."""
    zone: tzinfo
    """The time zone of its days."""

    def begin(self, deed: Deed, now: datetime) -> Callable[[], None]:
        """Begin to record; what comes back waits for it and raises Busy where it failed."""
        micros = int(now.timestamp()) * 1_000_000 + now.microsecond
        entry = AuditEntry(
            id=f"{micros:016d}-{self.random_bytes(_RANDOM_BYTES).hex()}",
            at=now,
            **{each.name: getattr(deed, each.name) for each in fields(deed)},
        )
        return self.store.begin(entry, now + self.kept)

    def record(self, deed: Deed, now: datetime) -> None:
        """Record, and wait for it. Raises Busy."""
        self.begin(deed, now)()

    def by_system(
        self, function: str, action: str, subject: str | None, now: datetime, **detail: object
    ) -> None:
        """Record what a function did by itself. Raises Busy."""
        told = {name: str(value) for name, value in detail.items()}
        self.record(Deed(function, SYSTEM_ROLE, action, subject, detail=told), now)

    def search(self, wanted: AuditSearch) -> Page[AuditEntry]:
        """List a page, the latest first. Raises InvalidInput for a cursor that is none of ours."""
        start, end = self._midnight(wanted.start), self._midnight(wanted.end)
        for axis, value in ((Axis.SUBJECT, wanted.subject), (Axis.PERSON, wanted.person)):
            if value is not None:
                page = AuditPage(axis, value, start, end, wanted.limit, wanted.cursor)
                return self.store.find(page)
        return self._by_days(wanted)

    def _by_days(self, wanted: AuditSearch) -> Page[AuditEntry]:
        """Go through the days from the last."""

        def read(part: str, limit: int, cursor: str | None) -> Page[AuditEntry]:
            day = date.fromisoformat(part)
            start, end = self._midnight(day), self._midnight(day + _DAY)
            return self.store.find(AuditPage(Axis.DAY, part, start, end, limit, cursor))

        days = days_back(wanted.start, wanted.end)
        return read_parts(days, read, wanted.limit, DAYS_AT_ONCE, wanted.cursor)

    def _midnight(self, day: date) -> datetime:
        return datetime.combine(day, time(), self.zone)
