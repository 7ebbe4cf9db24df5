"""Who may speak with patients now."""

from __future__ import annotations

from datetime import datetime

from chalicelib.core.domain.errors import Forbidden, NotOnDuty
from chalicelib.rota.domain.duty import Oncologist, Shift
from chalicelib.rota.services.duty_view import DutyView


def doctor_on_duty(duty: DutyView, who: str, now: datetime) -> Oncologist:
    """Give the oncologist, who is on duty. Raises Forbidden (unknown), NotOnDuty."""
    doctor = known_doctor(duty, who, now)
    if shift_of(duty, doctor, now) is None:
        raise NotOnDuty
    return doctor


def known_doctor(duty: DutyView, who: str, now: datetime) -> Oncologist:
    """Give an oncologist. Raises Forbidden for one who is unknown."""
    doctor = duty.oncologist(who, now)
    if doctor is None:
        raise Forbidden
    return doctor


def shift_of(duty: DutyView, doctor: Oncologist, now: datetime) -> Shift | None:
    """Find the shift that a doctor serves now; the last minute of who has left is none."""
    day = duty.duty_day(now)
    if day is None or (doctor.left is not None and doctor.left <= day.day):
        return None
    return day.shift_of(doctor.id, now)
