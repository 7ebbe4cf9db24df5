"""What the rota refuses: coded errors, as all of the domain's.

All of them are conflicts: the request is well formed, and the rota does not allow it as it stands.
"""

from __future__ import annotations

from chalicelib.core.domain.errors import Conflict


class AlreadyThere(Conflict, code="already_there"):
    """There is one with this id."""


class NotYourShift(Conflict, code="not_your_shift"):
    """The oncologist does not serve this shift, or no more."""


class ShiftStarted(Conflict, code="shift_started"):
    """The shift has begun: it can't be given away any more."""


class AlreadyOffered(Conflict, code="already_offered"):
    """The oncologist has offered this shift already."""


class OfferClosed(Conflict, code="offer_closed"):
    """The offer was taken, declined, withdrawn or overtaken by the shift's start."""


class NotOfferedToYou(Conflict, code="not_offered_to_you"):
    """The offer is for another colleague, or one's own."""


class NotYourOffer(Conflict, code="not_your_offer"):
    """Only who made an offer may withdraw it."""


class OnLeave(Conflict, code="on_leave"):
    """The taker is on leave on that day."""


class OnAnotherLine(Conflict, code="on_another_line"):
    """The taker serves another line, or this one, at that time."""


class NotServing(Conflict, code="not_serving"):
    """The taker has not yet joined on that day, or has left by it."""
