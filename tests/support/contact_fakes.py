"""Fakes of who bridges calls, and of the rooms."""

from __future__ import annotations

from chalicelib.cases.domain.calls import VideoRoom
from chalicelib.cases.services.ports import Guest, RoomsUnconfigured


class FakeBridge:
    """The port CallBridge: keeps who was rung; ``failures`` come first, one for each call."""

    def __init__(self) -> None:
        self.rung: list[tuple[str, str, str]] = []
        self.failures: list[Exception] = []

    def connect(self, doctor: str, patient: str, name: str) -> None:
        if self.failures:
            raise self.failures.pop(0)
        self.rung.append((doctor, patient, name))


class FakeRooms:
    """The port Rooms: an address that says who may do what."""

    def __init__(self, *, configured: bool = True) -> None:
        self.configured = configured
        self.open_for: list[VideoRoom] = []

    def link(self, room: str, guest: Guest, open_for: VideoRoom) -> str:
        if not self.configured:
            raise RoomsUnconfigured
        self.open_for.append(open_for)
        role = "moderator" if guest.is_moderator else "guest"
        return f"https://meet.example/{room}#{guest.name},{role}"
