"""Callers who are no patients: the helpline's own numbers, and the doctors' (decision 112).

Only a call and an SMS are judged by the doctors' numbers. A form is not: a doctor can be a patient,
and a refusal would show a stranger whose number it is.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Final

from chalicelib.core.component import component
from chalicelib.core.domain.datetimes import IST
from chalicelib.core.domain.language import copy_language
from chalicelib.core.domain.phone import Phone
from chalicelib.core.services.ports import Secrets
from chalicelib.messages.domain.templates import OwedMessage, Template, subject_of_phone
from chalicelib.messages.services.send_messages import SendMessages
from chalicelib.rota.domain.duty import Oncologist
from chalicelib.rota.services.duty_view import DutyView

DOCTORS_NUMBER: Final = "doctors_number"


@component
class KnownCallers:
    """Recognises numbers that ask for no callback. Reads what the duty view keeps for a minute."""

    own: Collection[str]
    duty: DutyView
    send: SendMessages
    secrets: Secrets

    def is_own(self, phone: Phone) -> bool:
        """Whether this is a number of the helpline itself."""
        return phone.e164 in self.own

    def find_doctor(self, phone: Phone, now: datetime) -> Oncologist | None:
        """Return the doctor whose number this is; None for anybody else, and for one who left."""
        today = now.astimezone(IST).date()
        return next(
            (
                each
                for each in self.duty.oncologists(now)
                if each.phone == phone.e164 and not each.has_left(today)
            ),
            None,
        )

    def explain(self, doctor: Oncologist, phone: Phone, now: datetime) -> None:
        """Send the doctor's phone how to ask for a callback, at most once a day. Raises Busy.

        Someone of the family may have called from it: they are not left waiting for a call.
        """
        key = self.secrets.phone_key(phone.e164)
        day = now.astimezone(IST).date()
        message = OwedMessage(
            subject=subject_of_phone(key),
            id=f"{day.isoformat()}.{Template.HELP.value}.oncologist",
            template=Template.HELP,
            phone=phone.e164,
            phone_key=key,
            language=copy_language(next(iter(doctor.languages), "")),
            owed_at=now,
            variables={},
        )
        self.send([message], now)
