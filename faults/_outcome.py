"""What a run of faults tells: each module of this folder has ``run(*, long: bool)``, which yields.

An :class:`Outcome` comes as soon as its part is done, so that a long run shows its progress.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Outcome:
    """One part of a run: its name, what it counted, and what it found broken, in words.

    ``counts`` has plain names: ``{"points": 120}``. No word of ``broken`` holds anybody's data.
    """

    name: str
    counts: Mapping[str, int]
    broken: Sequence[str] = ()
