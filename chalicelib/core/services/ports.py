"""What the services of every feature need: pages of a list, the deployment's keys, conflicts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

R = TypeVar("R")
T = TypeVar("T")
READS = 4
"""How often a change is read, decided and written before it is given up as Busy."""


class Stale(Exception):  # it says what is, and is no error until it lasts
    """What is stored has changed since it was read."""


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """One page of a list, and the cursor of the next; None: the last."""

    items: tuple[T, ...]
    cursor: str | None

    def map(self, read: Callable[[T], R]) -> Page[R]:
        """Return the page with what ``read`` makes of each item."""
        return Page(tuple(read(each) for each in self.items), self.cursor)

    def only(self, fits: Callable[[T], bool]) -> Page[T]:
        """Return the page without the items that do not fit; its cursor stays."""
        return Page(tuple(each for each in self.items if fits(each)), self.cursor)


class Secrets(Protocol):
    """The deployment's own keys."""

    def phone_key(self, e164: str) -> str:
        """Return the HMAC by which a phone is found."""

    def name_key(self, name: str) -> str:
        """Return the HMAC by which a name is found, once typists' differences are out of it."""

    def tries_key(self, source: str) -> str:
        """Return the HMAC under which tries are counted: of an address, or of a name tried."""

    def link_token(self, signed: str) -> str:
        """Return a link's token: an HMAC over what it opens."""

    def find_signed(self, token: str, *texts: str) -> str | None:
        """Find, in constant time, which of these texts a token was made of; None: of none."""
