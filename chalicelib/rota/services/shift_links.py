"""Links that stand for somebody: a reminder's to one shift, and a calendar's to one's own shifts.

Each is found by the hash of its secret: the table opens nothing to whoever reads it.
"""

from __future__ import annotations

from base64 import urlsafe_b64encode
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final

from chalicelib.core.component import component
from chalicelib.core.domain.datetimes import calendar_day
from chalicelib.core.domain.errors import NotFound
from chalicelib.core.services.ports import Secrets
from chalicelib.rota.domain.change_log import By
from chalicelib.rota.domain.duty import DutyDay, Oncologist, Shift, shifts_of
from chalicelib.rota.domain.errors import AlreadyOffered
from chalicelib.rota.domain.swaps import SwapOffer
from chalicelib.rota.services.duty_ports import RotaStore
from chalicelib.rota.services.ports import Confirmation, RotaLinks, ShiftLink
from chalicelib.rota.services.swaps import Swaps

SECRET_BYTES: Final = 18
SHOWN_BACK: Final = timedelta(days=28)
SHOWN_AHEAD: Final = timedelta(days=60)
_ONE_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Reminded:
    """What a reminder's link shows; ``offer`` where the shift is offered already."""

    oncologist: Oncologist
    shift: Shift
    confirmed: bool
    offer: SwapOffer | None


@component
class ShiftLinks:
    """What the link in a reminder opens, until the shift ends: see :func:`shift_path`."""

    rota: RotaStore
    links: RotaLinks
    swaps: Swaps
    secrets: Secrets

    def make(self, shift: Shift, who: str) -> str:
        """Let :func:`shift_path` open somebody's place in a shift, and give it; always the same."""
        token = self.secrets.link_token(_signed(shift.id, who))
        link = ShiftLink(calendar_day(shift.start), shift.id, who, shift.end)
        self.links.put_shift_link(_hash(token), link)
        return shift_path(self.secrets, shift.id, who)

    def open(self, token: str, now: datetime) -> Reminded:
        """Show the shift. Raises NotFound: no such link, expired, or no more their shift."""
        link, shift, oncologist = self._found(token, now)
        confirmed = any(
            (each.shift, each.oncologist) == (link.shift, link.oncologist)
            for each in self.links.confirmations(link.day, link.day + _ONE_DAY)
        )
        offer = self.swaps.open_offer(shift, link.oncologist, now)
        return Reminded(oncologist, shift, confirmed, offer)

    def confirm(self, token: str, now: datetime) -> Reminded:
        """Note that they will be there; again changes nothing. Raises NotFound."""
        reminded = self.open(token, now)
        if reminded.confirmed:
            return reminded
        shift, who = reminded.shift, reminded.oncologist.id
        self.links.put_confirmation(Confirmation(calendar_day(shift.start), shift.id, who, now))
        return replace(reminded, confirmed=True)

    def offer(self, token: str, now: datetime) -> Reminded:
        """Offer the shift to anyone; again changes nothing. Raises NotFound, ShiftStarted."""
        link, shift, _ = self._found(token, now)
        with suppress(AlreadyOffered):
            self.swaps.offer(shift.id, None, By(link.oncologist), now)
        return self.open(token, now)

    def _found(self, token: str, now: datetime) -> tuple[ShiftLink, Shift, Oncologist]:
        link = self.links.find_shift_link(_hash(token))
        if link is None or now >= link.expires_at:
            raise NotFound
        if self.secrets.find_signed(token, _signed(link.shift, link.oncologist)) is None:
            raise NotFound
        # What is left of a shift after midnight belongs to the day before.
        days = self.rota.find_duty_days(link.day - _ONE_DAY, link.day + _ONE_DAY)
        oncologist = self.rota.find_oncologist(link.oncologist)
        mine = (each for each in shifts_of(days, link.oncologist) if each.id == link.shift)
        shift = next(mine, None)
        if shift is None or oncologist is None:
            raise NotFound
        return link, shift, oncologist


@dataclass(frozen=True, slots=True)
class Feed:
    """Whose calendar it is, and the days in it."""

    oncologist: Oncologist
    days: list[DutyDay]

    @property
    def shifts(self) -> list[Shift]:
        """Their shifts, in order."""
        return shifts_of(self.days, self.oncologist.id)


@component
class CalendarFeeds:
    """Own shifts for a calendar client (``/rota/<secret>.ics``); the secret can be revoked."""

    rota: RotaStore
    links: RotaLinks
    draw: Callable[[int], bytes]
    """A source of bytes that nobody can guess."""

    def rotate(self, oncologist: str) -> str:
        """Make a new secret for an oncologist, show it this once, and let the old one open nothing.

        Raises NotFound.
        """
        if self.rota.find_oncologist(oncologist) is None:
            raise NotFound
        secret = urlsafe_b64encode(self.draw(SECRET_BYTES)).decode()
        self.links.replace_feed(oncologist, _hash(secret))
        return secret

    def revoke(self, oncologist: str) -> None:
        """Let no secret open this oncologist's calendar."""
        self.links.replace_feed(oncologist, None)

    def open(self, secret: str, now: datetime) -> Feed:
        """Show the calendar: the last 28 days and all that is published.

        Raises NotFound, also for somebody who has left.
        """
        who = self.links.find_feed(_hash(secret))
        oncologist = self.rota.find_oncologist(who) if who else None
        today = calendar_day(now)
        if oncologist is None or oncologist.has_left(today):
            raise NotFound
        days = self.rota.find_duty_days(today - SHOWN_BACK, today + SHOWN_AHEAD)
        return Feed(oncologist, days)


def shift_path(secrets: Secrets, shift: str, who: str) -> str:
    """Give the path of the page for somebody's place in a shift, below the stage's root.

    Behind ``s/`` there is the token alone: an SMS is short, and the variable tail of a registered
    address has 30 characters. What it stands for is stored under its hash.
    """
    return f"s/{secrets.link_token(_signed(shift, who))}"


def _signed(shift: str, who: str) -> str:
    # A colon stands in no reference, shift or id: a token of one can't open another.
    return f"shift:{shift}:{who}"


def _hash(secret: str) -> str:
    return urlsafe_b64encode(sha256(secret.encode()).digest()).decode().rstrip("=")
