"""What erasing needs of the tables: to find what belongs to a case, to clear it, and to look again.

A case's own item is changed through :class:`~chalicelib.cases.services.ports.CaseStore`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

CASES = "cases"
MESSAGES = "messages"


@dataclass(frozen=True, slots=True)
class Erasure:
    """An erasure that was asked for and is not proven for good.

    ``phone_key`` is by what the rest is found once the case has forgotten it; ``why`` is a code.
    """

    reference: str
    phone_key: str
    asked_at: datetime
    why: str


class ErasureStore(Protocol):
    """Erasures under way, and how far the daily purge has come."""

    def begin(self, erasure: Erasure) -> None:
        """Note an erasure before anything of it is done; one that is noted stays."""

    def pending(self, limit: int) -> list[Erasure]:
        """List erasures that are not finished, by their cases' references."""

    def finish(self, reference: str) -> None:
        """Forget an erasure, and with it the last way from the phone to the case."""

    def clear(self, erasure: Erasure) -> None:
        """Delete the case's messages and parked changes, and take it from its phone's item.

        The answers to the phone's own words go too, up to the asking. Safe to repeat.
        """

    def traces(self, erasure: Erasure) -> Mapping[str, int]:
        """Look at every place where the case's data could stand, and count what is left in each."""

    def drop_messages(self, day: date, limit: int) -> int:
        """Delete so many of the messages that were settled of a day; tell how many there were."""

    def find_purged(self, what: str) -> date | None:
        """Tell through which day cases or messages are purged."""

    def put_purged(self, what: str, through: date) -> None:
        """Note through which day they are."""
