"""Erasing over the stores of all that it works with."""

from __future__ import annotations

from datetime import timedelta

from chalicelib.cases.domain.case import Case
from chalicelib.cases.services.ports import CaseStore
from chalicelib.core.domain.datetimes import IST
from chalicelib.core.services.audit_log import AuditLog, AuditStore
from chalicelib.privacy.services.erase_case import Erase, ProveErasures
from chalicelib.privacy.services.ports import ErasureStore
from tests.support.fakes import counting_bytes
from tests.support.stores import StoredAudit, StoredCases, StoredErasures, StoredMessages


def proving(
    cases: CaseStore, erasures: ErasureStore, audit: AuditStore | None = None
) -> ProveErasures:
    """What completes erasures, with an audit of its own where none is given."""
    log = AuditLog(audit or StoredAudit(), counting_bytes(), timedelta(days=400), IST)
    return ProveErasures(cases, erasures, log)


class Erasing:
    """Erasing, and its proof, over these cases."""

    def __init__(self, *cases: Case) -> None:
        self.cases = StoredCases(cases)
        self.messages = StoredMessages()
        self.erasures = StoredErasures(self.cases, self.messages)
        self.audit = StoredAudit()
        self.erase = Erase(self.cases, self.erasures)
        self.prove = proving(self.cases, self.erasures, self.audit)
