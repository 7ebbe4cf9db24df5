"""SMS through Twilio. It matches a text with its registered template by itself.

Request: https://www.twilio.com/docs/messaging/api/message-resource
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from chalicelib.core.gateways.http import HttpForms
from chalicelib.core.gateways.ssm_credentials import SsmCredentials
from chalicelib.messages.providers.http_provider import HttpProvider, text_of
from chalicelib.messages.providers.send_retry import INVALID_NUMBER, OPTED_OUT, HandOver
from chalicelib.messages.providers.twilio.credentials import ACCOUNT_SID, ADDRESS, AUTH_TOKEN
from chalicelib.messages.services.ports import OutgoingSms

_SERVICE: Final = "MG"
_CAUSES: Final = {
    "21211": INVALID_NUMBER,
    "21214": INVALID_NUMBER,
    "21217": INVALID_NUMBER,
    "21610": OPTED_OUT,
    "21614": INVALID_NUMBER,
}


class TwilioSms:
    """Makes messages; receipts go to the address that ``receipts_url`` gives for a message's id."""

    def __init__(
        self,
        credentials: SsmCredentials,
        *,
        sender: str,
        receipts_url: Callable[[str], str],
        forms: HttpForms | None = None,
        hand_over: HandOver | None = None,
        address: str = ADDRESS,
    ) -> None:
        """Bind the account; ``sender`` is a number, a header, or a messaging service's id."""
        self._provider = HttpProvider("twilio", credentials, forms, hand_over)
        self._sender = {"MessagingServiceSid" if sender.startswith(_SERVICE) else "From": sender}
        self._receipts_url = receipts_url
        self._address = address

    def send(self, sms: OutgoingSms) -> str:
        """Send and return the message's SID. Raises SendFailed."""
        (account, *_), (token, *_) = self._provider.credentials(ACCOUNT_SID, AUTH_TOKEN)
        fields = {"To": sms.phone, **self._sender, "Body": sms.text}
        receipts = self._receipts_url(sms.message_id)
        if receipts:
            fields["StatusCallback"] = receipts
        return self._provider.send(
            f"{self._address}/2010-04-01/Accounts/{account}/Messages.json",
            fields,
            user=account,
            password=token,
            read_id=lambda answer: text_of(answer, "sid"),
            read_cause=lambda answer: _cause(text_of(answer, "code")),
        )


def _cause(code: str) -> str:
    return _CAUSES.get(code, code)
