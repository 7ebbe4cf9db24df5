"""Every five minutes: send what is owed and unsent, find what was owed and never stored."""

from __future__ import annotations

import logging
from dataclasses import asdict

from chalicelib import wiring

log = logging.getLogger(__name__)


def handle() -> dict[str, int]:
    """Run once, and tell what it did."""
    swept = asdict(wiring.sweep_unsent()(wiring.now()))
    log.info("sweep_unsent", extra=swept)
    return swept
