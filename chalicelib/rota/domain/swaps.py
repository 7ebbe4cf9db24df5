"""Offers of shifts: made to a colleague or to anyone, closed by the shift's start at the latest.

The shift's own change is no matter of this module: it says who may answer an offer, and when.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from chalicelib.core.domain.datetimes import require_aware
from chalicelib.rota.domain.duty import Shift
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
            return replace(
                self,
                state=OfferState.EXPIRED,
                answered_at=self.shift.start,
                version=self.version + 1,
            )
        return self

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
        return replace(self, state=state, answered_by=by, answered_at=now, version=self.version + 1)
