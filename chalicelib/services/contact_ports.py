"""What speaking with a patient needs of the world: somebody who bridges calls, and rooms."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from chalicelib.domain.contact import VideoRoom


class CallNotPlaced(Exception):  # named as an operator reads it
    """The provider placed no call; ``cause`` is a code."""

    def __init__(self, cause: str) -> None:
        """Keep the cause's code."""
        super().__init__(cause)
        self.cause = cause


class BridgeUnconfigured(Exception):  # as CallNotPlaced
    """The provider's account is not there."""


class RoomsUnconfigured(Exception):  # as CallNotPlaced
    """The key of the rooms is not there."""


class CallBridge(Protocol):
    """Rings the doctor, then the patient, and shows neither the other's number."""

    def connect(self, doctor: str, patient: str, name: str) -> None:
        """Have both rung (E.164); the provider tells what became of the call of this ``name``.

        A provider that gave no answer may be ringing, so that this is no failure. Raises
        CallNotPlaced, BridgeUnconfigured.
        """


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
