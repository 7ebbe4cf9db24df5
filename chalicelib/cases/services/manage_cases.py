"""What administrators do to a case: assign it, put it right, close it, reopen it, merge it.

Each is safe to repeat: whoever got no answer and asks again finds it done.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Final

from chalicelib.cases.domain.answers import Mode
from chalicelib.cases.domain.case import Case, Status
from chalicelib.cases.domain.queue import line_of, lines_for
from chalicelib.cases.domain.timeline import CloseReason, Happening
from chalicelib.cases.services.ports import CaseStore, Change, MergingStore
from chalicelib.cases.services.renew_promise import in_its_queue
from chalicelib.cases.services.request_callback import name_key
from chalicelib.cases.services.update_case import absorbers, change_case
from chalicelib.cases.services.wait_estimate import Outlook
from chalicelib.cases.services.work_queue import doctor_on_duty
from chalicelib.core.component import component
from chalicelib.core.domain.errors import (
    Busy,
    DoesNotSuit,
    Forbidden,
    HasOpenCase,
    IllegalTransition,
    InvalidField,
    MergeIntoEarlier,
    NotFound,
    NotOnDuty,
    VersionConflict,
)
from chalicelib.core.domain.phone import Phone, refuse_own_number
from chalicelib.core.domain.working_hours import DayPart
from chalicelib.core.services.ports import READS, Secrets, Stale

CLOSED_BY_HAND: Final = (
    CloseReason.CANCELLED,
    CloseReason.UNREACHABLE,
    CloseReason.WRONG_NUMBER,
    CloseReason.ABUSIVE,
    CloseReason.EXPIRED,
)
"""Why an administrator may close a case; a duplicate is merged, and erasing is another act."""


@component
class CaseDesk:
    """The administrators' desk. All raise NotFound, IllegalTransition and Busy."""

    cases: CaseStore
    merging: MergingStore
    outlook: Outlook
    secrets: Secrets
    own_numbers: Collection[str] = ()
    """The helpline's own phone numbers, as E.164."""
    offers_video: bool = True

    def assign(
        self, reference: str, to: str, by: str, now: datetime, *, anyway: bool = False
    ) -> Case:
        """Give a case to an oncologist who is on duty, whoever has it now.

        Raises InvalidField (``oncologist``) for one who is unknown, NotOnDuty, HasOpenCase, and
        DoesNotSuit unless it is to be ``anyway``.
        """
        try:
            doctor = doctor_on_duty(self.outlook.duty, to, now)
        except Forbidden:
            raise InvalidField("oncologist", "unknown") from None
        except NotOnDuty:
            raise NotOnDuty(of_another=True) from None

        def change(case: Case) -> Case:
            if case.owner == to:
                return case
            after = case.assign(to, by, now)
            if not anyway and line_of(case) not in lines_for(doctor):
                raise DoesNotSuit
            return after

        try:
            return change_case(self.cases, reference, change, now)
        except HasOpenCase:
            raise HasOpenCase(of_another=True) from None

    def close(
        self, reference: str, reason: CloseReason, by: str, now: datetime, note: str | None = None
    ) -> Case:
        """End a case for one of CLOSED_BY_HAND, with a note of what nobody else is told."""

        def change(case: Case) -> Case:
            if case.status is Status.CLOSED and case.closed_reason is reason:
                return case
            closed = case.close(reason, by, now)
            return closed.note(note, by, now) if note else closed

        return change_case(self.cases, reference, change, now)

    def reopen(
        self, reference: str, by: str, now: datetime, *, another_person: bool = False
    ) -> Case:
        """Put a finished case back at its old place in line, with a new promise.

        A duplicate is separated from the case in which it went on, and from those in which that
        went on. ``another_person``: the phone's other open case is another person's.
        Raises TooManyOpenCases where the phone may not have another.
        """
        for read in range(READS):
            case = self.cases.get(reference, consistent=read > 0)
            if case.status is Status.WAITING and _came_back(case):
                return case
            _, expected = self.outlook.promise(line_of(case), DayPart.ANY, now)
            try:
                after = case.reopen(by, now, expected, another_person=another_person)
            except IllegalTransition:
                if read > 0:
                    raise
                continue
            try:
                return self._come_back(Change(case, after), by, now)
            except Stale:
                continue
        raise Busy

    def _come_back(self, change: Change, by: str, now: datetime) -> Case:
        """Store a case that comes back, with the cases that it was merged into. Raises Stale."""
        separated, via = [], None
        for absorber in absorbers(self.cases, change.before):
            after = absorber.separate(change.before, by, now, via)
            after = in_its_queue(absorber, after, self.outlook, now)
            separated.append(Change(absorber, after))
            via = after
        if separated:
            self.merging.save_together([change, *separated], now)
            return change.after
        return self.cases.save(change.before, change.after, now)

    def correct(
        self, reference: str, changes: Mapping[str, object], version: int, by: str, now: datetime
    ) -> Case:
        """Put right what was noted wrong, upon the version that the editor saw.

        ``changes`` are fields of a case or of its details by their names; ``phone`` is a Phone.
        Raises VersionConflict, TooManyOpenCases where the right phone may not have another, and
        InvalidField (``phone``) for a number of the helpline itself, and (``mode``) for a video
        call where none is offered.
        """
        if isinstance(phone := changes.get("phone"), Phone):
            refuse_own_number(phone, self.own_numbers)
        keyed = self._with_keys(changes)
        case = self.cases.get(reference, consistent=True)
        if case.version != version:
            raise VersionConflict(case, case.version)
        becomes_video = changes.get("mode") is Mode.VIDEO and case.mode is not Mode.VIDEO
        if becomes_video and not self.offers_video:
            raise InvalidField("mode", "video_not_offered")
        try:
            after = in_its_queue(case, case.correct(keyed, by, now), self.outlook, now)
            return self.cases.save(case, after, now)
        except Stale:
            newer = self.cases.get(reference, consistent=True)
            raise VersionConflict(newer, newer.version) from None

    def merge(self, reference: str, into: str, by: str, now: datetime) -> Case:
        """Let a duplicate that waits go on in an earlier open case, and return that.

        Raises InvalidField (``into``) for the case itself and for none, and MergeIntoEarlier.
        """
        if reference == into:
            raise InvalidField("into", "itself")
        for _ in range(READS):
            duplicate = self.cases.get(reference, consistent=True)
            target = self._target(into)
            if duplicate.merged_into == into:
                return target
            changes = self._merged(duplicate, target, by, now)
            try:
                self.merging.save_together(changes, now)
            except Stale:
                continue
            return changes[1].after
        raise Busy

    def _merged(
        self, duplicate: Case, target: Case, by: str, now: datetime
    ) -> tuple[Change, Change]:
        if duplicate.status is not Status.WAITING:
            # What an oncologist has in hand is merged into, never away.
            raise IllegalTransition(status=duplicate.status.value)
        after = target.absorb(duplicate, by, now)
        if target.status is Status.WAITING and target.requested_at > duplicate.requested_at:
            raise MergeIntoEarlier
        return (
            Change(duplicate, duplicate.merge_into(target.reference, by, now)),
            Change(target, in_its_queue(target, after, self.outlook, now)),
        )

    def _target(self, into: str) -> Case:
        try:
            return self.cases.get(into, consistent=True)
        except NotFound:
            raise InvalidField("into", "unknown") from None

    def _with_keys(self, changes: Mapping[str, object]) -> dict[str, object]:
        """Let the keys by which a phone and a name are found follow them."""
        keyed = dict(changes)
        phone, name = changes.get("phone"), changes.get("name")
        if isinstance(phone, Phone):
            keyed |= {"phone": phone.e164, "phone_key": self.secrets.phone_key(phone.e164)}
        if "name" in changes:
            keyed["name_key"] = name_key(self.secrets, name if isinstance(name, str) else None)
        return keyed


def _came_back(case: Case) -> bool:
    return bool(case.timeline) and case.timeline[-1].what is Happening.REOPENED
