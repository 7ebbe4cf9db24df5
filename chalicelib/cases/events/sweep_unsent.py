"""Every five minutes: send what is owed and unsent, find what was owed and never stored."""

from __future__ import annotations

import logging
from dataclasses import asdict

from chalicelib.cases.wiring import Cases

log = logging.getLogger(__name__)


def handle(cases: Cases) -> dict[str, int]:
    """Run once, and tell what it did."""
    swept = asdict(cases.sweep_unsent(cases.core.now()))
    log.info("sweep_unsent", extra=swept)
    return swept
