"""How many different people called: days can be joined, and nobody is counted twice.

A caller is 48 bits drawn from the phone's key, the same on every day. A day keeps all of its
callers up to 4,096; of more, those with the smallest numbers, and from how full that part is the
whole is told, within about 1.6 % (a theta sketch). So a year is exact unless it has such a day.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import reduce
from hashlib import blake2b
from typing import Final

BYTES: Final = 6
ALL: Final = 1 << (8 * BYTES)
MOST: Final = 4_096


def caller_of(phone_key: str) -> int:
    """Number a caller by the key of their phone."""
    return int.from_bytes(blake2b(phone_key.encode(), digest_size=BYTES).digest())


@dataclass(frozen=True, slots=True)
class Callers:
    """The different callers whose number is smaller than ``below``: all of them, as a rule."""

    seen: frozenset[int] = frozenset()
    below: int = ALL

    @classmethod
    def of(cls, numbers: Iterable[int], most: int = MOST) -> Callers:
        """Keep a day's callers, as many as are kept."""
        seen = sorted(set(numbers))
        if len(seen) <= most:
            return cls(frozenset(seen))
        return cls(frozenset(seen[:most]), below=seen[most])

    @classmethod
    def joined(cls, parts: Iterable[Callers]) -> Callers:
        """Join days, in any order: the same callers, each once."""
        return reduce(lambda one, other: one._with(other), parts, cls())

    @property
    def is_exact(self) -> bool:
        """Whether every caller is known, and none is estimated."""
        return self.below == ALL

    def __len__(self) -> int:
        """How many there are, or about how many."""
        return round(len(self.seen) * ALL / self.below)

    def _with(self, other: Callers) -> Callers:
        below = min(self.below, other.below)
        seen = self.seen | other.seen
        if below < ALL:
            seen = frozenset(number for number in seen if number < below)
        return Callers(seen, below)
