"""Daily, at night: publish the duty days that are missing, and let go of those who have left."""

from __future__ import annotations

import logging

from chalicelib import wiring

log = logging.getLogger(__name__)


def handle() -> dict[str, int | str | None]:
    """Run once, and tell what it did."""
    published = wiring.publish_rota()(wiring.now())
    told = {
        "days": published.days,
        "through": published.through.isoformat() if published.through else None,
        "refused": published.refused,
        "gone": wiring.people().close_gone(wiring.now()),
    }
    log.info("publish_rota", extra=told)
    return told
