"""Offers of shifts: made to a colleague or to anyone, closed by the shift's start at the latest.

The shift's own change is no matter of this module: it says who may answer an offer, and when.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import TypeAlias

from chalicelib.core.domain.datetimes import require_aware
from chalicelib.rota.domain.duty import DutyDay, Shift
from chalicelib.rota.domain.errors import NotOfferedToYou, NotYourOffer, OfferClosed, ShiftStarted


class OfferState(StrEnum):
    """Where an offer stands."""

    OPEN = "open"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class SwapOffer:
    """One oncologist's shift, offered: ``to`` names a colleague, or None for anyone."""

    id: str
    shift: Shift
    offered_by: str
    offered_at: datetime
    to: str | None = None
    state: OfferState = OfferState.OPEN
    answered_by: str | None = None
    answered_at: datetime | None = None
    version: int = 1

    def at(self, now: datetime) -> SwapOffer:
        """Tell how it stands at ``now``: unanswered, it has expired once the shift has begun."""
        if self.state is OfferState.OPEN and require_aware(now) >= self.shift.start:
            return self.closed(OfferState.EXPIRED, None, self.shift.start)
        return self

    def closed(self, state: OfferState, by: str | None, at: datetime) -> SwapOffer:
        """Return its next version, which nobody can answer any more."""
        return replace(self, state=state, answered_by=by, answered_at=at, version=self.version + 1)

    def accept(self, by: str, now: datetime) -> SwapOffer:
        """Take the shift. Raises NotOfferedToYou, ShiftStarted, OfferClosed."""
        if by == self.offered_by or self.to not in (None, by):
            raise NotOfferedToYou
        return self._answer(OfferState.ACCEPTED, by, now)

    def decline(self, by: str, now: datetime) -> SwapOffer:
        """Refuse an offer that was made to oneself; one to anyone is left to the others."""
        if by != self.to:
            raise NotOfferedToYou
        return self._answer(OfferState.DECLINED, by, now)

    def withdraw(self, by: str, now: datetime) -> SwapOffer:
        """Take one's own offer back."""
        if by != self.offered_by:
            raise NotYourOffer
        return self._answer(OfferState.WITHDRAWN, by, now)

    def _answer(self, state: OfferState, by: str, now: datetime) -> SwapOffer:
        if self.state is not OfferState.OPEN:
            raise OfferClosed(state=self.state.value)
        if require_aware(now) >= self.shift.start:
            raise ShiftStarted
        return self.closed(state, by, now)


Place: TypeAlias = tuple[str, datetime, datetime, str]
"""Somebody's place in a shift: its id, its start, its end, and who."""


def places(days: Iterable[DutyDay]) -> frozenset[Place]:
    """Return everybody's places in the shifts of some days."""
    return frozenset(_place(shift, who) for day in days for shift in day.shifts for who in shift.on)


def overtaken(
    offers: Iterable[SwapOffer], lost: Collection[Place], by: str, now: datetime
) -> list[SwapOffer]:
    """Withdraw the open offers of places that a change takes away.

    A shift of other hours than those that were offered is another: nobody has said yes to it.
    """
    return [
        offer.closed(OfferState.WITHDRAWN, by, now)
        for offer in offers
        if offer.at(now).state is OfferState.OPEN
        if _place(offer.shift, offer.offered_by) in lost
    ]


def _place(shift: Shift, who: str) -> Place:
    return shift.id, shift.start, shift.end, who
