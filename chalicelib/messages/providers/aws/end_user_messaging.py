"""SMS through AWS End User Messaging: what we send, and what it tells us.

It tells as JSON within an SNS message: of SMS from patients, and of what became of ours.
Request: https://docs.aws.amazon.com/pinpoint/latest/apireference_smsvoicev2/
API_SendTextMessage.html
Events: https://docs.aws.amazon.com/sms-voice/latest/userguide/two-way-sms-payload.html and
https://docs.aws.amazon.com/sms-voice/latest/userguide/configuration-sets-event-format.html
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from chalicelib.messages.domain.delivery import Receipt
from chalicelib.messages.domain.telephony import InboundSms
from chalicelib.messages.providers.contract import Sender
from chalicelib.messages.services.ports import OutgoingMessage

SERVICE: Final = "pinpoint-sms-voice-v2"
OPERATION: Final = "send_text_message"
CONTEXT_KEY: Final = "message"
DELIVERED: Final = frozenset({"TEXT_DELIVERED", "TEXT_SUCCESSFUL"})
LONGEST_KIND: Final = 40


def send(message: OutgoingMessage, sender: Sender) -> dict[str, Any]:
    """Send by the registered header; our own id comes back with the receipts."""
    registered = _without_empty(IN_ENTITY_ID=sender.entity_id, IN_TEMPLATE_ID=message.template_id)
    return {
        "MessageType": "TRANSACTIONAL",
        "DestinationPhoneNumber": message.phone,
        "MessageBody": message.text,
        "Context": {CONTEXT_KEY: message.message_id},
        **_without_empty(
            OriginationIdentity=sender.header,
            MaxPrice=sender.max_price,
            ConfigurationSetName=sender.configuration_set,
            DestinationCountryParameters=registered,
        ),
    }


def told_by(sns: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the JSON within an SNS message; nothing where it is none."""
    try:
        told = json.loads(sns["Message"])
    except (ValueError, KeyError, TypeError, RecursionError):
        return {}
    return told if isinstance(told, dict) else {}


def is_receipt(told: Mapping[str, Any]) -> bool:
    """Whether it is an event of a message that we sent, and no SMS that came in."""
    return "eventType" in told


def parse_inbound(told: Mapping[str, Any], sns: Mapping[str, Any]) -> InboundSms | None:
    """Read an SMS; None where it names no sender."""
    try:
        return InboundSms(
            message_id=str(told.get("inboundMessageId") or sns["MessageId"]),
            sender=str(told["originationNumber"]),
            text=str(told.get("messageBody") or ""),
        )
    except KeyError:
        return None


def parse_receipt(told: Mapping[str, Any]) -> tuple[str, Receipt] | None:
    """Read our own id of a message, and its receipt; None for one that is still on its way.

    Where carriers tell no delivery, "successful" is the last that is heard.
    """
    kind, context = str(told["eventType"]), told.get("context")
    message_id = context.get(CONTEXT_KEY) if isinstance(context, dict) else None
    delivered = kind in DELIVERED
    if not isinstance(message_id, str) or not (delivered or told.get("isFinal") is True):
        return None
    return message_id, Receipt(
        delivered=delivered,
        cause="" if delivered else f"aws_{kind[:LONGEST_KIND].lower()}",
        provider_id=str(told.get("messageId") or ""),
    )


def _without_empty(**values: object) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value}
