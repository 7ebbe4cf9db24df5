"""What a run of faults tells: each module of this folder has ``run(*, long: bool)``, which yields.

An :class:`Outcome` comes as soon as its part is done; within a part that takes minutes,
:func:`show` tells on a terminal how far it has come.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

CLEAR = "\r\x1b[K"


@dataclass(frozen=True, slots=True)
class Outcome:
    """One part of a run: its name, what it counted, and what it found broken, in words.

    ``counts`` has plain names: ``{"points": 120}``; they are summed up, and what was ``measured``
    is not. No word of ``broken`` holds anybody's data.
    """

    name: str
    counts: Mapping[str, int]
    broken: Sequence[str] = ()
    measured: Mapping[str, int] = field(default_factory=dict)


def show(part: str, done: int, of: int) -> None:
    """Tell whoever sits before it how far a part has come; a file is told of what is done alone."""
    if sys.stderr.isatty():
        print(f"{CLEAR}{part}: {done:,} of {of:,}", end="", file=sys.stderr, flush=True)
