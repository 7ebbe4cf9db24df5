"""The roles of those who work here, as the user pool's groups name them."""

from __future__ import annotations

from typing import Final, NamedTuple

ONCOLOGIST: Final = "oncologists"
ADMINISTRATOR: Final = "administrators"
ROLES: Final = frozenset({ONCOLOGIST, ADMINISTRATOR})


class Principal(NamedTuple):
    """A person who signed in; ``id`` is the user name, ``expires`` in seconds since 1970."""

    id: str
    roles: frozenset[str]
    expires: int
