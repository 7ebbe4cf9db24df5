"""Receipts: what providers say became of the messages that they took."""

from __future__ import annotations

import logging

from chalicelib.core.web.request import WebRequest
from chalicelib.core.web.responses import PlainText, plain_answer
from chalicelib.messages.services.delivery_receipts import id_from_address
from chalicelib.messages.web.provider_requests import parameters_of, verified_provider
from chalicelib.messages.wiring import Messages

log = logging.getLogger(__name__)


def receipt(request: WebRequest, message: str, secret: str = "") -> PlainText:
    """Note what became of a message."""
    package = verified_provider(request, secret)
    if request.method == "HEAD":
        return plain_answer()
    found = package.parse_receipt(parameters_of(request))
    message_id = id_from_address(message)
    if found is not None:
        noted = request.use(Messages).note_receipt(message_id, found, request.now())
        log.info("receipt", extra={"noted": noted.value, "delivered": found.delivered})
    return plain_answer()
