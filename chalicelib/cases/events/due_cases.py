"""Every minute: offer what is due, take back what was left lying, count the line."""

from __future__ import annotations

import logging
from dataclasses import asdict

from chalicelib import wiring

log = logging.getLogger(__name__)


def handle() -> dict[str, int]:
    """Run once, and tell what it did."""
    now = wiring.now()
    swept = asdict(wiring.due_cases()(now))
    log.info("due_cases", extra=swept)
    # What the alarms on the line are made of (infra/observability.yaml).
    log.info("line", extra=asdict(wiring.watch_line()(now)))
    return swept
