"""How many callbacks may be asked for from one address in a day (docs/decisions/0080).

A phone's own limit holds back nobody who invents phones. Behind one address there may be a
household or a whole town of a mobile network, so that the limit is wide, and whoever meets it is
asked to ring: no stranger's requests close that way in, nor an SMS or a missed call.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from math import ceil
from typing import Final

from chalicelib.core.domain.client_address import network_of
from chalicelib.core.domain.datetimes import IST
from chalicelib.core.domain.errors import Busy, TooManyFromAddress
from chalicelib.core.services.session_ports import TryCounter

log = logging.getLogger(__name__)

# A family asks once, or a few times. Who asks oftener of one machine is counted in the database, so
# many at a time: a request's way is one round trip, and stays it for all but every fourth of these.
COUNTED_TOGETHER: Final = 4
# A limit of fewer than this, in a flood, is kept to the letter.
_MANY: Final = 5 * COUNTED_TOGETHER
_DAY: Final = timedelta(days=1)
_MOST_REMEMBERED: Final = 10_000


class AddressLimit:
    """Counts askings by address, and refuses when there were ``most`` in the helpline's day."""

    def __init__(self, counter: TryCounter, key: Callable[[str], str], most: int) -> None:
        """Bind the counter, what hides an address, and the limit; 0: there is none."""
        self._counter = counter
        self._key = key
        self._most = most
        self._together = COUNTED_TOGETHER if most >= _MANY else 1
        self._day = datetime.min.replace(tzinfo=IST)
        self._uncounted: Counter[str] = Counter()
        self._full: set[str] = set()

    def check(self, address: str, now: datetime) -> None:
        """Count one asking. Raises TooManyFromAddress.

        Where it can't be counted it is let through: a fault of ours turns nobody away.
        """
        network = network_of(address)
        if network is None or not self._most:
            return
        day = now.astimezone(IST).replace(hour=0, minute=0, second=0, microsecond=0)
        if day != self._day or len(self._uncounted) + len(self._full) > _MOST_REMEMBERED:
            self._day, self._uncounted, self._full = day, Counter(), set()
        if network not in self._full and not self._has_room(network, day):
            log.warning("asked_too_often", extra={"counted_by": "address"})
            self._full.add(network)
        if network in self._full:
            raise TooManyFromAddress(retry_after=ceil((day + _DAY - now).total_seconds()))

    def _has_room(self, network: str, day: datetime) -> bool:
        self._uncounted[network] += 1
        if self._uncounted[network] < self._together:
            return True
        name = f"asked#{self._key(network)}"
        try:
            room = self._counter.count(name, day, day + _DAY, self._most, self._together)
        except Busy:
            log.warning("asking_uncounted")
            return True
        del self._uncounted[network]
        return room
