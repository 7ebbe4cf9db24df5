"""Everything that the helpline keeps about a patient's case, for the patient to have."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from math import ceil
from typing import Final

from chalicelib.cases.domain.case import Case
from chalicelib.cases.domain.links import Strength
from chalicelib.cases.services.links import CaseLinks
from chalicelib.cases.services.ports import CaseStore
from chalicelib.core.component import component
from chalicelib.core.domain.audit import PATIENTS, AuditEntry, own_subject, with_outcomes
from chalicelib.core.domain.datetimes import calendar_day, window_at
from chalicelib.core.domain.errors import TooManyReadings
from chalicelib.core.services.audit_log import AuditLog, AuditSearch
from chalicelib.core.services.ports import Secrets
from chalicelib.core.services.session_ports import TryCounter
from chalicelib.messages.services.ports import MessageStore, StoredMessage
from chalicelib.rota.domain.duty import Oncologist
from chalicelib.rota.services.duty_ports import RotaStore

MOST_READINGS: Final = 100
MOST_OWN_READINGS: Final = 10
# Entries from before patients' own had a subject of their own are passed over, up to so many.
_MOST_PAGES: Final = 5
# A person who reads their data opens it a few times; a program that is left running does not stop.
MOST_IN_AN_HOUR: Final = 30
_HOUR: Final = timedelta(hours=1)
_SINCE: Final = date(2000, 1, 1)


@dataclass(frozen=True, slots=True)
class OwnRecord:
    """A case with what hangs on it: the messages sent, who called, and who looked at it of late.

    ``messages`` are the oldest first, ``doctors`` those who called, by their ids. ``readings`` are
    those of staff and of the helpline itself, ``own_readings`` those by the patient's link, each
    the latest first. ``has_more_readings`` says that there are older ones of staff.
    """

    case: Case
    messages: tuple[StoredMessage, ...]
    doctors: Mapping[str, Oncologist]
    readings: tuple[AuditEntry, ...]
    own_readings: tuple[AuditEntry, ...]
    has_more_readings: bool


@component
class OwnData:
    """Gives patients their own record, opened by the link that went to their phone."""

    cases: CaseStore
    messages: MessageStore
    rota: RotaStore
    audit: AuditLog
    links: CaseLinks
    secrets: Secrets
    tries: TryCounter

    def __call__(self, reference: str, token: str, now: datetime) -> OwnRecord:
        """Read it; a wrong reference and a wrong token are NotFound alike.

        Raises LinkRefused, TooManyReadings.
        """
        case = self.cases.get(reference, consistent=True)
        self.links.check(case, token, now, Strength.STRONG)
        self._count(reference, now)
        tomorrow = calendar_day(now) + timedelta(days=1)
        readings, has_more = self._readings_of_staff(reference, tomorrow)
        own = AuditSearch(_SINCE, tomorrow, subject=own_subject(reference), limit=MOST_OWN_READINGS)
        called = {attempt.by for attempt in case.attempts}
        found = (self.rota.find_oncologist(who) for who in sorted(called))
        return OwnRecord(
            case=case,
            messages=tuple(sorted(self.messages.list_for(reference), key=_owed_at)),
            doctors={doctor.id: doctor for doctor in found if doctor is not None},
            readings=readings,
            own_readings=with_outcomes(self.audit.search(own).items),
            has_more_readings=has_more,
        )

    def _count(self, reference: str, now: datetime) -> None:
        """Count an opening. Raises TooManyReadings."""
        hour = window_at(now, _HOUR)
        name = f"own_data#{self.secrets.tries_key(reference)}"
        if not self.tries.count(name, hour.start, hour.end, MOST_IN_AN_HOUR):
            raise TooManyReadings(retry_after=ceil((hour.end - now).total_seconds()))

    def _readings_of_staff(
        self, reference: str, tomorrow: date
    ) -> tuple[tuple[AuditEntry, ...], bool]:
        """Return what was not done by the patient's link, and whether there is more."""
        found: list[AuditEntry] = []
        cursor: str | None = None
        for _ in range(_MOST_PAGES):
            page = self.audit.search(
                AuditSearch(_SINCE, tomorrow, subject=reference, limit=MOST_READINGS, cursor=cursor)
            )
            found += [each for each in page.items if each.role != PATIENTS]
            cursor = page.cursor
            if cursor is None or len(found) >= MOST_READINGS:
                break
        return with_outcomes(found)[:MOST_READINGS], cursor is not None


def _owed_at(stored: StoredMessage) -> datetime:
    return stored.message.owed_at
