"""SMS through Amazon SNS, with the attributes that India's DLT asks for.

Attribute names: https://docs.aws.amazon.com/sns/latest/dg/sms_sending-overview.html
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from chalicelib.messages.providers.aws.refusals import send_by
from chalicelib.messages.providers.send_retry import HandOver
from chalicelib.messages.services.ports import OutgoingSms


class SnsSms:
    """Publishes to a phone number. SNS tells nobody what became of a message, but its own log."""

    def __init__(
        self,
        sns: Callable[[], Any],
        *,
        sender_id: str = "",
        entity_id: str = "",
        max_price: str = "",
        hand_over: HandOver | None = None,
    ) -> None:
        """Bind a maker of SNS clients, the registered header and the principal entity's id.

        ``max_price`` is the most that one message may cost, in US dollars.
        """
        self._sns = sns
        self._hand_over = hand_over or HandOver()
        self._attributes = {
            name: _text(value)
            for name, value in (
                ("AWS.SNS.SMS.SMSType", "Transactional"),
                ("AWS.SNS.SMS.SenderID", sender_id),
                ("AWS.MM.SMS.EntityId", entity_id),
                ("AWS.SNS.SMS.MaxPrice", max_price),
            )
            if value
        }

    def send(self, sms: OutgoingSms) -> str:
        """Send and return SNS's id; SNS has no field for our own ``message_id``."""
        attributes = dict(self._attributes)
        if sms.template_id:
            attributes["AWS.MM.SMS.TemplateId"] = _text(sms.template_id)
        request = {
            "PhoneNumber": sms.phone,
            "Message": sms.text,
            "MessageAttributes": attributes,
        }
        return self._hand_over(lambda: send_by("sns", self._sns().publish, request))


def _text(value: str) -> dict[str, str]:
    return {"DataType": "String", "StringValue": value}
