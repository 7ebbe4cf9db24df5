"""A missed call asks for a callback: it costs the caller nothing, and works from any phone.

Nobody has read a notice before such a call. Its consent is still to be confirmed: the message that
answers it says how to say no, the doctor's screen says so, and STOP from that phone is a no.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from enum import Enum
from typing import Final

from chalicelib.cases.domain.answers import Channel
from chalicelib.cases.domain.case import Case
from chalicelib.cases.domain.timeline import PATIENT, CloseReason
from chalicelib.cases.services.known_callers import DOCTORS_NUMBER, KnownCallers
from chalicelib.cases.services.ports import CaseStore
from chalicelib.cases.services.request_callback import CallbackRequest, RequestCallback
from chalicelib.cases.services.update_case import change_case
from chalicelib.core.component import component
from chalicelib.core.domain.errors import (
    Blocked,
    InvalidField,
    NotFound,
    TooManyOpenCases,
    TooManyRequests,
)
from chalicelib.core.domain.language import Language
from chalicelib.core.domain.phone import OWN_NUMBER, Phone, PhoneError, parse_phone
from chalicelib.core.services.ports import Secrets
from chalicelib.messages.domain.telephony import MissedCall
from chalicelib.messages.services.ports import MessageStore

DEFAULT_LANGUAGE: Final = Language.HI
LANDLINE: Final = "landline"
ANSWERED: Final = "answered"


class CallReceived(Enum):
    """What a call was."""

    REQUEST = "request"
    REFUSED = "refused"
    IGNORED = "ignored"


@component
class ReceiveMissedCall:
    """Takes any call: never raises for who it is from, and loses no request."""

    request_callback: RequestCallback
    cases: CaseStore
    messages: MessageStore
    secrets: Secrets
    consent_version: str
    known_callers: KnownCallers

    def __call__(self, call: MissedCall, now: datetime) -> CallReceived:
        """Deal with one call, however often it is told of. Raises Busy only.

        A landline is not called back: no message could tell its owner, who agreed to nothing yet,
        how to say no. It is recorded, as a withheld or a foreign number is, and as the helpline's
        own numbers and its doctors' are: those get an SMS that says how to ask.
        """
        name = f"call:{call.call_id}"
        try:
            phone = self._patient(call, now)
        except InvalidField as problem:
            self.messages.record_inbound(name, problem.field_code, now)
            return CallReceived.IGNORED
        request = CallbackRequest(
            phone=phone,
            request_id=name,
            language=self._language(phone),
            channel=Channel.MISSED_CALL,
            consent_version=self.consent_version,
        )
        try:
            self.request_callback(request, now)
        except (Blocked, TooManyOpenCases, TooManyRequests) as refusal:
            self.messages.record_inbound(name, refusal.code, now)
            return CallReceived.REFUSED
        return CallReceived.REQUEST

    def _patient(self, call: MissedCall, now: datetime) -> Phone:
        """Return the phone that asks. Raises InvalidField, coded, for a call that asks nothing."""
        if call.answered:
            raise InvalidField("call", ANSWERED)
        phone = parse_phone(call.caller)
        if self.known_callers.is_own(phone):
            raise PhoneError(OWN_NUMBER)
        if doctor := self.known_callers.find_doctor(phone, now):
            self.known_callers.explain(doctor, phone, now)
            raise PhoneError(DOCTORS_NUMBER)
        if not phone.is_mobile:
            raise PhoneError(LANDLINE)
        return phone

    def _language(self, phone: Phone) -> str:
        """Tell the language of what this phone asked for before: a call shows none."""
        known = self.cases.find_phone(self.secrets.phone_key(phone.e164))
        return (known and known.language) or DEFAULT_LANGUAGE


@component
class Decline:
    """Takes a no for the callback that a missed call asked for."""

    cases: CaseStore

    def __call__(self, phone_key: str, now: datetime) -> bool:
        """Cancel the phone's open case if its consent is still to be confirmed. Raises Busy.

        What was asked for by a form or a text stays: STOP is then about messages alone.
        """
        opened = self.cases.find_open(phone_key)
        if opened is None:
            return False
        try:
            declined = change_case(self.cases, opened.reference, _declined(now), now)
        except NotFound:
            return False
        return declined.closed_reason is CloseReason.CANCELLED


def _declined(now: datetime) -> Callable[[Case], Case]:
    def change(case: Case) -> Case:
        if case.consent.is_confirmed or not case.status.is_open:
            return case
        return case.close(CloseReason.CANCELLED, PATIENT, now)

    return change
