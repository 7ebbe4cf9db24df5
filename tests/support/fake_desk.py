"""In-memory fakes of what an administrator's desk needs, over the fake of the cases."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from chalicelib.cases.domain.case import Case
from chalicelib.cases.services.ports import Block, Change
from chalicelib.core.domain.errors import Busy
from chalicelib.core.services.ports import Page, Stale
from chalicelib.people.services.ports import SignInState
from tests.support.fakes import FakeCaseStore


class FakeMerging:
    """The port MergingStore."""

    def __init__(self, cases: FakeCaseStore) -> None:
        self._cases = cases

    def save_together(self, changes: Sequence[Change], now: datetime) -> None:
        for change in changes:
            if self._cases.cases[change.before.reference] != change.before:
                raise Stale
        for change in changes:
            self._cases.save(change.before, change.after, now)


class FakeFound:
    """The port FoundCases."""

    def __init__(self, cases: FakeCaseStore) -> None:
        self._cases = cases

    def of_phone(self, phone_key: str, limit: int, cursor: str | None) -> Page[Case]:
        return self._page(lambda case: case.phone_key == phone_key, limit, cursor)

    def open_of_phone(self, phone_key: str) -> list[Case]:
        return self._latest_first(lambda case: case.phone_key == phone_key and case.status.is_open)

    def of_name(self, name_key: str, limit: int, cursor: str | None) -> Page[Case]:
        return self._page(lambda case: case.name_key == name_key, limit, cursor)

    def _page(self, fits, limit: int, cursor: str | None) -> Page[Case]:
        found = self._latest_first(fits)
        start = int(cursor or 0)
        end = start + limit
        return Page(tuple(found[start:end]), str(end) if end < len(found) else None)

    def _latest_first(self, fits) -> list[Case]:
        found = [case for case in self._cases.cases.values() if fits(case)]
        return sorted(found, key=lambda case: (case.requested_at, case.reference), reverse=True)


class FakeBlocks:
    """The port BlockStore: what the fake of the cases asks is kept in step."""

    def __init__(self, cases: FakeCaseStore) -> None:
        self._cases = cases
        self.kept: dict[str, Block] = {}

    def put(self, block: Block) -> None:
        self.kept[block.id] = block
        self._cases.blocked_until[block.id] = block.until

    def drop(self, id_: str) -> None:
        self.kept.pop(id_, None)
        self._cases.blocked_until.pop(id_, None)

    def find(self, id_: str) -> Block | None:
        return self.kept.get(id_)

    def blocks(self) -> list[Block]:
        return [self.kept[id_] for id_ in sorted(self.kept)]


class FakeAccounts:
    """The port Accounts; ``broken`` is how many of the next calls fail."""

    def __init__(self) -> None:
        self.invited: list[tuple[str, str]] = []
        self.may_sign_in: dict[str, bool] = {}
        self.signed_out: list[str] = []
        self.broken = 0

    def state(self, oncologist: str) -> SignInState:
        self._call()
        if oncologist not in self.may_sign_in:
            return SignInState.NONE
        return SignInState.OPEN if self.may_sign_in[oncologist] else SignInState.CLOSED

    def invite(self, oncologist: str, email: str) -> None:
        self._call()
        self.invited.append((oncologist, email))
        self.may_sign_in.setdefault(oncologist, True)

    def open(self, oncologist: str) -> bool:
        self._call()
        if oncologist not in self.may_sign_in:
            return False
        self.may_sign_in[oncologist] = True
        return True

    def close(self, oncologist: str) -> None:
        self._call()
        if oncologist in self.may_sign_in:
            self.may_sign_in[oncologist] = False

    def sign_out(self, person: str) -> None:
        self._call()
        self.signed_out.append(person)

    def _call(self) -> None:
        if self.broken:
            self.broken -= 1
            raise Busy
