"""The words of an owed message, with what they need looked up."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from chalicelib.core.component import component
from chalicelib.messages.domain.templates import OwedMessage, Template
from chalicelib.messages.services.ports import Doctors

CaseLink = Callable[[str, int, int], str]
MessageText = Callable[[Template, str, Mapping[str, str]], str]


@component
class MessageRenderer:
    """Renders owed messages."""

    doctors: Doctors
    text_of: MessageText
    """The catalogues' ``(template, language, variables) -> text``."""
    own_link: CaseLink = lambda _reference, _serial, _term: ""
    """Returns a case's own page, for one serial of its phone and a term after its end; or empty."""
    shift_link: Callable[[str, str], str] = lambda _shift, _oncologist: ""
    """Returns the address of an oncologist's place in a shift; or empty."""
    video_link: CaseLink = lambda _reference, _serial, _term: ""
    """Returns the way to a case's room, as ``own_link``; or empty."""

    def __call__(self, message: OwedMessage) -> str:
        """Render a message in its recipient's language.

        What the patient is told of a call names the oncologist and the registration number
        (Telemedicine Practice Guidelines 2020). The link opens the case, so that it is made when
        it is sent, and stored nowhere.
        """
        variables = dict(message.variables)
        oncologist = variables.pop("oncologist", None)
        if oncologist is not None:
            doctor = self.doctors.find_oncologist(oncologist)
            variables["doctor"] = doctor.name if doctor else oncologist
            variables["registration"] = doctor.registration if doctor else ""
        if "reference" in variables:
            is_video = message.template is Template.VIDEO_LINK
            link = self.video_link if is_video else self.own_link
            # A message from before there were serials and terms is of the first of both.
            serial, term = (int(variables.pop(name, "0")) for name in ("serial", "term"))
            variables["link"] = link(variables["reference"], serial, term)
        if "shift" in variables:
            variables["link"] = self.shift_link(variables.pop("shift"), variables.pop("serves"))
        return self.text_of(message.template, message.language, variables)
