"""The daily purge: erasures completed and proven, and what was kept long enough let go."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from chalicelib import wiring

log = logging.getLogger(__name__)


class ErasuresUnproven(Exception):  # named as an operator reads it
    """Something of an erased case is left: the run is tried again, and then waits for a person."""


def handle() -> Mapping[str, Any]:
    """Run once; safe to run again at any time. Raises ErasuresUnproven, after all else is done."""
    done = asdict(wiring.purge()(wiring.now()))
    log.info("purged", extra=done)
    if done["unproven"]:
        raise ErasuresUnproven(done["unproven"])
    return done
