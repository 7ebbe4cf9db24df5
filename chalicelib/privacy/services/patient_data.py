"""Everything that the helpline keeps about a patient's case, for the patient to have."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from chalicelib.cases.domain.case import Case
from chalicelib.cases.domain.links import Strength
from chalicelib.cases.services.links import CaseLinks
from chalicelib.cases.services.ports import CaseStore
from chalicelib.core.domain.audit import AuditEntry
from chalicelib.core.domain.datetimes import IST
from chalicelib.core.services.audit_log import AuditLog, AuditSearch
from chalicelib.messages.services.ports import MessageStore, StoredMessage
from chalicelib.rota.domain.duty import Oncologist
from chalicelib.rota.services.duty_ports import RotaStore

MOST_READINGS: Final = 100
_SINCE: Final = date(2000, 1, 1)


@dataclass(frozen=True, slots=True)
class OwnRecord:
    """A case with what hangs on it: the messages sent, who called, and who looked at it of late.

    ``doctors`` are those who called, by their ids.
    """

    case: Case
    messages: tuple[StoredMessage, ...]
    doctors: Mapping[str, Oncologist]
    readings: tuple[AuditEntry, ...]


class OwnData:
    """Gives patients their own record, opened by the link that went to their phone."""

    def __init__(
        self,
        cases: CaseStore,
        messages: MessageStore,
        rota: RotaStore,
        audit: AuditLog,
        links: CaseLinks,
    ) -> None:
        """Bind the stores, the audit, and what judges links."""
        self._cases = cases
        self._messages = messages
        self._rota = rota
        self._audit = audit
        self._links = links

    def __call__(self, reference: str, token: str, now: datetime) -> OwnRecord:
        """Read it; a wrong reference and a wrong token are NotFound alike. Raises LinkRefused."""
        case = self._cases.get(reference, consistent=True)
        self._links.check(case, token, now, Strength.STRONG)
        tomorrow = now.astimezone(IST).date() + timedelta(days=1)
        readings = self._audit.search(
            AuditSearch(_SINCE, tomorrow, subject=reference, limit=MOST_READINGS)
        )
        called = {attempt.by for attempt in case.attempts}
        found = (self._rota.find_oncologist(who) for who in sorted(called))
        return OwnRecord(
            case=case,
            messages=tuple(self._messages.list_for(reference)),
            doctors={doctor.id: doctor for doctor in found if doctor is not None},
            readings=readings.items,
        )
