"""Swaps: an oncologist offers a shift, and it moves only with the taker's consent."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Final

from chalicelib.core.component import component
from chalicelib.core.domain.datetimes import IST
from chalicelib.core.domain.errors import Conflict, InvalidInput, NotFound
from chalicelib.rota.domain.amendments import swap
from chalicelib.rota.domain.change_log import By, ChangeKind, News, Notice
from chalicelib.rota.domain.duty import DutyDay, Shift
from chalicelib.rota.domain.errors import AlreadyOffered, NotYourShift, OfferClosed, ShiftStarted
from chalicelib.rota.domain.model import Sources
from chalicelib.rota.domain.swaps import OfferState, SwapOffer
from chalicelib.rota.services.duty_view import DutyView
from chalicelib.rota.services.manage_rota import PUBLISHED_AHEAD
from chalicelib.rota.services.ports import Documents, Head, RotaEdit, RotaEdits
from chalicelib.rota.services.publish_rota import sources_of
from chalicelib.rota.services.rota_writer import ChangeEffect, ChangeRota, effect_of

HORIZON: Final = PUBLISHED_AHEAD
_ONE_DAY: Final = timedelta(days=1)
_MINUTE: Final = timedelta(minutes=1)


@component
class Swaps:
    """Offers of shifts. An administrator acts for somebody by ``By.acting_for``."""

    edits: RotaEdits
    change: ChangeRota
    duty: DutyView
    """Forgets what a swap has changed."""

    def offer(self, shift: str, to: str | None, by: By, now: datetime) -> SwapOffer:
        """Offer one's place in a published shift to a colleague, or to anyone (None).

        Raises NotFound (no such shift), NotYourShift, ShiftStarted, AlreadyOffered; for ``to``
        InvalidInput (``oneself``, ``unknown``), OnLeave, OnAnotherLine, NotServing.
        """

        def decide(_: Head) -> RotaEdit:
            day, found, beside = self._shift(shift, now)
            if by.whose not in found.on:
                raise NotYourShift
            if now >= found.start:
                raise ShiftStarted
            if self.open_offer(found, by.whose, now):
                raise AlreadyOffered
            sources = self._sources(self.edits.documents(), day)
            if to is not None:
                # Tried, so that nobody is asked for what they could not do.
                swap(day, found.id, by.whose, to, sources, now, beside)
            asked = [to] if to else _who_could(day, found, by.whose, sources, now, beside)
            offer = SwapOffer(self.change.new_id(found.start), found, by.whose, now, to)
            told = ChangeEffect(notices=tuple(Notice(who, News.OFFERED, found) for who in asked))
            record = self.change.record(ChangeKind.SWAP_OFFERED, offer.id, by, now, told)
            return RotaEdit(offers=(offer,), change=record)

        return self.change(decide, now).offers[0]

    def accept(self, offer: str, by: By, now: datetime) -> SwapOffer:
        """Take an offered shift: the published day changes, and both are told.

        Raises NotFound, NotOfferedToYou, OfferClosed, ShiftStarted, NotYourShift (it is no more
        the offerer's), OnLeave, OnAnotherLine, NotServing.
        """

        def decide(_: Head) -> RotaEdit:
            accepted = self._offer(offer).accept(by.whose, now)
            day, shift, beside = self._shift(accepted.shift.id, now)
            if (shift.start, shift.end) != (accepted.shift.start, accepted.shift.end):
                # Consent was given to another span than this.
                raise OfferClosed(state="changed")
            documents = self.edits.documents()
            sources = self._sources(documents, day)
            changed = swap(day, shift.id, accepted.offered_by, by.whose, sources, now, beside)
            effect = effect_of([day], [changed], documents)
            record = self.change.record(ChangeKind.SWAP_ACCEPTED, offer, by, now, effect)
            return RotaEdit(days=effect.days, lost=effect.lost, offers=(accepted,), change=record)

        edit = self.change(decide, now)
        self.duty.forget()
        return edit.offers[0]

    def decline(self, offer: str, by: By, now: datetime) -> SwapOffer:
        """Refuse an offer made to oneself. Raises NotFound, NotOfferedToYou, OfferClosed."""
        return self._answer(
            offer, ChangeKind.SWAP_DECLINED, lambda found: found.decline(by.whose, now), by, now
        )

    def withdraw(self, offer: str, by: By, now: datetime) -> SwapOffer:
        """Take one's own offer back. Raises NotFound, NotYourOffer, OfferClosed."""
        return self._answer(
            offer, ChangeKind.SWAP_WITHDRAWN, lambda found: found.withdraw(by.whose, now), by, now
        )

    def between(self, start: datetime, end: datetime, now: datetime) -> list[SwapOffer]:
        """List the offers of shifts that start in ``[start, end)``, as they stand at ``now``."""
        return [offer.at(now) for offer in self.edits.offers(start, end)]

    def open_offer(self, shift: Shift, who: str, now: datetime) -> SwapOffer | None:
        """Find the open offer of somebody's place in a shift."""
        wanted = shift.id, who, OfferState.OPEN
        offers = self.between(shift.start, shift.start + _MINUTE, now)
        found = (each for each in offers if (each.shift.id, each.offered_by, each.state) == wanted)
        return next(found, None)

    def open_for(self, who: str, now: datetime) -> list[SwapOffer]:
        """List the open offers that this oncologist made, or may answer."""
        return [
            offer
            for offer in self.between(now, now + HORIZON, now)
            if offer.state is OfferState.OPEN
            and (offer.offered_by == who or offer.to in (None, who))
        ]

    def _answer(
        self,
        offer: str,
        kind: ChangeKind,
        answer: Callable[[SwapOffer], SwapOffer],
        by: By,
        now: datetime,
    ) -> SwapOffer:
        def decide(_: Head) -> RotaEdit:
            answered = answer(self._offer(offer))
            notices: tuple[Notice, ...] = ()
            if kind is ChangeKind.SWAP_DECLINED:
                notices = (Notice(answered.offered_by, News.DECLINED, answered.shift),)
            record = self.change.record(kind, offer, by, now, ChangeEffect(notices=notices))
            return RotaEdit(offers=(answered,), change=record)

        return self.change(decide, now).offers[0]

    def _offer(self, offer: str) -> SwapOffer:
        found = self.edits.find_offer(offer)
        if found is None:
            raise NotFound
        return found

    def _shift(self, shift: str, now: datetime) -> tuple[DutyDay, Shift, list[DutyDay]]:
        """Find a published shift that is not long over, with its day and the days around that."""
        today = now.astimezone(IST).date()
        days = self.edits.duty_days(today - _ONE_DAY, today + HORIZON)
        for day in days:
            for each in day.shifts:
                if each.id == shift:
                    near = [other for other in days if abs(other.day - day.day) == _ONE_DAY]
                    return day, each, near
        raise NotFound

    def _sources(self, documents: Documents, day: DutyDay) -> Sources:
        return sources_of(documents, self.edits.dated(day.day, day.day + _ONE_DAY))


def _who_could(
    day: DutyDay,
    shift: Shift,
    giver: str,
    sources: Sources,
    now: datetime,
    beside: Sequence[DutyDay],
) -> list[str]:
    """List which members of the shift's line could take it: they are asked."""
    line = next((line for line in sources.lines if line.id == shift.line), None)
    members = line.rotation.members if line else ()

    def could(taker: str) -> bool:
        try:
            swap(day, shift.id, giver, taker, sources, now, beside)
        except (Conflict, InvalidInput):
            return False
        return True

    return [who for who in members if could(who)]
