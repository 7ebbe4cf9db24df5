"""SMS through Exotel, with the fields that India's DLT asks for. It signs no request.

Request: https://developer.exotel.com/api/sms
"""

from __future__ import annotations

from typing import Final

from chalicelib.messages.domain.delivery import Receipt
from chalicelib.messages.domain.sms_segments import Encoding, encoding_of
from chalicelib.messages.domain.telephony import InboundSms
from chalicelib.messages.providers.contract import (
    NO_REPLY,
    Account,
    Fields,
    FormPost,
    Parameters,
    Sender,
)
from chalicelib.messages.providers.fields import receipt_of, sms_of, text_of
from chalicelib.messages.services.ports import OutgoingMessage

ADDRESS: Final = "https://api.in.exotel.com"
ACCOUNT_SID: Final = "exotel-account-sid"
API_KEY: Final = "exotel-api-key"
API_TOKEN: Final = "exotel-api-token"  # noqa: S105  # the parameter's name
WEBHOOK_SECRET: Final = "exotel-webhook-secret"  # noqa: S105  # the parameter's name
CREDENTIALS: Final = (ACCOUNT_SID, API_KEY, API_TOKEN, WEBHOOK_SECRET)
# It would send any other reply to the patient.
REPLY: Final = NO_REPLY
# Exotel's "sent": the handset has it.
_DELIVERED: Final = {"sent": True, "failed": False, "failed_dnd": False}


def send(message: OutgoingMessage, account: Account, sender: Sender, receipts: str) -> FormPost:
    """Send a message by the registered header, with the principal entity's id."""
    fields = {
        "From": sender.header,
        "To": message.phone,
        "Body": message.text,
        "SmsType": "transactional",
        "EncodingType": "plain" if encoding_of(message.text) is Encoding.GSM_7 else "unicode",
        "DltEntityId": sender.entity_id,
        "DltTemplateId": message.template_id,
        "StatusCallback": receipts,
    }
    return FormPost(
        f"{ADDRESS}/v1/Accounts/{account[ACCOUNT_SID]}/Sms/send.json",
        {name: value for name, value in fields.items() if value},
        user=account[API_KEY],
        password=account[API_TOKEN],
    )


def read_id(answer: Fields) -> str:
    """Read the message's SID."""
    return text_of(answer, "SMSMessage", "Sid")


def read_cause(answer: Fields) -> str:
    """Read why a message was refused."""
    return text_of(answer, "RestException", "Status")


def parse_inbound(given: Parameters) -> InboundSms:
    """Read an SMS. Raises InvalidInput."""
    return sms_of("exotel", given, ids=("SmsSid",), sender="From", text="Body")


def parse_receipt(given: Parameters) -> Receipt | None:
    """Read a receipt; None for a message that is still on its way."""
    status = given.get("Status", "").lower().replace("-", "_")
    code, name = given.get("DetailedStatusCode", ""), given.get("SmsSid", "")
    return receipt_of("exotel", code, name, delivered=_DELIVERED.get(status))
