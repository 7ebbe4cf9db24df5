"""The words of an owed message, with what they need looked up."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from chalicelib.domain.messages import OwedMessage, Template
from chalicelib.services.ports import RotaStore

SmsText = Callable[[Template, str, Mapping[str, str]], str]


class SmsWords:
    """Renders owed messages."""

    def __init__(self, rota: RotaStore, sms_text: SmsText) -> None:
        """Bind the rota, and the catalogues' ``(template, language, variables) -> text``."""
        self._rota = rota
        self._sms_text = sms_text

    def __call__(self, message: OwedMessage) -> str:
        """Render a message in its recipient's language.

        What the patient is told of a call names the oncologist and the registration number
        (Telemedicine Practice Guidelines 2020).
        """
        variables = dict(message.variables)
        oncologist = variables.pop("oncologist", None)
        if oncologist is not None:
            doctor = self._rota.find_oncologist(oncologist)
            variables["doctor"] = doctor.name if doctor else oncologist
            variables["registration"] = doctor.registration if doctor else ""
        return self._sms_text(message.template, message.language, variables)
