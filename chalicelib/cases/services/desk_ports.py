"""What an administrator's desk needs of the cases table, beside the port CaseStore."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from chalicelib.cases.domain.case import Case
from chalicelib.core.services.ports import Page


@dataclass(frozen=True, slots=True)
class Change:
    """A case as it was read, and as it is to be stored upon that."""

    before: Case
    after: Case


class MergingStore(Protocol):
    """Two cases of which one goes on in the other."""

    def merge(self, duplicate: Change, into: Change, now: datetime) -> None:
        """Store both changes, with all that hangs on them, or neither: one round trip.

        A lost acknowledgement is recognised and is a success. Raises Stale.
        """


class CaseSearchStore(Protocol):
    """Cases by who asked for them."""

    def of_phone(self, phone_key: str) -> list[Case]:
        """Find a phone's open cases and its last few others, the latest asked first."""

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
