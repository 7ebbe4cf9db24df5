"""An oncologist's own rota on one page: shifts, offers, leave; and "I will be there"."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from chalicelib.core.component import component
from chalicelib.core.domain.datetimes import calendar_day
from chalicelib.core.domain.errors import Forbidden, NotFound
from chalicelib.rota.domain.duty import Shift, shifts_of
from chalicelib.rota.domain.model import Leave
from chalicelib.rota.domain.swaps import SwapOffer
from chalicelib.rota.services.duty_ports import RotaStore
from chalicelib.rota.services.ports import Confirmation, Kept, RotaEdits, RotaLinks
from chalicelib.rota.services.swaps import HORIZON, Swaps

# Leave is taken further ahead than anything is published.
LEAVE_AHEAD: Final = timedelta(days=366)
_ONE_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class OwnShift:
    """One's place in a shift; ``offer`` is one's own open offer of it."""

    shift: Shift
    is_confirmed: bool
    offer: SwapOffer | None


@dataclass(frozen=True, slots=True)
class OwnRota:
    """What one oncologist sees: shifts to come, those of a month, offers to answer, leave.

    ``names`` has every oncologist's, by id.
    """

    coming: tuple[OwnShift, ...]
    month: tuple[Shift, ...]
    offers: tuple[SwapOffer, ...]
    leave: tuple[Kept[Leave], ...]
    names: Mapping[str, str]


@component
class OwnShifts:
    """Reads one's own rota, and keeps what one confirms."""

    rota: RotaStore
    edits: RotaEdits
    links: RotaLinks
    swaps: Swaps

    def show(self, who: str, month: tuple[date, date], now: datetime) -> OwnRota:
        """Show somebody's rota; the month has the dates ``[first, end)``. Raises Forbidden."""
        names = {each.id: each.name for each in self.rota.oncologists()}
        if who not in names:
            raise Forbidden
        today = calendar_day(now)
        # A shift of the day before may run over midnight.
        first, end = min(month[0], today - _ONE_DAY), max(month[1], today + HORIZON)
        days = self.rota.find_duty_days(first, end)
        mine = shifts_of(days, who)
        confirmed = {
            each.shift
            for each in self.links.confirmations(today - _ONE_DAY, today + HORIZON)
            if each.oncologist == who
        }
        known = self.swaps.open_for(who, now)
        own = {each.shift.id: each for each in known if each.offered_by == who}
        return OwnRota(
            coming=tuple(
                OwnShift(shift, shift.id in confirmed, own.get(shift.id))
                for shift in mine
                if shift.end > now
            ),
            month=tuple(each for each in mine if month[0] <= calendar_day(each.start) < month[1]),
            offers=tuple(each for each in known if each.offered_by != who),
            leave=tuple(
                kept
                for kept in self.edits.dated(today, today + LEAVE_AHEAD).leave
                if kept.value.oncologist == who
            ),
            names=names,
        )

    def confirm(self, shift: str, who: str, now: datetime) -> None:
        """Note that one will be there; again changes nothing. Raises NotFound."""
        today = calendar_day(now)
        for each in shifts_of(self.rota.find_duty_days(today - _ONE_DAY, today + HORIZON), who):
            if each.id == shift and now < each.end:
                day = calendar_day(each.start)
                self.links.put_confirmation(Confirmation(day, shift, who, now))
                return
        raise NotFound
