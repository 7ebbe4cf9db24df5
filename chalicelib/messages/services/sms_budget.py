"""What SMS may cost in a day: a cap for each phone and one in all, around any gateway.

Counted in segments, which is what is billed. A fault that answers itself (two machines that write
to each other, a forged sender) ends at its phone's cap; what nobody thought of ends at the day's.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from chalicelib.core.domain.datetimes import IST
from chalicelib.core.domain.errors import Busy
from chalicelib.messages.domain.templates import is_answer
from chalicelib.messages.services.ports import (
    ANSWER_LOST,
    OutgoingSms,
    SendFailed,
    SmsGateway,
    SpendStore,
)

log = logging.getLogger(__name__)

OVER_CAP: Final = "over_cap"
UNCOUNTED: Final = "uncounted"
ALL: Final = "all"
PHONE: Final = "phone"


@dataclass(frozen=True, slots=True)
class Caps:
    """Segments in a day of the helpline's calendar: in all, and to one phone.

    Answers to HELP and the like may use the first half of a phone's alone, so that no flood of
    them holds the confirmation of a request back. The defaults leave room for five cases on one
    phone, and for some 5,000 cases on the day after a broadcast.
    """

    in_all: int = 20_000
    for_phone: int = 40


class CappedSms:
    """A gateway that refuses what is over a cap; the port SmsGateway."""

    def __init__(
        self,
        gateway: SmsGateway,
        spent: SpendStore,
        *,
        caps: Caps,
        phone_key: Callable[[str], str],
        segments: Callable[[str], int],
        now: Callable[[], datetime],
    ) -> None:
        """Bind the gateway, the counts, and what tells a phone's key and a text's segments."""
        self._gateway = gateway
        self._spent = spent
        self._caps = caps
        self._phone_key = phone_key
        self._segments = segments
        self._now = now

    def send(self, sms: OutgoingSms) -> str:
        """Count, then send. Raises SendFailed alone; ``over_cap`` is not temporary.

        Counted before, so that many at once can't pass together; given back where the gateway
        surely sent nothing, so that an outage with its repetitions uses nothing up.
        """
        day = self._now().astimezone(IST).date()
        segments = self._segments(sms.text)
        try:
            phone = f"phone:{self._phone_key(sms.phone)}"
            reached = self._count(sms, phone, day, segments)
        except Exception as error:
            # Whatever it is, nothing was sent, and the same message may be tried again.
            log.error("sms_uncounted", extra={"error": type(error).__name__})  # noqa: TRY400
            raise SendFailed(UNCOUNTED, temporary=True) from error
        if reached is not None:
            log.error("sms_over_cap", extra={"cap": reached})
            raise SendFailed(OVER_CAP, temporary=False)
        try:
            return self._gateway.send(sms)
        except SendFailed as failure:
            if failure.cause != ANSWER_LOST:
                self._give_back(day, segments, phone, ALL)
            raise

    def _count(self, sms: OutgoingSms, phone: str, day: date, segments: int) -> str | None:
        """Count for both caps, or tell which is reached."""
        cap = self._caps.for_phone
        if is_answer(sms.message_id):
            cap //= 2
        if not self._spent.spend(phone, day, segments, cap):
            return PHONE
        if not self._spent.spend(ALL, day, segments, self._caps.in_all):
            self._give_back(day, segments, phone)
            return ALL
        return None

    def _give_back(self, day: date, segments: int, *names: str) -> None:
        """Correct the counts; where that can't be done now they stay on the safe side."""
        for name in names:
            with suppress(Busy):
                self._spent.give_back(name, day, segments)
