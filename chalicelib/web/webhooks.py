"""What providers call: SMS and missed calls that come in, and receipts for what went out.

Each call is verified, and closed where what verifies it is not configured. What is understood is
answered with 200 at once, also where it is ignored by rule; 503 asks for the same call once more.
"""

from __future__ import annotations

import hmac
import logging
from typing import Final

from chalice.app import Response

from chalicelib import wiring
from chalicelib.domain.errors import Busy, Forbidden, NotFound
from chalicelib.gateways.credentials import CredentialsMissing, CredentialsUnread, Values
from chalicelib.gateways.sms_exotel import WEBHOOK_SECRET
from chalicelib.gateways.sms_twilio import ACCOUNT_SID, AUTH_TOKEN
from chalicelib.services.ports import Receipt
from chalicelib.services.receipts import id_from_address
from chalicelib.services.receive_sms import InboundSms
from chalicelib.web.parsing import webhooks as parsing
from chalicelib.web.request import WebRequest
from chalicelib.web.twilio_signature import is_signed

log = logging.getLogger(__name__)

SHORTEST_SECRET: Final = 16
_NO_REPLY: Final = '<?xml version="1.0" encoding="UTF-8"?><Response></Response>'


def twilio_sms(request: WebRequest) -> Response:
    """Take an SMS; it is answered by a message of ours, never in the reply."""
    _take(parsing.twilio_sms(_from_twilio(request)))
    return Response(_NO_REPLY, {"Content-Type": "text/xml"}, 200)


def twilio_receipt(request: WebRequest, message: str) -> Response:
    """Note what became of a message."""
    _note(message, parsing.twilio_receipt(_from_twilio(request)))
    return Response("", {"Content-Type": "text/plain"}, 200)


def exotel_sms(request: WebRequest, secret: str) -> Response:
    """Take an SMS. What the reply holds would be sent to the patient: nothing."""
    _from_exotel(secret)
    if request.method != "HEAD":
        _take(parsing.exotel_sms(request.query))
    return Response("", {"Content-Type": "text/plain"}, 200)


def exotel_missed_call(request: WebRequest, secret: str) -> Response:
    """Take a call; the reply as for an SMS."""
    _from_exotel(secret)
    if request.method != "HEAD":
        call = parsing.exotel_call(request.query)
        received = wiring.receive_missed_call()(call, wiring.now())
        log.info("missed_call", extra={"received": received.value})
    return Response("", {"Content-Type": "text/plain"}, 200)


def exotel_receipt(request: WebRequest, secret: str, message: str) -> Response:
    """Note what became of a message."""
    _from_exotel(secret)
    _note(message, parsing.exotel_receipt(_last_of_each(request.form())))
    return Response("", {"Content-Type": "text/plain"}, 200)


def _take(sms: InboundSms) -> None:
    received = wiring.receive_sms()(sms, wiring.now())
    log.info("inbound_sms", extra={"received": received.value})


def _note(message: str, receipt: Receipt | None) -> None:
    message_id = id_from_address(message)
    if receipt is None:
        return
    noted = wiring.note_receipt()(message_id, receipt, wiring.now())
    log.info("receipt", extra={"noted": noted.value, "delivered": receipt.delivered})


def _from_twilio(request: WebRequest) -> dict[str, str]:
    """Give the parameters of a request that Twilio has signed. Raises Forbidden, Busy."""
    form = request.form()
    base = wiring.settings().public_url
    if not base:
        log.warning("webhook_not_configured", extra={"missing": ["PUBLIC_URL"]})
        raise Forbidden
    # Read with the account, as the gateway does, so that both come by one call.
    accounts, tokens = _configured(ACCOUNT_SID, AUTH_TOKEN) or ((), ())
    url = f"{base}{request.path}"
    if not accounts or not is_signed(request.header("x-twilio-signature"), tokens, url, form):
        log.warning("webhook_refused", extra={"provider": "twilio"})
        raise Forbidden
    return _last_of_each(form)


def _from_exotel(given: str) -> None:
    """Compare the secret in the address, in constant time. Raises NotFound, Busy."""
    (secrets,) = _configured(WEBHOOK_SECRET) or ((),)
    held = [
        hmac.compare_digest(secret.encode(), given.encode())
        for secret in secrets
        if len(secret) >= SHORTEST_SECRET
    ]
    if not any(held):
        log.warning("webhook_refused", extra={"provider": "exotel"})
        raise NotFound


def _configured(*names: str) -> tuple[Values, ...] | None:
    try:
        return wiring.credentials().get(*names)
    except CredentialsMissing as missing:
        # No error: anybody can call what is not in use here.
        log.warning("webhook_not_configured", extra={"missing": list(missing.names)})
        return None
    except CredentialsUnread as unread:
        raise Busy from unread


def _last_of_each(form: dict[str, list[str]]) -> dict[str, str]:
    return {name: values[-1] for name, values in form.items()}
