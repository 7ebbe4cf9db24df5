"""Who may speak with patients now."""

from __future__ import annotations

from datetime import datetime

from chalicelib.domain.errors import Forbidden, NotOnDuty
from chalicelib.domain.rota import Oncologist, Shift
from chalicelib.services.outlook import Outlook


def doctor_on_duty(outlook: Outlook, who: str, now: datetime) -> Oncologist:
    """Give the oncologist, who is on duty. Raises Forbidden (unknown), NotOnDuty."""
    doctor = known_doctor(outlook, who, now)
    if shift_of(outlook, doctor, now) is None:
        raise NotOnDuty
    return doctor


def known_doctor(outlook: Outlook, who: str, now: datetime) -> Oncologist:
    """Give an oncologist. Raises Forbidden for one who is unknown."""
    doctor = outlook.oncologist(who, now)
    if doctor is None:
        raise Forbidden
    return doctor


def shift_of(outlook: Outlook, doctor: Oncologist, now: datetime) -> Shift | None:
    """Find the shift that a doctor serves now; the last minute of who has left is none."""
    day = outlook.duty_day(now)
    if day is None or (doctor.left is not None and doctor.left <= day.day):
        return None
    return day.shift_of(doctor.id, now)
