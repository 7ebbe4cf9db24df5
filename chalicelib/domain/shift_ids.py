"""The name of a shift: its line and when it starts, so that a plan made again names it alike."""

from __future__ import annotations

from chalicelib.domain.wall_minutes import to_wall


def shift_id(line: str, start: int) -> str:
    """Name the shift of a line that starts at a minute of the wall clock (see wall_minutes)."""
    return f"{line}-{stamp(start)}"


def stamp(start: int) -> str:
    """Write a minute of the wall clock as it stands in a name."""
    return f"{to_wall(start):%Y%m%d-%H%M}"
