"""How a shift is said."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from chalicelib.core.domain.datetimes import IST
from chalicelib.rota.domain.duty import Shift
from chalicelib.rota.web.labels import said_shift


@pytest.mark.parametrize(
    ("hours", "said"),
    [
        ((10, 13), "Mon 23 Nov, 10:00 am \N{EN DASH} 1:00 pm"),
        ((0, 24), "Mon 23 Nov, all day"),
        ((0, 12), "Mon 23 Nov, 12:00 am \N{EN DASH} 12:00 pm"),
    ],
)
def test_a_shift_around_the_clock_has_no_hours(hours: tuple[int, int], said: str):
    midnight = datetime(2026, 11, 23, tzinfo=IST)
    start, end = (midnight + timedelta(hours=hour) for hour in hours)

    assert said_shift(Shift("s", "demo", start, end, ()), "en") == said
