"""Cases and blocks as administrators see them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypedDict

from chalicelib.cases.domain.case import Case, Status
from chalicelib.cases.domain.timeline import CloseReason, Note
from chalicelib.cases.services.ports import Block
from chalicelib.cases.web.serializers import FullCase, full_case
from chalicelib.core.domain.datetimes import to_iso
from chalicelib.core.domain.phone import Phone
from chalicelib.core.web.responses import Instant


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
    return {
        **full_case(case),
        "version": case.version,
        "notes": [_note(each) for each in case.notes],
        "merged_into": case.merged_into,
    }


def found_cases(cases: Sequence[Case], cursor: str | None) -> FoundCases:
    """Show what a search found."""
    return {"cases": [_found(each) for each in cases], "cursor": cursor}


def block(each: Block) -> ShownBlock:
    """Show a block."""
    return {
        "id": each.id,
        "phone": each.phone,
        "until": to_iso(each.until),
        "reason": each.reason,
        "by": each.by,
        "at": to_iso(each.at),
    }


def new_block(each: Block, open_cases: Sequence[Case]) -> NewBlock:
    """Show a block that was just made, and what it leaves open."""
    return {**block(each), "open_cases": [case.reference for case in open_cases]}


def _found(case: Case) -> FoundCase:
    return {
        "reference": case.reference,
        "status": case.status,
        "closed_reason": case.closed_reason,
        "name": case.answers.name,
        "phone": Phone(case.phone).masked,
        "language": case.language,
        "owner": case.owner,
        "requested_at": to_iso(case.requested_at),
        "finished_at": to_iso(case.finished_at) if case.finished_at else None,
    }


def _note(note: Note) -> ShownNote:
    return {"at": to_iso(note.at), "by": note.by, "text": note.text}
