"""Receipts: what providers say became of the messages that they took."""

from __future__ import annotations

import logging

from chalicelib.core.web.request import WebRequest
from chalicelib.core.web.responses import PlainText, plain_answer
from chalicelib.messages.domain.delivery import Receipt
from chalicelib.messages.providers.exotel import webhook as exotel
from chalicelib.messages.providers.twilio import webhook as twilio
from chalicelib.messages.services.delivery_receipts import id_from_address
from chalicelib.messages.web.provider_requests import (
    from_exotel,
    from_twilio,
    last_of_each,
)
from chalicelib.messages.wiring import Messages

log = logging.getLogger(__name__)


def twilio_receipt(request: WebRequest, message: str) -> PlainText:
    """Note what became of a message."""
    _note(request, message, twilio.twilio_receipt(from_twilio(request)))
    return plain_answer()


def exotel_receipt(request: WebRequest, secret: str, message: str) -> PlainText:
    """Note what became of a message."""
    from_exotel(request, secret)
    _note(request, message, exotel.exotel_receipt(last_of_each(request.form())))
    return plain_answer()


def _note(request: WebRequest, message: str, receipt: Receipt | None) -> None:
    message_id = id_from_address(message)
    if receipt is None:
        return
    noted = request.use(Messages).note_receipt(message_id, receipt, request.now())
    log.info("receipt", extra={"noted": noted.value, "delivered": receipt.delivered})
