"""What the rota refuses: coded errors, as all of the domain's.

All of them are conflicts: the request is well formed, and the rota does not allow it as it stands.
"""

from __future__ import annotations

from typing import ClassVar

from chalicelib.core.domain.errors import Conflict


class AlreadyThere(Conflict):
    """There is one with this id."""

    code: ClassVar[str] = "already_there"


class NotYourShift(Conflict):
    """The oncologist does not serve this shift, or no more."""

    code: ClassVar[str] = "not_your_shift"


class ShiftStarted(Conflict):
    """The shift has begun: it can't be given away any more."""

    code: ClassVar[str] = "shift_started"


class AlreadyOffered(Conflict):
    """The oncologist has offered this shift already."""

    code: ClassVar[str] = "already_offered"


class OfferClosed(Conflict):
    """The offer was taken, declined, withdrawn or overtaken by the shift's start."""

    code: ClassVar[str] = "offer_closed"


class NotOfferedToYou(Conflict):
    """The offer is for another colleague, or one's own."""

    code: ClassVar[str] = "not_offered_to_you"


class NotYourOffer(Conflict):
    """Only who made an offer may withdraw it."""

    code: ClassVar[str] = "not_your_offer"


class OnLeave(Conflict):
    """The taker is on leave on that day."""

    code: ClassVar[str] = "on_leave"


class OnAnotherLine(Conflict):
    """The taker serves another line, or this one, at that time."""

    code: ClassVar[str] = "on_another_line"


class NotServing(Conflict):
    """The taker has not yet joined on that day, or has left by it."""

    code: ClassVar[str] = "not_serving"
