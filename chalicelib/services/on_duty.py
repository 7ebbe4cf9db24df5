"""Who may speak with patients now."""

from __future__ import annotations

from datetime import datetime

from chalicelib.domain.errors import Forbidden, NotOnDuty
from chalicelib.domain.rota import Oncologist
from chalicelib.services.outlook import Outlook


def doctor_on_duty(outlook: Outlook, who: str, now: datetime) -> Oncologist:
    """Give the oncologist, who is on duty. Raises Forbidden (unknown), NotOnDuty."""
    doctor = outlook.oncologist(who, now)
    if doctor is None:
        raise Forbidden
    day = outlook.duty_day(now)
    if day is None or day.shift_of(who, now) is None:
        raise NotOnDuty
    return doctor
