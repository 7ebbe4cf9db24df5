"""In-memory fakes of what signing in needs of the world."""

from __future__ import annotations

from collections import Counter

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
from tests.support.fakes import Fake

PASSWORD = "The-right-one-1"
CODE = "123456"
DEVICE_KEY = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


class FakeSignIn(Fake):
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
                return Challenge(person, asked, f"the-session-ticket-of-{person}", key)
            return Known(person, self.roles[person], self.grant_of(person))

    def answer(self, challenge: Challenge, answer: str) -> Known | Challenge:
        with self._call("answer"):
            if challenge.ticket != f"the-session-ticket-of-{challenge.person}":
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
