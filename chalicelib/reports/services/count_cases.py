"""Counts cases for the reports: each for itself, and then the days that this changes.

A case's tallies replace what it counted for before, so that counting it twice, late or in any
order changes nothing: the latest version stands. A day's totals are summed anew from its tallies,
and never added to, so that they can't drift.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import date
from typing import Final

from chalicelib.cases.domain.case import Case
from chalicelib.core.component import component
from chalicelib.core.domain.errors import Busy
from chalicelib.reports.domain.report import total_of
from chalicelib.reports.domain.tally import Tally, tallies_of
from chalicelib.reports.services.ports import Counted, TallyStore

CALLER: Final = "CALLER#"
"""What the name of a tally begins with that is a caller's, and no case's."""
_TRIES: Final = 8


@component
class CountCases:
    """Keeps tallies and totals."""

    store: TallyStore

    def __call__(self, cases: Iterable[Case]) -> int:
        """Count cases, and tell how many tallies this has changed. Raises Busy; then count again.

        The erased come last: what was told of them before is found then.
        """
        latest: dict[tuple[bool, str], Case] = {}
        for case in cases:
            key = (case.is_erased, case.reference)
            if key not in latest or case.version > latest[key].version:
                latest[key] = case
        erased = [case for case in latest.values() if case.is_erased]
        others = [case for case in latest.values() if not case.is_erased]
        put = self._put([each for case in others for each in _counted(case)])
        if erased:
            parted = [self._parted(each) for case in erased for each in _counted(case)]
            # The callers first, so that none is lost in between.
            self._put([caller for *callers, _ in parted for caller in callers])
            put += self._put([of_nobody for *_, of_nobody in parted])
        self.sum_up({new.day for new, old in put if not _is_as_before(new, old)})
        return sum(_is_changed(new, old) for new, old in put)

    def sum_up(self, days: Collection[date]) -> None:
        """Sum up days. Raises Busy where others do the same all the time."""
        for day in sorted(days):
            self._sum_up(day)

    def _sum_up(self, day: date) -> None:
        for _ in range(_TRIES):
            # In this order: whoever puts a tally that is missed here has yet to sum up.
            revision, tallies = self.store.revision(day), self.store.tallies(day)
            if not (revision or tallies):
                return
            if self.store.put_totals(day, total_of(tallies), revision):
                return
        raise Busy

    def _put(self, counted: Sequence[Counted]) -> list[tuple[Counted, Counted | None]]:
        """Put tallies, and tell each with what stood there."""
        return list(zip(counted, self.store.put(counted), strict=True))

    def _parted(self, erased: Counted) -> list[Counted]:
        """Part what an erased case counts for from the caller that was told of it, if any was.

        The caller goes on counting, once on that day, beside what leads to nobody any more.
        """
        stood = self.store.find(erased.day, erased.reference)
        if stood is None or stood.tally.caller == erased.tally.caller:
            return [erased]
        of_nobody = replace(erased, tally=replace(erased.tally, caller=None))
        caller = stood.tally.caller
        if caller is None:
            return [of_nobody]
        return [Counted(erased.day, f"{CALLER}{caller:012x}", 1, Tally(caller=caller)), of_nobody]


def _counted(case: Case) -> list[Counted]:
    return [
        Counted(day, case.reference, case.version, tally) for day, tally in tallies_of(case).items()
    ]


def _is_changed(new: Counted, old: Counted | None) -> bool:
    return old is None or (old.version <= new.version and old.tally != new.tally)


def _is_as_before(new: Counted, old: Counted | None) -> bool:
    """Whether a new version changes nothing; the same one again may not have been summed up."""
    return old is not None and old.version < new.version and old.tally == new.tally
