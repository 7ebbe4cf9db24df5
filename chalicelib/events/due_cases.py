"""Every minute: offer what is due, take back what was left lying, count the line."""

from __future__ import annotations

import logging
from dataclasses import asdict

from chalicelib import wiring

log = logging.getLogger(__name__)


def handle() -> dict[str, int]:
    """Run once, and tell what it did."""
    swept = asdict(wiring.due_cases()(wiring.now()))
    log.info("due_cases", extra=swept)
    return swept
