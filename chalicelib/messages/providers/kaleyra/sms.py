"""SMS through Kaleyra, of which this helpline rents no number: it only sends. It signs no request.

Request: https://developers.kaleyra.io/docs/send-your-first-sms
Receipts: https://developers.kaleyra.io/docs/sms-callback
"""

from __future__ import annotations

import json
from typing import Final

from chalicelib.messages.domain.delivery import Receipt
from chalicelib.messages.providers.contract import Account, Fields, FormPost, Parameters, Sender
from chalicelib.messages.providers.fields import receipt_of, text_of
from chalicelib.messages.providers.send_retry import INVALID_NUMBER
from chalicelib.messages.services.ports import OutgoingMessage

ADDRESS: Final = "https://api.in.kaleyra.io"
ACCOUNT_SID: Final = "kaleyra-sid"
API_KEY: Final = "kaleyra-api-key"
WEBHOOK_SECRET: Final = "kaleyra-webhook-secret"  # noqa: S105  # the parameter's name
CREDENTIALS: Final = (ACCOUNT_SID, API_KEY, WEBHOOK_SECRET)
_CAUSES: Final = {"1417": INVALID_NUMBER}
_DELIVERED: Final = {"delivered": True, "undelivered": False, "failed": False}


def send(message: OutgoingMessage, account: Account, sender: Sender, receipts: str) -> FormPost:
    """Send by the registered header; the DLT's entity is the account's own."""
    fields = {
        "to": message.phone,
        "sender": sender.header,
        "type": "TXN",
        "body": message.text,
        "template_id": message.template_id,
        "callback": json.dumps({"url": receipts, "method": "GET"}) if receipts else "",
    }
    return FormPost(
        f"{ADDRESS}/v1/{account[ACCOUNT_SID]}/messages",
        {name: value for name, value in fields.items() if value},
        headers={"api-key": account[API_KEY]},
    )


def read_id(answer: Fields) -> str:
    """Read the message's id."""
    return text_of(answer, "id")


def read_cause(answer: Fields) -> str:
    """Read why a message was refused."""
    code = text_of(answer, "code")
    return _CAUSES.get(code, code)


def parse_receipt(given: Parameters) -> Receipt | None:
    """Read a receipt; None for a message that is still on its way."""
    delivered = _DELIVERED.get(given.get("status", "").lower())
    return receipt_of("kaleyra", "", given.get("id", ""), delivered=delivered)
