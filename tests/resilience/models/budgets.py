"""How much anybody may cause: the most of each, and where that is decided.

:mod:`~tests.resilience.models.abuse` measures each of them under attack.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Budget:
    """The most of something, and the decision or rule from which it comes."""

    most: int
    source: str


SMS_IN_TEN_MINUTES: Final = "SMS to a phone in ten minutes, caused by web forms"
SEGMENTS_IN_A_DAY: Final = "segments to a phone in a day, caused by web forms"
SEGMENTS_WITH_FORGED_SENDERS: Final = "segments to a phone in a day, senders forged too"
REPEATS_IN_SIX_HOURS: Final = "confirmations of repeated requests, for a case in six hours"
OPEN_CASES: Final = "open cases of a phone"
NEW_CASES_IN_A_DAY: Final = "new cases of a phone in a day"
CASES_READ_IN_AN_HOUR: Final = "cases that a doctor reads in an hour"
RELEASES_WITHOUT_A_REASON: Final = "cases that a doctor releases in an hour without a reason"
ENTRIES_OF_A_LINK: Final = "audit entries in an hour, made by a patient's link"
STAFF_PUSHED_OUT: Final = "readings by staff that downloads push out of a patient's sight"
TRIES_OF_A_NAME: Final = "sign-in tries of a name in 15 minutes"
TRIES_OF_AN_ADDRESS: Final = "sign-in tries of an address in 15 minutes"
WHAT_MATTERS_LOST: Final = "SMS of a doctor's work that a flood holds back"

BUDGETS: Final[Mapping[str, Budget]] = {
    # Five new requests, their cancellations, a repeated one and a link for each of three open ones.
    SMS_IN_TEN_MINUTES: Budget(16, "0104"),
    SEGMENTS_IN_A_DAY: Budget(22, "0104"),
    SEGMENTS_WITH_FORGED_SENDERS: Budget(30, "0104"),
    REPEATS_IN_SIX_HOURS: Budget(1, "0104"),
    OPEN_CASES: Budget(3, "design, Case"),
    NEW_CASES_IN_A_DAY: Budget(5, "PhoneLimits"),
    CASES_READ_IN_AN_HOUR: Budget(12, "0106, and two an hour that expire"),
    RELEASES_WITHOUT_A_REASON: Budget(5, "0106"),
    ENTRIES_OF_A_LINK: Budget(60, "patient_data.MOST_IN_AN_HOUR: 30 in an hour of the clock"),
    STAFF_PUSHED_OUT: Budget(0, "patients see who of the staff looked"),
    TRIES_OF_A_NAME: Budget(10, "0111"),
    TRIES_OF_AN_ADDRESS: Budget(60, "0111"),
    WHAT_MATTERS_LOST: Budget(0, "design, Messages: caps leave room for what matters"),
}
