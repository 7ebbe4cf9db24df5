"""Every five minutes: turn the shifts that are due, and put back what nobody on duty holds."""

from __future__ import annotations

import logging
from dataclasses import asdict

from chalicelib import wiring

log = logging.getLogger(__name__)


def handle() -> dict[str, int]:
    """Run once, and tell what it did."""
    turned = asdict(wiring.hand_over()(wiring.now()))
    log.info("turn_shifts", extra=turned)
    return turned
