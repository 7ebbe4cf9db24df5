"""How often a doctor gives cases back without a reason: reading down the queue is noticed."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from chalicelib.core.component import component
from chalicelib.core.domain.errors import Busy, TooManyReleases
from chalicelib.core.services.session_ports import TryCounter

log = logging.getLogger(__name__)

MOST_AN_HOUR: Final = 5
_HOUR: Final = timedelta(hours=1)


class ReleaseReason(StrEnum):
    """Why a doctor can't take a case."""

    LANGUAGE = "language"
    FIELD = "field"
    KNOWN = "known"
    INTERRUPTED = "interrupted"
    OTHER = "other"


@component
class ReleaseLimit:
    """Counts each doctor's releases, in an hour that the first of them begins."""

    counter: TryCounter

    def check(self, who: str, reason: ReleaseReason | None, now: datetime) -> bool:
        """Count one release; return whether it is above the limit, with a reason.

        ``now`` is aware. Raises TooManyReleases above the limit without a reason. Where it can't be
        counted it is let through: a fault of ours keeps no case from the queue.
        """
        try:
            if self.counter.count_from_first(f"released#{who}", now, _HOUR, MOST_AN_HOUR):
                return False
        except Busy:
            log.warning("release_uncounted")
            return False
        if reason is None:
            raise TooManyReleases(most=MOST_AN_HOUR)
        log.error("releases_too_often", extra={"reason": reason.value})
        return True
