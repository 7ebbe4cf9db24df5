"""A case: one person's request for a callback, from the first asking to the outcome.

Every change of a case is a method here that returns the changed copy with its timeline entry, or
raises :class:`IllegalTransition`. Nothing in this module knows how a case is stored or shown.
All instants are aware and in UTC.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from chalicelib.domain.clock import require_aware
from chalicelib.domain.errors import IllegalTransition, NotYourCase
from chalicelib.domain.retry import RetryPolicy
from chalicelib.domain.working_hours import WorkingHours

DEFAULT_PRIORITY = 5
LEASE = timedelta(minutes=30)
PATIENT = "patient"
SYSTEM = "system"


class Status(StrEnum):
    """Where a case stands."""

    WAITING = "waiting"
    CLAIMED = "claimed"
    COMPLETED = "completed"
    CLOSED = "closed"

    @property
    def is_open(self) -> bool:
        """Whether somebody still owes this person a call."""
        return self in (Status.WAITING, Status.CLAIMED)


class CloseReason(StrEnum):
    """Why a case ended without the advice it asked for."""

    UNREACHABLE = "unreachable"
    CANCELLED = "cancelled"
    WRONG_NUMBER = "wrong_number"
    ABUSIVE = "abusive"
    DUPLICATE = "duplicate"
    EXPIRED = "expired"
    ERASED = "erased"


class Channel(StrEnum):
    """How the request reached us."""

    WEB = "web"
    API = "api"
    SMS = "sms"
    MISSED_CALL = "missed_call"


class Mode(StrEnum):
    """How the patient wants to speak with the oncologist."""

    PHONE = "phone"
    VIDEO = "video"


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
    CLAIMED = "claimed"
    ATTEMPTED = "attempted"
    RELEASED = "released"
    LEASE_EXPIRED = "lease_expired"
    HANDED_OVER = "handed_over"
    COMPLETED = "completed"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a case's timeline: when, who, what, and a code that says more."""

    at: datetime
    by: str
    what: Happening
    detail: str = ""


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
class Window:
    """A half-open span of time in which something is promised or wanted."""

    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Consent:
    """What the person agreed to: the notice's version, its language, when and how."""

    version: str
    language: str
    at: datetime
    given_by: Channel

    @property
    def is_confirmed(self) -> bool:
        """Whether the person saw what they agree to; who only rang is asked first of all."""
        return self.given_by is not Channel.MISSED_CALL


@dataclass(frozen=True, slots=True)
class Details:
    """What the person told us, beyond how to reach them. All of it optional, all of it private."""

    name: str | None = None
    asking_for: str | None = None
    age: int | None = None
    sex: str | None = None
    cancer_site: str | None = None
    stage: str | None = None
    city: str | None = None
    hospital: str | None = None
    reasons: tuple[str, ...] = ()
    messages: tuple[str, ...] = ()

    def is_empty(self) -> bool:
        """Whether nothing was told."""
        return self == Details()


@dataclass(frozen=True, slots=True)
class Case:
    """One open or finished case.

    ``phone`` is E.164; ``phone_key`` is its HMAC, by which alone it is looked up. ``requested_at``
    is the first asking and never moves: with ``priority`` it is the place in line. ``request_id``
    is the first asking's; ``request_ids`` are those of the later askings that added to the case.
    """

    reference: str
    request_id: str
    phone: str
    phone_key: str
    language: str
    channel: Channel
    requested_at: datetime
    not_before: datetime
    expected: Window
    consent: Consent
    details: Details = field(default_factory=Details)
    another_person: bool = False
    mode: Mode = Mode.PHONE
    prefers_woman: bool = False
    priority: int = DEFAULT_PRIORITY
    status: Status = Status.WAITING
    closed_reason: CloseReason | None = None
    finished_at: datetime | None = None
    owner: str | None = None
    claimed_at: datetime | None = None
    lease_until: datetime | None = None
    attempts: tuple[Attempt, ...] = ()
    timeline: tuple[Entry, ...] = ()
    request_ids: tuple[str, ...] = ()
    version: int = 1

    def claim(self, by: str, now: datetime) -> Case:
        """Give the case to an oncologist for as long as the lease runs."""
        self._only_from(Status.WAITING)
        require_aware(now)
        return self._next(
            Entry(now, by, Happening.CLAIMED),
            status=Status.CLAIMED,
            owner=by,
            claimed_at=now,
            lease_until=now + LEASE,
        )

    def release(self, by: str, now: datetime) -> Case:
        """Put the case back at its place in line, at its owner's word."""
        self._owned_by(by)
        return self._back_in_line(Entry(now, by, Happening.RELEASED), self.not_before)

    def expire_lease(self, now: datetime) -> Case:
        """Put the case back in line when its owner has let the lease run out."""
        self._only_from(Status.CLAIMED)
        if self.lease_until is None or now < self.lease_until:
            raise IllegalTransition(status=self.status.value)
        return self._back_in_line(
            Entry(now, SYSTEM, Happening.LEASE_EXPIRED, self.owner or ""), self.not_before
        )

    def hand_over(self, now: datetime) -> Case:
        """Put the case back in line because its owner's shift has ended."""
        self._only_from(Status.CLAIMED)
        return self._back_in_line(
            Entry(now, SYSTEM, Happening.HANDED_OVER, self.owner or ""), self.not_before
        )

    def record(self, attempt: Attempt, *, retries: RetryPolicy, hours: WorkingHours) -> Case:
        """Note an attempt by the owner, and move the case to where its result leads.

        Answered completes it and a wrong number closes it; anything else puts it back in line for
        the next try in working time, or closes it as unreachable when the tries are used up.
        """
        self._owned_by(attempt.by)
        tried = replace(self, attempts=(*self.attempts, attempt))
        entry = Entry(attempt.at, attempt.by, Happening.ATTEMPTED, attempt.result.value)
        match attempt.result:
            case Result.ANSWERED:
                return tried._finish(entry, Status.COMPLETED, None)
            case Result.WRONG_NUMBER:
                return tried._finish(entry, Status.CLOSED, CloseReason.WRONG_NUMBER)
        again_at = retries.next_try(len(tried.attempts), attempt.at, hours)
        if again_at is None:
            return tried._finish(entry, Status.CLOSED, CloseReason.UNREACHABLE)
        return tried._back_in_line(entry, again_at)

    def close(self, reason: CloseReason, by: str, now: datetime) -> Case:
        """End the case without an answer, for a stated reason."""
        if not self.status.is_open:
            raise IllegalTransition(status=self.status.value)
        return self._finish(Entry(now, by, Happening.CLOSED, reason.value), Status.CLOSED, reason)

    @property
    def handling_minutes(self) -> int | None:
        """Whole minutes from the last claim to the end; None for what never was claimed."""
        if self.finished_at is None or self.claimed_at is None:
            return None
        return max(0, int((self.finished_at - self.claimed_at).total_seconds() // 60))

    def _only_from(self, *statuses: Status) -> None:
        if self.status not in statuses:
            raise IllegalTransition(status=self.status.value)

    def _owned_by(self, by: str) -> None:
        self._only_from(Status.CLAIMED)
        if self.owner != by:
            raise NotYourCase

    def _back_in_line(self, entry: Entry, not_before: datetime) -> Case:
        return self._next(
            entry,
            status=Status.WAITING,
            owner=None,
            claimed_at=None,
            lease_until=None,
            not_before=not_before,
        )

    def _finish(self, entry: Entry, status: Status, reason: CloseReason | None) -> Case:
        return self._next(
            entry,
            status=status,
            closed_reason=reason,
            owner=None,
            lease_until=None,
            finished_at=entry.at,
        )

    def _next(self, entry: Entry, **changes: object) -> Case:
        require_aware(entry.at)
        return replace(
            self,
            timeline=(*self.timeline, entry),
            version=self.version + 1,
            **changes,  # type: ignore[arg-type]  # each caller above passes fields of Case
        )


def first_entry(case_channel: Channel, at: datetime) -> Entry:
    """Open a timeline: the person asked, and how."""
    return Entry(at, PATIENT, Happening.REQUESTED, case_channel.value)
