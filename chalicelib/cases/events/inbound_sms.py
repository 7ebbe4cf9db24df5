"""The SMS that patients send, and receipts of ours, as AWS delivers them through SNS."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from chalicelib.cases.wiring import Cases
from chalicelib.messages.providers.aws import end_user_messaging as aws

log = logging.getLogger(__name__)


def handle(event: Mapping[str, Any], cases: Cases) -> None:
    """Store each SMS and each receipt of the event.

    Raises only what another delivery may mend (the database or the gateway is busy): Lambda then
    delivers the event again, and the rest of it is recognised. An event by hand has no records.
    """
    for record in event.get("Records", ()):
        told = aws.told_by(record["Sns"])
        if aws.is_receipt(told):
            _note(told, cases)
            continue
        sms = aws.parse_inbound(told, record["Sns"])
        if sms is None:
            log.warning("inbound_sms_unreadable", extra={"sns_id": record["Sns"].get("MessageId")})
            continue
        received = cases.receive_sms(sms, cases.core.now())
        log.info("inbound_sms", extra={"received": received.value})


def _note(told: Mapping[str, Any], cases: Cases) -> None:
    found = aws.parse_receipt(told)
    if found is None:
        return
    message_id, receipt = found
    noted = cases.messages.note_receipt(message_id, receipt, cases.core.now())
    log.info("receipt", extra={"noted": noted.value, "delivered": receipt.delivered})
