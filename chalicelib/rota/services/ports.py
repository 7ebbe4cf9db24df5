"""What changes of the rota, and its links, need of the rota's table: two ports over it.

The third, in :mod:`chalicelib.rota.services.duty_ports`, tells who is on duty. Whatever changes
the rota goes through :meth:`RotaEdits.commit`, all of it or nothing, upon the head that was read
before: of two changes that did not know of each other one fails. A service that gets Stale reads
again.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Generic, Protocol, TypeAlias, TypeVar

from chalicelib.core.domain.working_hours import WorkingHours
from chalicelib.rota.domain.change_log import Notice, RotaChange
from chalicelib.rota.domain.duty import DutyDay, Oncologist
from chalicelib.rota.domain.model import Leave, Line, Override, Temporary
from chalicelib.rota.domain.quality import GapFinder
from chalicelib.rota.domain.round_robin import RotationState
from chalicelib.rota.domain.swaps import Place, SwapOffer

T = TypeVar("T")
S = TypeVar("S", Leave, Override, Temporary)


@dataclass(frozen=True, slots=True)
class Versioned(Generic[T]):
    """A document with its version: 0 for one that was never stored."""

    value: T
    version: int


@dataclass(frozen=True, slots=True)
class Kept(Generic[T]):
    """A dated source with the id by which it is dropped."""

    id: str
    value: T


AnyKept: TypeAlias = Kept[Leave] | Kept[Override] | Kept[Temporary]


@dataclass(frozen=True, slots=True)
class Recipient:
    """Somebody who is told of gaps: a phone in E.164, and the language to write in."""

    phone: str
    language: str


@dataclass(frozen=True, slots=True)
class Head:
    """Where the rota stands: each change moves ``version`` on.

    ``published_through`` is the first date that was never published; None: nothing was.
    """

    version: int = 0
    published_through: date | None = None


@dataclass(frozen=True, slots=True)
class Documents:
    """The sources that have no date."""

    hours: Versioned[WorkingHours]
    lines: Versioned[tuple[Line, ...]]
    oncologists: tuple[Versioned[Oncologist], ...]

    @property
    def people(self) -> tuple[Oncologist, ...]:
        """Everybody by id, those who have left too."""
        return tuple([stored.value for stored in self.oncologists])

    @property
    def gap_finder(self) -> GapFinder:
        """Finds what shifts lack, as the lines are now."""
        return GapFinder(self.lines.value, self.people)


@dataclass(frozen=True, slots=True)
class Dated:
    """The dated sources that touch a span of dates, in order of their ends."""

    leave: tuple[Kept[Leave], ...] = ()
    overrides: tuple[Kept[Override], ...] = ()
    temporary: tuple[Kept[Temporary], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RotaEdit:
    """What one change writes.

    Documents, days and offers carry their *next* version and are written upon the one before; a
    day of version 1 is published. ``lost`` are places in shifts that are no more as they were: the
    writer withdraws their offers. ``published`` moves on to a date, and the rotations to where
    they stand there.
    """

    hours: Versioned[WorkingHours] | None = None
    lines: Versioned[tuple[Line, ...]] | None = None
    recipients: Versioned[tuple[Recipient, ...]] | None = None
    oncologist: Versioned[Oncologist] | None = None
    kept: AnyKept | None = None
    dropped: AnyKept | None = None
    days: tuple[DutyDay, ...] = ()
    lost: frozenset[Place] = frozenset()
    offers: tuple[SwapOffer, ...] = ()
    change: RotaChange | None = None
    published: tuple[date, RotationState] | None = None

    @property
    def notices(self) -> tuple[Notice, ...]:
        """Who is told of shifts that it moves."""
        return self.change.notices if self.change else ()

    @property
    def gap(self) -> bool:
        """Whether it leaves a published shift with too few."""
        return self.change is not None and self.change.gap


@dataclass(frozen=True, slots=True)
class ShiftLink:
    """What the link in a reminder opens: one oncologist's place in one shift of a day."""

    day: date
    shift: str
    oncologist: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Confirmation:
    """An oncologist has said that they will be there."""

    day: date
    shift: str
    oncologist: str
    at: datetime


class RotaEdits(Protocol):
    """The rota's sources, its head, offers and history. What is read here is always the newest."""

    def head(self) -> Head:
        """Tell where the rota stands; read before anything that is to be changed."""

    def documents(self) -> Documents:
        """Read hours, lines and oncologists, side by side."""

    def recipients(self) -> Versioned[tuple[Recipient, ...]]:
        """Read who is told of gaps."""

    def dated(self, start: date, end: date) -> Dated:
        """Read leave, overrides and temporary schedules that touch ``[start, end)``.

        One query for each kind, side by side; dates are those of the helpline's calendar.
        """

    def find_kept(self, kind: type[S], source: str) -> Kept[S] | None:
        """Find a dated source of a kind by its id."""

    def duty_days(self, start: date, end: date) -> list[DutyDay]:
        """Read the published days in ``[start, end)`` in order: one query."""

    def rotation(self) -> RotationState | None:
        """Read where the rotations stand at the end of what is published."""

    def commit(self, head: Head, edit: RotaEdit) -> None:
        """Write an edit upon the head that was read before it. Raises Stale."""

    def find_offer(self, offer: str) -> SwapOffer | None:
        """Find an offer by id, as stored: it may have expired since."""

    def offers(self, start: datetime, end: datetime) -> list[SwapOffer]:
        """List the offers of shifts that start in ``[start, end)``, by their start: one query."""

    def untold(self, limit: int) -> list[RotaChange]:
        """List changes whose messages may not be stored yet, the oldest first: one query."""

    def mark_told(self, change: RotaChange) -> None:
        """Note that all messages of a change are stored."""

    def changes(self, start: datetime, end: datetime) -> list[RotaChange]:
        """List the recorded changes in ``[start, end)`` in order of time: one query a month."""


class RotaLinks(Protocol):
    """What opens by the hash of a secret, who has confirmed a shift, and who was reminded."""

    def put_shift_link(self, key: str, link: ShiftLink) -> None:
        """Store what a link opens, by the hash of its token; the same again changes nothing."""

    def find_shift_link(self, key: str) -> ShiftLink | None:
        """Find what a link opens: one read. It may have expired."""

    def put_confirmation(self, confirmation: Confirmation) -> None:
        """Note that somebody will be there."""

    def confirmations(self, start: date, end: date) -> list[Confirmation]:
        """List who has confirmed a shift of a date in ``[start, end)``: one query."""

    def replace_feed(self, oncologist: str, key: str | None) -> None:
        """Let a secret's hash open an oncologist's calendar, and no other; None: none does."""

    def find_feed(self, key: str) -> str | None:
        """Find whose calendar a secret's hash opens: one read."""

    def reminded_through(self) -> datetime | None:
        """Tell the instant through which reminders were owed; None: never. One read."""

    def record_reminded(self, through: datetime) -> None:
        """Record it, unless another run has come as far."""
