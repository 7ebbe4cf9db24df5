"""What SMS may cost in a day: a cap for each phone and one in all, around any gateway.

Counted in segments, which is what is billed. A fault that answers itself (two machines that write
to each other, a forged sender) ends at its phone's cap; what nobody thought of ends at the day's.
What anybody can cause at another's phone ends at its share of the phone's cap.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from chalicelib.core.component import component
from chalicelib.core.domain.datetimes import IST
from chalicelib.core.domain.errors import Busy
from chalicelib.messages.domain.templates import MessageClass
from chalicelib.messages.services.ports import (
    ANSWER_LOST,
    OVER_CAP,
    MessageGateway,
    OutgoingMessage,
    SendFailed,
    Share,
    SpendStore,
)

log = logging.getLogger(__name__)

UNCOUNTED: Final = "uncounted"
ALL: Final = "all"
PHONE: Final = "phone"
STAFF: Final = "staff"
# In percent of a phone's cap: a quarter is left for what a doctor's work owes the patient.
_SHARES: Final = {
    MessageClass.ANSWER: 20,
    MessageClass.REPEAT: 15,
    MessageClass.REQUESTED: 40,
}
# In percent of the cap in all, for the same classes.
_SHARE_IN_ALL: Final = 90
# What waits for the next day is sent when people are awake.
_MORNING: Final = time(8)


@dataclass(frozen=True, slots=True)
class Caps:
    """Segments in a day of the helpline's calendar: in all, and to one phone.

    What anybody can cause has a share of a phone's (:meth:`share`), and nine tenths of the cap in
    all. The defaults leave room for five cases on one phone, and for some 5,000 cases on the day
    after a broadcast. What the rota sends to a phone has a count of its own with the same cap, so
    that no flood of requests in a doctor's name stops it.
    """

    in_all: int = 20_000
    for_phone: int = 40

    def share(self, of: MessageClass) -> Share | None:
        """Return the share of a phone's cap that a class has; None where it may use all of it."""
        percent = _SHARES.get(of)
        return None if percent is None else Share(of, self.for_phone * percent // 100)

    def in_all_for(self, of: MessageClass) -> int:
        """Return how much of the cap in all a class may use."""
        return self.in_all * _SHARE_IN_ALL // 100 if of in _SHARES else self.in_all


@component
class BudgetedSms:
    """A gateway that refuses what is over a cap; the port MessageGateway."""

    gateway: MessageGateway
    spent: SpendStore
    caps: Caps
    phone_key: Callable[[str], str]
    segments: Callable[[str], int]
    now: Callable[[], datetime]

    def send(self, message: OutgoingMessage) -> str:
        """Count, then send. Raises SendFailed alone.

        ``over_cap`` is temporary, until the next morning, for what is still of use then.

        Counted before, so that many at once can't pass together; given back where the gateway
        surely sent nothing, so that an outage with its repetitions uses nothing up.
        """
        day = self.now().astimezone(IST).date()
        segments = self.segments(message.text)
        of = message.message_class
        share = self.caps.share(of)
        counted_as = STAFF if of is MessageClass.STAFF else PHONE
        try:
            phone = f"{counted_as}:{self.phone_key(message.phone)}"
            reached = self._count(of, phone, day, segments)
        except Exception as error:
            # Whatever it is, nothing was sent, and the same message may be tried again.
            log.error("sms_uncounted", extra={"error": type(error).__name__})  # noqa: TRY400
            raise SendFailed(UNCOUNTED, temporary=True) from error
        if reached is not None:
            log.error("sms_over_cap", extra={"cap": reached, "message_class": of.value})
            morning = datetime.combine(day + timedelta(days=1), _MORNING, IST)
            raise SendFailed(OVER_CAP, temporary=of.waits_for_tomorrow, retry_at=morning)
        try:
            return self.gateway.send(message)
        except SendFailed as failure:
            if failure.cause != ANSWER_LOST:
                self._give_back(phone, day, segments, share)
                self._give_back(ALL, day, segments)
            raise

    def _count(self, of: MessageClass, phone: str, day: date, segments: int) -> str | None:
        """Count for both caps, or return the name of the one that is reached."""
        share = self.caps.share(of)
        if not self.spent.spend(phone, day, segments, self.caps.for_phone, share):
            return PHONE
        if not self.spent.spend(ALL, day, segments, self.caps.in_all_for(of)):
            self._give_back(phone, day, segments, share)
            return ALL
        return None

    def _give_back(self, name: str, day: date, segments: int, share: Share | None = None) -> None:
        """Correct a count; where that can't be done now it stays on the safe side."""
        with suppress(Busy):
            self.spent.give_back(name, day, segments, share)
