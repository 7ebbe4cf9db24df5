"""What AWS End User Messaging tells us, as JSON within an SNS message: SMS from patients, receipts.

Field names: https://docs.aws.amazon.com/sms-voice/latest/userguide/two-way-sms-payload.html and
https://docs.aws.amazon.com/sms-voice/latest/userguide/configuration-sets-event-format.html
"""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from typing import Any, Final

from chalicelib import wiring
from chalicelib.gateways.sms_end_user_messaging import CONTEXT_KEY
from chalicelib.messages.domain.telephony import InboundSms
from chalicelib.messages.services.ports import Receipt

log = logging.getLogger(__name__)

DELIVERED: Final = frozenset({"TEXT_DELIVERED", "TEXT_SUCCESSFUL"})
LONGEST_KIND: Final = 40


def handle(event: Mapping[str, Any]) -> None:
    """Take each SMS of the event.

    Raises only what another delivery may mend (the database or the gateway is busy): Lambda then
    delivers the event again, and the rest of it is recognised. An event by hand has no records.
    """
    for record in event.get("Records", ()):
        told = _told(record["Sns"])
        if "eventType" in told:
            _note(told)
            continue
        sms = _parse(told, record["Sns"])
        if sms is None:
            log.warning("inbound_sms_unreadable", extra={"sns_id": record["Sns"].get("MessageId")})
            continue
        received = wiring.receive_sms()(sms, wiring.now())
        log.info("inbound_sms", extra={"received": received.value})


def _told(sns: Mapping[str, Any]) -> Mapping[str, Any]:
    try:
        told = json.loads(sns["Message"])
    except (ValueError, KeyError, TypeError, RecursionError):
        return {}
    return told if isinstance(told, dict) else {}


def _parse(told: Mapping[str, Any], sns: Mapping[str, Any]) -> InboundSms | None:
    try:
        return InboundSms(
            message_id=str(told.get("inboundMessageId") or sns["MessageId"]),
            sender=str(told["originationNumber"]),
            text=str(told.get("messageBody") or ""),
        )
    except KeyError:
        return None


def _note(told: Mapping[str, Any]) -> None:
    """Note a receipt; where carriers tell no delivery, "successful" is the last that is heard."""
    kind, context = str(told["eventType"]), told.get("context")
    message_id = context.get(CONTEXT_KEY) if isinstance(context, dict) else None
    delivered = kind in DELIVERED
    if not isinstance(message_id, str) or not (delivered or told.get("isFinal") is True):
        return
    receipt = Receipt(
        delivered=delivered,
        cause="" if delivered else f"aws_{kind[:LONGEST_KIND].lower()}",
        provider_id=str(told.get("messageId") or ""),
    )
    noted = wiring.note_receipt()(message_id, receipt, wiring.now())
    log.info("receipt", extra={"noted": noted.value, "delivered": delivered})
