"""Shift handover: every five minutes, from the last recorded run on, however late.

The rule for cases needs no record: a claim stands for as long as its owner has been on duty without
a break since they took it. So a claim of the very last second, or one that a run left behind when
it crashed, is found by the next. What is recorded is only whom to tell: the instant through which a
published day was turned.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from chalicelib.cases.domain.case import Case, Status
from chalicelib.cases.domain.queue import Claim
from chalicelib.cases.services.ports import CaseStore
from chalicelib.cases.services.update_case import change_case
from chalicelib.core.component import component
from chalicelib.core.domain.datetimes import IST
from chalicelib.core.domain.errors import HelplineError
from chalicelib.core.services.ports import Stale
from chalicelib.messages.services.send_messages import SendMessages
from chalicelib.rota.domain.duty import DutyDay
from chalicelib.rota.domain.handover import boundaries, on_duty_until
from chalicelib.rota.domain.notifications import handover_owed
from chalicelib.rota.services.duty_ports import RotaStore, Turning
from chalicelib.rota.services.ports import RotaEdit, RotaEdits
from chalicelib.rota.services.recipients import Addresses

LOOK_BACK_DAYS = 31
_ONE_DAY = timedelta(days=1)
_TICK = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class HandedOver:
    """What one run did: boundaries turned, cases put back in line, messages owed, offers closed."""

    boundaries: int
    cases: int
    messages: int
    offers: int


@component
class HandOver:
    """Turns the shifts."""

    cases: CaseStore
    rota: RotaStore
    edits: RotaEdits
    addresses: Addresses
    send: SendMessages

    def __call__(self, now: datetime) -> HandedOver:
        """Do all that is due as of ``now``: with nothing due, the day and the claims are read."""
        today = now.astimezone(IST).date()
        # Today, and the published day before it, whose shifts may run over midnight.
        turnings = self.rota.turnings_before(today + _ONE_DAY, 2)
        days = [turning.day for turning in reversed(turnings)]
        cases = self._take_back(self.cases.claims(), days, now)
        turning = turnings[0] if turnings and turnings[0].day.day == today else None
        if turning is None or not _is_due(turning, days, now):
            return HandedOver(0, cases, 0, 0)
        earlier, since = self._last_turned(turning)
        found = boundaries([*earlier, turning.day] if earlier else days, since, now)
        owed = handover_owed(found, self.addresses.everybody(), now) if found else []
        self.send(owed, now)
        offers = self._close_offers(since, now)
        self.rota.record_turned(today, now)
        return HandedOver(len(found), cases, len(owed), offers)

    def _take_back(self, claims: Sequence[Claim], days: Sequence[DutyDay], now: datetime) -> int:
        if not claims:
            return 0
        first = min(claim.claimed_at for claim in claims).astimezone(IST).date()
        today = now.astimezone(IST).date()
        if first < today:
            days = self.rota.find_duty_days(first - _ONE_DAY, today + _ONE_DAY)
        ends = [on_duty_until(days, claim.oncologist, claim.claimed_at) for claim in claims]
        return sum(
            self._hand_over(claim, off_duty_since, now)
            for claim, off_duty_since in zip(claims, ends, strict=True)
            if off_duty_since <= now
        )

    def _hand_over(self, claim: Claim, off_duty_since: datetime, now: datetime) -> bool:
        """Return a claimed case to the line, unless its owner has finished it, or still talks.

        A talk goes on for an hour at most. The next run looks again.
        """

        def change(case: Case) -> Case:
            theirs = case.owner == claim.oncologist and case.claimed_at == claim.claimed_at
            spared = case.is_spared(off_duty_since, now)
            return case.hand_over(now) if theirs and not spared else case

        try:
            case = change_case(self.cases, claim.reference, change, now)
        except HelplineError:
            # Somebody acts on it at this moment; if it is still theirs, the next run takes it.
            return False
        return case.status is Status.WAITING

    def _last_turned(self, turning: Turning) -> tuple[list[DutyDay], datetime]:
        """Tell the days before today that matter, and how far they were turned.

        Days of more than a month ago are past telling. Where no day was ever turned, today is.
        """
        today = turning.day.day
        if turning.turned_through is not None:
            return [], turning.turned_through
        for limit in (2, LOOK_BACK_DAYS):
            days = self.rota.turnings_before(today, limit)
            for place, each in enumerate(days):
                if each.turned_through is not None:
                    known = days[: place + 2]
                    return [known_day.day for known_day in reversed(known)], each.turned_through
        return [each.day for each in reversed(days[:1])], _midnight(today) - _TICK

    def _close_offers(self, since: datetime, now: datetime) -> int:
        """Close the offers that the start of their shift has overtaken."""
        closed = 0
        for offer in self.edits.offers(since, now + timedelta(minutes=1)):
            after = offer.at(now)
            if after is offer:
                continue
            try:
                self.edits.commit(self.edits.head(), RotaEdit(offers=(after,)))
            except Stale:
                # Read as closed all the same; the record follows where somebody answers it.
                continue
            closed += 1
        return closed


def _is_due(turning: Turning, days: Sequence[DutyDay], now: datetime) -> bool:
    """Whether the day was never turned, or one of these days has an edge since."""
    through = turning.turned_through
    if through is None:
        return True
    return any(
        through < edge <= now
        for day in days
        for shift in day.shifts
        for edge in (shift.start, shift.end)
    )


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), IST)
