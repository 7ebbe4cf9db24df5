"""What Twilio tells us: SMS that come in, and receipts."""

from __future__ import annotations

from typing import Final

from chalicelib.messages.domain.delivery import Receipt
from chalicelib.messages.domain.telephony import InboundSms
from chalicelib.messages.providers.webhook_fields import (
    LONGEST_SENDER,
    Parameters,
    id_of,
    receipt_of,
    text_in,
)

# https://www.twilio.com/docs/messaging/api/message-resource#message-status-values
_TWILIO: Final = {
    "delivered": True,
    "read": True,
    "undelivered": False,
    "failed": False,
    "canceled": False,
}


def twilio_sms(given: Parameters) -> InboundSms:
    """Read an SMS. Raises InvalidInput."""
    return InboundSms(
        message_id=f"twilio:{id_of(given, 'MessageSid', 'SmsSid')}",
        sender=text_in(given, "From")[:LONGEST_SENDER],
        text=text_in(given, "Body"),
    )


def twilio_receipt(given: Parameters) -> Receipt | None:
    """Read a receipt; None for a message that is still on its way."""
    status = given.get("MessageStatus") or given.get("SmsStatus") or ""
    if status not in _TWILIO:
        return None
    code, name = given.get("ErrorCode", ""), given.get("MessageSid", "")
    return receipt_of("twilio", code, name, delivered=_TWILIO[status])
