"""What providers call: SMS, and calls, that come in.

Each call is verified. What is understood is answered with 200 at once, also where it is ignored by
rule; 503 asks for the same call once more.
"""

from __future__ import annotations

import logging
from http import HTTPStatus
from typing import ClassVar, Final

from chalice.app import Response

from chalicelib.cases.wiring import Cases
from chalicelib.core.web.request import WebRequest
from chalicelib.core.web.responses import PlainText, plain_answer
from chalicelib.messages.domain.telephony import InboundSms
from chalicelib.messages.providers.exotel import webhook as exotel
from chalicelib.messages.providers.twilio import webhook as twilio
from chalicelib.messages.services.delivery_receipts import id_from_address
from chalicelib.messages.web.provider_requests import (
    from_exotel,
    from_twilio,
    told,
)

log = logging.getLogger(__name__)

_NO_REPLY: Final = '<?xml version="1.0" encoding="UTF-8"?><Response></Response>'


class Twiml(Response):
    """What Twilio is to do: nothing."""

    status: ClassVar[int] = HTTPStatus.OK
    media_type: ClassVar[str] = "text/xml"


def twilio_sms(request: WebRequest) -> Twiml:
    """Store an SMS. We answer it with a message of our own, never in the reply."""
    _take(request, twilio.twilio_sms(from_twilio(request)))
    return Twiml(_NO_REPLY, {"Content-Type": Twiml.media_type}, HTTPStatus.OK)


def exotel_sms(request: WebRequest, secret: str) -> PlainText:
    """Store an SMS. The reply is empty: Exotel would send its text to the patient."""
    from_exotel(request, secret)
    if request.method != "HEAD":
        _take(request, exotel.exotel_sms(request.query))
    return plain_answer()


def exotel_missed_call(request: WebRequest, secret: str) -> PlainText:
    """Store a missed call. The reply is empty, as for an SMS."""
    from_exotel(request, secret)
    if request.method != "HEAD":
        call = exotel.exotel_call(request.query)
        received = request.use(Cases).receive_missed_call(call, request.now())
        log.info("missed_call", extra={"received": received.value})
    return plain_answer()


def exotel_call(request: WebRequest, secret: str, call: str) -> PlainText:
    """Note what became of a call that Exotel bridged; of an unknown one there is nothing to say."""
    from_exotel(request, secret)
    if request.method == "HEAD":
        return plain_answer()
    name, state = id_from_address(call), exotel.exotel_call_ended(told(request))
    if state is not None:
        known = request.use(Cases).calls.note(name, state, request.now())
        log.info("call_ended", extra={"known": known, "state": state.value})
    return plain_answer()


def _take(request: WebRequest, sms: InboundSms) -> None:
    received = request.use(Cases).receive_sms(sms, request.now())
    log.info("inbound_sms", extra={"received": received.value})
