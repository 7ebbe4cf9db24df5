"""A case: one person's request for a callback, from the first asking to the outcome.

Every change of a case is a method here that returns the changed copy with its timeline entry, or
raises :class:`IllegalTransition`. Nothing in this module knows how a case is stored or shown.
All instants are aware and in UTC.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, assert_never

from chalicelib.cases.domain.answers import (
    ADULT,
    ANSWER_FIELDS,
    MOST_ADDITIONS,
    Addition,
    Asking,
    Channel,
    Consent,
    Details,
    Merge,
    Mode,
    in_order,
    most_askings,
)
from chalicelib.cases.domain.calls import VIDEO_LASTS, Call, VideoRoom
from chalicelib.cases.domain.retry_policy import RetryPolicy
from chalicelib.cases.domain.timeline import (
    PATIENT,
    PROMISES,
    SYSTEM,
    TOLD,
    Attempt,
    CloseReason,
    Entry,
    Happening,
    Note,
    Result,
    asked_again,
    ends_of_links,
    fields_entry,
    has_other_phone,
    loss_of,
)
from chalicelib.core.domain.datetimes import Window, require_aware
from chalicelib.core.domain.errors import IllegalTransition, NotYourCase
from chalicelib.core.domain.working_hours import DayPart, WorkingHours
from chalicelib.messages.domain.telephony import CALL_LASTS, CallState

DEFAULT_PRIORITY = 5
LEASE = timedelta(minutes=30)
# A talk may go on for this long after the end of the shift.
TALK_SPARED_FOR: Final = timedelta(minutes=60)
# An oncologist who loses a case during a talk can still record the outcome.
RECORDED_LATE_FOR: Final = timedelta(hours=24)
MOST_RESCHEDULED = 20
UNSERVED_FOR = timedelta(days=14)
"""How long a case waits for which nobody can say when; then it ends, and the patient is told."""
MOST_COUNTED = 99
ERASED = "erased"
_IN_NO_HANDS: Final[Mapping[str, None]] = dict.fromkeys(("owner", "lease_until", "call", "video"))


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


@dataclass(frozen=True, slots=True)
class Case:
    """One open or finished case.

    ``phone`` is E.164; ``phone_key`` is its HMAC, by which alone it is looked up. ``requested_at``
    is the first asking and never moves: with ``priority`` it is the place in line. ``expected`` is
    None where nobody serves the case on the published days, so that nobody can say when.

    ``details`` are what the first request told, as staff corrected it; ``additions`` are what later
    requests and merged cases told, in order of time. ``answers`` is what counts of all this.

    ``request_id`` is the first request's; ``request_ids`` are those of later requests by form or
    program, ``phone_request_ids`` those from the phone itself, and ``digests`` those of their
    bodies. ``not_counted`` is how many more came when there was no room to note them.
    ``merged_into`` is the case in which a duplicate goes on; ``merges`` are the cases that go on in
    this one. ``earlier_phone_keys`` are those of the phones that it had before a correction:
    erasing it reaches what they were answered.
    """

    reference: str
    request_id: str
    phone: str
    phone_key: str
    language: str
    channel: Channel
    requested_at: datetime
    not_before: datetime
    expected: Window | None
    consent: Consent
    details: Details = field(default_factory=Details)
    additions: tuple[Addition, ...] = ()
    another_person: bool = False
    mode: Mode = Mode.PHONE
    part_of_day: DayPart = DayPart.ANY
    prefers_woman: bool = False
    priority: int = DEFAULT_PRIORITY
    status: Status = Status.WAITING
    closed_reason: CloseReason | None = None
    finished_at: datetime | None = None
    owner: str | None = None
    claimed_at: datetime | None = None
    lease_until: datetime | None = None
    call: Call | None = None
    video: VideoRoom | None = None
    attempts: tuple[Attempt, ...] = ()
    timeline: tuple[Entry, ...] = ()
    request_ids: tuple[str, ...] = ()
    phone_request_ids: tuple[str, ...] = ()
    digests: tuple[str, ...] = ()
    not_counted: int = 0
    notes: tuple[Note, ...] = ()
    merged_into: str | None = None
    merges: tuple[Merge, ...] = ()
    erased_at: datetime | None = None
    earlier_phone_keys: tuple[str, ...] = ()
    version: int = 1

    def claim(self, by: str, now: datetime) -> Case:
        """Give the case to an oncologist for as long as the lease runs."""
        self._only_from(Status.WAITING)
        return self._in_hands_of(by, Entry(now, by, Happening.CLAIMED))

    def reschedule(
        self, part: DayPart, not_before: datetime, expected: Window | None, now: datetime
    ) -> Case:
        """Call at another time, at the patient's word; the place in line stays what it was."""
        if not self.can_reschedule:
            raise IllegalTransition(status=self.status.value)
        return self._next(
            Entry(now, PATIENT, Happening.RESCHEDULED, part.value),
            part_of_day=part,
            not_before=require_aware(not_before),
            expected=expected,
        )

    @property
    def can_reschedule(self) -> bool:
        """Whether the patient may choose another time: in line, and so often that it is enough."""
        chosen = sum(entry.what is Happening.RESCHEDULED for entry in self.timeline)
        return self.status is Status.WAITING and chosen < MOST_RESCHEDULED

    def promise_again(self, expected: Window | None, now: datetime) -> Case:
        """Promise another window, or none, because the hours or the rota have changed."""
        self._only_from(Status.WAITING)
        return self._next(Entry(now, SYSTEM, Happening.PROMISED), expected=expected)

    @property
    def unpromised_since(self) -> datetime | None:
        """Since when nobody can say when the call comes; None where a window is promised."""
        if self.expected is not None:
            return None
        promised = [entry.at for entry in self.timeline if entry.what in PROMISES]
        return promised[-1] if promised else self.requested_at

    def assign(self, to: str, by: str, now: datetime) -> Case:
        """Give the case to an oncologist at an administrator's word, whoever has it now."""
        self._only_from(Status.WAITING, Status.CLAIMED)
        return self._in_hands_of(to, Entry(now, by, Happening.ASSIGNED, to))

    def release(self, by: str, now: datetime, reason: str = "") -> Case:
        """Return the case to its place in line for its owner; ``reason`` is a code."""
        self._owned_by(by)
        return self._back_in_line(self.not_before, Entry(now, by, Happening.RELEASED, reason))

    def keep(self, by: str, now: datetime) -> Case:
        """Renew the lease, because its owner is at work on the case."""
        self._owned_by(by)
        return replace(self, lease_until=self._lease(now), version=self.version + 1)

    def begin_call(self, by: str, call: Call, *, tell: bool) -> Case:
        """Note that the owner calls; a call that has only just begun stays the one.

        A call holds the lease for as long as it may last. ``tell`` owes the patient a word
        beforehand.
        """
        self._owned_by(by)
        if self.call is not None and self.call.is_same(call.at):
            return self
        return self._next(
            Entry(call.at, by, Happening.CALLING, TOLD if tell else ""),
            call=call,
            lease_until=self._lease(call.at, CALL_LASTS),
        )

    def end_call(self, call: str, state: CallState, now: datetime) -> Case:
        """Note what became of a call; of any but the one under way, nothing."""
        if self.call is None or (self.call.id, self.call.state) != (call, CallState.UNDER_WAY):
            return self
        return self._next(
            Entry(now, SYSTEM, Happening.CALL_ENDED, state.value),
            call=self.call.ended(state),
            lease_until=now + LEASE,
        )

    def open_video(self, by: str, now: datetime) -> Case:
        """Open a room for the owner and the patient; one that is open stays the one."""
        self._owned_by(by)
        if self.video_is_open(now):
            return self
        return self._next(
            Entry(now, by, Happening.VIDEO_OPENED),
            video=VideoRoom(now, now + VIDEO_LASTS),
            lease_until=self._lease(now, VIDEO_LASTS),
        )

    def video_is_open(self, now: datetime) -> bool:
        """Whether the patient can go to the doctor's room now."""
        return self.video is not None and self.video.is_open(now)

    def is_talking(self, now: datetime) -> bool:
        """Whether a call or a room of the owner is under way, as far as anybody knows."""
        call = self.call
        is_calling = call is not None and call.state is CallState.UNDER_WAY
        return self.video_is_open(now) or (
            is_calling and call is not None and now < call.at + CALL_LASTS
        )

    def expire_lease(self, now: datetime) -> Case:
        """Put the case back in line when its owner has let the lease run out."""
        self._only_from(Status.CLAIMED)
        if self.lease_until is None or now < self.lease_until:
            raise IllegalTransition(status=self.status.value)
        return self._back_in_line(
            self.not_before, Entry(now, SYSTEM, Happening.LEASE_EXPIRED, self.owner or "")
        )

    def is_spared(self, off_duty_since: datetime, now: datetime) -> bool:
        """Whether its owner, off duty since then, keeps the case to end a talk under way."""
        return self.is_talking(now) and now < off_duty_since + TALK_SPARED_FOR

    def hand_over(self, now: datetime) -> Case:
        """Put the case back in line because its owner's shift has ended."""
        self._only_from(Status.CLAIMED)
        return self._back_in_line(
            self.not_before, Entry(now, SYSTEM, Happening.HANDED_OVER, self.owner or "")
        )

    def record(self, attempt: Attempt, *, retries: RetryPolicy, hours: WorkingHours) -> Case:
        """Note an attempt by the owner, and move the case to where its result leads.

        Answered completes it and a wrong number closes it. A fault of ours puts it back in line
        soon, and is no try. Anything else puts it back in line for the next try in working time,
        or closes it as unreachable when the tries are used up.

        An oncologist who lost the case without releasing it can record for 24 hours. If nobody
        took the case since, the attempt counts as the owner's. Otherwise it is only kept. So is
        an attempt at a phone that was changed since, unless they talked.
        """
        loss = loss_of(self.timeline, attempt.by)
        if loss is None or attempt.at - loss.at > RECORDED_LATE_FOR or self.is_erased:
            self._owned_by(attempt.by)
        elif (
            self.status is not Status.WAITING
            or loss.is_taken
            or (
                attempt.result is not Result.ANSWERED and has_other_phone(self.timeline, attempt.by)
            )
        ):
            late = Entry(attempt.at, attempt.by, Happening.RECORDED_LATE, attempt.result.value)
            return self._next(late, attempts=(*self.attempts, attempt))
        tried = replace(self, attempts=(*self.attempts, attempt))
        entry = Entry(attempt.at, attempt.by, Happening.ATTEMPTED, attempt.result.value)
        match attempt.result:
            case Result.ANSWERED:
                return tried._finish(entry, Status.COMPLETED, None)
            case Result.WRONG_NUMBER:
                return tried._finish(entry, Status.CLOSED, CloseReason.WRONG_NUMBER)
            case Result.FAILED:
                soon = retries.after_failure(tried.failures_in_a_row, attempt.at, hours)
                return tried._back_in_line(soon, entry)
            case Result.NO_ANSWER | Result.BUSY:
                again_at = retries.next_try(tried.unanswered_tries, attempt.at, hours)
                if again_at is None:
                    return tried._finish(entry, Status.CLOSED, CloseReason.UNREACHABLE)
                return tried._back_in_line(again_at, entry)
            case _:
                assert_never(attempt.result)

    def close(self, reason: CloseReason, by: str, now: datetime) -> Case:
        """End the case without an answer, for a stated reason."""
        if not self.status.is_open:
            raise IllegalTransition(status=self.status.value)
        return self._finish(Entry(now, by, Happening.CLOSED, reason.value), Status.CLOSED, reason)

    def reopen(
        self, by: str, now: datetime, expected: Window | None, *, another_person: bool = False
    ) -> Case:
        """Put a finished case back at its place in line, with a new promise and new tries.

        ``another_person``: who else is in line with this phone is not the same person.
        """
        self._only_from(Status.COMPLETED, Status.CLOSED)
        self._not_erased()
        entries = [Entry(now, by, Happening.REOPENED)]
        if self.merged_into is not None:
            entries.insert(0, Entry(now, by, Happening.SEPARATED, self.merged_into))
        again = replace(
            self,
            closed_reason=None,
            finished_at=None,
            expected=expected,
            merged_into=None,
            another_person=self.another_person or another_person,
        )
        return again._back_in_line(now, *entries)

    def correct(self, changes: Mapping[str, object], by: str, now: datetime) -> Case:
        """Correct what was noted wrong; ``changes`` are fields of the case or of its answers.

        The entry names the fields that differ, never what they hold. Where none differs, nothing
        changes. An answer that is taken back is taken from all who told one.
        """
        self._not_erased()
        answers = self.answers
        told = {
            name: value
            for name, value in changes.items()
            if name in ANSWER_FIELDS and value != getattr(answers, name)
        }
        rest = {name: value for name, value in changes.items() if name not in ANSWER_FIELDS}
        blank = {name: value for name, value in told.items() if value in (None, ())}
        right = replace(
            self._decided(
                {name: value for name, value in rest.items() if value != getattr(self, name)}
            ),
            details=replace(self.details, **told),  # type: ignore[arg-type]  # fields of Details
            additions=self._blanked(blank),
            **rest,  # type: ignore[arg-type]  # fields of Case
        )
        if right == self:
            return self
        if right.phone_key != self.phone_key:
            earlier = sorted({*self.earlier_phone_keys, self.phone_key})
            right = replace(right, earlier_phone_keys=tuple(earlier))
        named = [
            name
            for name in changes
            if not name.endswith("_key") and _value(right, name) != _value(self, name)
        ]
        return right._next(fields_entry(now, by, Happening.CORRECTED, named))

    def corrected_since(self, version: int) -> tuple[str, ...]:
        """Return the names of the fields that the last correction changed after ``version``."""
        last = self.timeline[-1] if self.timeline and self.version > version else None
        return last.fields if last and last.what is Happening.CORRECTED else ()

    def knows(self, request_id: str) -> bool:
        """Whether this request, the first or a later one, is noted here."""
        return request_id in (self.request_id, *self.request_ids, *self.phone_request_ids)

    def is_reused(self, asking: Asking) -> bool:
        """Whether a request of this id is noted here with another body.

        An id that was noted before bodies were is taken for the same.
        """
        if asking.digest is None or asking.request_id not in self.request_ids:
            return False
        return len(self.digests) >= len(self.request_ids) and asking.digest not in self.digests

    def takes(self, asking: Asking) -> bool:
        """Whether there is room to note one more request of this kind.

        Those that tell nothing leave room for those that do.
        """
        noted = self.phone_request_ids if asking.channel.is_own_phone else self.request_ids
        return len(noted) < most_askings(tells=asking.tells or bool(self.changed_by(asking)))

    def has_room(self, asking: Asking) -> bool:
        """Whether there is room for what it tells, beside what others of its kind told."""
        own = asking.channel.is_own_phone
        told = [each for each in self.additions if not each.is_merged]
        return sum(each.channel.is_own_phone is own for each in told) < MOST_ADDITIONS

    def changed_by(self, asking: Asking) -> tuple[str, ...]:
        """Name the fields that its wishes change; a consent that was not confirmed is one."""
        named = [
            name for name, value in asking.wishes.named.items() if getattr(self, name) != value
        ]
        if asking.consent.is_confirmed and not self.consent.is_confirmed:
            named.append("consent")
        return tuple(named)

    def is_moved_by(self, asking: Asking) -> bool:
        """Whether its wishes need another promise: another part of the day, or another queue."""
        changed = self.changed_by(asking)
        return any(name in changed for name in ("part_of_day", "language", "prefers_woman"))

    def ask_again(
        self, asking: Asking, times: tuple[datetime, Window | None] | None = None
    ) -> Case:
        """Note a further request: its answers beside the others, its wishes in place of earlier.

        The place in line stays; the queue follows the wishes. ``times`` are from when the case may
        be offered in another part of the day, and its promise there or in another queue, which
        waits for its next try as before. An oncologist who holds the case is only shown that wish.
        Once more, or beyond what is noted, it changes nothing but a count.
        """
        if self.knows(asking.request_id):
            return self
        self._only_from(Status.WAITING, Status.CLAIMED)
        if not self.takes(asking):
            more = self.not_counted + 1
            if more > MOST_COUNTED:
                return self
            return replace(self, not_counted=more, version=self.version + 1)
        changed, tells = self.changed_by(asking), asking.tells
        has_room = self.has_room(asking)
        moved: dict[str, object] = {}
        if times is not None and self.status is Status.WAITING and self.is_moved_by(asking):
            moved["expected"] = times[1]
            if "part_of_day" in changed:
                moved["not_before"] = require_aware(times[0])
        consent = asking.consent if "consent" in changed else self.consent
        noted = replace(
            self._decided(asking.wishes.named)._noting(asking),
            additions=in_order(
                (*self.additions, *([asking.addition] if tells and has_room else ()))
            ),
            consent=consent,
            **{**asking.wishes.named, **moved},  # type: ignore[arg-type]  # fields of Case
        )
        entries = [asked_again(asking, tells=tells or bool(changed))]
        if tells and not has_room:
            entries.append(
                Entry(asking.at, PATIENT, Happening.NOT_ADDED, asking.channel.value),
            )
        if changed:
            entries.append(fields_entry(asking.at, PATIENT, Happening.WISHES_CHANGED, changed))
        return noted._next(*entries)

    def merge_into(self, other: str, by: str, now: datetime) -> Case:
        """End the case as a duplicate of another one, in which it goes on."""
        return replace(self.close(CloseReason.DUPLICATE, by, now), merged_into=other)

    def absorb(self, duplicate: Case, by: str, now: datetime) -> Case:
        """Show what the same person told a second time too; the more urgent of the two counts.

        What came with the duplicate is marked with its reference, so that :meth:`separate` can
        take it out again.
        """
        self._only_from(Status.WAITING, Status.CLAIMED)
        own = self.merges[0] if self.merges else None
        merge = Merge(
            duplicate.reference,
            duplicate.priority,
            duplicate.prefers_woman,
            own.own_priority if own else self.priority,
            own.own_prefers_woman if own else self.prefers_woman,
        )
        notes = (
            replace(each, source=each.source or duplicate.reference) for each in duplicate.notes
        )
        return self._next(
            Entry(now, by, Happening.MERGED, duplicate.reference),
            additions=in_order((*self.additions, *duplicate.as_additions())),
            priority=min(self.priority, duplicate.priority),
            prefers_woman=self.prefers_woman or duplicate.prefers_woman,
            notes=(*self.notes, *notes),
            merges=(*self.merges, merge),
        )

    def as_additions(self) -> Iterator[Addition]:
        """Write what a duplicate told as the case does in which it goes on."""
        if not self.details.is_empty():
            yield Addition(
                self.reference, self.requested_at, self.channel, self.details, is_merged=True
            )
        for each in self.additions:
            source = each.source if each.is_merged else self.reference
            yield replace(each, source=source, is_merged=True)

    def separate(self, duplicate: Case, by: str, now: datetime, via: Case | None = None) -> Case:
        """Undo a merge: take out what came with the duplicate, and what it raised.

        ``via`` is the case, as it is after its own separation, through which the duplicate's words
        came here. What staff or the patient decided since stays.
        """
        entry = Entry(now, by, Happening.SEPARATED, duplicate.reference)
        if self.is_erased:
            return self._next(entry)
        plain = self._without_words(duplicate, duplicate.speaks_for, via)
        if via is None:
            merges = [each for each in self.merges if each.reference != duplicate.reference]
        else:
            merges = [
                replace(each, priority=via.priority, prefers_woman=via.prefers_woman)
                if each.reference == via.reference
                else each
                for each in self.merges
            ]
        raised: dict[str, object] = {}
        if self.merges:
            own = self.merges[0]
            woman = own.own_prefers_woman or any(each.prefers_woman for each in merges)
            raised = {
                "priority": min([own.own_priority, *(each.priority for each in merges)]),
                "prefers_woman": woman,
            }
        return plain._next(entry, merges=tuple(merges), **raised)

    def forget(self, duplicate: Case, via: Case | None = None) -> Case:
        """Remove the words of an erased duplicate from this case, which shows them too.

        It stays merged. Once more changes nothing. ``via`` is as for :meth:`separate`.
        """
        if self.is_erased:
            return self
        plain = self._without_words(duplicate, frozenset({duplicate.reference}), via)
        return self if plain == self else replace(plain, version=self.version + 1)

    def words_of(self, reference: str) -> int:
        """Count what is kept here of what another case told, or staff noted about it."""
        additions = sum(each.is_merged and each.source == reference for each in self.additions)
        return additions + sum(each.source == reference for each in self.notes)

    def note(self, text: str, by: str, now: datetime) -> Case:
        """Keep what an administrator wrote beside a change that is made at the same time."""
        return replace(self, notes=(*self.notes, Note(require_aware(now), by, text)))

    def erase(self, kept: Details, why: str, by: str, now: datetime) -> Case:
        """Keep ``kept`` alone of what was told, and nothing by which the person is found.

        An open case ends by it; one that has ended stays what it was. ``why`` is a code. See
        :mod:`~chalicelib.privacy.domain.erasure`.
        """
        if self.is_erased:
            return self
        withdrawn_at = now if by == PATIENT else self.consent.withdrawn_at
        plain = replace(
            self,
            phone="",
            phone_key="",
            earlier_phone_keys=(),
            request_id=ERASED,
            request_ids=(),
            phone_request_ids=(),
            digests=(),
            details=kept,
            additions=(),
            merges=(),
            consent=replace(self.consent, withdrawn_at=withdrawn_at),
            attempts=tuple(Attempt(each.at, each.by, each.result) for each in self.attempts),
            notes=(),
            erased_at=now,
        )
        entry = Entry(now, by, Happening.ERASED, why)
        if self.status.is_open:
            return plain._finish(entry, Status.CLOSED, CloseReason.ERASED)
        return plain._next(entry)

    @property
    def answers(self) -> Details:
        """What counts of all that was told: the first answers, blanks filled by later ones."""
        answers = self.details
        for each in self.additions:
            answers = answers.filled_from(each.details)
        return answers

    @property
    def name_key(self) -> str | None:
        """The key of the first name that anybody told, by which the case is found."""
        told = (self.details, *(each.details for each in self.additions))
        return next((each.name_key for each in told if each.name is not None), None)

    @property
    def also_told(self) -> tuple[Addition, ...]:
        """The answers that differ from those that count, by who told them; no messages."""
        answers = self.answers
        differing = (replace(each, details=each.details.unlike(answers)) for each in self.additions)
        return tuple(each for each in differing if not each.details.is_empty())

    @property
    def absorbed(self) -> tuple[str, ...]:
        """The cases that were merged into this one, and not separated since."""
        found: dict[str, None] = {}
        for entry in self.timeline:
            if entry.what is Happening.MERGED and entry.detail:
                found[entry.detail] = None
            elif entry.what is Happening.SEPARATED:
                found.pop(entry.detail, None)
        return tuple(found)

    @property
    def speaks_for(self) -> frozenset[str]:
        """The cases whose words stand here: its own, and those of the cases merged into it."""
        merged = (each.source for each in self.additions if each.is_merged)
        noted = (each.source for each in self.notes if each.source)
        return frozenset({self.reference, *merged, *noted})

    @property
    def written_in(self) -> str | None:
        """The language in which the person wrote us an SMS; None for every other channel.

        Their pages speak it, whatever their phone's own menus speak.
        """
        return self.language if self.channel is Channel.SMS else None

    @property
    def link_serial(self) -> int:
        """How often its phone turned out wrong or was changed: a link holds for one serial."""
        return len(ends_of_links(self.timeline))

    @property
    def phone_since(self) -> int:
        """The number of the timeline's entry since which the phone is what it is."""
        return max(ends_of_links(self.timeline), default=0)

    @property
    def is_erased(self) -> bool:
        """Whether nothing personal is left in it: for good."""
        return self.erased_at is not None

    @property
    def is_minor(self) -> bool:
        """Whether the patient is under age, so that an adult has to be there: by what was told."""
        age = self.answers.age
        return age is not None and age < ADULT and not self.is_erased

    @property
    def tries_since_reopened(self) -> int:
        """How often a call was tried since the case last came back in line from its end."""
        reopened = [entry.at for entry in self.timeline if entry.what is Happening.REOPENED]
        return sum(not reopened or attempt.at >= reopened[-1] for attempt in self.attempts)

    @property
    def unanswered_tries(self) -> int:
        """How many of those tries count: a fault of ours does not count against the patient."""
        made = self.attempts[len(self.attempts) - self.tries_since_reopened :]
        return sum(attempt.result is not Result.FAILED for attempt in made)

    @property
    def failures_in_a_row(self) -> int:
        """How many of the last attempts failed by a fault of ours, one after the other."""
        tried = [attempt.result is Result.FAILED for attempt in reversed(self.attempts)]
        return tried.index(False) if False in tried else len(tried)  # a value

    def was_kept_beside(self, by: str) -> bool:
        """Whether the last that happened is an attempt of theirs that moved nothing."""
        last = self.timeline[-1]
        return (last.what, last.by) == (Happening.RECORDED_LATE, by)

    @property
    def handling_minutes(self) -> int | None:
        """Whole minutes from the last claim to the end; None for what never was claimed."""
        if self.finished_at is None or self.claimed_at is None:
            return None
        return max(0, int((self.finished_at - self.claimed_at).total_seconds() // 60))

    def _only_from(self, *statuses: Status) -> None:
        if self.status not in statuses:
            raise IllegalTransition(status=self.status.value)

    def _not_erased(self) -> None:
        if self.is_erased:
            raise IllegalTransition(status=CloseReason.ERASED.value)

    def _owned_by(self, by: str) -> None:
        self._only_from(Status.CLAIMED)
        if self.owner != by:
            raise NotYourCase

    def _lease(self, now: datetime, length: timedelta = LEASE) -> datetime:
        """Tell until when a lease that is renewed now runs; none is shortened by its owner."""
        return max(self.lease_until or now, now + length)

    def _in_hands_of(self, owner: str, entry: Entry) -> Case:
        held = {**_IN_NO_HANDS, "owner": owner, "lease_until": require_aware(entry.at) + LEASE}
        return self._next(entry, status=Status.CLAIMED, claimed_at=entry.at, **held)

    def _back_in_line(self, not_before: datetime, *entries: Entry) -> Case:
        changes = {**_IN_NO_HANDS, "claimed_at": None, "not_before": not_before}
        return self._next(*entries, status=Status.WAITING, **changes)

    def _finish(self, entry: Entry, status: Status, reason: CloseReason | None) -> Case:
        return self._next(
            entry, status=status, closed_reason=reason, finished_at=entry.at, **_IN_NO_HANDS
        )

    def _noting(self, asking: Asking) -> Case:
        """Note whose request it was, so that the same once more is known."""
        if asking.channel.is_own_phone:
            ids = tuple(sorted((*self.phone_request_ids, asking.request_id)))
            return replace(self, phone_request_ids=ids)
        digests = (*self.digests, asking.digest) if asking.digest else self.digests
        return replace(
            self,
            request_ids=tuple(sorted((*self.request_ids, asking.request_id))),
            digests=tuple(sorted(set(digests))),
        )

    def _decided(self, changes: Mapping[str, object]) -> Case:
        """Note urgency and wish as this case's own when somebody sets them, whatever was merged."""
        own = {
            f"own_{name}": changes[name]
            for name in ("priority", "prefers_woman")
            if name in changes
        }
        brought = {name.removeprefix("own_"): value for name, value in own.items()}
        return replace(
            self,
            merges=tuple(replace(each, **own, **brought) for each in self.merges),  # type: ignore[arg-type]  # fields of Merge
        )

    def _blanked(self, blank: Mapping[str, object]) -> tuple[Addition, ...]:
        """Remove answers from all additions, and additions that are empty then."""
        if not blank:
            return self.additions
        left = (
            replace(each, details=replace(each.details, **blank))  # type: ignore[arg-type]  # fields of Details
            for each in self.additions
        )
        return tuple(each for each in left if not each.details.is_empty())

    def _without_words(self, duplicate: Case, of: frozenset[str], via: Case | None) -> Case:
        """Remove what the cases ``of`` told, and what staff noted about them.

        A merge from before additions were kept filled the case's own answers: what is the same in
        both goes, as nobody can say whose it is.
        """
        through = (via or duplicate).reference
        plain = replace(
            self,
            additions=tuple(
                each for each in self.additions if not (each.is_merged and each.source in of)
            ),
            notes=tuple(each for each in self.notes if each.source not in of),
        )
        if duplicate.is_erased or through in {each.reference for each in self.merges}:
            return plain
        theirs = {(each.at, each.by, each.text) for each in duplicate.notes}
        return replace(
            plain,
            details=plain.details.without(duplicate.answers),
            notes=tuple(
                each for each in plain.notes if (each.at, each.by, each.text) not in theirs
            ),
        )

    def _next(self, *entries: Entry, **changes: object) -> Case:
        for entry in entries:
            require_aware(entry.at)
        return replace(
            self,
            timeline=(*self.timeline, *entries),
            version=self.version + 1,
            **changes,  # type: ignore[arg-type]  # each caller above passes fields of Case
        )


def _value(case: Case, name: str) -> object:
    return getattr(case.answers if name in ANSWER_FIELDS else case, name)
