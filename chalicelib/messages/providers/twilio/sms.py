"""SMS through Twilio. It matches a text with its registered template by itself.

Request: https://www.twilio.com/docs/messaging/api/message-resource
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from chalicelib.core.gateways.ssm_credentials import Values
from chalicelib.messages.domain.delivery import Receipt
from chalicelib.messages.domain.telephony import InboundSms
from chalicelib.messages.providers.contract import (
    Account,
    Fields,
    FormPost,
    Parameters,
    Reply,
    Sender,
    SignedRequest,
)
from chalicelib.messages.providers.fields import receipt_of, sms_of, text_of
from chalicelib.messages.providers.send_retry import INVALID_NUMBER, OPTED_OUT
from chalicelib.messages.providers.twilio.signature import is_signed
from chalicelib.messages.services.ports import OutgoingMessage

ADDRESS: Final = "https://api.twilio.com"
ACCOUNT_SID: Final = "twilio-account-sid"
AUTH_TOKEN: Final = "twilio-auth-token"  # noqa: S105  # the parameter's name
CREDENTIALS: Final = (ACCOUNT_SID, AUTH_TOKEN)
REPLY: Final = Reply('<?xml version="1.0" encoding="UTF-8"?><Response></Response>', "text/xml")
_SERVICE: Final = "MG"
_CAUSES: Final = {
    "21211": INVALID_NUMBER,
    "21214": INVALID_NUMBER,
    "21217": INVALID_NUMBER,
    "21610": OPTED_OUT,
    "21614": INVALID_NUMBER,
}
# https://www.twilio.com/docs/messaging/api/message-resource#message-status-values
_DELIVERED: Final = {
    "delivered": True,
    "read": True,
    "undelivered": False,
    "failed": False,
    "canceled": False,
}


def send(message: OutgoingMessage, account: Account, sender: Sender, receipts: str) -> FormPost:
    """Make a message; the sender is a number, a header, or a messaging service's id."""
    by = "MessagingServiceSid" if sender.header.startswith(_SERVICE) else "From"
    fields = {"To": message.phone, by: sender.header, "Body": message.text}
    if receipts:
        fields["StatusCallback"] = receipts
    user = account[ACCOUNT_SID]
    url = f"{ADDRESS}/2010-04-01/Accounts/{user}/Messages.json"
    return FormPost(url, fields, user=user, password=account[AUTH_TOKEN])


def read_id(answer: Fields) -> str:
    """Read the message's SID."""
    return text_of(answer, "sid")


def read_cause(answer: Fields) -> str:
    """Read why a message was refused."""
    code = text_of(answer, "code")
    return _CAUSES.get(code, code)


def parse_inbound(given: Parameters) -> InboundSms:
    """Read an SMS. Raises InvalidInput."""
    return sms_of("twilio", given, ids=("MessageSid", "SmsSid"), sender="From", text="Body")


def parse_receipt(given: Parameters) -> Receipt | None:
    """Read a receipt; None for a message that is still on its way."""
    status = given.get("MessageStatus") or given.get("SmsStatus") or ""
    code, name = given.get("ErrorCode", ""), given.get("MessageSid", "")
    return receipt_of("twilio", code, name, delivered=_DELIVERED.get(status))


def verify(request: SignedRequest, credentials: Mapping[str, Values]) -> bool:
    """Whether one of the account's tokens has signed the request."""
    given = request.header("x-twilio-signature")
    return is_signed(given, credentials[AUTH_TOKEN], request.url, request.form)
