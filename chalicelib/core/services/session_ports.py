"""What signing in needs of the world."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Protocol

from chalicelib.core.domain.session import Session


class SessionStore(Protocol):
    """Sessions, each under the hash of the token that opens it."""

    def put(self, key: str, session: Session) -> None:
        """Begin a session."""

    def find(self, key: str) -> Session | None:
        """Find a session: one read, as of now. It may be over: TTL deletes late."""

    def renew(self, key: str, session: Session) -> None:
        """Write a session on, unless it was ended meanwhile."""

    def end(self, key: str) -> None:
        """End a session, if there is one."""


class OpenSession(Protocol):
    """Opens a session by its token."""

    def __call__(self, token: str, now: datetime, *, present: bool) -> Session | None:
        """Return the session; None where there is none, or it is over.

        ``present`` says that a person did something. Raises Busy.
        """


class TryCounter(Protocol):
    """Counts tries in a window of time."""

    def count(self, name: str, window: datetime, until: datetime, most: int, more: int = 1) -> bool:
        """Count ``more`` under this name unless there were ``most``: one atomic update."""


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
    """Somebody who has proved who they are."""

    person: str
    roles: frozenset[str]


class WrongAnswer(Exception):  # told apart by nobody: no such person, a wrong password, locked
    """The password or the code does not hold."""


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


class Directory(Protocol):
    """Who has which roles now."""

    def roles_of(self, person: str) -> frozenset[str]:
        """Tell a person's roles; none for one who is gone or disabled. Raises Busy."""
