"""What pages need of the sessions of those who work here, and what counts tries."""

from __future__ import annotations

from datetime import datetime
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
