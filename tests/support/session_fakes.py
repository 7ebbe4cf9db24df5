"""In-memory fakes of what signing in needs of the world."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta

from chalicelib.core.domain.session import Session
from chalicelib.people.services.ports import (
    Account,
    Asked,
    Challenge,
    Known,
    TicketExpired,
    WeakPassword,
    WrongAnswer,
    WrongCode,
)
from tests.support.fakes import _Fake

PASSWORD = "The-right-one-1"
CODE = "123456"
DEVICE_KEY = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


class FakeSessionStore(_Fake):
    """The port SessionStore."""

    def __init__(self) -> None:
        super().__init__()
        self.sessions: dict[str, Session] = {}
        self.grants: dict[tuple[str, str], str] = {}

    def put(self, key: str, session: Session, grant: str) -> None:
        with self._call("put"):
            self.sessions[key] = session
            self.grants[session.person, key] = grant

    def list_for_person(self, key: str, session: Session) -> None:
        with self._call("list_for_person"):
            self.grants[session.person, key] = ""

    def find_grant(self, key: str, person: str) -> str | None:
        with self._call("find_grant"):
            return self.grants.get((person, key))

    def find(self, key: str) -> Session | None:
        with self._call("find"):
            return self.sessions.get(key)

    def renew(self, key: str, session: Session) -> None:
        with self._call("renew"):
            if key in self.sessions:
                self.sessions[key] = session

    def end(self, key: str, person: str) -> None:
        with self._call("end"):
            self.sessions.pop(key, None)
            self.grants.pop((person, key), None)

    def end_all(self, person: str) -> int:
        with self._call("end_all"):
            keys = [key for who, key in self.grants if who == person]
            for key in keys:
                self.sessions.pop(key, None)
                self.grants.pop((person, key))
            return len(keys)


class FakeTries(_Fake):
    """The port TryCounter."""

    def __init__(self) -> None:
        super().__init__()
        self.counted: Counter[tuple[str, datetime]] = Counter()
        self.began: dict[str, datetime] = {}

    def count(self, name: str, window: datetime, until: datetime, most: int, more: int = 1) -> bool:
        with self._call("count"):
            assert window < until
            if self.counted[name, window] >= most:
                return False
            self.counted[name, window] += more
            return True

    def count_from_first(self, name: str, now: datetime, length: timedelta, most: int) -> bool:
        with self._call("count_from_first"):
            began = self.began.get(name)
            if began is None or began + length <= now:
                self.began[name], self.counted[name, now] = now, 1
                return True
            if self.counted[name, began] >= most:
                return False
            self.counted[name, began] += 1
            return True


class FakeSignIn(_Fake):
    """The port SignInGateway, and Directory: people, their roles, and what each is asked."""

    def __init__(self) -> None:
        super().__init__()
        self.roles: dict[str, frozenset[str]] = {}
        self.asks: dict[str, Asked] = {}
        self.passwords: dict[str, str] = {}
        self.revoked: set[str] = set()
        self.stamps: Counter[str] = Counter()
        self.signed_out: Counter[str] = Counter()

    def put(self, person: str, *roles: str, asks: Asked | None = None) -> None:
        """Let somebody sign in."""
        self.roles[person] = frozenset(roles)
        if asks:
            self.asks[person] = asks

    def password(self, person: str, password: str) -> Known | Challenge:
        with self._call("password"):
            if password != self.passwords.get(person, PASSWORD) or person not in self.roles:
                raise WrongAnswer
            if person in self.asks:
                asked = self.asks[person]
                key = DEVICE_KEY if asked is Asked.DEVICE_CODE else ""
                return Challenge(person, asked, f"ticket-of-{person}", key)
            return Known(person, self.roles[person], self.grant_of(person))

    def answer(self, challenge: Challenge, answer: str) -> Known | Challenge:
        with self._call("answer"):
            if challenge.ticket != f"ticket-of-{challenge.person}":
                raise TicketExpired
            if challenge.asked in (Asked.CODE, Asked.DEVICE_CODE):
                if answer != CODE:
                    raise WrongAnswer
            elif len(answer) < 12:
                raise WeakPassword
            else:
                self.passwords[challenge.person] = answer
            self.asks.pop(challenge.person, None)
            person = challenge.person
            return Known(person, self.roles[person], self.grant_of(person))

    def change_password(self, person: str, password: str, code: str, new_password: str) -> None:
        with self._call("change_password"):
            if password != self.passwords.get(person, PASSWORD) or person not in self.roles:
                raise WrongAnswer
            if self.asks.get(person) is Asked.CODE and code != CODE:
                raise WrongCode
            if len(new_password) < 12:
                raise WeakPassword
            self.passwords[person] = new_password
            self.sign_out_everywhere(person)
            self.stamps[person] += 1

    def account_of(self, person: str) -> Account:
        with self._call("account_of"):
            stamp = f"stamp-{self.stamps[person]}"
            return Account(self.roles.get(person, frozenset()), stamp)

    def grant_holds(self, grant: str) -> bool:
        with self._call("grant_holds"):
            person, _, number = grant.partition("#")
            return self.signed_out[person] == int(number)

    def holds(self, token: str) -> bool:
        with self._call("holds"):
            return token not in self.revoked

    def sign_out_everywhere(self, person: str) -> None:
        """Revoke all grants of a person, as the user pool's own sign-out does."""
        self.signed_out[person] += 1

    def grant_of(self, person: str) -> str:
        return f"{person}#{self.signed_out[person]}"
