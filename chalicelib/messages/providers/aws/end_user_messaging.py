"""SMS through AWS End User Messaging, which tells what became of them (see events/inbound_sms).

Request: https://docs.aws.amazon.com/pinpoint/latest/apireference_smsvoicev2/
API_SendTextMessage.html
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from chalicelib.messages.providers.aws.refusals import send_by
from chalicelib.messages.providers.send_retry import HandOver
from chalicelib.messages.services.ports import OutgoingSms

SERVICE: Final = "pinpoint-sms-voice-v2"
CONTEXT_KEY: Final = "message"


class EndUserMessagingSms:
    """Sends text messages by the registered header."""

    def __init__(
        self,
        sms_voice: Callable[[], Any],
        *,
        sender_id: str = "",
        entity_id: str = "",
        max_price: str = "",
        configuration_set: str = "",
        hand_over: HandOver | None = None,
    ) -> None:
        """Bind a maker of clients, the registered header and the principal entity's id.

        ``configuration_set`` names where receipts go. ``max_price`` is the most that one message
        may cost, in US dollars.
        """
        self._sms_voice = sms_voice
        self._entity_id = entity_id
        self._hand_over = hand_over or HandOver()
        self._always = {"MessageType": "TRANSACTIONAL"} | {
            name: value
            for name, value in (
                ("OriginationIdentity", sender_id),
                ("MaxPrice", max_price),
                ("ConfigurationSetName", configuration_set),
            )
            if value
        }

    def send(self, sms: OutgoingSms) -> str:
        """Send and return the provider's id; our own comes back with the receipts."""
        registered = {
            name: value
            for name, value in (
                ("IN_ENTITY_ID", self._entity_id),
                ("IN_TEMPLATE_ID", sms.template_id),
            )
            if value
        }
        request = {
            **self._always,
            "DestinationPhoneNumber": sms.phone,
            "MessageBody": sms.text,
            "Context": {CONTEXT_KEY: sms.message_id},
        }
        if registered:
            request["DestinationCountryParameters"] = registered
        return self._hand_over(
            lambda: send_by("end_user_messaging", self._sms_voice().send_text_message, request)
        )
