"""Entries of the audit as administrators see them."""

from __future__ import annotations

from typing import TypedDict

from chalicelib.core.domain.audit import AuditEntry
from chalicelib.core.services.ports import Page
from chalicelib.core.web.responses import Instant
from chalicelib.core.web.serializers import to_json


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
    return {"entries": [to_json(ShownEntry, each) for each in page.items], "cursor": page.cursor}
