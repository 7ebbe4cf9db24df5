"""What providers call: SMS, and calls, that come in.

Each call is verified. What is understood is answered with 200 at once, also where it is ignored by
rule; 503 asks for the same call once more.
"""

from __future__ import annotations

import logging
from http import HTTPStatus
from typing import ClassVar

from chalice.app import Response

from chalicelib.cases.wiring import Cases
from chalicelib.core.web.request import WebRequest
from chalicelib.core.web.responses import PlainText, plain_answer
from chalicelib.messages.providers.contract import call_provider
from chalicelib.messages.services.delivery_receipts import id_from_address
from chalicelib.messages.web.provider_requests import (
    all_parameters_of,
    parameters_of,
    verified_provider,
)
from chalicelib.providers import provider_at

log = logging.getLogger(__name__)


class Twiml(Response):
    """What Twilio is to do: nothing."""

    status: ClassVar[int] = HTTPStatus.OK
    media_type: ClassVar[str] = "text/xml"


def inbound_sms(request: WebRequest, secret: str = "") -> PlainText | Twiml:
    """Store an SMS. We answer it with a message of our own, never in the reply."""
    package = verified_provider(request, secret)
    if request.method != "HEAD":
        sms = package.parse_inbound(parameters_of(request))
        received = request.use(Cases).receive_sms(sms, request.now())
        log.info("inbound_sms", extra={"received": received.value})
    kind = Twiml if package.REPLY.media_type == Twiml.media_type else PlainText
    return kind(package.REPLY.text, {"Content-Type": kind.media_type}, HTTPStatus.OK)


def missed_call(request: WebRequest, secret: str = "") -> PlainText:
    """Store a missed call. The reply is empty, as for an SMS."""
    verified_provider(request, secret)
    if request.method != "HEAD":
        package = call_provider(provider_at(request.pattern))
        call = package.parse_missed_call(parameters_of(request))
        received = request.use(Cases).receive_missed_call(call, request.now())
        log.info("missed_call", extra={"received": received.value})
    return plain_answer()


def call_ended(request: WebRequest, call: str, secret: str = "") -> PlainText:
    """Note what became of a call that was bridged; of an unknown one there is nothing to say."""
    verified_provider(request, secret)
    if request.method == "HEAD":
        return plain_answer()
    package = call_provider(provider_at(request.pattern))
    name, state = id_from_address(call), package.parse_call_ended(all_parameters_of(request))
    if state is not None:
        known = request.use(Cases).calls.note(name, state, request.now())
        log.info("call_ended", extra={"known": known, "state": state.value})
    return plain_answer()
