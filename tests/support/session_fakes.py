"""In-memory fakes of what signing in needs of the world."""

from __future__ import annotations

from collections import Counter
from datetime import datetime

from chalicelib.core.domain.session import Session
from chalicelib.people.services.ports import (
    Asked,
    Challenge,
    Known,
    TicketExpired,
    WeakPassword,
    WrongAnswer,
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

    def put(self, key: str, session: Session) -> None:
        with self._call("put"):
            self.sessions[key] = session

    def find(self, key: str) -> Session | None:
        with self._call("find"):
            return self.sessions.get(key)

    def renew(self, key: str, session: Session) -> None:
        with self._call("renew"):
            if key in self.sessions:
                self.sessions[key] = session

    def end(self, key: str) -> None:
        with self._call("end"):
            self.sessions.pop(key, None)


class FakeTries(_Fake):
    """The port TryCounter."""

    def __init__(self) -> None:
        super().__init__()
        self.counted: Counter[tuple[str, datetime]] = Counter()

    def count(self, name: str, window: datetime, until: datetime, most: int, more: int = 1) -> bool:
        with self._call("count"):
            assert window < until
            if self.counted[name, window] >= most:
                return False
            self.counted[name, window] += more
            return True


class FakeSignIn(_Fake):
    """The port SignInGateway, and Directory: people, their roles, and what each is asked."""

    def __init__(self) -> None:
        super().__init__()
        self.roles: dict[str, frozenset[str]] = {}
        self.asks: dict[str, Asked] = {}
        self.passwords: dict[str, str] = {}

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
            return Known(person, self.roles[person])

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
            return Known(challenge.person, self.roles[challenge.person])

    def roles_of(self, person: str) -> frozenset[str]:
        with self._call("roles_of"):
            return self.roles.get(person, frozenset())
