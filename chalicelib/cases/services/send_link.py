"""Send a patient the link that opens all of their case: by SMS, to the case's phone alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from chalicelib.cases.domain.case import Case
from chalicelib.cases.domain.links import may_get_sms, new_strong_link
from chalicelib.cases.services.links import CaseLinks
from chalicelib.cases.services.ports import CaseStore
from chalicelib.core.component import component
from chalicelib.core.domain.datetimes import IST
from chalicelib.messages.domain.templates import OwedMessage, Template
from chalicelib.messages.services.ports import MessageStore
from chalicelib.messages.services.send_messages import Outcome, SendMessages

PARTS_OF_A_DAY: Final = 4
_HOURS: Final = 24 // PARTS_OF_A_DAY


@dataclass(frozen=True, slots=True)
class LinkRequest:
    """What became of a wish for the link: whether it goes ``by_sms``, and was not sent just now.

    ``by_sms`` is false where the phone gets no SMS from us: it is a landline, or has sent STOP.
    """

    case: Case
    by_sms: bool
    is_new: bool = False


@component
class SendLink:
    """Sends the strong link, at most once in each quarter of a day (from 0, 6, 12 and 18 h IST).

    Anybody who holds the weak link may press the button, and may not be the phone's owner: pressing
    it again sends nothing more, and is answered alike.
    """

    cases: CaseStore
    links: CaseLinks
    messages: MessageStore
    send: SendMessages

    def __call__(self, reference: str, token: str, now: datetime) -> LinkRequest:
        """Send it for the holder of any link of the case, also one that has ended.

        Raises NotFound, Busy.
        """
        case = self.cases.get(reference, consistent=True)
        self.links.find(case, token)
        if not may_get_sms(case) or self.messages.is_opted_out(case.phone_key):
            return LinkRequest(case, by_sms=False)
        [outcome] = self.send([_message(case, now)], now)
        return LinkRequest(case, by_sms=True, is_new=outcome is not Outcome.ALREADY_SENT)


def _message(case: Case, now: datetime) -> OwedMessage:
    """Return the message, the same throughout a quarter of a day, for the phone of now."""
    local, link = now.astimezone(IST), new_strong_link(case, now)
    part = f"{local:%Y%m%d}-{local.hour // _HOURS}"
    return OwedMessage(
        subject=case.reference,
        id=f"link.{link.serial}.{part}.patient",
        template=Template.NEW_LINK,
        phone=case.phone,
        phone_key=case.phone_key,
        language=case.language,
        owed_at=now,
        variables={
            "reference": case.reference,
            "serial": str(link.serial),
            "term": str(link.term),
        },
    )
