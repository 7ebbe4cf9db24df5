"""The daily purge: what is kept long enough goes, and what was asked to go is gone.

Days are gone through in order, so that what a run has done is told by one date; what one run does
is bounded, and the next goes on from there.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from chalicelib.cases.domain.case import Status
from chalicelib.cases.domain.timeline import SYSTEM
from chalicelib.cases.services.ports import CaseStore
from chalicelib.core.component import component
from chalicelib.core.domain.datetimes import calendar_day
from chalicelib.core.domain.errors import cause_of
from chalicelib.privacy.domain.erasure import Why
from chalicelib.privacy.services.erase_case import Erase, ProveErasures
from chalicelib.privacy.services.ports import CASES, MESSAGES, ErasureStore

log = logging.getLogger(__name__)

_DAY: Final = timedelta(days=1)
_PAGE: Final = 100
_ENDED: Final = (Status.COMPLETED, Status.CLOSED)


@dataclass(frozen=True, slots=True)
class Kept:
    """For how long each class of data is kept after its end."""

    cases: timedelta
    messages: timedelta


@dataclass(frozen=True, slots=True)
class Bounds:
    """What one run does at the most: cases it erases, erasures it proves, messages, days.

    An erasure is looked at again on the two nights that follow: so many nights' cases are proven
    in one, and some that patients asked for.
    """

    cases: int = 500
    erasures: int = 1_800
    messages: int = 5_000
    days: int = 200


@dataclass(frozen=True, slots=True)
class Purged:
    """What a run did; ``behind`` tells that something is left for the next."""

    erased: int
    failed: int
    proven: int
    unproven: int
    messages: int
    behind: bool


@component
class Purge:
    """Erases old cases, deletes old messages, and completes erasures."""

    cases: CaseStore
    erasures: ErasureStore
    erase: Erase
    prove: ProveErasures
    kept: Kept
    first: date
    """The earliest day of which there can be anything."""
    bounds: Bounds = Bounds()

    def __call__(self, now: datetime) -> Purged:
        """Run once. Safe to repeat, and to end anywhere."""
        erased, failed, cases_behind = self._old_cases(now)
        messages, messages_behind = self._old_messages(now)
        proofs = self.prove(now, self.bounds.erasures)
        return Purged(
            erased=erased,
            failed=failed,
            proven=proofs.proven,
            unproven=proofs.unproven,
            messages=messages,
            behind=cases_behind or messages_behind,
        )

    def _old_cases(self, now: datetime) -> tuple[int, int, bool]:
        """Erase the cases that finished on days before those that are kept.

        One that can't be erased holds no other up; its day is gone through again by the next run.
        """
        erased = failed = 0
        for day in self._days(CASES, now - self.kept.cases):
            for reference in self._finished_on(day):
                if self.cases.get(reference).is_erased:
                    continue
                if erased + failed == self.bounds.cases:
                    return erased, failed, True
                try:
                    self.erase(reference, Why.RETENTION, SYSTEM, now)
                except Exception as error:  # noqa: BLE001  # as above, and told of
                    log.error(  # noqa: TRY400  # a traceback may quote what is to be erased
                        "retention_failed", extra={"cause": cause_of(error)}
                    )
                    failed += 1
                else:
                    erased += 1
            if not failed:
                self.erasures.put_purged(CASES, day)
        return erased, failed, self._is_behind(CASES, now - self.kept.cases)

    def _old_messages(self, now: datetime) -> tuple[int, bool]:
        """Delete the messages of days before those that are kept."""
        dropped = 0
        for day in self._days(MESSAGES, now - self.kept.messages):
            while True:
                wanted = min(_PAGE, self.bounds.messages - dropped)
                if not wanted:
                    return dropped, True
                found = self.erasures.drop_messages(day, wanted)
                dropped += found
                if found < wanted:
                    break
            self.erasures.put_purged(MESSAGES, day)
        return dropped, self._is_behind(MESSAGES, now - self.kept.messages)

    def _days(self, what: str, before: datetime) -> Iterator[date]:
        """Go through the days before that of ``before``, from the last done on, as many as may."""
        done = self.erasures.find_purged(what)
        day = self.first if done is None else done
        for _ in range(self.bounds.days):
            if day >= calendar_day(before):
                return
            yield day
            day += _DAY

    def _is_behind(self, what: str, before: datetime) -> bool:
        done = self.erasures.find_purged(what)
        return (done or self.first) < calendar_day(before) - _DAY

    def _finished_on(self, day: date) -> Iterator[str]:
        for status in _ENDED:
            cursor = None
            while True:
                page = self.cases.list_finished(status, day, _PAGE, cursor)
                yield from (each.reference for each in page.items)
                cursor = page.cursor
                if cursor is None:
                    break
