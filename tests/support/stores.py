"""The real stores over a database in memory, as services and handlers use them in tests.

Each counts its port's calls and can be made to fail. What it shows beside its port, a test reads
from the tables: nothing here knows a rule.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from typing import Any

from chalicelib.cases.domain.case import Case
from chalicelib.cases.services.review_promises import PromiseReview
from chalicelib.cases.store import keys, phone_record
from chalicelib.cases.store.case_mapping import (
    case_from_image,
    case_to_item,
    claim_to_item,
    is_case,
)
from chalicelib.cases.store.cases import DynamoCases, claim_of
from chalicelib.cases.store.promise_reviews import DynamoPromiseReviews
from chalicelib.core.domain.audit import AuditEntry
from chalicelib.core.domain.errors import Busy
from chalicelib.core.domain.session import Session
from chalicelib.core.domain.working_hours import WorkingHours
from chalicelib.core.dynamodb import schema
from chalicelib.core.dynamodb.audit import DynamoAudit, entry_from_image
from chalicelib.core.dynamodb.prepared_expressions import Prepared
from chalicelib.core.dynamodb.sessions import DynamoSessions, DynamoTries
from chalicelib.core.dynamodb.table import Key, Table
from chalicelib.messages.services.ports import Parked, StoredMessage
from chalicelib.messages.store.message_mapping import MESSAGE, stored_from_image
from chalicelib.messages.store.messages import DynamoMessages
from chalicelib.messages.store.outbox import DynamoOutbox, parked_from_image
from chalicelib.messages.store.sms_budget import DynamoSpend
from chalicelib.privacy.services.ports import Erasure
from chalicelib.privacy.store.erasures import ERASURES, DynamoErasures, erasure_from_image
from chalicelib.rota.domain.change_log import RotaChange
from chalicelib.rota.domain.duty import DutyDay, Oncologist
from chalicelib.rota.domain.model import Line
from chalicelib.rota.services.ports import AnyKept, RotaEdit, Versioned
from chalicelib.rota.store.rota import DynamoRota
from chalicelib.rota.store.rota_links import DynamoRotaLinks
from chalicelib.rota.store.rota_mapping import PARTITIONS, change_from_image
from chalicelib.rota.store.rota_writer import DynamoRotaEdits, documents_of
from tests.support.memory_dynamodb import Image, MemoryDatabase


class Watched:
    """A store: ``calls`` names each call in order, ``fail_next`` makes the next ones fail."""

    def __init__(self, store: Any, table: Table) -> None:
        self.calls: list[str] = []
        self.fail_next: list[Exception] = []
        self.store = store
        self.table = table

    def __getattr__(self, name: str) -> Any:
        """Return a method of the store, watched."""
        method = getattr(self.store, name)

        def call(*arguments: Any, **named: Any) -> Any:
            self.calls.append(name)
            if self.fail_next:
                raise self.fail_next.pop(0)
            return method(*arguments, **named)

        return call

    def images(self, start: str = "") -> list[Image]:
        """Read the items whose partition key begins so, as first stored."""
        found = self.table.database.client.aside().scan(TableName=self.table.name)["Items"]
        return [image for image in found if image["pk"]["S"].startswith(start)]

    def empty(self, start: str = "") -> None:
        """Delete the items whose partition key begins so."""
        for image in self.images(start):
            self.table.delete(Key(image["pk"]["S"], image["sk"]["S"]))


class StoredCases(Watched):
    """The port CaseStore."""

    def __init__(self, cases: Iterable[Case] = (), database: MemoryDatabase | None = None) -> None:
        table = (database or MemoryDatabase()).table("cases", schema.CASES)
        super().__init__(DynamoCases(table), table)
        for case in cases:
            self.put(case)

    def put(self, case: Case, now: datetime | None = None) -> Case:
        """Place a case as it is, with all that hangs on it, whatever its phone may ask."""
        table = self.table
        image = table.get(keys.case_key(case.reference))
        known = case_from_image(image) if image else None
        table.put(case_to_item(case, now or case.requested_at))
        if known is not None and known.owner is not None:
            table.delete(keys.claim_key(known.owner))
        held = claim_of(case)
        if held is not None:
            table.put(claim_to_item(held))
        if case.phone_key:
            self._note(case, known)
        return case

    def _note(self, case: Case, known: Case | None) -> None:
        """Note a case in its phone's item."""
        key, now = keys.phone_key(case.phone_key), case.requested_at
        if known is None or known.phone_key != case.phone_key:
            noting = Prepared(phone_record.opening()).filled(**phone_record.telling(case))
            self.table.transact(self.table.filled_part(key, noting))
        if not case.status.is_open:
            self.table.transact(
                self.table.filled_part(key, phone_record.closing(case.reference, now))
            )

    @property
    def cases(self) -> dict[str, Case]:
        """Every case, by its reference."""
        cases = [case_from_image(image) for image in self.images("CASE#") if is_case(image)]
        return {case.reference: case for case in cases}

    @property
    def deferred(self) -> set[str]:
        """The references of those whose time is still to come."""
        images = self.images("CASE#")
        later = [each for each in images if each.get("queue_line") == {"S": keys.LATER}]
        return {keys.reference_in(image["pk"]["S"]) for image in later}

    @property
    def blocked_until(self) -> dict[str, datetime]:
        """Until when each phone is blocked, by its key."""
        phones = {
            image["pk"]["S"].removeprefix("PHONE#"): phone_record.history(image).blocked_until
            for image in self.images("PHONE#")
        }
        return {key: until for key, until in phones.items() if until is not None}

    def block(self, phone_key: str, length: timedelta, now: datetime) -> None:
        """Block a phone for a while."""
        blocking = phone_record.blocking(now + length, now)
        self.table.transact(self.table.filled_part(keys.phone_key(phone_key), blocking))

    def waiting(self) -> list[str]:
        """List the references of all who wait and may be offered, in order."""
        ready = [
            (image["queue_order"]["S"], keys.reference_in(image["pk"]["S"]))
            for image in self.images("CASE#")
            if image.get("queue_line", {"S": keys.LATER})["S"] != keys.LATER
        ]
        return [reference for _, reference in sorted(ready)]


class StoredPromiseReviews(Watched):
    """The port PromiseReviewStore; ``stored`` is what was put, in order."""

    def __init__(self) -> None:
        table = MemoryDatabase().table("cases", schema.CASES)
        super().__init__(DynamoPromiseReviews(table), table)
        self.stored: list[PromiseReview] = []

    def put(self, review: PromiseReview) -> None:
        """Store the note, and keep it."""
        self.stored.append(review)
        self.store.put(review)


class StoredRota(Watched):
    """The port RotaStore."""

    def __init__(
        self,
        oncologists: Iterable[Oncologist] = (),
        duty_days: Iterable[DutyDay] = (),
        hours: WorkingHours | None = None,
        database: MemoryDatabase | None = None,
    ) -> None:
        table = (database or MemoryDatabase()).table("rota", schema.ROTA)
        super().__init__(DynamoRota(table), table)
        for oncologist in oncologists:
            self.store.put_oncologist(oncologist)
        for duty_day in duty_days:
            self.store.put_duty_day(duty_day)
        if hours is not None:
            self.store.put_hours(hours)


class StoredRotaEdits(Watched):
    """The port RotaEdits. ``before_commit`` runs once, before the next commit looks at the head."""

    def __init__(self, rota: StoredRota, lines: tuple[Line, ...] = ()) -> None:
        super().__init__(DynamoRotaEdits(rota.table), rota.table)
        self.before_commit: list[Callable[[], Any]] = []
        if lines:
            self.put_lines(lines)

    def commit(self, head: Any, edit: RotaEdit) -> None:
        """Write an edit, after what a test has come between."""
        if self.before_commit:
            self.before_commit.pop(0)()
        self.__getattr__("commit")(head, edit)

    def put_lines(self, lines: tuple[Line, ...], version: int = 1) -> None:
        """Store the lines, beside the head."""
        for item in documents_of(RotaEdit(lines=Versioned(lines, version))):
            self.table.put(item)

    def somebody_writes(self) -> None:
        """Move the head on, as any change does."""
        self.store.commit(self.store.head(), RotaEdit())

    @property
    def kept(self) -> dict[str, AnyKept]:
        """The dated sources by their ids."""
        kept = [
            self.store.find_kept(kind, image["sk"]["S"])
            for kind, partition in PARTITIONS.items()
            for image in self.images(partition)
            if image["pk"]["S"] == partition
        ]
        return {each.id: each for each in kept}

    @property
    def history(self) -> list[RotaChange]:
        """Every recorded change, in order."""
        return [change_from_image(image) for image in self.images("ROTA_CHANGE#")]


class StoredMessages(Watched):
    """The port MessageStore."""

    def __init__(self, database: MemoryDatabase | None = None) -> None:
        table = (database or MemoryDatabase()).table("messages", schema.MESSAGES)
        super().__init__(DynamoMessages(table), table)

    @property
    def messages(self) -> dict[tuple[str, str], StoredMessage]:
        """Every message, by its subject and id."""
        images = [each for each in self.images() if each["sk"]["S"].startswith(MESSAGE)]
        stored = [stored_from_image(image) for image in images]
        return {(each.message.subject, each.message.id): each for each in stored}

    @property
    def inbound(self) -> dict[str, str]:
        """What became of each inbound message that could be no request, by its id."""
        return {
            image["pk"]["S"].removeprefix("INBOUND#"): image["outcome"]["S"]
            for image in self.images("INBOUND#")
        }


class StoredOutbox(Watched):
    """The port OutboxStore, over the table of the messages."""

    def __init__(self, messages: StoredMessages) -> None:
        super().__init__(DynamoOutbox(messages.table), messages.table)

    @property
    def parked_changes(self) -> dict[str, Parked]:
        """The parked changes by their ids."""
        parked = [parked_from_image(image) for image in self.images("PARKED")]
        return {each.id: each for each in parked}


class StoredSpending(Watched):
    """The port SpendStore."""

    def __init__(self) -> None:
        table = MemoryDatabase().table("messages", schema.MESSAGES)
        super().__init__(DynamoSpend(table), table)

    def spent(self, name: str, day: date) -> int:
        """Read how many segments are counted."""
        image = self.table.get(Key(f"SPEND#{day.isoformat()}#{name}", "SPEND")) or {}
        return int(image.get("segments", {"N": "0"})["N"])


class StoredAudit(Watched):
    """The port AuditStore."""

    def __init__(self, database: MemoryDatabase | None = None) -> None:
        table = (database or MemoryDatabase()).table("audit", schema.AUDIT)
        super().__init__(DynamoAudit(table), table)

    def begin(self, entry: AuditEntry, kept_until: datetime) -> Callable[[], None]:
        """Begin to add an entry; what fails comes out with the wait."""
        try:
            wait: Callable[[], None] = self.__getattr__("begin")(entry, kept_until)
        except Exception as error:  # noqa: BLE001  # told to whoever waits
            failure = error

            def wait() -> None:
                raise failure

        return wait

    @property
    def entries(self) -> list[AuditEntry]:
        """Every entry, in the order in which they were stored."""
        return [entry_from_image(image) for image in self.images()]

    def actions(self) -> list[str]:
        """List the actions recorded, in order."""
        return [entry.action for entry in self.entries]


class StoredErasures(Watched):
    """The port ErasureStore; ``left`` is what a look finds beside what is there.

    The erasure of ``failing`` can't be noted.
    """

    def __init__(self, cases: StoredCases, messages: StoredMessages) -> None:
        super().__init__(DynamoErasures(cases.table, messages.table), cases.table)
        self.left: dict[str, int] = {}
        self.failing: str | None = None

    def begin(self, erasure: Erasure) -> None:
        """Note an erasure."""
        if erasure.reference == self.failing:
            raise Busy
        self.__getattr__("begin")(erasure)

    def traces(self, erasure: Erasure) -> dict[str, int]:
        """Count what is left, and what a test has left."""
        return {**self.__getattr__("traces")(erasure), **self.left}

    @property
    def noted(self) -> dict[str, Erasure]:
        """The erasures that are not finished, by the case's reference."""
        erasures = [erasure_from_image(image) for image in self.images(ERASURES)]
        return {each.reference: each for each in erasures}


class StoredSessions(Watched):
    """The port SessionStore."""

    def __init__(self, database: MemoryDatabase | None = None) -> None:
        table = (database or MemoryDatabase()).table("rota", schema.ROTA)
        super().__init__(DynamoSessions(table), table)

    @property
    def sessions(self) -> dict[str, Session]:
        """Every session, by the hash of its token."""
        names = [each["pk"]["S"].removeprefix("SESSION#") for each in self.images("SESSION#")]
        return {name: self.store.find(name) for name in names}


class StoredTries(Watched):
    """The port TryCounter."""

    def __init__(self, database: MemoryDatabase | None = None) -> None:
        table = (database or MemoryDatabase()).table("rota", schema.ROTA)
        super().__init__(DynamoTries(table), table)

    @property
    def counted(self) -> dict[tuple[str, datetime], int]:
        """How often was tried, by the name and the window's start."""
        counts = [each for each in self.images("TRIES#") if each["sk"]["S"] != "FROM_FIRST"]
        windows = [datetime.fromisoformat(image["sk"]["S"]) for image in counts]
        return {
            (image["pk"]["S"].removeprefix("TRIES#"), window): int(image["tries"]["N"])
            for image, window in zip(counts, windows, strict=True)
        }


class StoredRotaLinks(Watched):
    """The port RotaLinks."""

    def __init__(self, database: MemoryDatabase | None = None) -> None:
        table = (database or MemoryDatabase()).table("rota", schema.ROTA)
        super().__init__(DynamoRotaLinks(table), table)
