"""Read a case, change it, store it: again where somebody else wrote in between."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime

from chalicelib.cases.domain.case import Case
from chalicelib.cases.services.ports import CaseStore
from chalicelib.core.domain.errors import Busy, HelplineError, NotFound
from chalicelib.core.services.ports import READS, Stale


def change_case(
    cases: CaseStore, reference: str, change: Callable[[Case], Case], now: datetime
) -> Case:
    """Apply ``change`` to a case and store it.

    The first read may be a moment old, which costs half; after a conflict it is read
    consistently. A change that is illegal on an old image is judged again on the newest.
    Raises what ``change`` raises, NotFound, and Busy where others keep writing.
    """
    for read in range(READS):
        consistent = read > 0
        try:
            before = cases.get(reference, consistent=consistent)
            after = change(before)
        except HelplineError:
            if consistent:
                raise
            continue
        try:
            return cases.save(before, after, now)
        except Stale:
            continue
    raise Busy


def absorbers(cases: CaseStore, duplicate: Case) -> Iterator[Case]:
    """Read the case into which a duplicate was merged, and those into which that was, in turn."""
    seen, reference = {duplicate.reference}, duplicate.merged_into
    while reference is not None and reference not in seen:
        seen.add(reference)
        try:
            absorber = cases.get(reference, consistent=True)
        except NotFound:
            return
        yield absorber
        reference = absorber.merged_into
