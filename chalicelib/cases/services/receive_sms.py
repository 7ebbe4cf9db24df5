"""An SMS from a patient: a request for a callback, unless it is one of the words that rule."""

from __future__ import annotations

from datetime import datetime
from enum import Enum
from typing import assert_never

from chalicelib.cases.domain.answers import Channel, Details, Wishes
from chalicelib.cases.domain.notifications import promised, without_time
from chalicelib.cases.services.known_callers import DOCTORS_NUMBER, KnownCallers
from chalicelib.cases.services.ports import CaseStore
from chalicelib.cases.services.receive_missed_call import Decline
from chalicelib.cases.services.request_callback import CallbackRequest, RequestCallback
from chalicelib.core.component import component
from chalicelib.core.domain.errors import Blocked, InvalidField, TooManyOpenCases, TooManyRequests
from chalicelib.core.domain.language import Language, detect_language
from chalicelib.core.domain.phone import OWN_NUMBER, Phone, parse_phone
from chalicelib.core.domain.plain_text import plain_text
from chalicelib.core.services.ports import Secrets
from chalicelib.messages.domain.keywords import (
    Keyword,
    asks_for_call,
    keyword_of,
    language_of_keyword,
)
from chalicelib.messages.domain.telephony import InboundSms
from chalicelib.messages.domain.templates import OwedMessage, Template, subject_of_phone
from chalicelib.messages.services.ports import MessageStore
from chalicelib.messages.services.send_messages import SendMessages

LONGEST = 1_600
NOT_ADDED = "not_added"
DEFAULT_LANGUAGE = Language.HI


class Received(Enum):
    """What an inbound SMS was."""

    REQUEST = "request"
    KEYWORD = "keyword"
    REFUSED = "refused"
    NO_PHONE = "no_phone"
    IGNORED = "ignored"


@component
class ReceiveSms:
    """Takes any SMS: never raises for what it says, and loses no request."""

    request_callback: RequestCallback
    cases: CaseStore
    messages: MessageStore
    send: SendMessages
    secrets: Secrets
    consent_version: str
    known_callers: KnownCallers

    def __call__(self, sms: InboundSms, now: datetime) -> Received:
        """Deal with one SMS, however often it is delivered. Raises Busy only.

        Our own number's texts are ours that came back: an answer to one would come back too. A
        doctor's text is about a shift, say, unless it is a ruling word or asks for a call.
        """
        try:
            phone = parse_phone(sms.sender)
        except InvalidField as problem:
            self.messages.record_inbound(sms.message_id, problem.field_code, now)
            return Received.NO_PHONE
        if self.known_callers.is_own(phone):
            self.messages.record_inbound(sms.message_id, OWN_NUMBER, now)
            return Received.IGNORED
        keyword = keyword_of(sms.text)
        if keyword is not None:
            self._obey(keyword, phone, sms, now)
            return Received.KEYWORD
        doctor = self.known_callers.find_doctor(phone, now)
        if doctor and not asks_for_call(sms.text):
            self.messages.record_inbound(sms.message_id, DOCTORS_NUMBER, now)
            self.known_callers.explain(doctor, phone, now)
            return Received.IGNORED
        try:
            answer = self.request_callback(self._request(phone, sms), now)
        except (Blocked, TooManyOpenCases, TooManyRequests) as refusal:
            self.messages.record_inbound(sms.message_id, refusal.code, now)
            return Received.REFUSED
        if not answer.added:
            self.messages.record_inbound(sms.message_id, NOT_ADDED, now)
        return Received.REQUEST

    def _request(self, phone: Phone, sms: InboundSms) -> CallbackRequest:
        text = plain_text(sms.text, lines=True)[:LONGEST]
        phone_key = self.secrets.phone_key(phone.e164)
        written = detect_language(sms.text, None)
        return CallbackRequest(
            phone=phone,
            request_id=f"sms:{sms.message_id}",
            language=written or self._earlier_language(phone_key),
            channel=Channel.SMS,
            consent_version=self.consent_version,
            details=Details(messages=(text,) if text else ()),
            wishes=Wishes(language=_certain(written)),
        )

    def _obey(self, keyword: Keyword, phone: Phone, sms: InboundSms, now: datetime) -> None:
        phone_key = self.secrets.phone_key(phone.e164)
        variables: dict[str, str] = {}
        match keyword:
            case Keyword.STOP:
                self.messages.opt_out(phone_key, now)
                Decline(self.cases)(phone_key, now)
                template = Template.OPTED_OUT
            case Keyword.START:
                self.messages.opt_in(phone_key)
                template = Template.OPTED_IN
            case Keyword.HELP:
                template = Template.HELP
            case Keyword.STATUS:
                template, variables = self._status(phone_key)
            case _:
                assert_never(keyword)
        answer = OwedMessage(
            subject=subject_of_phone(phone_key),
            id=f"{sms.message_id.replace('/', '_')}.{template.value}.patient",
            template=template,
            phone=phone.e164,
            phone_key=phone_key,
            language=language_of_keyword(sms.text) or self._earlier_language(phone_key),
            owed_at=now,
            variables=variables,
        )
        self.send([answer], now)

    def _earlier_language(self, phone_key: str) -> str:
        """Tell the language of what this phone asked for before, where its text shows none."""
        known = self.cases.find_phone(phone_key)
        return (known and known.language) or DEFAULT_LANGUAGE

    def _status(self, phone_key: str) -> tuple[Template, dict[str, str]]:
        opened = self.cases.find_open(phone_key)
        if opened is None:
            return Template.NO_OPEN_CASE, {}
        # What the phone's item remembers is the first promise; a wish may have changed it since.
        case = self.cases.get(opened.reference, consistent=True)
        if case.phone_key != phone_key:
            # It was moved to another phone just now: this one is told nothing of it.
            return Template.NO_OPEN_CASE, {}
        if case.expected is None:
            return Template.NO_TIME_YET, without_time(case)
        return Template.STATUS, promised(opened.reference, case.expected)


def _certain(written: Language | None) -> str | None:
    """Return the language that a text shows beyond doubt, which then counts as a wish.

    Many who speak another language write a few words of English.
    """
    return None if written in (None, Language.EN) else written
