"""Every five minutes: turn the shifts that are due, and put back what nobody on duty holds."""

from __future__ import annotations

import logging
from dataclasses import asdict

from chalicelib.cases.wiring import Cases

log = logging.getLogger(__name__)


def handle(cases: Cases) -> dict[str, int]:
    """Run once, and tell what it did."""
    turned = asdict(cases.hand_over(cases.core.now()))
    log.info("turn_shifts", extra=turned)
    return turned
