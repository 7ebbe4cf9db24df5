"""Which messages a change of a case owes to whom: a pure function of the two images.

A message's id follows from the case, the transition and the recipient, so that however often a
change is delivered, the same message is owed. The words stand in the language catalogues; here
are only the template's name and its variables. An SMS may be read by a whole family: no variable
carries a diagnosis or a patient's name.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from chalicelib.domain.case import TOLD, Case, CloseReason, Entry, Happening, Status, Window
from chalicelib.domain.working_hours import NeverOpen, WorkingHours

_SLASH: Final = "/"
_OF_PHONE: Final = "phone:"


class Template(StrEnum):
    """The registered texts, and the variables that fill each.

    Instants are ISO 8601, ``day`` is an ISO date: they are put into words when a text is written.
    """

    # To patients. reference, from, to; the link to their own case follows from the reference.
    RECEIVED = "received"
    MISSED_CALL = "missed_call"
    ALREADY_IN_LINE = "already_in_line"
    STATUS = "status"
    # reference, opens, to.
    CLOSED_NOW = "closed_now"
    # reference.
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


@dataclass(frozen=True, slots=True)
class OwedMessage:
    """One SMS that is owed.

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

    @property
    def full_id(self) -> str:
        """The message's name among all: what the gateways and their receipts call it."""
        return f"{self.subject}{_SLASH}{self.id}"


def subject_of_phone(phone_key: str) -> str:
    """Name what groups the answers to a phone's own words: the phone's HMAC."""
    return f"{_OF_PHONE}{phone_key}"


def is_answer(full_id: str) -> bool:
    """Whether a message answers a phone's own words."""
    return full_id.startswith(_OF_PHONE)


def parts_of(full_id: str) -> tuple[str, str]:
    """Take a message's full id apart: its subject and its id within it; either may be empty."""
    subject, _, id_ = full_id.rpartition(_SLASH)
    return subject, id_


def messages_owed(before: Case | None, after: Case, hours: WorkingHours) -> list[OwedMessage]:
    """Tell what the change from ``before`` to ``after`` owes; ``before`` is None for a new case.

    Looks at every timeline entry that came with the change, so that two transitions in one
    stream record lose nothing. Without ``before`` it is all that the case ever owed. The id is the
    transition's, whatever text fits it: ``hours`` may be edited between two deliveries. An erased
    case owes nothing any more.
    """
    if after.is_erased:
        return []
    known = len(before.timeline) if before else 0
    owed = []
    for number, entry in enumerate(after.timeline[known:], start=known):
        template = _template(after, number, hours)
        if template is not None:
            owed.append(
                OwedMessage(
                    subject=after.reference,
                    id=f"{number}.{entry.what.value}.patient",
                    template=template,
                    phone=after.phone,
                    phone_key=after.phone_key,
                    language=after.language,
                    owed_at=entry.at,
                    variables=_variables(template, after, number, hours),
                )
            )
    return owed


def promised(reference: str, expected: Window) -> dict[str, str]:
    """Give the variables of a text that tells when the call is to be expected."""
    return {
        "reference": reference,
        "from": expected.start.isoformat(),
        "to": expected.end.isoformat(),
    }


def first_message_id() -> str:
    """Tell the id of the message that a new case owes, whatever its text."""
    return f"0.{Happening.REQUESTED.value}.patient"


def _template(case: Case, number: int, hours: WorkingHours) -> Template | None:
    entry = case.timeline[number]
    match entry.what:
        case Happening.REQUESTED:
            return _greeting(case, entry.at, hours)
        case Happening.REOPENED | Happening.CORRECTED if _begins_anew(case, entry):
            return _greeting(case, entry.at, hours)
        case Happening.ASKED_AGAIN:
            return Template.ALREADY_IN_LINE
        case Happening.CALLING | Happening.VIDEO_OPENED:
            return _invitation(case, entry)
        case Happening.ATTEMPTED | Happening.CLOSED if number == len(case.timeline) - 1:
            return _farewell(case)
    return None


def _begins_anew(case: Case, entry: Entry) -> bool:
    """Who is back in line, or was written to at a wrong number, is told as if they asked now."""
    reopened = entry.what is Happening.REOPENED
    return case.status.is_open and (reopened or "phone" in entry.fields)


def _greeting(case: Case, at: datetime, hours: WorkingHours) -> Template:
    if not case.consent.is_confirmed:
        return Template.MISSED_CALL
    return Template.RECEIVED if _opens(at, hours) in (None, at) else Template.CLOSED_NOW


def _invitation(case: Case, entry: Entry) -> Template | None:
    """Of a call and of a room that are over nobody is told any more."""
    if entry.what is Happening.VIDEO_OPENED:
        return Template.VIDEO_LINK if case.video else None
    return Template.CALLING_SOON if case.call and entry.detail == TOLD else None


def _farewell(case: Case) -> Template | None:
    if case.status is Status.COMPLETED:
        return Template.FINISHED
    match case.closed_reason:
        case CloseReason.UNREACHABLE:
            return Template.UNREACHABLE
        case CloseReason.CANCELLED:
            return Template.CANCELLED
    return None


def _opens(at: datetime, hours: WorkingHours) -> datetime | None:
    """Tell when we open next: now, where we are open; None for hours without any opening."""
    try:
        return hours.next_opening(at)
    except NeverOpen:
        return None


def _variables(template: Template, case: Case, number: int, hours: WorkingHours) -> dict[str, str]:
    match template:
        case Template.RECEIVED | Template.MISSED_CALL | Template.ALREADY_IN_LINE:
            return promised(case.reference, case.expected)
        case Template.CLOSED_NOW:
            opens = hours.next_opening(case.timeline[number].at)
            return {
                "reference": case.reference,
                "opens": opens.isoformat(),
                "to": case.expected.end.isoformat(),
            }
        case Template.FINISHED:
            return {"reference": case.reference, "oncologist": case.timeline[number].by}
    return {"reference": case.reference}
