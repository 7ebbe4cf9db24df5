"""Video calls: a room for the doctor and the patient, each with a key of their own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Final
from urllib.parse import quote

from chalicelib.cases.domain.calls import VideoRoom
from chalicelib.cases.domain.case import Case
from chalicelib.cases.domain.links import Strength
from chalicelib.cases.services.links import CaseLinks
from chalicelib.cases.services.ports import CaseStore, Guest, Rooms, RoomsUnconfigured
from chalicelib.cases.services.update_case import change_case
from chalicelib.cases.services.work_queue import doctor_on_duty
from chalicelib.core.component import component
from chalicelib.core.domain.errors import VideoNotConfigured
from chalicelib.core.domain.reference import spoken
from chalicelib.core.services.ports import Secrets
from chalicelib.rota.domain.duty import Oncologist
from chalicelib.rota.services.duty_view import DutyView

_ROOM_LETTERS: Final = 32


@dataclass(frozen=True, slots=True)
class VideoCall:
    """A case with its room, and the asker's own address of it; None while it is not open."""

    case: Case
    link: str | None


@component
class Video:
    """Video calls of an oncologist on duty with the patient of the case they hold."""

    cases: CaseStore
    duty: DutyView
    secrets: Secrets
    links: CaseLinks
    rooms: Rooms | None
    """None: there are none here."""

    @property
    def is_offered(self) -> bool:
        """Whether there are video calls here."""
        return self.rooms is not None

    def open(self, reference: str, who: str, now: datetime) -> VideoCall:
        """Open a room, of which the patient is told; again, while it is open, changes nothing.

        Raises NotFound, IllegalTransition, NotYourCase, Forbidden, NotOnDuty, VideoNotConfigured,
        Busy.
        """
        if self.rooms is None:
            raise VideoNotConfigured
        doctor = doctor_on_duty(self.duty, who, now)
        # Whoever has no key of the rooms must not send for the patient.
        self._link("", _doctor(doctor), VideoRoom(now, now))
        case = change_case(self.cases, reference, lambda case: case.open_video(who, now), now)
        return self._for(case, _doctor(doctor), now)

    def of_doctor(self, case: Case, now: datetime) -> VideoCall:
        """Give the owner's way back into the room of a case. Raises VideoNotConfigured."""
        doctor = self.duty.oncologist(case.owner, now) if case.owner else None
        return VideoCall(case, None) if doctor is None else self._for(case, _doctor(doctor), now)

    def of_patient(self, reference: str, token: str, now: datetime) -> VideoCall:
        """Return the patient's way into the room, by the link that went to their phone.

        A wrong reference and a wrong token are NotFound alike. Raises LinkRefused.
        """
        case = self.cases.get(reference, consistent=True)
        self.links.check(case, token, now, Strength.STRONG)
        # A name would go to whoever runs the rooms: the reference is enough to be known by.
        return self._for(case, Guest(spoken(case.reference), is_moderator=False), now)

    def _for(self, case: Case, guest: Guest, now: datetime) -> VideoCall:
        if case.video is None or not case.video_is_open(now):
            return VideoCall(case, None)
        return VideoCall(case, self._link(self._room(case, case.video), guest, case.video))

    def _link(self, room: str, guest: Guest, open_for: VideoRoom) -> str:
        if self.rooms is None:
            raise VideoNotConfigured
        try:
            return self.rooms.link(room, guest, open_for)
        except RoomsUnconfigured as missing:
            raise VideoNotConfigured from missing

    def _room(self, case: Case, room: VideoRoom) -> str:
        """Name a room so that nobody can guess it: small letters and digits, as Jitsi has them."""
        signed = self.secrets.link_token(f"room:{case.reference}:{room.start.isoformat()}")
        return sha256(signed.encode()).hexdigest()[:_ROOM_LETTERS]


def video_path(reference: str, token: str) -> str:
    """Give the path of the patient's way to the room, below the stage's root.

    Behind ``v/`` it is 30 characters long: the variable tail of a registered address.
    """
    return f"v/{quote(reference, safe='')}?t={quote(token, safe='')}"


def _doctor(doctor: Oncologist) -> Guest:
    return Guest(doctor.name, is_moderator=True)
