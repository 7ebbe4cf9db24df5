"""An in-memory fake of the port ErasureStore, and erasing over fakes of all that it works with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta

from chalicelib.cases.domain.case import Case
from chalicelib.cases.services.ports import CaseStore
from chalicelib.core.domain.datetimes import IST
from chalicelib.core.domain.errors import Busy
from chalicelib.core.services.audit_log import AuditLog, AuditStore
from chalicelib.messages.domain.delivery import MessageState
from chalicelib.messages.domain.templates import subject_of_phone
from chalicelib.privacy.services.erase_case import Erase, ProveErasures
from chalicelib.privacy.services.ports import Erasure, ErasureStore
from tests.support.fakes import FakeAudit, FakeCaseStore, FakeMessageStore, _Fake, counting_bytes


class FakeErasures(_Fake):
    """The port ErasureStore; ``left`` is what a look finds beside what is there.

    The erasure of ``failing`` can't be noted.
    """

    def __init__(self, cases: FakeCaseStore, messages: FakeMessageStore) -> None:
        super().__init__()
        self._cases = cases
        self._messages = messages
        self.noted: dict[str, Erasure] = {}
        self.purged: dict[str, date] = {}
        self.left: dict[str, int] = {}
        self.failing: str | None = None

    def begin(self, erasure: Erasure) -> None:
        with self._call("begin"):
            if erasure.reference == self.failing:
                raise Busy
            noted = self.noted.setdefault(erasure.reference, erasure)
            known = dict.fromkeys((*noted.phone_keys, *erasure.phone_keys))
            earlier = tuple(each for each in known if each != noted.phone_key)
            self.noted[erasure.reference] = replace(noted, earlier_phone_keys=earlier)

    def pending(self, limit: int) -> list[Erasure]:
        with self._call("pending"):
            return [self.noted[reference] for reference in sorted(self.noted)][:limit]

    def finish(self, reference: str) -> None:
        with self._call("finish"):
            self.noted.pop(reference, None)

    def clear(self, erasure: Erasure) -> Erasure:
        with self._call("clear"):
            for key in self._of(erasure):
                del self._messages.messages[key]
            return erasure

    def traces(self, erasure: Erasure) -> Mapping[str, int]:
        with self._call("traces"):
            case = self._cases.cases.get(erasure.reference)
            return {
                "case": int(case is not None and not case.is_erased),
                "messages": len(self._of(erasure)),
                **self.left,
            }

    def drop_messages(self, day: date, limit: int) -> int:
        with self._call("drop_messages"):
            old = [
                key
                for key, stored in self._messages.messages.items()
                if stored.state is not MessageState.OWED
                and stored.message.owed_at.astimezone(IST).date() == day
            ][:limit]
            for key in old:
                del self._messages.messages[key]
            return len(old)

    def find_purged(self, what: str) -> date | None:
        with self._call("find_purged"):
            return self.purged.get(what)

    def put_purged(self, what: str, through: date) -> None:
        with self._call("put_purged"):
            self.purged[what] = through

    def _of(self, erasure: Erasure) -> list[tuple[str, str]]:
        return [
            key
            for key, stored in self._messages.messages.items()
            if key[0] == erasure.reference
            or (
                key[0] in map(subject_of_phone, erasure.phone_keys)
                and stored.message.owed_at <= erasure.asked_at
            )
        ]


def proving(
    cases: CaseStore, erasures: ErasureStore, audit: AuditStore | None = None
) -> ProveErasures:
    """What completes erasures, with an audit of its own where none is given."""
    log = AuditLog(audit or FakeAudit(), counting_bytes(), timedelta(days=400), IST)
    return ProveErasures(cases, erasures, log)


class Erasing:
    """Erasing, and its proof, over these cases."""

    def __init__(self, *cases: Case) -> None:
        self.cases = FakeCaseStore(cases)
        self.messages = FakeMessageStore()
        self.erasures = FakeErasures(self.cases, self.messages)
        self.audit = FakeAudit()
        self.erase = Erase(self.cases, self.erasures)
        self.prove = proving(self.cases, self.erasures, self.audit)
