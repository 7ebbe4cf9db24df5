"""Blocks of phones that are a nuisance: each for a time, and by a person's decision."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from chalicelib.cases.domain.case import Case
from chalicelib.cases.services.ports import Block, BlockStore, CaseSearchStore, CaseStore
from chalicelib.core.component import component
from chalicelib.core.domain.errors import InvalidField, NotFound
from chalicelib.core.domain.phone import Phone
from chalicelib.core.services.ports import Secrets

LONGEST: Final = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class Blocked:
    """A block, and the phone's cases that are open still: those stay until somebody closes them."""

    block: Block
    open_cases: tuple[Case, ...]


@component
class BlockPhones:
    """Blocks phones, and lifts blocks. Nobody who is blocked is told why, or by whom."""

    blocks: BlockStore
    cases: CaseStore
    found: CaseSearchStore
    secrets: Secrets

    def all(self, now: datetime) -> list[Block]:
        """List what is blocked now, the first to end first."""
        standing = (block for block in self.blocks.blocks() if block.until > now)
        return sorted(standing, key=lambda block: (block.until, block.id))

    def block(self, phone: Phone, until: datetime, reason: str, by: str, now: datetime) -> Blocked:
        """Block a phone until then, instead of any block it had.

        Raises InvalidField (``until``) for a time that has passed, or is over a year away.
        """
        if until <= now:
            raise InvalidField("until", "in_the_past")
        if until - now > LONGEST:
            raise InvalidField("until", "too_far")
        key = self.secrets.phone_key(phone.e164)
        block = Block(key, phone.masked, until, reason, by, now)
        self.blocks.put(block)
        standing = (case for case in self.found.open_of_phone(key) if case.status.is_open)
        return Blocked(block, tuple(standing))

    def block_phone_of(
        self, reference: str, until: datetime, reason: str, by: str, now: datetime
    ) -> Blocked:
        """Block the phone from which a case was asked for. Raises NotFound, and as :meth:`block`.

        A case that was erased has no phone any more.
        """
        case = self.cases.get(reference)
        if case.is_erased:
            raise NotFound
        return self.block(Phone(case.phone), until, reason, by, now)

    def lift(self, block: str) -> None:
        """Lift a block by its id. Raises NotFound."""
        if self.blocks.find(block) is None:
            raise NotFound
        self.blocks.drop(block)

    def lift_from(self, phone: Phone) -> None:
        """Lift a phone's block. Raises NotFound."""
        self.lift(self.secrets.phone_key(phone.e164))
