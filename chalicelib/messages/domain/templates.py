"""The registered texts by name, and one message that is owed.

The words stand in the language catalogues; here are only the template's name and its variables. A
message may be read by a whole family: no variable carries a diagnosis or a patient's name.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

_SLASH: Final = "/"
_OF_PHONE: Final = "phone:"


class MessageChannel(StrEnum):
    """By what a message goes to its recipient."""

    SMS = "sms"


class MessageClass(StrEnum):
    """What a text is for: this decides its share of a phone's daily SMS cap.

    Anybody who knows a phone can cause the first three: the first needs a forged sender, the others
    only the web form. Each has its own share, so that room is left for the rest.
    """

    ANSWER = "answer"
    REPEAT = "repeat"
    REQUESTED = "requested"
    CASE = "case"
    MOMENT = "moment"
    STAFF = "staff"

    @property
    def waits_for_tomorrow(self) -> bool:
        """Whether a text that the cap refuses is of use on the next day."""
        return self in (MessageClass.REQUESTED, MessageClass.CASE, MessageClass.STAFF)


class Template(StrEnum):
    """The registered texts, and the variables that fill each.

    Instants are ISO 8601, ``day`` is an ISO date: they are put into words when a text is written.
    """

    # To patients. reference, from, to; the link to their own case follows from the reference, and
    # from serial (of the case's phone) and term (how long it opens an ended case), each left out
    # for the first.
    RECEIVED = "received"
    MISSED_CALL = "missed_call"
    ALREADY_IN_LINE = "already_in_line"
    STATUS = "status"
    # reference, opens, to.
    CLOSED_NOW = "closed_now"
    # from, to; reference for whom it is: the promise has changed.
    NEW_TIME = "new_time"
    # reference: nobody serves the case on the published days; the case has ended for that.
    NO_TIME_YET = "no_time_yet"
    EXPIRED = "expired"
    # reference.
    NEW_LINK = "new_link"
    CALLING_SOON = "calling_soon"
    VIDEO_LINK = "video_link"
    UNREACHABLE = "unreachable"
    CANCELLED = "cancelled"
    # reference, oncologist (an id, for whom name and registration number are looked up).
    FINISHED = "finished"
    # Nothing.
    NO_OPEN_CASE = "no_open_case"
    HELP = "help"
    OPTED_OUT = "opted_out"
    OPTED_IN = "opted_in"

    # To oncologists. day, from, and link, which confirms the shift or offers it.
    SHIFT_TOMORROW = "shift_tomorrow"
    SHIFT_SOON = "shift_soon"
    # day, from, to.
    SHIFT_STARTS = "shift_starts"
    # Nothing.
    SHIFT_ENDED = "shift_ended"
    # day.
    SHIFT_CHANGED = "shift_changed"
    # day, from, to, colleague (a name).
    SWAP_OFFERED = "swap_offered"
    SWAP_DECLINED = "swap_declined"
    # To administrators: day (the first), count.
    GAP = "gap"

    @property
    def answers_a_word(self) -> bool:
        """Whether it answers STOP, START or HELP, which are answered even after STOP."""
        return self in (Template.OPTED_OUT, Template.OPTED_IN, Template.HELP)

    @property
    def message_class(self) -> MessageClass:
        """What the text is for."""
        return _CLASSES.get(self, MessageClass.STAFF)


_CLASSES: Final = {
    Template.STATUS: MessageClass.ANSWER,
    Template.NO_OPEN_CASE: MessageClass.ANSWER,
    Template.HELP: MessageClass.ANSWER,
    Template.OPTED_OUT: MessageClass.ANSWER,
    Template.OPTED_IN: MessageClass.ANSWER,
    Template.ALREADY_IN_LINE: MessageClass.REPEAT,
    Template.NEW_LINK: MessageClass.REPEAT,
    Template.RECEIVED: MessageClass.REQUESTED,
    Template.MISSED_CALL: MessageClass.REQUESTED,
    Template.CLOSED_NOW: MessageClass.REQUESTED,
    Template.CANCELLED: MessageClass.REQUESTED,
    Template.NO_TIME_YET: MessageClass.REQUESTED,
    Template.NEW_TIME: MessageClass.REQUESTED,
    Template.EXPIRED: MessageClass.CASE,
    Template.FINISHED: MessageClass.CASE,
    Template.UNREACHABLE: MessageClass.CASE,
    Template.CALLING_SOON: MessageClass.MOMENT,
    Template.VIDEO_LINK: MessageClass.MOMENT,
}


@dataclass(frozen=True, slots=True)
class OwedMessage:
    """One message that is owed.

    ``subject`` groups messages: a case's reference, or an inbound message's id. ``id`` is unique
    within it. ``phone`` is E.164. ``variables`` fill the template and are stored with it. What
    ``is_overtaken`` came too late to be of use to anybody: it is stored, and not sent.
    """

    subject: str
    id: str
    template: Template
    phone: str
    phone_key: str
    language: str
    owed_at: datetime
    variables: Mapping[str, str]
    is_overtaken: bool = False
    channel: MessageChannel = MessageChannel.SMS

    @property
    def full_id(self) -> str:
        """The message's name among all: what the gateways and their receipts call it."""
        return f"{self.subject}{_SLASH}{self.id}"


def subject_of_phone(phone_key: str) -> str:
    """Name what groups the answers to a phone's own words: the phone's HMAC."""
    return f"{_OF_PHONE}{phone_key}"


def parts_of(full_id: str) -> tuple[str, str]:
    """Split a message's full id into its subject and its id within that; either may be empty."""
    subject, _, id_ = full_id.rpartition(_SLASH)
    return subject, id_
