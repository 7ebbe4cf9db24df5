"""Daily, at night: publish the duty days that are missing, and let go of those who have left."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime

from chalicelib.rota.wiring import Rota

log = logging.getLogger(__name__)


def handle(rota: Rota, close_gone: Callable[[datetime], int]) -> dict[str, int | str | None]:
    """Run once, and tell what it did; ``close_gone`` closes the accounts of those who left."""
    published = rota.publish_rota(rota.core.now())
    told = {
        "days": published.days,
        "through": published.through.isoformat() if published.through else None,
        "refused": published.refused,
        "gone": close_gone(rota.core.now()),
    }
    log.info("publish_rota", extra=told)
    return told
