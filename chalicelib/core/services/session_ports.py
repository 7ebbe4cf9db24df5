"""What pages need of the sessions of those who work here, and what counts tries."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Protocol

from chalicelib.core.domain.session import Session


class SessionStore(Protocol):
    """Sessions, each under the hash of the token that opens it, and listed for its person.

    ``grant`` is what the session's token alone can read: it is stored as it is given.
    """

    def put(self, key: str, session: Session, grant: str) -> None:
        """Begin a session: list it for its person, then store it."""

    def find(self, key: str) -> Session | None:
        """Find a session: one read, as of now. It may be over: TTL deletes late."""

    def renew(self, key: str, session: Session) -> None:
        """Write a session on, unless it was ended meanwhile."""

    def list_for_person(self, key: str, session: Session) -> None:
        """List a session that began before sessions were listed. It has no grant."""

    def find_grant(self, key: str, person: str) -> str | None:
        """Find a listed session's grant, as of now; None where it is not listed."""

    def end(self, key: str, person: str) -> None:
        """End a session of a person, if there is one."""

    def end_all(self, person: str) -> int:
        """End all sessions of a person; return how many they were."""


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

    def count_from_first(self, name: str, now: datetime, length: timedelta, most: int) -> bool:
        """Count one unless there were ``most`` in a window that the first of them began.

        Each step is one atomic update; a window that is over takes a second one.
        """
