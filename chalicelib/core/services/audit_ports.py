"""What the audit needs of the world: a table to which entries are added, and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Protocol

from chalicelib.core.domain.audit import AuditEntry, Axis
from chalicelib.core.services.ports import Page


class AuditStore(Protocol):
    """The audit's entries. None is ever changed, and each goes by itself when its time is over."""

    def begin(self, entry: AuditEntry, kept_until: datetime) -> Callable[[], None]:
        """Begin to add an entry, beside what the caller does next.

        What comes back waits for the end, and raises Busy where the entry could not be stored.
        """

    def find(  # a list's axis, span and page, each by its name
        self,
        axis: Axis,
        value: str,
        start: datetime,
        end: datetime,
        limit: int,
        cursor: str | None,
    ) -> Page[AuditEntry]:
        """List the entries of ``[start, end)`` with this value, the latest first.

        A day's value is its ISO date in the helpline's calendar.
        """
