"""Sessions of those who work here: begun when they sign in, asked for on every page, ended."""

from __future__ import annotations

import logging
from base64 import urlsafe_b64encode
from collections.abc import Callable
from datetime import datetime
from hashlib import sha256
from typing import Final

from chalicelib.core.component import component
from chalicelib.core.domain.datetimes import calendar_day
from chalicelib.core.domain.errors import Busy
from chalicelib.core.domain.session import Session
from chalicelib.core.services.session_ports import SessionStore
from chalicelib.people.services.ports import Directory, Known, SealGrant
from chalicelib.rota.services.duty_ports import RotaStore

log = logging.getLogger(__name__)

TOKEN_BYTES: Final = 32
_TOKEN_LENGTH: Final = 43


@component
class Sessions:
    """A random token opens a session; what is stored is the token's hash."""

    store: SessionStore
    directory: Directory
    rota: RotaStore
    oncologist_role: str
    """The role that the rota can take away."""
    random_bytes: Callable[[int], bytes]
    seal: SealGrant

    def begin(self, known: Known, now: datetime) -> tuple[str, Session]:
        """Begin a session and return the token that opens it; always a new one. Raises Busy."""
        name, roles = self._as_in_the_rota(known.person, known.roles, now)
        session = Session(
            known.person,
            name,
            roles,
            began_at=now,
            seen_at=now,
            checked_at=now,
            stamp=self.directory.account_of(known.person).stamp,
        )
        token = urlsafe_b64encode(self.random_bytes(TOKEN_BYTES)).decode().rstrip("=")
        grant = self.seal.write(token, known.grant) if known.grant else ""
        self.store.put(_key(token), session, grant)
        return token, session

    def open(self, token: str, now: datetime, *, present: bool = True) -> Session | None:
        """Find the session that a token opens; None where there is none, or it is over.

        ``present`` says that a person did something: a page that refreshes itself keeps nobody
        signed in. Raises Busy where the person's roles are long unchecked and can't be now.
        """
        if len(token) != _TOKEN_LENGTH:
            return None
        before = self.store.find(_key(token))
        if before is None or before.is_over(now):
            return None
        after = self._checked(token, before, now) if before.wants_check(now) else before
        if not after.roles:
            self.store.end(_key(token), before.person)
            return None
        if present and after.wants_renewal(now):
            after = after.seen(now)
        if after != before:
            self.store.renew(_key(token), after)
        return after

    def end(self, token: str) -> None:
        """End the session that a token opens."""
        session = self.store.find(_key(token))
        if session is not None:
            self.store.end(_key(token), session.person)

    def end_all(self, person: str) -> int:
        """End all sessions of a person at once; return how many they were. Raises Busy."""
        return self.store.end_all(person)

    def _checked(self, token: str, session: Session, now: datetime) -> Session:
        """Check the account again; while it is out of reach, what was known holds for a while.

        A session without roles is over: the account is disabled, its password was changed, or its
        person was signed out everywhere.
        """
        try:
            account = self.directory.account_of(session.person)
            holds = self._holds(token, session, account.stamp)
        except Busy:
            if session.is_stale(now):
                raise
            log.warning("roles_unchecked")
            return session
        roles = account.roles if holds else frozenset()
        _, roles = self._as_in_the_rota(session.person, roles, now)
        return session.checked(roles, account.stamp, now)

    def _holds(self, token: str, session: Session, stamp: str) -> bool:
        """Whether the password is the same still, and nobody ended the session elsewhere."""
        if session.stamp not in ("", stamp):
            return False
        sealed = self.store.find_grant(_key(token), session.person)
        if sealed is None:
            if session.stamp:
                return False
            self.store.list_for_person(_key(token), session)
        if not sealed:
            return True
        try:
            grant = self.seal.read(token, sealed)
        except ValueError:
            return False
        return self.directory.grant_holds(grant)

    def _as_in_the_rota(
        self, person: str, roles: frozenset[str], now: datetime
    ) -> tuple[str, frozenset[str]]:
        """Tell a person's name, and take an oncologist's role from who has left the rota."""
        if self.oncologist_role not in roles:
            return person, roles
        oncologist = self.rota.find_oncologist(person)
        if oncologist is None:
            return person, roles
        if oncologist.has_left(calendar_day(now)):
            roles -= {self.oncologist_role}
        return oncologist.name, roles


def _key(token: str) -> str:
    return sha256(token.encode()).hexdigest()
