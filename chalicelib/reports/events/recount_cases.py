"""Every night: the cases of the last days are counted again, and with them what was lost."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

from chalicelib.core.domain.datetimes import calendar_day
from chalicelib.reports.services.rebuild_counts import Place
from chalicelib.reports.wiring import Reports

log = logging.getLogger(__name__)

# A week in which nothing ran, today, and the day before: who asked then was called meanwhile.
DAYS: Final = timedelta(days=9)


def handle(reports: Reports) -> Mapping[str, Any]:
    """Recount the days of the last week and what it touches, today among them."""
    now = reports.core.now()
    end = calendar_day(now) + timedelta(days=1)
    counted, changed = 0, 0
    place: Place | None = Place()
    while place is not None:
        step = reports.recount.step(end - DAYS, end, now, place)
        counted, changed, place = counted + step.counted, changed + step.changed, step.place
    log.info("recounted", extra={"cases": counted, "changed": changed})
    return {"cases": counted, "changed": changed}
