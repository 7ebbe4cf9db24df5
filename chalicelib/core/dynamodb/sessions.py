"""Sessions, and tries at signing in, in DynamoDB: the ports SessionStore and TryCounter."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from typing import Final

from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from chalicelib.core.domain.session import LONGEST, Session
from chalicelib.core.dynamodb.attributes import ExpiryAttribute, TextsAttribute, UtcAttribute
from chalicelib.core.dynamodb.base_model import Item
from chalicelib.core.dynamodb.client import Database
from chalicelib.core.dynamodb.conditions import absent_or
from chalicelib.core.dynamodb.errors import ConditionFailed
from chalicelib.core.dynamodb.table import Key, Table

_SESSION: Final = "SESSION"
_TRIES: Final = "TRIES"


class SessionItem(Item):
    """A session: ``SESSION#<hash of the token>``, ``SESSION``."""

    person = UnicodeAttribute()
    name = UnicodeAttribute()
    roles = TextsAttribute()
    began_at = UtcAttribute()
    seen_at = UtcAttribute()
    checked_at = UtcAttribute()
    expires_at = ExpiryAttribute()


class TriesItem(Item):
    """How often somebody tried: ``TRIES#<kind>#<hash>``, the window's start."""

    tries = NumberAttribute()
    expires_at = ExpiryAttribute()


class DynamoSessions:
    """The port SessionStore, in the rota table. Calls nothing until it is used."""

    def __init__(self, database: Database, table_name: str) -> None:
        """Bind the table; stores share a database, and so its client."""
        self._table = Table(database, table_name)

    def put(self, key: str, session: Session) -> None:
        """Begin a session."""
        place = _session_key(key)
        self._table.put(
            SessionItem(
                pk=place.pk,
                sk=place.sk,
                person=session.person,
                name=session.name,
                roles=sorted(session.roles),
                began_at=session.began_at,
                seen_at=session.seen_at,
                checked_at=session.checked_at,
                expires_at=session.began_at + LONGEST,
            )
        )

    def find(self, key: str) -> Session | None:
        """Find a session: one read, as of now, so that one that was ended opens nothing."""
        image = self._table.get(_session_key(key), consistent=True)
        if image is None:
            return None
        item = SessionItem.from_raw_data(image)
        return Session(
            person=item.person,
            name=item.name,
            roles=frozenset(item.roles),
            began_at=item.began_at,
            seen_at=item.seen_at,
            checked_at=item.checked_at,
        )

    def renew(self, key: str, session: Session) -> None:
        """Write a session on, unless it was ended meanwhile."""
        with suppress(ConditionFailed):
            self._table.update(
                _session_key(key),
                [
                    SessionItem.roles.set(sorted(session.roles)),
                    SessionItem.seen_at.set(session.seen_at),
                    SessionItem.checked_at.set(session.checked_at),
                ],
                SessionItem.pk.exists(),
            )

    def end(self, key: str) -> None:
        """End a session, if there is one."""
        self._table.delete(_session_key(key))


class DynamoTries:
    """The port TryCounter, in the rota table. A partition for each name, so that none is hot."""

    def __init__(self, database: Database, table_name: str) -> None:
        """Bind the table."""
        self._table = Table(database, table_name)

    def count(self, name: str, window: datetime, until: datetime, most: int, more: int = 1) -> bool:
        """Count ``more`` under this name unless there were ``most``: one atomic update."""
        actions = [TriesItem.tries.add(more), TriesItem.expires_at.set(until)]
        room = absent_or(TriesItem.tries, TriesItem.tries < most)
        try:
            self._table.update(Key(f"{_TRIES}#{name}", window.isoformat()), actions, room)
        except ConditionFailed:
            return False
        return True


def _session_key(key: str) -> Key:
    return Key(f"{_SESSION}#{key}", _SESSION)
