"""Entries of the audit as administrators see them."""

from __future__ import annotations

from typing import TypedDict

from chalicelib.core.domain.audit import AuditEntry
from chalicelib.core.domain.datetimes import to_iso
from chalicelib.core.services.ports import Page
from chalicelib.core.web.responses import Instant


class ShownEntry(TypedDict):
    """Who did what, when, about whom, from where."""

    id: str
    at: Instant
    who: str
    role: str
    action: str
    subject: str | None
    address: str
    agent: str
    request_id: str
    detail: dict[str, str]


class AuditPage(TypedDict):
    """A page of entries, the latest first; ``cursor`` asks for the next, null on the last."""

    entries: list[ShownEntry]
    cursor: str | None


def audit_page(page: Page[AuditEntry]) -> AuditPage:
    """Show a page."""
    return {"entries": [entry(each) for each in page.items], "cursor": page.cursor}


def entry(each: AuditEntry) -> ShownEntry:
    """Show an entry."""
    return {
        "id": each.id,
        "at": to_iso(each.at),
        "who": each.who,
        "role": each.role,
        "action": each.action,
        "subject": each.subject,
        "address": each.address,
        "agent": each.agent,
        "request_id": each.request_id,
        "detail": dict(each.detail),
    }
