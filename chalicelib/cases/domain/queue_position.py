"""Where somebody stands in line, as far as it can be said without counting the line anew.

What is known is how many waited a minute ago, not how many of them asked earlier: so what is told
is never too good, and as the line is worked through from its head it comes true or better.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from chalicelib.cases.domain.case import Case, Status

COUNTED_ONE_BY_ONE = 10
STEP = 5


class Standing(StrEnum):
    """Where somebody stands."""

    TURN = "turn"
    LATER = "later"
    AMONG_FIRST = "among_first"
    IN_LINE = "in_line"


@dataclass(frozen=True, slots=True)
class Place:
    """A place in line; ``at_most`` are called before, where that is known."""

    standing: Standing
    at_most: int | None = None


def place_in_line(case: Case, waiting: int | None, doctors: int, now: datetime) -> Place:
    """Tell where an open case stands; ``waiting`` are in its lines, itself among them.

    Whoever has no more before them than there are doctors to call is among the first. Beyond ten
    the number is told in fives: it is a minute old.
    """
    if case.status is not Status.WAITING:
        return Place(Standing.TURN)
    if case.not_before > now:
        return Place(Standing.LATER)
    if waiting is None:
        return Place(Standing.IN_LINE)
    ahead = max(waiting - 1, 0)
    if ahead < max(doctors, 1):
        return Place(Standing.AMONG_FIRST)
    if ahead > COUNTED_ONE_BY_ONE:
        ahead += -ahead % STEP
    return Place(Standing.IN_LINE, ahead)
