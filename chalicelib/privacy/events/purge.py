"""The daily purge: erasures completed and proven, and what was kept long enough let go."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from chalicelib.privacy.wiring import Privacy

log = logging.getLogger(__name__)


class PurgeIncomplete(Exception):  # named as an operator reads it
    """What had to go is still there: the run is tried again, and then waits for a person."""


def handle(privacy: Privacy) -> Mapping[str, Any]:
    """Run once; safe to run again at any time. Raises PurgeIncomplete, after all else is done."""
    done = asdict(privacy.purge(privacy.core.now()))
    log.info("purged", extra=done)
    if left := done["failed"] + done["unproven"]:
        raise PurgeIncomplete(left)
    return done
