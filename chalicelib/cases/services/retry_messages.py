"""The messages as administrators see them, and what they may have sent again."""

from __future__ import annotations

from datetime import date, datetime

from chalicelib.cases.services.missing_notifications import OwedByCases
from chalicelib.cases.services.ports import CaseSearchStore, CaseStore
from chalicelib.core.component import component
from chalicelib.core.domain.errors import IllegalTransition, NotFound
from chalicelib.core.services.ports import Page
from chalicelib.messages.domain.delivery import MessageState
from chalicelib.messages.domain.templates import subject_of_phone
from chalicelib.messages.services.ports import MessageStore, OutboxStore, Parked, StoredMessage
from chalicelib.messages.services.send_messages import Current


@component
class MessageList:
    """Messages by day, by case and by phone: from an index, a page at a time."""

    found: CaseSearchStore
    messages: MessageStore
    outbox: OutboxStore

    def of_case(self, reference: str) -> list[StoredMessage]:
        """List a case's messages, in order of being owed."""
        return sorted(self.messages.list_for(reference), key=_owed_at)

    def of_phone(self, phone_key: str, limit: int, cursor: str | None) -> Page[StoredMessage]:
        """List what was sent of a phone's cases, ``limit`` cases at a time, the latest first.

        The first page holds the answers to the phone's words too. What a case sent to another
        phone, while it had that one, is not this one's. Raises InvalidInput for a cursor that is
        none.
        """
        page = self.found.of_phone(phone_key, limit, cursor)
        subjects = [
            *([] if cursor else [subject_of_phone(phone_key)]),
            *(case.reference for case in page.items),
        ]
        found = [
            stored
            for subject in subjects
            for stored in self.messages.list_for(subject)
            if stored.message.phone_key == phone_key
        ]
        return Page(tuple(sorted(found, key=_owed_at, reverse=True)), page.cursor)

    def is_opted_out(self, phone_key: str) -> bool:
        """Tell whether a phone wants no messages."""
        return self.messages.is_opted_out(phone_key)

    def owed(self, limit: int, cursor: str | None) -> Page[StoredMessage]:
        """List what is still to be sent, the next due first."""
        return self.outbox.list_owed(limit, cursor)

    def settled(self, day: date, limit: int, cursor: str | None) -> Page[StoredMessage]:
        """List what was owed on a day and is owed no more, the latest first."""
        return self.outbox.list_day(day, limit, cursor)

    def parked(self, limit: int, cursor: str | None) -> Page[Parked]:
        """List the changes that could not be dealt with."""
        return self.outbox.parked(limit, cursor)


@component
class RetryMessages:
    """Owes again what a person wants sent again; the sweep sends it, within five minutes."""

    cases: CaseStore
    messages: MessageStore
    outbox: OutboxStore
    owed_by_cases: OwedByCases
    current: Current = lambda message, _now: message

    def message(self, subject: str, id_: str, now: datetime) -> StoredMessage:
        """Owe a message again that failed or was not delivered.

        Raises NotFound, and IllegalTransition for any other: what was sent is not said twice, what
        STOP suppressed stays so, and what no longer holds is not sent any more.
        """
        stored = self.outbox.find(subject, id_)
        if stored is None:
            raise NotFound
        if self.current(stored.message, now).is_overtaken:
            raise IllegalTransition(status=MessageState.OVERTAKEN.value)
        if not self.outbox.owe_again(stored.message, now):
            raise IllegalTransition(status=stored.state.value)
        return self.outbox.find(subject, id_) or stored

    def parked(self, id_: str, now: datetime) -> list[StoredMessage]:
        """Store what a parked change owes, and take it from the parked ones.

        Raises NotFound where nothing of this id is parked, and whatever stood in the way before if
        it does still.
        """
        parked = self.outbox.find_parked(id_)
        if parked is None:
            raise NotFound
        try:
            case = [self.cases.get(parked.subject, consistent=True)]
        except NotFound:
            case = []
        for message in self.owed_by_cases(case, now):
            self.messages.store_once(message, now, begun=False)
        self.outbox.unpark(id_)
        return self.messages.list_for(parked.subject)


def _owed_at(stored: StoredMessage) -> tuple[datetime, str]:
    return stored.message.owed_at, stored.message.id
