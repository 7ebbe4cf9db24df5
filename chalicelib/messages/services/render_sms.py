"""The words of an owed message, with what they need looked up."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from chalicelib.messages.domain.templates import OwedMessage, Template
from chalicelib.messages.services.ports import Doctors

SmsText = Callable[[Template, str, Mapping[str, str]], str]


class SmsWords:
    """Renders owed messages."""

    def __init__(
        self,
        doctors: Doctors,
        sms_text: SmsText,
        own_link: Callable[[str], str] = lambda _reference: "",
        shift_link: Callable[[str, str], str] = lambda _shift, _oncologist: "",
        video_link: Callable[[str], str] = lambda _reference: "",
    ) -> None:
        """Bind the doctors, and the catalogues' ``(template, language, variables) -> text``.

        ``own_link`` gives the address of a case's own page, ``shift_link`` that of an oncologist's
        place in a shift, ``video_link`` the way to a case's room; empty where there is none.
        """
        self._doctors = doctors
        self._sms_text = sms_text
        self._own_link = own_link
        self._shift_link = shift_link
        self._video_link = video_link

    def __call__(self, message: OwedMessage) -> str:
        """Render a message in its recipient's language.

        What the patient is told of a call names the oncologist and the registration number
        (Telemedicine Practice Guidelines 2020). The link opens the case, so that it is made when
        it is sent, and stored nowhere.
        """
        variables = dict(message.variables)
        oncologist = variables.pop("oncologist", None)
        if oncologist is not None:
            doctor = self._doctors.find_oncologist(oncologist)
            variables["doctor"] = doctor.name if doctor else oncologist
            variables["registration"] = doctor.registration if doctor else ""
        if "reference" in variables:
            is_video = message.template is Template.VIDEO_LINK
            link = self._video_link if is_video else self._own_link
            variables["link"] = link(variables["reference"])
        if "shift" in variables:
            variables["link"] = self._shift_link(variables.pop("shift"), variables.pop("serves"))
        return self._sms_text(message.template, message.language, variables)
