"""Sessions, and tries at signing in, in DynamoDB: the ports SessionStore and TryCounter."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, timedelta
from typing import Final

from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from chalicelib.core.component import component
from chalicelib.core.domain.session import LONGEST, Session
from chalicelib.core.dynamodb.attributes import ExpiryAttribute, TextsAttribute, UtcAttribute
from chalicelib.core.dynamodb.base_model import Item
from chalicelib.core.dynamodb.conditions import absent_or, all_of
from chalicelib.core.dynamodb.errors import ConditionFailed
from chalicelib.core.dynamodb.table import Key, Table

_SESSION: Final = "SESSION"
_LISTED: Final = "SESSIONS"
_TRIES: Final = "TRIES"
_FROM_FIRST: Final = "FROM_FIRST"


class SessionItem(Item):
    """A session: ``SESSION#<hash of the token>``, ``SESSION``."""

    person = UnicodeAttribute()
    name = UnicodeAttribute()
    roles = TextsAttribute()
    began_at = UtcAttribute()
    seen_at = UtcAttribute()
    checked_at = UtcAttribute()
    stamp = UnicodeAttribute(null=True)
    expires_at = ExpiryAttribute()


class ListedItem(Item):
    """A session in its person's list: ``SESSIONS#<person>``, the hash of the token."""

    grant = UnicodeAttribute(null=True)
    expires_at = ExpiryAttribute()


class TriesItem(Item):
    """How often somebody tried: ``TRIES#<kind>#<hash>``, the window's start."""

    tries = NumberAttribute()
    expires_at = ExpiryAttribute()


@component
class DynamoSessions:
    """The port SessionStore, in the rota table. Calls nothing until it is used."""

    table: Table

    def put(self, key: str, session: Session, grant: str) -> None:
        """Begin a session, listed before it is stored, so that none is missed by end_all."""
        self._list(key, session, grant)
        ends = session.began_at + LONGEST
        roles = sorted(session.roles)
        self.table.put(SessionItem.hold(_session_key(key), session, roles=roles, expires_at=ends))

    def find(self, key: str) -> Session | None:
        """Find a session: one read, as of now, so that one that was ended opens nothing."""
        image = self.table.get(_session_key(key), consistent=True)
        if image is None:
            return None
        item = SessionItem.from_raw_data(image)
        return item.read_as(Session, roles=frozenset(item.roles))

    def renew(self, key: str, session: Session) -> None:
        """Write a session on, unless it was ended meanwhile."""
        with suppress(ConditionFailed):
            self.table.update(
                _session_key(key),
                [
                    SessionItem.roles.set(sorted(session.roles)),
                    SessionItem.seen_at.set(session.seen_at),
                    SessionItem.checked_at.set(session.checked_at),
                    *([SessionItem.stamp.set(session.stamp)] if session.stamp else []),
                ],
                SessionItem.pk.exists(),
            )

    def list_for_person(self, key: str, session: Session) -> None:
        """List a session that began before sessions were listed."""
        self._list(key, session, "")

    def find_grant(self, key: str, person: str) -> str | None:
        """Find a listed session's grant; see the port."""
        image = self.table.get(_listed_key(person, key), consistent=True)
        return image.get("grant", {"S": ""})["S"] if image else None

    def end(self, key: str, person: str) -> None:
        """End a session, if there is one."""
        self.table.delete(_session_key(key))
        self.table.delete(_listed_key(person, key))

    def end_all(self, person: str) -> int:
        """End all sessions of a person; see the port."""
        listed = self.table.query_all(f"{_LISTED}#{person}", consistent=True)
        ended = [image["sk"]["S"] for image in listed]
        for key in ended:
            self.end(key, person)
        return len(ended)

    def _list(self, key: str, session: Session, grant: str) -> None:
        place, ends = _listed_key(session.person, key), session.began_at + LONGEST
        self.table.put(ListedItem.placed(place, grant=grant or None, expires_at=ends))


@component
class DynamoTries:
    """The port TryCounter, in the rota table. A partition for each name, so that none is hot."""

    table: Table

    def count(self, name: str, window: datetime, until: datetime, most: int, more: int = 1) -> bool:
        """Count ``more`` under this name unless there were ``most``: one atomic update."""
        actions = [TriesItem.tries.add(more), TriesItem.expires_at.set(until)]
        room = absent_or(TriesItem.tries, TriesItem.tries < most)
        try:
            self.table.update(Key(f"{_TRIES}#{name}", window.isoformat()), actions, room)
        except ConditionFailed:
            return False
        return True

    def count_from_first(self, name: str, now: datetime, length: timedelta, most: int) -> bool:
        """Count one in a window that the first began; see the port.

        TTL removes an item late, so that its end is compared here.
        """
        key = Key(f"{_TRIES}#{name}", _FROM_FIRST)
        ends = now + length
        within = all_of(TriesItem.expires_at > now, TriesItem.tries < most)
        more = [
            TriesItem.tries.add(1),
            TriesItem.expires_at.set(TriesItem.expires_at | ends),
        ]
        try:
            self.table.update(key, more, absent_or(TriesItem.tries, within))
        except ConditionFailed:
            pass
        else:
            return True
        restarted = [TriesItem.tries.set(1), TriesItem.expires_at.set(ends)]
        try:
            self.table.update(key, restarted, TriesItem.expires_at <= now)
        except ConditionFailed:
            return False
        return True


def _listed_key(person: str, key: str) -> Key:
    return Key(f"{_LISTED}#{person}", key)


def _session_key(key: str) -> Key:
    return Key(f"{_SESSION}#{key}", _SESSION)
