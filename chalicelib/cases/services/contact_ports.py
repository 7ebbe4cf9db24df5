"""What speaking with a patient needs of the world: somebody who bridges calls, and rooms."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from chalicelib.cases.domain.calls import VideoRoom


class RoomsUnconfigured(Exception):  # as CallNotPlaced
    """The key of the rooms is not there."""


@dataclass(frozen=True, slots=True)
class Guest:
    """Who goes into a room, by the name that the other sees."""

    name: str
    is_moderator: bool


class Rooms(Protocol):
    """A place for video calls."""

    def link(self, room: str, guest: Guest, open_for: VideoRoom) -> str:
        """Give a guest's own address of a room, which opens only in that time.

        Raises RoomsUnconfigured, Busy.
        """
