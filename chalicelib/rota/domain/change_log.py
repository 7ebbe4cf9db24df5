"""Who changed the rota, when, and who is told of it: what a change leaves behind."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from chalicelib.rota.domain.duty import Shift


@dataclass(frozen=True, slots=True)
class By:
    """Who does something: ``who``, and for whom where an administrator acts for somebody."""

    who: str
    acting_for: str | None = None

    @property
    def whose(self) -> str:
        """Tell whose shift, offer or leave it is about."""
        return self.acting_for or self.who


class ChangeKind(StrEnum):
    """What was changed."""

    HOURS = "hours"
    LINES = "lines"
    RECIPIENTS = "recipients"
    ONCOLOGIST = "oncologist"
    OVERRIDE = "override"
    OVERRIDE_DROPPED = "override_dropped"
    TEMPORARY = "temporary"
    TEMPORARY_DROPPED = "temporary_dropped"
    LEAVE = "leave"
    LEAVE_DROPPED = "leave_dropped"
    SWAP_OFFERED = "swap_offered"
    SWAP_ACCEPTED = "swap_accepted"
    SWAP_DECLINED = "swap_declined"
    SWAP_WITHDRAWN = "swap_withdrawn"


class News(StrEnum):
    """What somebody is told of a shift."""

    ON = "on"
    OFF = "off"
    CHANGED = "changed"
    OFFERED = "offered"
    DECLINED = "declined"


@dataclass(frozen=True, slots=True)
class Notice:
    """Somebody is to be told of one shift: that they serve it now, no more, or are asked to."""

    oncologist: str
    what: News
    shift: Shift


@dataclass(frozen=True, slots=True)
class RotaChange:
    """One change of the rota: ``subject`` names the document, the source or the offer.

    ``id`` begins with the instant, so that ids are in order of time. ``notices`` says who
    is to be told what; ``gap``: a published shift was left with too few.
    """

    id: str
    at: datetime
    by: By
    kind: ChangeKind
    subject: str
    notices: tuple[Notice, ...] = ()
    gap: bool = False

    @property
    def owes(self) -> bool:
        """Whether anybody is to be told."""
        return bool(self.notices) or self.gap
