"""Every minute: offer what is due, take back what was left lying, count the line, keep promises."""

from __future__ import annotations

import logging
from dataclasses import asdict

from chalicelib.cases.wiring import Cases

log = logging.getLogger(__name__)


def handle(cases: Cases) -> dict[str, int]:
    """Run once, and tell what it did."""
    now = cases.core.now()
    swept = asdict(cases.due_cases(now))
    log.info("due_cases", extra=swept)
    log.info("promises_reviewed", extra=asdict(cases.review_promises(now)))
    # What the alarms on the line are made of (infra/observability.yaml).
    log.info("line", extra=asdict(cases.watch_line(now)))
    return swept
