"""Erase a person's case: at once what their case says, and then everywhere else, with a proof.

The asking is noted first, so that whatever breaks afterwards is made up for by the next run. The
table's stream holds what the case said for a day more, and a change that comes late could store a
message anew: an erasure is looked at again after that, and only then forgotten.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from chalicelib.cases.domain.case import Case
from chalicelib.cases.domain.timeline import PATIENT, SYSTEM
from chalicelib.cases.services.ports import CaseStore
from chalicelib.cases.services.update_case import absorbers, change_case
from chalicelib.core.component import component
from chalicelib.core.domain.datetimes import calendar_day
from chalicelib.core.domain.errors import NotFound, cause_of
from chalicelib.core.services.audit_log import AuditLog, AuditSearch
from chalicelib.privacy.domain.erasure import Why, erased, of_one_person
from chalicelib.privacy.services.ports import Erasure, ErasureStore

log = logging.getLogger(__name__)

STREAM_KEEPS: Final = timedelta(hours=25)
FUNCTION: Final = "purge"
_ENTRIES_AT_ONCE: Final = 100
_LONGEST_KEPT: Final = timedelta(days=4_000)


@component
class Erase:
    """Erases a case, and the others of the same person that are merged with it."""

    cases: CaseStore
    erasures: ErasureStore

    def __call__(self, reference: str, why: Why, by: str, now: datetime) -> Case:
        """Erase, and return what is left. Once erased, again changes nothing.

        All are noted before any is erased, so that what breaks off is completed for all of them. A
        case that was kept long enough goes alone, with its words in a younger one that it was
        merged into: that one is kept for its own time. Raises NotFound, Busy.
        """
        case = self.cases.get(reference, consistent=True)
        others = [] if why is Why.RETENTION else list(self._others(case))
        for each in (case, *others) if others else ():
            self._note(each, why, now)
        for other in others:
            self._one(other, why, by, now)
        if why is Why.RETENTION and not case.is_erased:
            forget_words(self.cases, case, now)
        return self._one(case, why, by, now)

    def _others(self, case: Case) -> Iterable[Case]:
        """Find the other cases of the person, and theirs."""
        seen, left = {case.reference}, list(of_one_person(case))
        while left:
            reference = left.pop()
            if reference in seen:
                continue
            seen.add(reference)
            try:
                other = self.cases.get(reference, consistent=True)
            except NotFound:
                continue
            left += of_one_person(other)
            yield other

    def _one(self, case: Case, why: Why, by: str, now: datetime) -> Case:
        if case.is_erased:
            return case

        def change(each: Case) -> Case:
            # Noted with the phones of the very case that is erased: it may have another by now.
            self._note(each, why, now)
            return erased(each, why, by, now)

        return change_case(self.cases, case.reference, change, now)

    def _note(self, case: Case, why: Why, now: datetime) -> None:
        if not case.is_erased:
            self.erasures.begin(
                Erasure(case.reference, case.phone_key, now, why.value, case.earlier_phone_keys)
            )


def forget_words(cases: CaseStore, case: Case, now: datetime) -> None:
    """Remove a duplicate's words from the cases in which it goes on. Raises NotFound, Busy."""
    via: Case | None = None
    for absorber in absorbers(cases, case):
        forget = partial(Case.forget, duplicate=case, via=via)
        via = change_case(cases, absorber.reference, forget, now)


@dataclass(frozen=True, slots=True)
class Proofs:
    """How many erasures were found complete, how many not, and how many are over for good."""

    proven: int = 0
    unproven: int = 0
    finished: int = 0


@component
class ProveErasures:
    """Completes the erasures that were asked for, and records what it found afterwards."""

    cases: CaseStore
    erasures: ErasureStore
    audit: AuditLog

    def __call__(self, now: datetime, limit: int) -> Proofs:
        """Go through those that are pending: one that can't be completed holds no other up."""
        proven = unproven = finished = 0
        for erasure in self.erasures.pending(limit):
            try:
                is_clean = self._complete(erasure, now)
            except Exception as error:  # noqa: BLE001  # tried again by the next run, and told of
                log.error(  # noqa: TRY400  # a traceback may quote what is to be erased
                    "erasure_incomplete", extra={"cause": cause_of(error)}
                )
                unproven += 1
                continue
            proven += is_clean
            unproven += not is_clean
            if is_clean and now >= erasure.asked_at + STREAM_KEEPS:
                self.erasures.finish(erasure.reference)
                finished += 1
        return Proofs(proven, unproven, finished)

    def _complete(self, erasure: Erasure, now: datetime) -> bool:
        """Erase what is left, look everywhere, and record what was found where."""
        why = Why(erasure.why)
        try:
            by = PATIENT if why is Why.WITHDRAWN else SYSTEM
            case = Erase(self.cases, self.erasures)(erasure.reference, why, by, now)
            forget_words(self.cases, case, now)
        except NotFound:
            log.warning("erased_case_missing")
        erasure = self.erasures.clear(erasure)
        left = {**self.erasures.traces(erasure), "absorbed": self._absorbed(erasure.reference)}
        is_clean = not any(left.values())
        if not is_clean:
            log.error("erasure_left_traces", extra={"places": sum(map(bool, left.values()))})
        self.audit.by_system(
            FUNCTION,
            "erasure.prove" if is_clean else "erasure.fail",
            erasure.reference,
            now,
            why=erasure.why,
            audit=self._entries(erasure.reference, now),
            **left,
        )
        return is_clean

    def _absorbed(self, reference: str) -> int:
        """Count what is left of a case's words in those in which it goes on."""
        try:
            case = self.cases.get(reference, consistent=True)
        except NotFound:
            return 0
        return sum(each.words_of(reference) for each in absorbers(self.cases, case))

    def _entries(self, reference: str, now: datetime) -> int:
        """Read the case's entries: each is refused when it is read if it holds more than codes."""
        end = calendar_day(now) + timedelta(days=1)
        start = end - _LONGEST_KEPT
        found = self.audit.search(AuditSearch(start, end, reference, limit=_ENTRIES_AT_ONCE))
        return len(found.items)
