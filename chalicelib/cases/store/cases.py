"""Cases in DynamoDB: the ports CaseStore, MergingStore and WholeCases.

Each change of a case is one round trip.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final, TypeVar

from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action

from chalicelib.cases.domain.answers import Asking
from chalicelib.cases.domain.case import LEASE, Case, Status
from chalicelib.cases.domain.phone_limits import Intake, KnownPhone, Opened, PhoneLimits
from chalicelib.cases.domain.queue import (
    Claim,
    Finished,
    Line,
    LineSnapshot,
    Ticket,
    Waiting,
    in_order,
)
from chalicelib.cases.domain.timeline import Entry, Happening
from chalicelib.cases.services.ports import Change, Front, ReferenceTaken
from chalicelib.cases.store import keys, phone_record
from chalicelib.cases.store.case_mapping import (
    case_from_image,
    case_to_item,
    claim_from_image,
    claim_to_item,
    finished_from_image,
    waiting_from_image,
)
from chalicelib.cases.store.further_requests import adding, may_add
from chalicelib.cases.store.models import CaseItem, ClaimItem, SnapshotItem, TicketItem
from chalicelib.cases.store.phone_record import forget_asking, moves
from chalicelib.cases.store.timeline import entry_to_text
from chalicelib.core.component import component
from chalicelib.core.domain.errors import AlreadyClaimed, Busy, HasOpenCase, NotFound
from chalicelib.core.dynamodb.attributes import sortable
from chalicelib.core.dynamodb.conditions import absent_or, all_of
from chalicelib.core.dynamodb.errors import (
    ConditionFailed,
    Contended,
    Image,
    RefusedItem,
    TransactionRefused,
)
from chalicelib.core.dynamodb.schema import FINISHED, QUEUE, Index
from chalicelib.core.dynamodb.table import Table
from chalicelib.core.services.ports import Page, Stale

T = TypeVar("T")

_CLAIM_TRIES: Final = 3
_LIMITS: Final = PhoneLimits()
_TICKET_KEPT: Final = timedelta(minutes=5)
_TICK: Final = timedelta(microseconds=1)


@component
class DynamoCases:
    """The port CaseStore over one table. Calls nothing until it is used."""

    table: Table

    def open(self, case: Case, limits: PhoneLimits, digest: str | None = None) -> Opened:
        """Store a new case and add it to its phone's open ones, both or neither."""
        try:
            self.table.transact(
                self.table.filled_part(
                    keys.phone_key(case.phone_key), phone_record.asking(case, limits, digest)
                ),
                self.table.put_part(
                    case_to_item(case, case.requested_at), CaseItem.pk.does_not_exist()
                ),
            )
        except TransactionRefused as refused:
            of_phone, of_case = refused.refusals
            if of_phone is not None and of_phone.image is not None:
                return phone_record.answer_from(of_phone.image, case, limits, digest)
            if not _is_own(of_case, case):
                raise ReferenceTaken from refused
        return Opened(Intake.NEW, case.reference, case.expected)

    def find_open(self, phone_key: str) -> Opened | None:
        """Find the open case that a phone asked for last; see the port."""
        image = self.table.get(keys.phone_key(phone_key))
        return phone_record.history(image).latest_open() if image else None

    def find_phone(self, phone_key: str) -> KnownPhone | None:
        """Find what a phone asked for; see the port."""
        image = self.table.get(keys.phone_key(phone_key))
        return phone_record.history(image).known_phone() if image else None

    def add(self, reference: str, asking: Asking) -> Case:
        """Note a further request without reading its case; see the port."""
        try:
            image = self.table.update(
                keys.case_key(reference), adding(asking), may_add(asking), returns="ALL_NEW"
            )
        except ConditionFailed as failed:
            return _still_open(failed.image, asking.request_id)
        return case_from_image(image)

    def get(self, reference: str, *, consistent: bool = False) -> Case:
        """Read a case; see the port."""
        image = self.table.get(keys.case_key(reference), consistent=consistent)
        if image is None:
            raise NotFound
        return case_from_image(image)

    def save(self, before: Case, after: Case, now: datetime) -> Case:
        """Store a transition; see the port. An unchanged case costs nothing."""
        if after == before:
            return after
        item, unchanged = case_to_item(after, now), CaseItem.version == before.version
        claims = list(self._claim_parts(before, after))
        phones = _phone_parts(self.table, [Change(before, after)], now)
        if before.phone_key != after.phone_key and not after.is_erased:
            # First of all, so that no crash leaves it where nobody would look for it again.
            forget_asking(self.table, keys.phone_key(before.phone_key), before.reference)
        try:
            if claims or phones:
                self.table.transact(self.table.put_part(item, unchanged), *claims, *phones)
            else:
                self.table.put(item, unchanged)
        except ConditionFailed as failed:
            if not is_stored(failed.image, after):
                raise Stale from failed
        except TransactionRefused as refused:
            of_case, *others = refused.refusals
            if of_case is None and any(others[len(claims) :]):
                raise _LIMITS.too_many(after) from refused
            if of_case is None and after.owner is not None:
                raise HasOpenCase from refused
            if of_case is None or not is_stored(of_case.image, after):
                raise Stale from refused
        return after

    def front(self, oncologist: str, lines: Sequence[Line], limit: int) -> Front:
        """Read the front of each line and the own claim, side by side; see the port."""
        reads = [self.table.database.beside(self._reader(line, limit)) for line in lines]
        held = self._find_claim(oncologist, consistent=False)
        return Front(in_order(read.result() for read in reads), held)

    def draw_ticket(self, line: Line, front: Sequence[str], now: datetime) -> Ticket:
        """Count those before, and learn what the first of them saw; see the port."""
        drawn = self.table.update(
            keys.ticket_key(line, now),
            [
                TicketItem.drawn.add(1),
                TicketItem.front.set(TicketItem.front | list(front)),
                TicketItem.expires_at.set(now + _TICKET_KEPT),
            ],
            returns="ALL_NEW",
        )
        seen = tuple(each["S"] for each in drawn["front"]["L"])
        return Ticket(int(drawn["drawn"]["N"]) - 1, seen)

    def claim(self, reference: str, oncologist: str, now: datetime) -> Case:
        """Claim a case; see the port.

        The case is read beside the transaction, so that a claim takes one round trip. Where that
        read shows it waiting, the claimed case follows from it; a read that came from another
        replica and shows neither that nor our claim is repeated consistently. What was added in
        the very moment of the claim may be missing from the answer, whose version is then too low:
        saving upon it is Stale, never wrong.

        A conflict is tried again briefly, because two claims can call each other off; after that
        the case counts as lost to somebody else.
        """
        reading = self.table.database.beside(lambda: self.table.get(keys.case_key(reference)))
        claim = Claim(oncologist, reference, now, now + LEASE)
        try:
            self.table.transact(
                self.table.update_part(keys.case_key(reference), _claiming(claim), _may_claim(now)),
                self.table.put_part(claim_to_item(claim), ClaimItem.pk.does_not_exist()),
                tries=_CLAIM_TRIES,
            )
        except Contended as contended:
            raise AlreadyClaimed from contended
        except TransactionRefused as refused:
            _raise_unless_own(refused, claim)
        try:
            image = reading.result()
        except Busy:
            # The claim stands, whatever became of the read.
            image = None
        return self._claimed(image, claim)

    def find_claim(self, oncologist: str) -> Claim | None:
        """Find the case that an oncologist holds, as of now."""
        return self._find_claim(oncologist, consistent=True)

    def claims(self) -> list[Claim]:
        """List every claim; see the port."""
        return [claim_from_image(image) for image in self.table.query_all(keys.CLAIMS)]

    def due(self, now: datetime, limit: int) -> list[Waiting]:
        """List deferred cases whose time has come; see the port."""
        found = self.table.query(
            keys.LATER, CaseItem.queue_order < sortable(now + _TICK), index=QUEUE, limit=limit
        )
        return [waiting_from_image(image) for image in found.images]

    def make_ready(self, waiting: Waiting) -> bool:
        """Move a deferred case to its line; see the port."""
        line = keys.ready_line(waiting.line)
        try:
            self.table.update(
                keys.case_key(waiting.reference),
                [
                    CaseItem.queue_line.set(line),
                    CaseItem.queue_order.set(keys.ready_order(waiting)),
                ],
                all_of(
                    CaseItem.status == Status.WAITING,
                    CaseItem.queue_line == keys.LATER,
                    CaseItem.not_before == waiting.not_before,
                ),
            )
        except ConditionFailed:
            return False
        return True

    def list_waiting(self, line: Line, limit: int, cursor: str | None) -> Page[Waiting]:
        """List a line in order."""
        return self._page(QUEUE, keys.ready_line(line), limit, cursor, waiting_from_image)

    def list_deferred(self, limit: int, cursor: str | None) -> Page[Waiting]:
        """List the deferred, the soonest first."""
        return self._page(QUEUE, keys.LATER, limit, cursor, waiting_from_image)

    def list_finished(
        self, status: Status, day: date, limit: int, cursor: str | None
    ) -> Page[Finished]:
        """List what finished on a day, the latest first."""
        partition = keys.finished_day(status, day)
        return self._page(FINISHED, partition, limit, cursor, finished_from_image)

    def count_waiting(self, line: Line, at_most: int) -> int:
        """Count a line; see the port."""
        counted, after = 0, None
        while counted < at_most:
            found = self.table.query(
                keys.ready_line(line),
                index=QUEUE,
                limit=at_most - counted,
                after=after,
                count_only=True,
            )
            counted += found.count
            if not found.last:
                break
            after = found.last
        return counted

    def find_snapshot(self) -> LineSnapshot | None:
        """Find the last snapshot of the lines."""
        image = self.table.get(keys.SNAPSHOT)
        if image is None:
            return None
        return SnapshotItem.from_raw_data(image).read_as(LineSnapshot)

    def put_snapshot(self, snapshot: LineSnapshot) -> None:
        """Store a snapshot over the last."""
        self.table.put(SnapshotItem.hold(keys.SNAPSHOT, snapshot))

    def _claim_parts(self, before: Case, after: Case) -> Iterator[dict[str, Any]]:
        """Keep an oncologist's claim in step with the case: there exactly while it is theirs."""
        old, new = claim_of(before), claim_of(after)
        if old == new:
            return
        not_another = absent_or(ClaimItem.pk, ClaimItem.reference == before.reference)
        if new is not None:
            yield self.table.put_part(claim_to_item(new), not_another)
        if old is not None and (new is None or new.oncologist != old.oncologist):
            yield self.table.delete_part(keys.claim_key(old.oncologist), not_another)

    def _claimed(self, image: Image | None, claim: Claim) -> Case:
        case = case_from_image(image) if image else None
        if case is None or not (case.status is Status.WAITING or claim_of(case) == claim):
            case = self.get(claim.reference, consistent=True)
        if case.status is Status.WAITING:
            return case.claim(claim.oncologist, claim.claimed_at)
        return case

    def _find_claim(self, oncologist: str, *, consistent: bool) -> Claim | None:
        image = self.table.get(keys.claim_key(oncologist), consistent=consistent)
        return claim_from_image(image) if image else None

    def _reader(self, line: Line, limit: int) -> Callable[[], list[Waiting]]:
        def read() -> list[Waiting]:
            found = self.table.query(keys.ready_line(line), index=QUEUE, limit=limit)
            return [waiting_from_image(image) for image in found.images]

        return read

    def _page(
        self,
        index: Index,
        partition: str,
        limit: int,
        cursor: str | None,
        read: Callable[[Image], T],
    ) -> Page[T]:
        page = self.table.page(partition, limit, cursor, index=index, backwards=index is FINISHED)
        return page.map(read)


@component
class DynamoMerging:
    """The port MergingStore over the cases table. Calls nothing until it is used."""

    table: Table

    def save_together(self, changes: Sequence[Change], now: datetime) -> None:
        """Store all the changes; see the port.

        The first case is nobody's, so that no claim has to follow it; no other changes its owner.
        """
        first = changes[0]
        phones = _phone_parts(self.table, changes, now)
        try:
            self.table.transact(*(self._part(change, now) for change in changes), *phones)
        except TransactionRefused as refused:
            of_cases = refused.refusals[: len(changes)]
            if not any(of_cases):
                raise _LIMITS.too_many(first.after) from refused
            if of_cases[0] is None or not is_stored(of_cases[0].image, first.after):
                raise Stale from refused

    def _part(self, change: Change, now: datetime) -> dict[str, Any]:
        unchanged = CaseItem.version == change.before.version
        return self.table.put_part(case_to_item(change.after, now), unchanged)


@component
class DynamoWholeCases:
    """The port WholeCases. Calls nothing until it is used."""

    table: Table

    def read(self, references: Collection[str]) -> list[Case]:
        """Read the cases that are there; see the port."""
        wanted = [keys.case_key(reference) for reference in references]
        return [case_from_image(image) for image in self.table.get_all(wanted).values()]


def _phone_parts(table: Table, changes: Iterable[Change], now: datetime) -> list[dict[str, Any]]:
    """Keep the open cases of their phones in step with the cases."""
    return [
        table.filled_part(move.key, move.expressions)
        for change in changes
        for move in moves(change.before, change.after, now, _LIMITS)
    ]


def _is_own(refusal: RefusedItem | None, case: Case) -> bool:
    """Whether the case that stands in the way is this very one, its acknowledgement lost."""
    if refusal is None or refusal.image is None:
        return False
    stored = case_from_image(refusal.image)
    return (stored.request_id, stored.phone_key) == (case.request_id, case.phone_key)


def is_stored(image: Image | None, case: Case) -> bool:
    """Whether exactly this case stands there: the write came through, its answer did not."""
    return image is not None and case_from_image(image) == case


def claim_of(case: Case) -> Claim | None:
    """Return the claim on a case; None where nobody holds it."""
    if case.owner is None or case.claimed_at is None or case.lease_until is None:
        return None
    return Claim(case.owner, case.reference, case.claimed_at, case.lease_until)


def _still_open(image: Image | None, request_id: str) -> Case:
    if image is None:
        raise NotFound
    case = case_from_image(image)
    if not case.status.is_open and not case.knows(request_id):
        raise NotFound
    return case


def _may_claim(now: datetime) -> Condition:
    return all_of(CaseItem.status == Status.WAITING, CaseItem.not_before <= now)


def _claiming(claim: Claim) -> list[Action]:
    """Do what Case.claim does, without having read the case."""
    entry = Entry(claim.claimed_at, claim.oncologist, Happening.CLAIMED)
    return [
        CaseItem.status.set(Status.CLAIMED),
        CaseItem.owner.set(claim.oncologist),
        CaseItem.claimed_at.set(claim.claimed_at),
        CaseItem.lease_until.set(claim.lease_until),
        CaseItem.timeline.set((CaseItem.timeline | []).append([entry_to_text(entry)])),
        CaseItem.version.set(CaseItem.version + 1),
        CaseItem.queue_line.remove(),
        CaseItem.queue_order.remove(),
    ]


def _raise_unless_own(refused: TransactionRefused, claim: Claim) -> None:
    """Pass where this very claim stands already, its acknowledgement lost; else say who has it."""
    of_case, of_claim = refused.refusals
    if of_claim is not None and of_claim.image is not None:
        if claim_from_image(of_claim.image) != claim:
            raise HasOpenCase from refused
        return
    if of_case is None or of_case.image is None:
        raise AlreadyClaimed from refused
    if claim_of(case_from_image(of_case.image)) != claim:
        raise AlreadyClaimed from refused
