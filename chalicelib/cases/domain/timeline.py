"""The timeline of a case: what happened to it, and what follows from what happened.

All instants are aware and in UTC.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Final

from chalicelib.cases.domain.answers import Asking, Channel

TOLD = "told"
PATIENT = "patient"
SYSTEM = "system"
_FIELDS_BETWEEN = ","
_PHONE = "phone"


class CloseReason(StrEnum):
    """Why a case ended without the advice it asked for."""

    UNREACHABLE = "unreachable"
    CANCELLED = "cancelled"
    WRONG_NUMBER = "wrong_number"
    ABUSIVE = "abusive"
    DUPLICATE = "duplicate"
    EXPIRED = "expired"
    ERASED = "erased"


class Result(StrEnum):
    """What came of one attempt to call back."""

    ANSWERED = "answered"
    NO_ANSWER = "no_answer"
    BUSY = "busy"
    FAILED = "failed"
    WRONG_NUMBER = "wrong_number"


class Happening(StrEnum):
    """What a timeline entry tells."""

    REQUESTED = "requested"
    ASKED_AGAIN = "asked_again"
    REPEATED = "repeated"
    NOT_ADDED = "not_added"
    WISHES_CHANGED = "wishes_changed"
    RESCHEDULED = "rescheduled"
    CLAIMED = "claimed"
    CALLING = "calling"
    CALL_ENDED = "call_ended"
    VIDEO_OPENED = "video_opened"
    ATTEMPTED = "attempted"
    RECORDED_LATE = "recorded_late"
    RELEASED = "released"
    LEASE_EXPIRED = "lease_expired"
    HANDED_OVER = "handed_over"
    COMPLETED = "completed"
    CLOSED = "closed"
    ASSIGNED = "assigned"
    REOPENED = "reopened"
    CORRECTED = "corrected"
    MERGED = "merged"
    SEPARATED = "separated"
    PROMISED = "promised"
    ERASED = "erased"


ASKINGS: Final = frozenset(
    {
        Happening.REQUESTED,
        Happening.ASKED_AGAIN,
        Happening.REPEATED,
        Happening.NOT_ADDED,
        Happening.WISHES_CHANGED,
    }
)
"""What somebody who asked did, as the owner of the phone may read it."""
PROMISES: Final = (
    Happening.REQUESTED,
    Happening.RESCHEDULED,
    Happening.REOPENED,
    Happening.WISHES_CHANGED,
    Happening.PROMISED,
)
"""What promises a window, or says that none can be promised."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a case's timeline: when, who, what, and a code that says more."""

    at: datetime
    by: str
    what: Happening
    detail: str = ""

    @property
    def fields(self) -> tuple[str, ...]:
        """The names of the fields that a correction or a later wish changed."""
        return tuple(self.detail.split(_FIELDS_BETWEEN))

    @property
    def corrects_phone(self) -> bool:
        """Whether the phone was changed."""
        return self.what is Happening.CORRECTED and _PHONE in self.fields

    @property
    def ends_links(self) -> bool:
        """Whether the phone was changed or turned out wrong: what it was sent opens nothing now."""
        match self.what:
            case Happening.CORRECTED:
                return self.corrects_phone
            case Happening.ATTEMPTED | Happening.RECORDED_LATE:
                return self.detail == Result.WRONG_NUMBER.value
            case Happening.CLOSED:
                return self.detail == CloseReason.WRONG_NUMBER.value
        return False


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt to call back, with what the oncologist wrote about it."""

    at: datetime
    by: str
    result: Result
    note: str | None = None
    advice: str | None = None
    follow_up: str | None = None


@dataclass(frozen=True, slots=True)
class Note:
    """What an administrator wrote about a case; ``source`` is the merged case that it came with."""

    at: datetime
    by: str
    text: str
    source: str | None = None


@dataclass(frozen=True, slots=True)
class Loss:
    """When somebody lost a case, and whether another took it since."""

    at: datetime
    is_taken: bool = False


def asked_again(asking: Asking, *, tells: bool) -> Entry:
    """Note that somebody asked once more; one who ``tells`` nothing new is sent no message."""
    what = Happening.ASKED_AGAIN if tells else Happening.REPEATED
    return Entry(asking.at, PATIENT, what, asking.channel.value)


def fields_entry(at: datetime, by: str, what: Happening, names: Iterable[str]) -> Entry:
    """Return an entry that names the fields that changed, never what they hold."""
    return Entry(at, by, what, _FIELDS_BETWEEN.join(names))


def first_entry(case_channel: Channel, at: datetime) -> Entry:
    """Open a timeline: the person asked, and how."""
    return Entry(at, PATIENT, Happening.REQUESTED, case_channel.value)


def loss_of(timeline: Iterable[Entry], oncologist_id: str) -> Loss | None:
    """Find when an oncologist lost the case without releasing it.

    None where they have it, never had it, released it, or have recorded since.
    """
    owner, loss = None, None
    for entry in timeline:
        match entry.what:
            case Happening.CLAIMED | Happening.ASSIGNED:
                new = entry.by if entry.what is Happening.CLAIMED else entry.detail
                if new == oncologist_id:
                    loss = None
                elif owner == oncologist_id:
                    loss = Loss(entry.at, is_taken=True)
                elif loss is not None:
                    loss = replace(loss, is_taken=True)
                owner = new
            case Happening.RELEASED:
                owner = None
            case Happening.ATTEMPTED | Happening.RECORDED_LATE:
                loss = None if entry.by == oncologist_id else loss
                owner = None if entry.what is Happening.ATTEMPTED else owner
            case Happening.LEASE_EXPIRED | Happening.HANDED_OVER | Happening.CLOSED:
                loss = Loss(entry.at) if owner == oncologist_id else loss
                owner = None
    return loss


def has_other_phone(timeline: Sequence[Entry], oncologist_id: str) -> bool:
    """Whether the phone was changed since an oncologist last claimed the case."""
    return any(each.corrects_phone for each in _since_claim(timeline, oncologist_id))


def ends_of_links(timeline: Sequence[Entry]) -> list[int]:
    """Return the indexes of the entries that end the links sent before them."""
    return [
        index
        for index, each in enumerate(timeline)
        if each.ends_links and not _is_refuted(timeline, index)
    ]


def _is_refuted(timeline: Sequence[Entry], index: int) -> bool:
    """Whether a late record says nothing about the present phone.

    Since its oncologist claimed the case, the phone was changed, or somebody answered it.
    """
    late = timeline[index]
    if late.what is not Happening.RECORDED_LATE:
        return False
    answered = (Happening.ATTEMPTED, Result.ANSWERED.value)
    return any(
        each.corrects_phone or (each.what, each.detail) == answered
        for each in _since_claim(timeline[:index], late.by)
    )


def _since_claim(timeline: Sequence[Entry], oncologist_id: str) -> Sequence[Entry]:
    """Return the entries since an oncologist last claimed the case, or was assigned it."""
    claimed = 0
    for index, each in enumerate(timeline):
        by_claim = (each.what, each.by) == (Happening.CLAIMED, oncologist_id)
        if by_claim or (each.what, each.detail) == (Happening.ASSIGNED, oncologist_id):
            claimed = index
    return timeline[claimed:]
