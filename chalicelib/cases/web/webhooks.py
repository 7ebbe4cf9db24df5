"""What providers call: SMS and missed calls that come in, and receipts for what went out.

Each call is verified, and closed where what verifies it is not configured. What is understood is
answered with 200 at once, also where it is ignored by rule; 503 asks for the same call once more.
"""

from __future__ import annotations

import hmac
import logging
from collections.abc import Callable
from typing import ClassVar, Final

from chalice.app import Response

from chalicelib import wiring
from chalicelib.domain.errors import Busy, Forbidden, NotFound
from chalicelib.gateways.credentials import CredentialsMissing, CredentialsUnread, Values
from chalicelib.gateways.sms_exotel import WEBHOOK_SECRET
from chalicelib.gateways.sms_twilio import ACCOUNT_SID, AUTH_TOKEN
from chalicelib.messages.domain.telephony import InboundSms
from chalicelib.messages.services.ports import Receipt
from chalicelib.services.receipts import id_from_address
from chalicelib.web.answers import PlainText, plain_answer
from chalicelib.web.parsing import webhooks as parsing
from chalicelib.web.request import JSON, WebRequest
from chalicelib.web.twilio_signature import is_signed

log = logging.getLogger(__name__)

SHORTEST_SECRET: Final = 16
_NO_REPLY: Final = '<?xml version="1.0" encoding="UTF-8"?><Response></Response>'


class Twiml(Response):
    """What Twilio is to do: nothing."""

    status: ClassVar[int] = 200
    media_type: ClassVar[str] = "text/xml"


def twilio_sms(request: WebRequest) -> Twiml:
    """Take an SMS; it is answered by a message of ours, never in the reply."""
    _take(parsing.twilio_sms(_from_twilio(request)))
    return Twiml(_NO_REPLY, {"Content-Type": Twiml.media_type}, 200)


def twilio_receipt(request: WebRequest, message: str) -> PlainText:
    """Note what became of a message."""
    _note(message, parsing.twilio_receipt(_from_twilio(request)))
    return plain_answer()


def exotel_sms(request: WebRequest, secret: str) -> PlainText:
    """Take an SMS. What the reply holds would be sent to the patient: nothing."""
    _from_exotel(secret)
    if request.method != "HEAD":
        _take(parsing.exotel_sms(request.query))
    return plain_answer()


def exotel_missed_call(request: WebRequest, secret: str) -> PlainText:
    """Take a call; the reply as for an SMS."""
    _from_exotel(secret)
    if request.method != "HEAD":
        call = parsing.exotel_call(request.query)
        received = wiring.receive_missed_call()(call, wiring.now())
        log.info("missed_call", extra={"received": received.value})
    return plain_answer()


def exotel_receipt(request: WebRequest, secret: str, message: str) -> PlainText:
    """Note what became of a message."""
    _from_exotel(secret)
    _note(message, parsing.exotel_receipt(_last_of_each(request.form())))
    return plain_answer()


def exotel_call(request: WebRequest, secret: str, call: str) -> PlainText:
    """Note what became of a call that Exotel bridged; of an unknown one there is nothing to say."""
    _from_exotel(secret)
    name, state = id_from_address(call), parsing.exotel_call_ended(_told(request))
    if state is not None:
        known = wiring.calls().note(name, state, wiring.now())
        log.info("call_ended", extra={"known": known, "state": state.value})
    return plain_answer()


def _told(request: WebRequest) -> dict[str, str]:
    """Read what stands in the address, and in a body of either kind."""
    if request.header("content-type").startswith(JSON):
        given = {
            name: text
            for name, text in request.json(required=False).items()
            if isinstance(text, str)
        }
    else:
        given = _last_of_each(request.form())
    return {**request.query, **given}


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
    url, given = f"{base}{request.path}", request.header("x-twilio-signature")

    def holds(_: Values, tokens: Values) -> bool:
        return is_signed(given, tokens, url, form)

    # Read with the account, as the gateway does, so that both come by one call.
    if not _verified(holds, ACCOUNT_SID, AUTH_TOKEN):
        log.warning("webhook_refused", extra={"provider": "twilio"})
        raise Forbidden
    return _last_of_each(form)


def _from_exotel(given: str) -> None:
    """Compare the secret in the address, in constant time. Raises NotFound, Busy."""

    def holds(secrets: Values) -> bool:
        held = [
            hmac.compare_digest(secret.encode(), given.encode())
            for secret in secrets
            if len(secret) >= SHORTEST_SECRET
        ]
        return any(held)

    if not _verified(holds, WEBHOOK_SECRET):
        log.warning("webhook_refused", extra={"provider": "exotel"})
        raise NotFound


def _verified(holds: Callable[..., bool], *names: str) -> bool:
    """Ask what is configured, and once more where it was replaced meanwhile. Raises Busy."""
    found = _configured(*names)
    if found is None:
        return False
    if holds(*found):
        return True
    anew = wiring.credentials().renewed(*names)
    return anew is not None and holds(*anew)


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
