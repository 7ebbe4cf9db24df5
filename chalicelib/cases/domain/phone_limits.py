"""What one phone may ask, and the answer to a request that opens no new case.

A phone's item remembers its open cases, its last new ones and whether it is blocked.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from math import ceil
from typing import Final, Protocol

from chalicelib.cases.domain.case import Case
from chalicelib.core.domain.datetimes import Window, window_of
from chalicelib.core.domain.errors import (
    Blocked,
    RequestIdReused,
    TooManyOpenCases,
    TooManyRequests,
)

REMEMBERED: Final = 5
"""How many of its last new cases a phone's item remembers."""
A_DAY: Final = timedelta(hours=24)
# Longer than any case waits: while another one of this phone is open, the lock must stand.
PHONE_KEPT: Final = timedelta(days=366)
"""How long a phone's item is kept after its last change."""
# Long enough to be asked about, when somebody wonders why nobody called them.
BLOCK_KEPT: Final = timedelta(days=30)
"""How long a block is kept after its end."""


class RecentRequest(Protocol):
    """One of a phone's last new cases. Of an erased one, only ``at`` is left."""

    at: datetime | None
    request_id: str | None
    reference: str
    expected_from: datetime | None
    expected_to: datetime | None
    language: str | None
    digest: str | None


class Intake(Enum):
    """What became of a request."""

    NEW = "new"
    RESENT = "resent"
    DUPLICATE = "duplicate"


@dataclass(frozen=True, slots=True)
class Opened:
    """The answer to a request: which case, and the window that was promised for it.

    ``expected`` is None only where a duplicate's case is too old for its phone's item to remember.
    """

    intake: Intake
    reference: str
    expected: Window | None


@dataclass(frozen=True, slots=True)
class KnownPhone:
    """What a phone asked for of late: its last cases, the newest first, and their language."""

    references: tuple[str, ...]
    language: str | None


@dataclass(frozen=True, slots=True)
class PhoneLimits:
    """What one phone may ask: open cases at once, and new cases in any 24 hours.

    Raises ValueError for more new cases than a phone's item remembers.
    """

    open_cases: int = 3
    new_cases_a_day: int = 5

    def __post_init__(self) -> None:
        if not 1 <= self.new_cases_a_day <= REMEMBERED:
            raise ValueError(f"a phone's item remembers {REMEMBERED} new cases")

    def too_many(self, case: Case) -> TooManyOpenCases:
        """Return the error for a case whose phone has no place for it."""
        return TooManyOpenCases(limit=self.open_cases if case.another_person else 1)


@dataclass(frozen=True, slots=True)
class PhoneHistory:
    """What a phone asked for: its last new cases, the newest first, and its open ones."""

    recent: Sequence[RecentRequest]
    open_cases: frozenset[str]
    blocked_until: datetime | None = None

    def known(self) -> list[RecentRequest]:
        """List the last new cases, without those that were erased."""
        return [each for each in self.recent if each.request_id]

    def known_phone(self) -> KnownPhone:
        """Return what this phone asked for of late."""
        known = self.known()
        references = dict.fromkeys(each.reference for each in known)
        return KnownPhone(tuple(references), known[0].language if known else None)

    def latest_open(self) -> Opened | None:
        """Find the open case that this phone asked for last."""
        for each in self.known():
            if each.reference in self.open_cases:
                return _opened(Intake.DUPLICATE, each)
        if self.open_cases:
            return Opened(Intake.DUPLICATE, min(self.open_cases), None)
        return None

    def answer(self, case: Case, limits: PhoneLimits, digest: str | None = None) -> Opened | None:
        """Return why this phone may not have a new case now; None where it may.

        The case's own reference beside its request id means that our write succeeded, and only its
        acknowledgement was lost: the request is new. The same id with another ``digest``
        is another request; one that was stored without a digest is taken for the same. Raises
        RequestIdReused, Blocked, TooManyOpenCases, TooManyRequests.
        """
        for each in self.known():
            if each.request_id == case.request_id:
                own = each.reference == case.reference
                if not own and None not in (each.digest, digest) and each.digest != digest:
                    raise RequestIdReused
                return _opened(Intake.NEW if own else Intake.RESENT, each)
        now = case.requested_at
        if self.blocked_until is not None and self.blocked_until > now:
            raise Blocked(retry_after=_seconds(self.blocked_until - now))
        standing = self.latest_open()
        if standing is not None and not case.another_person:
            return standing
        if len(self.open_cases) >= limits.open_cases:
            raise TooManyOpenCases(limit=limits.open_cases)
        asked = [each.at for each in self.recent if each.at is not None]
        if len(asked) >= limits.new_cases_a_day:
            again_at = asked[limits.new_cases_a_day - 1] + A_DAY
            if again_at > now:
                raise TooManyRequests(retry_after=_seconds(again_at - now))
        return None


def _opened(intake: Intake, known: RecentRequest) -> Opened:
    return Opened(intake, known.reference, window_of(known.expected_from, known.expected_to))


def _seconds(left: timedelta) -> int:
    return ceil(left.total_seconds())
