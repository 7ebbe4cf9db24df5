"""What keeping people needs of the world beside the rota: their sign-in."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum, StrEnum
from typing import Protocol


class SignInState(StrEnum):
    """Whether an oncologist can sign in: never invited, invited, or closed."""

    NONE = "none"
    OPEN = "open"
    CLOSED = "closed"


class Accounts(Protocol):
    """The oncologists' sign-ins: a user's name is the oncologist's id. Safe to repeat."""

    def state(self, oncologist: str) -> SignInState:
        """Return whether an oncologist can sign in. Raises Busy."""

    def invite(self, oncologist: str, email: str) -> None:
        """Let an oncologist sign in, and send the invitation; again, unless they have used it.

        A sign-in that was closed stays closed. Raises InvalidField (``email``) for an address that
        takes none, and Busy.
        """

    def open(self, oncologist: str) -> bool:
        """Let them sign in again; False where they never could. Raises Busy."""

    def close(self, oncologist: str) -> None:
        """Sign them out everywhere, and in no more; nothing where there is none. Raises Busy."""

    def sign_out(self, person: str) -> None:
        """End what anybody has open in the user pool, whatever their role. Raises Busy."""


class Asked(Enum):
    """What is asked of somebody whose password was right, before they are in."""

    NEW_PASSWORD = "new_password"  # noqa: S105  # a step's name
    CODE = "code"
    DEVICE_CODE = "device_code"


@dataclass(frozen=True, slots=True)
class Challenge:
    """A question put to ``person``; ``ticket`` is what the answer must bring along.

    ``device_key`` is what an authenticator makes its codes from, where one is to be set up.
    """

    person: str
    asked: Asked
    ticket: str
    device_key: str = ""


@dataclass(frozen=True, slots=True)
class Known:
    """Somebody who has proved who they are.

    ``grant`` is what the user pool gave them for as long as they are signed in there; it ends with
    a sign-out everywhere. It is a secret.
    """

    person: str
    roles: frozenset[str]
    grant: str = field(default="", repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Account:
    """A person's account now: its roles, and a ``stamp`` that changes with the password."""

    roles: frozenset[str]
    stamp: str


class WrongAnswer(Exception):  # told apart by nobody: no such person, a wrong password, locked
    """The password or the code does not hold."""


class WrongCode(Exception):  # named for what is said of it
    """The password holds; the code of the authenticator does not."""


class WeakPassword(Exception):  # named for what is said of it
    """The new password does not meet the pool's rules."""


class TicketExpired(Exception):  # named for what happened
    """The answer came too late, or twice: sign in anew."""


class CannotSignIn(Exception):  # named for what is said
    """Something is asked that no page here can answer: for the administrator of the pool."""


class SignInGateway(Protocol):
    """Proves who somebody is. Every call may raise Busy, and WrongAnswer or CannotSignIn."""

    def password(self, person: str, password: str) -> Known | Challenge:
        """Try a password."""

    def answer(self, challenge: Challenge, answer: str) -> Known | Challenge:
        """Answer a challenge. Raises WeakPassword, TicketExpired."""

    def change_password(self, person: str, password: str, code: str, new_password: str) -> None:
        """Change a password, and end everything that is open in the user pool.

        ``code`` is the authenticator's now, where the person has one. Raises WrongAnswer, WrongCode
        and WeakPassword.
        """


class SealGrant(Protocol):
    """Encrypts and reads a grant by the token of its session; ``read`` raises ValueError."""

    def write(self, token: str, grant: str) -> str:
        """Return the grant, encrypted."""

    def read(self, token: str, sealed: str) -> str:
        """Return the grant. Raises ValueError for what this token did not encrypt."""


class TokenCheck(Protocol):
    """Whether a bearer token that was verified was revoked since."""

    def holds(self, token: str) -> bool:
        """Whether a token holds; it does while nobody can be asked."""


class Directory(Protocol):
    """Who has which roles now, and whether what was granted holds."""

    def account_of(self, person: str) -> Account:
        """Return a person's account; no role for one who is gone or disabled. Raises Busy."""

    def grant_holds(self, grant: str) -> bool:
        """Whether a grant holds: nobody signed its person out everywhere. Raises Busy."""
