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

    ``phone_key``, and those of the phones that the case had earlier, are by what the rest is found
    once the case has forgotten them; ``why`` is a code.
    """

    reference: str
    phone_key: str
    asked_at: datetime
    why: str
    earlier_phone_keys: tuple[str, ...] = ()

    @property
    def phone_keys(self) -> tuple[str, ...]:
        """The keys of every phone that the case has had."""
        return tuple(dict.fromkeys((self.phone_key, *self.earlier_phone_keys)))


class ErasureStore(Protocol):
    """Erasures under way, and how far the daily purge has come."""

    def begin(self, erasure: Erasure) -> None:
        """Note an erasure before anything of it is done; one that is noted stays.

        Noted again, it has the phones of both.
        """

    def pending(self, limit: int) -> list[Erasure]:
        """List erasures that are not finished, by their cases' references."""

    def finish(self, reference: str) -> None:
        """Forget an erasure, and with it the last way from the phone to the case."""

    def clear(self, erasure: Erasure) -> Erasure:
        """Delete the case's messages and parked changes, and take it from its phones' items.

        The answers to the phones' own words go too, up to the asking. Returns the erasure with
        every phone to which a message of the case went: a case that was corrected before it noted
        its earlier phones does not name them. Safe to repeat.
        """

    def traces(self, erasure: Erasure) -> Mapping[str, int]:
        """Look at every place where the case's data could stand, and count what is left in each."""

    def drop_messages(self, day: date, limit: int) -> int:
        """Delete so many of the messages that were settled of a day; tell how many there were."""

    def find_purged(self, what: str) -> date | None:
        """Tell through which day cases or messages are purged."""

    def put_purged(self, what: str, through: date) -> None:
        """Note through which day they are."""
