"""What watching over the outbox needs: lists of messages, what was parked, how far was looked."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from chalicelib.core.services.ports import Page
from chalicelib.domain.messages import OwedMessage
from chalicelib.domain.queue import Line
from chalicelib.messages.services.ports import StoredMessage


@dataclass(frozen=True, slots=True)
class Parked:
    """A change of a case that could not be dealt with, for a person to see and try again.

    ``id`` is the change's own, ``subject`` the case's reference. ``cause`` names the error and
    where it came from, never a value: nothing personal is in it.
    """

    id: str
    subject: str
    cause: str
    at: datetime


class OutboxStore(Protocol):
    """The messages as administrators see them, and the sweep's own notes."""

    def find(self, subject: str, id_: str) -> StoredMessage | None:
        """Find a message."""

    def list_owed(self, limit: int, cursor: str | None) -> Page[StoredMessage]:
        """List what is still to be sent, the next due first."""

    def list_day(self, day: date, limit: int, cursor: str | None) -> Page[StoredMessage]:
        """List what was owed on a day and is owed no more, the latest first."""

    def owe_again(self, message: OwedMessage, now: datetime) -> bool:
        """Owe what failed, or was not delivered, once more; False where it did neither."""

    def park(self, parked: Parked) -> None:
        """Park a change; the same change again takes its place."""

    def parked(self, limit: int, cursor: str | None) -> Page[Parked]:
        """List what is parked, by its id."""

    def find_parked(self, id_: str) -> Parked | None:
        """Find a parked change."""

    def unpark(self, id_: str) -> None:
        """Take a change from the parked ones."""

    def find_swept_until(self) -> datetime | None:
        """Tell up to when the sweep has looked for lost changes."""

    def put_swept_until(self, until: datetime) -> None:
        """Note up to when the sweep has looked."""


class RecentCases(Protocol):
    """Cases by when something became of them, from what the lists show; nothing is written."""

    def asked_between(self, lines: Collection[Line], start: datetime, end: datetime) -> list[str]:
        """List the cases that were asked for in ``[start, end)`` and wait, deferred ones too."""

    def finished_between(self, start: datetime, end: datetime) -> list[str]:
        """List the cases that finished in ``[start, end)``."""
