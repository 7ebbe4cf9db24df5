"""The words of an owed message, with what they need looked up."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from chalicelib.messages.domain.templates import OwedMessage, Template
from chalicelib.messages.services.ports import Doctors

CaseLink = Callable[[str, int, int], str]
SmsText = Callable[[Template, str, Mapping[str, str]], str]


class SmsWords:
    """Renders owed messages."""

    def __init__(
        self,
        doctors: Doctors,
        sms_text: SmsText,
        own_link: CaseLink = lambda _reference, _serial, _term: "",
        shift_link: Callable[[str, str], str] = lambda _shift, _oncologist: "",
        video_link: CaseLink = lambda _reference, _serial, _term: "",
    ) -> None:
        """Bind the doctors, and the catalogues' ``(template, language, variables) -> text``.

        ``own_link`` gives the address of a case's own page, ``shift_link`` that of an oncologist's
        place in a shift, ``video_link`` the way to a case's room; empty where there is none. Those
        of a case hold for one serial of its phone, and up to one term after its end.
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
            # A message from before there were serials and terms is of the first of both.
            serial, term = (int(variables.pop(name, "0")) for name in ("serial", "term"))
            variables["link"] = link(variables["reference"], serial, term)
        if "shift" in variables:
            variables["link"] = self._shift_link(variables.pop("shift"), variables.pop("serves"))
        return self._sms_text(message.template, message.language, variables)
