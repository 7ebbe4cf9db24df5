"""An SMS from a patient, as AWS End User Messaging hands it over: JSON within an SNS message.

Field names: https://docs.aws.amazon.com/sms-voice/latest/userguide/two-way-sms-payload.html
"""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from typing import Any

from chalicelib import wiring
from chalicelib.services.receive_sms import InboundSms

log = logging.getLogger(__name__)


def handle(event: Mapping[str, Any]) -> None:
    """Take each SMS of the event.

    Raises only what another delivery may mend (the database or the gateway is busy): Lambda then
    delivers the event again, and the rest of it is recognised. An event by hand has no records.
    """
    for record in event.get("Records", ()):
        sms = _parse(record["Sns"])
        if sms is None:
            log.warning("inbound_sms_unreadable", extra={"sns_id": record["Sns"].get("MessageId")})
            continue
        received = wiring.receive_sms()(sms, wiring.now())
        log.info("inbound_sms", extra={"received": received.value})


def _parse(sns: Mapping[str, Any]) -> InboundSms | None:
    try:
        message = json.loads(sns["Message"])
        return InboundSms(
            message_id=str(message.get("inboundMessageId") or sns["MessageId"]),
            sender=str(message["originationNumber"]),
            text=str(message.get("messageBody") or ""),
        )
    except (ValueError, KeyError, AttributeError, TypeError):
        return None
