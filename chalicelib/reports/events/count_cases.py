"""The stream's batches of changed cases, counted for the reports.

A reader of its own beside the messages' one: neither holds the other up.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from chalicelib.cases.domain.case import Case
from chalicelib.logs import where
from chalicelib.reports.wiring import Reports

log = logging.getLogger(__name__)


def handle(event: Mapping[str, Any], reports: Reports) -> dict[str, list[dict[str, str]]]:
    """Count a batch as a whole; where the database can't be reached it comes again as a whole.

    What can't be read holds no other up: the nightly recount meets it again.
    """
    changed = reports.count_cases(_cases(event.get("Records", ()), reports))
    log.info("counted", extra={"changed": changed})
    return {"batchItemFailures": []}


def _cases(records: Iterable[Mapping[str, Any]], reports: Reports) -> Iterator[Case]:
    """Read the cases as they are after each change; what is no case, or gone, counts nothing."""
    for record in records:
        change = record["dynamodb"]
        try:
            case = reports.cases.from_image(change.get("NewImage"))
        except Exception as error:  # noqa: BLE001  # one record's trouble holds no other back
            log.error(  # noqa: TRY400  # a traceback may quote what the case holds
                "case_not_counted",
                extra={
                    "sequence": change.get("SequenceNumber"),
                    "error": type(error).__name__,
                    "where": where(error),
                },
            )
            continue
        if case is not None:
            yield case
