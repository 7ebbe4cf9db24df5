"""What the services of cases need of the world, as protocols.

Stores translate the database's failures into the domain's errors.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from chalicelib.cases.domain.answers import Asking
from chalicelib.cases.domain.calls import VideoRoom
from chalicelib.cases.domain.case import Case, Status
from chalicelib.cases.domain.phone_limits import KnownPhone, Opened, PhoneLimits
from chalicelib.cases.domain.queue import Claim, Finished, Line, LineSnapshot, Ticket, Waiting
from chalicelib.core.services.ports import Page


@dataclass(frozen=True, slots=True)
class Front:
    """The front of some lines, merged in order of calling, and the reader's own claim."""

    waiting: list[Waiting]
    held: Claim | None


class ReferenceTaken(Exception):  # it says what is; the service draws another
    """Another case has this reference already."""


class CaseStore(Protocol):
    """Cases, the line they wait in, who holds them, and each phone's open cases."""

    def open(self, case: Case, limits: PhoneLimits, digest: str | None = None) -> Opened:
        """Store a new case unless its phone may not have it now: one round trip.

        The same ``request_id`` again is RESENT, and with another ``digest`` of its body an error.
        Without ``another_person``, an open case of that phone makes it a DUPLICATE; with it, only
        ``limits`` count. Raises RequestIdReused, Blocked, TooManyOpenCases, TooManyRequests, Busy.
        """

    def find_open(self, phone_key: str) -> Opened | None:
        """Find the open case that a phone asked for last; ``intake`` is DUPLICATE. One read."""

    def find_phone(self, phone_key: str) -> KnownPhone | None:
        """Find what a phone asked for of late, whatever became of it. One read."""

    def add(self, reference: str, asking: Asking) -> Case:
        """Do :meth:`Case.ask_again` in one round trip, where the request only adds to the case.

        Returns the case as it is then. One that does not know the request is unchanged: a wish
        differs from the case's, or there is no room. Raises NotFound where the case is no longer
        open and does not know the request.
        """

    def get(self, reference: str, *, consistent: bool = False) -> Case:
        """Read a case; raises NotFound."""

    def save(self, before: Case, after: Case, now: datetime) -> Case:
        """Store a transition, with all that hangs on it, in one round trip.

        The line, the owner's claim and the open cases of its phone, or of both where it changes,
        follow from ``before`` and ``after``. A lost acknowledgement is recognised and is a success.
        Raises Stale, HasOpenCase where the case goes to an oncologist who holds another, and
        TooManyOpenCases where it comes (back) to a phone that may not have it.
        """

    def front(self, oncologist: str, lines: Sequence[Line], limit: int) -> Front:
        """Read the first ``limit`` of each line, and the oncologist's claim, side by side."""

    def draw_ticket(self, line: Line, front: Sequence[str], now: datetime) -> Ticket:
        """Return the next place among the doctors who look at the same front of a line.

        Doctors who press "next" together so take different cases. Each call is one atomic write
        to the item ``TICKET#<line>``. A new item starts every few seconds; TTL deletes the
        old one. If a doctor's request fails after this, the others skip that case until then.
        """

    def claim(self, reference: str, oncologist: str, now: datetime) -> Case:
        """Assign a waiting case to an oncologist: one atomic write, one winner.

        Returns the claimed case. Raises AlreadyClaimed (no longer waiting) or HasOpenCase.
        """

    def find_claim(self, oncologist: str) -> Claim | None:
        """Find the case that an oncologist holds."""

    def claims(self) -> list[Claim]:
        """List every claim: never more than there are oncologists."""

    def due(self, now: datetime, limit: int) -> list[Waiting]:
        """List deferred cases whose ``not_before`` has come, the longest due first."""

    def make_ready(self, waiting: Waiting) -> bool:
        """Move a deferred case to its line; False where it has moved meanwhile."""

    def list_waiting(self, line: Line, limit: int, cursor: str | None) -> Page[Waiting]:
        """List a line in order."""

    def list_deferred(self, limit: int, cursor: str | None) -> Page[Waiting]:
        """List the deferred, the soonest first."""

    def list_finished(
        self, status: Status, day: date, limit: int, cursor: str | None
    ) -> Page[Finished]:
        """List what finished on a day of the helpline's calendar, the latest first."""

    def count_waiting(self, line: Line, at_most: int) -> int:
        """Count a line, deferred cases apart, reading no further than about ``at_most``."""

    def find_snapshot(self) -> LineSnapshot | None:
        """Find the last snapshot of the lines."""

    def put_snapshot(self, snapshot: LineSnapshot) -> None:
        """Store a snapshot over the last."""


class RecentCases(Protocol):
    """Cases by when something became of them, from what the lists show; nothing is written."""

    def asked_between(self, lines: Collection[Line], start: datetime, end: datetime) -> list[str]:
        """List the cases that were asked for in ``[start, end)`` and wait, deferred ones too."""

    def finished_between(self, start: datetime, end: datetime) -> list[str]:
        """List the cases that finished in ``[start, end)``."""


class WholeCases(Protocol):
    """Cases, many at a time."""

    def read(self, references: Collection[str]) -> list[Case]:
        """Read the cases that are there, a hundred by one call."""


class RoomsUnconfigured(Exception):  # named as an operator reads it
    """The key of the rooms is not there."""


@dataclass(frozen=True, slots=True)
class Guest:
    """Who goes into a room, by the name that the other sees."""

    name: str
    is_moderator: bool


class Rooms(Protocol):
    """A place for video calls."""

    def link(self, room: str, guest: Guest, open_for: VideoRoom) -> str:
        """Return a guest's own address of a room, which opens only in that time.

        Raises RoomsUnconfigured, Busy.
        """


@dataclass(frozen=True, slots=True)
class Change:
    """A case before and after a change."""

    before: Case
    after: Case


class MergingStore(Protocol):
    """Cases that change together: one goes on in another, or does so no longer."""

    def save_together(self, changes: Sequence[Change], now: datetime) -> None:
        """Store all changes, with all that hangs on them, or none: one round trip.

        The first is the case that goes or comes back, whose lost acknowledgement is recognised and
        is a success. Raises Stale, and TooManyOpenCases where it comes back to a phone that may
        not have it.
        """


class CaseSearchStore(Protocol):
    """Cases by who asked for them."""

    def of_phone(self, phone_key: str, limit: int, cursor: str | None) -> Page[Case]:
        """Find all cases of one phone that are kept, the latest asked first, a page at a time."""

    def open_of_phone(self, phone_key: str) -> list[Case]:
        """Find the open cases of one phone, at most a few, the latest asked first."""

    def of_name(self, name_key: str, limit: int, cursor: str | None) -> Page[Case]:
        """Find the cases of people of one name, the latest asked first."""


@dataclass(frozen=True, slots=True)
class Block:
    """A phone from which nobody can ask until a time, and who decided that, when and why.

    ``id`` is the phone's HMAC: a phone is blocked once or not at all. ``phone`` is masked.
    """

    id: str
    phone: str
    until: datetime
    reason: str
    by: str
    at: datetime


class BlockStore(Protocol):
    """Blocks, each in two places at once: its phone's item, which is asked, and the list."""

    def put(self, block: Block) -> None:
        """Block a phone, over whatever block it had: both places or neither, one round trip."""

    def drop(self, id_: str) -> None:
        """Lift a block from both places; nothing where there is none."""

    def find(self, id_: str) -> Block | None:
        """Find a phone's block. It may have ended."""

    def blocks(self) -> list[Block]:
        """List every block by its id, those that ended of late too: one query."""
