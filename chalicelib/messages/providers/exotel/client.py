"""SMS through Exotel, with the fields that India's DLT asks for.

Request: https://developer.exotel.com/api/sms
"""

from __future__ import annotations

from collections.abc import Callable

from chalicelib.core.gateways.http import HttpForms
from chalicelib.core.gateways.ssm_credentials import SsmCredentials
from chalicelib.messages.domain.sms_segments import Encoding, encoding_of
from chalicelib.messages.providers.exotel.credentials import (
    ACCOUNT_SID,
    ADDRESS,
    API_KEY,
    API_TOKEN,
    WEBHOOK_SECRET,
)
from chalicelib.messages.providers.http_provider import HttpProvider, text_of
from chalicelib.messages.providers.send_retry import HandOver
from chalicelib.messages.services.ports import OutgoingSms


class ExotelSms:
    """Sends; receipts go to the address that ``receipts_url`` gives for a secret and a message."""

    def __init__(
        self,
        credentials: SsmCredentials,
        *,
        sender_id: str,
        entity_id: str,
        receipts_url: Callable[[str, str], str],
        forms: HttpForms | None = None,
        hand_over: HandOver | None = None,
        address: str = ADDRESS,
    ) -> None:
        """Bind the account, the registered header and the principal entity's id."""
        self._provider = HttpProvider("exotel", credentials, forms, hand_over)
        self._sender_id = sender_id
        self._entity_id = entity_id
        self._receipts_url = receipts_url
        self._address = address

    def send(self, sms: OutgoingSms) -> str:
        """Send and return the message's SID. Raises SendFailed."""
        (account, *_), (key, *_), (token, *_), (secret, *_) = self._provider.credentials(
            ACCOUNT_SID, API_KEY, API_TOKEN, WEBHOOK_SECRET
        )
        fields = {
            "From": self._sender_id,
            "To": sms.phone,
            "Body": sms.text,
            "SmsType": "transactional",
            "EncodingType": "plain" if encoding_of(sms.text) is Encoding.GSM_7 else "unicode",
            "DltEntityId": self._entity_id,
            "DltTemplateId": sms.template_id,
            "StatusCallback": self._receipts_url(secret, sms.message_id),
        }
        return self._provider.send(
            f"{self._address}/v1/Accounts/{account}/Sms/send.json",
            {name: value for name, value in fields.items() if value},
            user=key,
            password=token,
            read_id=lambda answer: text_of(answer, "SMSMessage", "Sid"),
            read_cause=lambda answer: text_of(answer, "RestException", "Status"),
        )
