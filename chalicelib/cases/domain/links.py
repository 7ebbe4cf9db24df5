"""A patient's two links: which token opens what, and for how long.

The page that answers a request shows the weak link: the phone may be somebody else's.
The strong link goes by SMS to the phone itself. Both hold for one phone of the case: once the phone
is corrected or turns out wrong, the case's serial is another, and they open nothing any more.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from chalicelib.cases.domain.case import Case
from chalicelib.core.domain.phone import Phone

STRONG_LASTS: Final = timedelta(days=90)
"""For how long the strong link opens a case that has ended: one term."""
MOST_TERMS: Final = 20
"""So many terms after its end, nearly five years, no case is kept any more."""


class Strength(StrEnum):
    """What a link opens: the weak one how the request stands, the strong one all of it."""

    WEAK = "weak"
    STRONG = "strong"


@dataclass(frozen=True, slots=True)
class Link:
    """A link of a case.

    ``serial`` is :attr:`Case.link_serial` when it is made. ``term`` is the last one in which it
    opens a case that has ended: the first begins with the end.
    """

    strength: Strength
    serial: int
    term: int = 0

    def signed_text(self, reference: str) -> str:
        """Return what its token is made of.

        The first weak link is signed by the reference alone, as every link was once: links that
        were sent before there were two strengths are weak. A dot is in no reference.
        """
        if self.strength is Strength.STRONG:
            return f"strong.{self.serial}.{self.term}.{reference}"
        return f"weak.{self.serial}.{reference}" if self.serial else reference

    def has_ended(self, case: Case, now: datetime) -> bool:
        """Whether it shows nothing of the case any more; the weak one, which shows less, never."""
        return self.strength is Strength.STRONG and self.term < _term_at(case, now)


def links_of(case: Case) -> Iterator[Link]:
    """List every link that may have been made for the case's phone of now."""
    yield Link(Strength.WEAK, case.link_serial)
    for term in range(MOST_TERMS):
        yield Link(Strength.STRONG, case.link_serial, term)


def new_strong_link(case: Case, now: datetime) -> Link:
    """Return a link for the case's phone; for a case that ended long ago, of at least one term."""
    term = _term_at(case, now)
    return Link(Strength.STRONG, case.link_serial, min(term + 1, MOST_TERMS - 1) if term else 0)


def may_get_sms(case: Case) -> bool:
    """Whether an SMS may reach the case's phone: it is no landline, and not erased."""
    return bool(case.phone) and Phone(case.phone).is_mobile


def _term_at(case: Case, now: datetime) -> int:
    """Return the term that runs: the first, 0, while the case is open and then for 90 days."""
    return 0 if case.finished_at is None else (now - case.finished_at) // STRONG_LASTS
