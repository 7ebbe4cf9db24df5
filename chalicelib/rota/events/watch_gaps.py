"""Daily, in the morning: tell the administrators what stands open in the rota."""

from __future__ import annotations

import logging
from dataclasses import asdict

from chalicelib import wiring

log = logging.getLogger(__name__)


def handle() -> dict[str, int]:
    """Run once, and tell what it found."""
    watched = asdict(wiring.watch_gaps()(wiring.now()))
    log.info("watch_gaps", extra=watched)
    return watched
