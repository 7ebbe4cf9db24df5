"""Who is there: joined, not yet left, not on leave; by the day, as a set of bits.

Leave of some hours makes nobody absent by the day: see ``Presence.spans``.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final
from zoneinfo import ZoneInfo

from chalicelib.rota.domain.duty import Oncologist
from chalicelib.rota.domain.local_minutes import DAY_MINUTES, to_minute
from chalicelib.rota.domain.model import Leave
from chalicelib.rota.domain.spans import join, subtract

FORTNIGHT: Final = 14
"""Days of absence after which somebody comes back to a fair line as a newcomer does."""

_FIRST: Final = date.min.toordinal()
_LAST: Final = date.max.toordinal() + 1


class Presence:
    """The days, as ordinals, on which each oncologist can serve.

    ``hours`` has the leave of some hours, by oncologist: spans in minutes of the wall clock (see
    local_minutes), in order.
    """

    def __init__(
        self, oncologists: Sequence[Oncologist], leave: Sequence[Leave], zone: ZoneInfo
    ) -> None:
        """Assign each oncologist a bit, in their order."""
        self.bits = {who.id: 1 << i for i, who in enumerate(oncologists)}
        self._joined = {who.id: who.joined.toordinal() for who in oncologists if who.joined}
        self._left = {who.id: who.left.toordinal() for who in oncologists if who.left}
        self._leave: dict[str, list[tuple[int, int]]] = {}
        hours: dict[str, list[tuple[int, int]]] = {}
        for away in leave:
            if away.since and away.until:
                span = to_minute(away.since, zone), to_minute(away.until, zone)
                hours.setdefault(away.oncologist, []).append(span)
            else:
                self._leave.setdefault(away.oncologist, []).append(
                    (away.start.toordinal(), away.end.toordinal())
                )
        self.hours = {who: join(spans) for who, spans in hours.items()}

    def spans(self, who: str, start: int, end: int) -> list[tuple[int, int]]:
        """List the parts of a span of minutes in which somebody is not on leave of some hours."""
        return subtract((start, end), self.hours.get(who, ()))

    def hindrance(self, who: str, day: int, start: int, end: int) -> str | None:
        """Return why somebody cannot serve a span of minutes of a day's shift: see ``absence``."""
        if absence := self.absence(who, day):
            return absence
        return None if self.spans(who, start, end) == [(start, end)] else "on_leave"

    def absence(self, who: str, day: int) -> str | None:
        """Tell why somebody cannot serve on a day: ``not_joined``, ``gone``, ``on_leave``."""
        if day < self._joined.get(who, _FIRST):
            return "not_joined"
        if day >= self._left.get(who, _LAST):
            return "gone"
        for start, end in self._leave.get(who, ()):
            if start <= day < end:
                return "on_leave"
        return None

    def returns(self, who: str, since: int) -> list[int]:
        """List the first days, from ``since`` on, after an absence of a fortnight or more.

        The day of joining is one of them.
        """
        spans = list(self._leave.get(who, ()))
        # Of leave of some hours, the whole days in it.
        spans += [
            (-(-away // DAY_MINUTES), back // DAY_MINUTES)
            for away, back in self.hours.get(who, ())
            if back // DAY_MINUTES > -(-away // DAY_MINUTES)
        ]
        if who in self._joined:
            spans.append((_FIRST, self._joined[who]))
        if who in self._left:
            spans.append((self._left[who], _LAST))
        return [
            end for start, end in join(spans) if end - start >= FORTNIGHT and since <= end < _LAST
        ]

    def by_day(self, first: int, last: int) -> list[int]:
        """Tell who is there on each day of ``[first, last)``, as bits."""
        away = {who: list(spans) for who, spans in self._leave.items()}
        for who, joined in self._joined.items():
            away.setdefault(who, []).append((_FIRST, joined))
        for who, left in self._left.items():
            away.setdefault(who, []).append((left, _LAST))
        here = (1 << len(self.bits)) - 1
        turns: dict[int, int] = {}
        for who, spans in away.items():
            bit = self.bits[who]
            for start, end in join(spans) if len(spans) > 1 else spans:
                if start <= first < end:
                    here ^= bit
                elif first < start < last:
                    turns[start] = turns.get(start, 0) ^ bit
                if first < end < last:
                    turns[end] = turns.get(end, 0) ^ bit
        found: list[int] = []
        since = first
        for day in sorted(turns):
            found += [here] * (day - since)
            here ^= turns[day]
            since = day
        return found + [here] * (last - since)
