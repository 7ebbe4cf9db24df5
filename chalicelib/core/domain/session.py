"""A session: who signed in at a browser, as what, and until when that counts."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

LONGEST: Final = timedelta(hours=12)
IDLE: Final = timedelta(minutes=60)
# A page costs one read; every few minutes one of them writes too, and asks who the person still is.
RENEWED_EVERY: Final = timedelta(minutes=5)
UNCHECKED_LONGEST: Final = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Session:
    """A session of one browser. ``seen_at`` is when its person last did something.

    ``checked_at`` is when the person's roles were last asked for. ``stamp`` is what the account
    looked like when the session began; it changes with the password. Sessions from before there
    were stamps have none.
    """

    person: str
    name: str
    roles: frozenset[str]
    began_at: datetime
    seen_at: datetime
    checked_at: datetime
    stamp: str = ""

    @property
    def ends_at(self) -> datetime:
        """When it ends, as things stand."""
        return min(self.began_at + LONGEST, self.seen_at + IDLE)

    def is_over(self, now: datetime) -> bool:
        """Tell whether it counts no more."""
        return now >= self.ends_at

    def wants_renewal(self, now: datetime) -> bool:
        """Tell whether it is time to note that the person was here."""
        return now - self.seen_at >= RENEWED_EVERY

    def wants_check(self, now: datetime) -> bool:
        """Tell whether it is time to ask for the person's roles."""
        return now - self.checked_at >= RENEWED_EVERY

    def is_stale(self, now: datetime) -> bool:
        """Tell whether the roles are too old to go by, whatever hindered asking for them."""
        return now - self.checked_at >= UNCHECKED_LONGEST

    def seen(self, now: datetime) -> Session:
        """Note that the person was here."""
        return replace(self, seen_at=now)

    def checked(self, roles: frozenset[str], stamp: str, now: datetime) -> Session:
        """Note what the person's roles and the account's stamp are now."""
        return replace(self, roles=roles, stamp=stamp, checked_at=now)
