"""A patient's own record as a file: what is kept, why, who sees it, and who looked at it."""

from __future__ import annotations

from datetime import datetime
from typing import Literal, TypedDict

from chalicelib.cases.domain.answers import Consent
from chalicelib.cases.domain.timeline import ASKINGS, Attempt, Entry
from chalicelib.cases.web.serializers import CaseAnswers, ToldLater, answers_json, told_later
from chalicelib.core.domain.audit import AuditEntry
from chalicelib.core.domain.consent_notices import notice
from chalicelib.core.web.responses import Instant
from chalicelib.core.web.serializers import to_json
from chalicelib.messages.services.ports import StoredMessage
from chalicelib.privacy.services.patient_data import OwnRecord
from chalicelib.rota.domain.duty import Oncologist


class NoticeItem(TypedDict):
    """One item of a notice."""

    heading: str
    text: str


class GivenConsent(TypedDict):
    """What was agreed to, word for word, and until when."""

    version: str
    language: str
    at: Instant
    given_by: str
    withdrawn_at: Instant | None
    notice: list[NoticeItem]


class Told(CaseAnswers):
    """What was told to us."""

    phone: str
    language: str
    mode: str
    window: str
    prefers_woman: bool


class OwnCall(TypedDict):
    """A call that we made, with its doctor as the Telemedicine Practice Guidelines name one."""

    at: Instant
    result: str
    doctor: str | None
    registration: str | None
    note: str | None
    advice: str | None
    follow_up: str | None


class SentMessage(TypedDict):
    """An SMS that we sent: which, and what became of it."""

    at: Instant
    message: str
    status: str


class Happened(TypedDict):
    """Something that happened to the request; ``how`` it was asked for, or which wishes changed."""

    at: Instant
    what: str
    how: str | None


class Reading(TypedDict):
    """Who looked at the record or changed it, by their role.

    Where it was refused, nothing was shown or changed.
    """

    at: Instant
    role: str
    action: str
    outcome: Literal["done", "refused"]


class OwnFile(TypedDict):
    """A patient's own record."""

    reference: str
    made_at: Instant
    status: str
    closed_reason: str | None
    requested_at: Instant
    finished_at: Instant | None
    erased_at: Instant | None
    told: Told
    told_later: list[ToldLater]
    consent: GivenConsent
    calls: list[OwnCall]
    sms: list[SentMessage]
    history: list[Happened]
    requests_not_noted: int
    readings: list[Reading]
    has_more_readings: bool
    own_readings: list[Reading]


def own_file(record: OwnRecord, number: str, now: datetime) -> OwnFile:
    """Write a record out; ``number`` is the helpline's, as the notice named it."""
    case = record.case
    return to_json(
        OwnFile,
        case,
        made_at=now,
        told=to_json(Told, case, **answers_json(case.answers), window=case.part_of_day),
        told_later=told_later(case),
        consent=_consent(case.consent, number),
        calls=[_call(each, record.doctors.get(each.by)) for each in case.attempts],
        sms=[_sent(each) for each in record.messages],
        history=[_happened(each) for each in case.timeline],
        requests_not_noted=case.not_counted,
        readings=[_reading(each) for each in record.readings],
        has_more_readings=record.has_more_readings,
        own_readings=[_reading(each) for each in record.own_readings],
    )


def _happened(entry: Entry) -> Happened:
    return to_json(Happened, entry, how=entry.detail if entry.what in ASKINGS else None)


def _consent(consent: Consent, number: str) -> GivenConsent:
    agreed = notice(consent.language, consent.version).with_number(number)
    return to_json(GivenConsent, consent, notice=[to_json(NoticeItem, each) for each in agreed])


def _call(attempt: Attempt, doctor: Oncologist | None) -> OwnCall:
    return to_json(
        OwnCall,
        attempt,
        doctor=doctor.name if doctor else None,
        registration=doctor.registration if doctor else None,
    )


def _sent(stored: StoredMessage) -> SentMessage:
    owed = stored.message
    return to_json(SentMessage, owed, at=owed.owed_at, message=owed.template, status=stored.state)


def _reading(entry: AuditEntry) -> Reading:
    return to_json(Reading, entry, outcome="refused" if entry.is_refused else "done")
