"""Cases and blocks as administrators see them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypedDict

from chalicelib.cases.domain.case import Case, Status
from chalicelib.cases.domain.timeline import CloseReason
from chalicelib.cases.services.ports import Block
from chalicelib.cases.web.serializers import FullCase, full_case
from chalicelib.core.domain.phone import masked
from chalicelib.core.web.responses import Instant
from chalicelib.core.web.serializers import to_json


class ShownNote(TypedDict):
    """What an administrator wrote about a case."""

    at: Instant
    by: str
    text: str


class AdminCase(FullCase):
    """A case, whole, with what administrators alone see; ``version`` is what an edit names."""

    version: int
    notes: list[ShownNote]
    merged_into: str | None


class FoundCase(TypedDict):
    """A case that was searched for; its phone is masked."""

    reference: str
    status: Status
    closed_reason: CloseReason | None
    name: str | None
    phone: str
    language: str
    owner: str | None
    requested_at: Instant
    finished_at: Instant | None


class FoundCases(TypedDict):
    """A page of what was found, the latest asked first; ``cursor`` asks for the next."""

    cases: list[FoundCase]
    cursor: str | None


class ShownBlock(TypedDict):
    """A phone that is blocked, masked, and by whom, until when and why."""

    id: str
    phone: str
    until: Instant
    reason: str
    by: str
    at: Instant


class Blocks(TypedDict):
    """What is blocked now, the first to end first."""

    blocks: list[ShownBlock]


class NewBlock(ShownBlock):
    """A block, with the references of the phone's cases that are open still."""

    open_cases: list[str]


def admin_case(case: Case) -> AdminCase:
    """Show a case whole to an administrator."""
    notes = [to_json(ShownNote, each) for each in case.notes]
    return to_json(AdminCase, case, **full_case(case), notes=notes)


def found_cases(cases: Sequence[Case], cursor: str | None) -> FoundCases:
    """Show what a search found."""
    found = [
        to_json(FoundCase, each, name=each.answers.name, phone=masked(each.phone)) for each in cases
    ]
    return {"cases": found, "cursor": cursor}


def new_block(each: Block, open_cases: Sequence[Case]) -> NewBlock:
    """Show a block that was just made, and what it leaves open."""
    return to_json(NewBlock, each, open_cases=[case.reference for case in open_cases])
