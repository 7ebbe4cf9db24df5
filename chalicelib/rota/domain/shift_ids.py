"""The name of a shift: its line and when it starts, so that a plan made again names it alike."""

from __future__ import annotations

import re
from datetime import date
from typing import Final

from chalicelib.rota.domain.local_minutes import to_wall

_STAMP: Final = re.compile(r"-([0-9]{4})([0-9]{2})([0-9]{2})-[0-9]{4}\Z")


def shift_id(line: str, start: int) -> str:
    """Name the shift of a line that starts at a minute of the wall clock (see local_minutes)."""
    return f"{line}-{stamp(start)}"


def stamp(start: int) -> str:
    """Write a minute of the wall clock as it stands in a name."""
    return f"{to_wall(start):%Y%m%d-%H%M}"


def day_in(shift: str) -> date | None:
    """Tell the day of a shift by its name; None: it is no name of ours."""
    found = _STAMP.search(shift)
    try:
        return date(*map(int, found.groups())) if found else None
    except ValueError:
        return None
