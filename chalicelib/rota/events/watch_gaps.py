"""Daily, in the morning: tell the administrators what stands open in the rota."""

from __future__ import annotations

import logging
from dataclasses import asdict

from chalicelib.rota.wiring import Rota

log = logging.getLogger(__name__)


def handle(rota: Rota) -> dict[str, int]:
    """Run once, and tell what it found."""
    watched = asdict(rota.watch_gaps(rota.core.now()))
    log.info("watch_gaps", extra=watched)
    return watched
