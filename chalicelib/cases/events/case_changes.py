"""The stream of the cases table is the outbox: each change's messages are stored and sent."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from chalicelib.cases.domain.case import Case
from chalicelib.cases.services.notify_case_changes import CaseChange, Told
from chalicelib.cases.wiring import Cases
from chalicelib.logs import where

log = logging.getLogger(__name__)


def handle(event: Mapping[str, Any], cases: Cases) -> dict[str, list[dict[str, str]]]:
    """Deal with each record apart; what can't be dealt with is parked.

    Only those that could not even be parked are named, so that they come again. A deployment that
    lacks a setting fails as a whole, and parks nothing.
    """
    tell = cases.tell_of_changes
    failed = []
    for record in event.get("Records", ()):
        change = _change(record["dynamodb"], cases)
        if change is None:
            continue
        try:
            told = tell(change, cases.core.now())
        except Exception as error:  # noqa: BLE001  # one record's trouble holds no other back
            log.error(  # noqa: TRY400  # a traceback may quote what the case holds
                "case_change_failed",
                extra={
                    "sequence": change.id,
                    "error": type(error).__name__,
                    "where": where(error),
                    "parked": False,
                },
            )
            failed.append({"itemIdentifier": change.id})
            continue
        _log(change, told)
    return {"batchItemFailures": failed}


def _log(change: CaseChange, told: Told) -> None:
    if told.parked:
        log.error(
            "case_change_failed",
            extra={"sequence": change.id, "cause": told.parked, "parked": True},
        )
    if told.outcomes:
        log.info("messages", extra={"outcomes": [outcome.value for outcome in told.outcomes]})
    if told.promise_kept is not None:
        log.info("promise", extra={"kept": int(told.promise_kept)})


def _change(record: Mapping[str, Any], cases: Cases) -> CaseChange | None:
    """Read what a record tells of; None for what is no case, or is there no more."""
    image = record.get("NewImage")
    reference = cases.reference_in(image)
    if reference is None:
        return None

    def read() -> tuple[Case | None, Case | None]:
        return cases.from_image(record.get("OldImage")), cases.from_image(image)

    return CaseChange(record["SequenceNumber"], reference, read)
