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

from chalicelib.domain.case import Case
from chalicelib.domain.errors import Busy
from chalicelib.domain.report import total_of
from chalicelib.domain.tally import tallies_of
from chalicelib.services.report_ports import Counted, TallyStore

_TRIES: Final = 8


class CountCases:
    """Keeps tallies and totals."""

    def __init__(self, store: TallyStore) -> None:
        """Bind the store."""
        self._store = store

    def __call__(self, cases: Iterable[Case]) -> int:
        """Count cases, and tell how many tallies this has changed. Raises Busy; then count again.

        The erased come last: they find the caller whom they no longer name.
        """
        latest: dict[tuple[bool, str], Case] = {}
        for case in cases:
            key = (case.is_erased, case.reference)
            if key not in latest or case.version > latest[key].version:
                latest[key] = case
        erased = [case for case in latest.values() if case.is_erased]
        others = [case for case in latest.values() if not case.is_erased]
        put = self._put([each for case in others for each in _counted(case)])
        put += self._put([self._with_caller(each) for case in erased for each in _counted(case)])
        self.sum_up({new.day for new, old in put if not _is_as_before(new, old)})
        return sum(_is_changed(new, old) for new, old in put)

    def sum_up(self, days: Collection[date]) -> None:
        """Sum up days. Raises Busy where others do the same all the time."""
        for day in sorted(days):
            self._sum_up(day)

    def _sum_up(self, day: date) -> None:
        for _ in range(_TRIES):
            # In this order: whoever puts a tally that is missed here has yet to sum up.
            revision, tallies = self._store.revision(day), self._store.tallies(day)
            if not (revision or tallies):
                return
            if self._store.put_totals(day, total_of(tallies), revision):
                return
        raise Busy

    def _put(self, counted: Sequence[Counted]) -> list[tuple[Counted, Counted | None]]:
        """Put tallies, and tell each with what stood there."""
        return list(zip(counted, self._store.put(counted), strict=True))

    def _with_caller(self, erased: Counted) -> Counted:
        """Let an erased case keep the caller it counted for: its phone's key is gone."""
        stood = self._store.find(erased.day, erased.reference)
        asked, before = erased.tally.asked, stood.tally.asked if stood else None
        if asked is None or before is None:
            return erased
        return replace(
            erased, tally=replace(erased.tally, asked=replace(asked, caller=before.caller))
        )


def _counted(case: Case) -> list[Counted]:
    return [
        Counted(day, case.reference, case.version, tally) for day, tally in tallies_of(case).items()
    ]


def _is_changed(new: Counted, old: Counted | None) -> bool:
    return old is None or (old.version <= new.version and old.tally != new.tally)


def _is_as_before(new: Counted, old: Counted | None) -> bool:
    """Whether a new version changes nothing; the same one again may not have been summed up."""
    return old is not None and old.version < new.version and old.tally == new.tally
