"""The stream of the cases table is the outbox: each change's messages are stored and sent."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from chalicelib import wiring
from chalicelib.domain.messages import messages_owed
from chalicelib.logs import where

log = logging.getLogger(__name__)


def handle(event: Mapping[str, Any]) -> dict[str, list[dict[str, str]]]:
    """Deal with each record apart, and name those that failed so that only they come again."""
    failed = []
    for record in event.get("Records", ()):
        sequence = record["dynamodb"]["SequenceNumber"]
        try:
            _send_owed(record["dynamodb"])
        except Exception as error:  # noqa: BLE001  # one record's trouble holds no other back
            log.error(  # noqa: TRY400  # a traceback may quote what the case holds
                "case_change_failed",
                extra={
                    "sequence": sequence,
                    "error": type(error).__name__,
                    "where": where(error),
                },
            )
            failed.append({"itemIdentifier": sequence})
    return {"batchItemFailures": failed}


def _send_owed(change: Mapping[str, Any]) -> None:
    after = wiring.case_from_image(change.get("NewImage"))
    if after is None:
        return
    before = wiring.case_from_image(change.get("OldImage"))
    outcomes = wiring.send_messages()(messages_owed(before, after), wiring.now())
    if outcomes:
        log.info("messages", extra={"outcomes": [outcome.value for outcome in outcomes]})
