"""In-memory fakes of the ports that watch over the outbox, over the fakes of the stores."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import date, datetime
from typing import Any

from chalicelib.cases.domain.case import Status
from chalicelib.cases.domain.queue import Line, line_of
from chalicelib.core.domain.datetimes import IST
from chalicelib.core.services.ports import Page
from chalicelib.messages.domain.delivery import MessageState, Try
from chalicelib.messages.domain.templates import OwedMessage
from chalicelib.messages.services.ports import Parked, StoredMessage
from tests.support.fakes import FakeCaseStore, FakeMessageStore, _Fake


class FakeOutbox(_Fake):
    """The port OutboxStore, over the messages of a FakeMessageStore."""

    def __init__(self, messages: FakeMessageStore) -> None:
        super().__init__()
        self.messages = messages
        self.parked_changes: dict[str, Parked] = {}
        self.swept_until: datetime | None = None

    def find(self, subject: str, id_: str) -> StoredMessage | None:
        with self._call("find"):
            return self.messages.messages.get((subject, id_))

    def list_owed(self, limit: int, cursor: str | None) -> Page[StoredMessage]:
        with self._call("list_owed"):
            owed = [each for each in self._all() if each.state is MessageState.OWED]
            owed.sort(key=lambda each: self.messages.next_try[_name(each)])
            return _page(owed, limit, cursor, lambda each: each.message.full_id)

    def list_day(self, day: date, limit: int, cursor: str | None) -> Page[StoredMessage]:
        with self._call("list_day"):
            settled = [
                each
                for each in self._all()
                if each.state is not MessageState.OWED
                and each.message.owed_at.astimezone(IST).date() == day
            ]
            settled.sort(key=lambda each: each.message.owed_at, reverse=True)
            return _page(settled, limit, cursor, lambda each: each.message.full_id)

    def owe_again(self, message: OwedMessage, now: datetime) -> bool:
        with self._call("owe_again"):
            name = (message.subject, message.id)
            stored = self.messages.messages[name]
            if stored.state not in (MessageState.FAILED, MessageState.UNDELIVERED):
                return False
            self.messages.messages[name] = StoredMessage(
                message, MessageState.OWED, now, stored.provider_id, tries=0
            )
            self.messages.next_try[name] = now
            self.messages.tries[name] = Try(number=0)
            return True

    def park(self, parked: Parked) -> None:
        with self._call("park"):
            self.parked_changes[parked.id] = parked

    def parked(self, limit: int, cursor: str | None) -> Page[Parked]:
        with self._call("parked"):
            ids = sorted(self.parked_changes)
            found = [self.parked_changes[id_] for id_ in ids]
            return _page(found, limit, cursor, lambda each: each.id)

    def find_parked(self, id_: str) -> Parked | None:
        with self._call("find_parked"):
            return self.parked_changes.get(id_)

    def unpark(self, id_: str) -> None:
        with self._call("unpark"):
            self.parked_changes.pop(id_, None)

    def find_swept_until(self) -> datetime | None:
        with self._call("find_swept_until"):
            return self.swept_until

    def put_swept_until(self, until: datetime) -> None:
        with self._call("put_swept_until"):
            self.swept_until = until

    def _all(self) -> list[StoredMessage]:
        return list(self.messages.messages.values())


class FakeRecentCases(_Fake):
    """The port RecentCases, over the cases of a FakeCaseStore."""

    def __init__(self, cases: FakeCaseStore) -> None:
        super().__init__()
        self.cases = cases

    def asked_between(self, lines: Collection[Line], start: datetime, end: datetime) -> list[str]:
        with self._call("asked_between"):
            return sorted(
                case.reference
                for case in self.cases.cases.values()
                if case.status is Status.WAITING
                and (line_of(case) in lines or case.reference in self.cases.deferred)
                and start <= case.requested_at < end
            )

    def finished_between(self, start: datetime, end: datetime) -> list[str]:
        with self._call("finished_between"):
            return [
                case.reference
                for case in self.cases.cases.values()
                if case.finished_at is not None and start <= case.finished_at < end
            ]


def _name(stored: StoredMessage) -> tuple[str, str]:
    return stored.message.subject, stored.message.id


def _page(
    items: list[Any], limit: int, cursor: str | None, name: Callable[[Any], str]
) -> Page[Any]:
    names = [name(item) for item in items]
    start = names.index(cursor.removeprefix("after-")) + 1 if cursor else 0
    shown = tuple(items[start : start + limit])
    more = len(items) > start + limit
    return Page(shown, f"after-{name(shown[-1])}" if more else None)
