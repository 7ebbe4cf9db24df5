"""Who somebody is, by the name that others know."""

from __future__ import annotations

from datetime import datetime

from chalicelib import wiring


def name_of(who: str, now: datetime) -> str:
    """Give an oncologist's name; anybody else, an administrator, is known by the user name."""
    found = wiring.duty_view().oncologist(who, now)
    return found.name if found else who
