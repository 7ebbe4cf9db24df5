"""Every quarter of an hour: remind of shifts, and tell what a crash left untold."""

from __future__ import annotations

import logging
from dataclasses import asdict

from chalicelib.rota.wiring import Rota

log = logging.getLogger(__name__)


def handle(rota: Rota) -> dict[str, int]:
    """Run once, and tell what it did."""
    reminded = asdict(rota.remind(rota.core.now()))
    log.info("remind", extra=reminded)
    return reminded
