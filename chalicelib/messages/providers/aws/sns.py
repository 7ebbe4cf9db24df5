"""SMS through Amazon SNS, with the attributes that India's DLT asks for.

SNS tells nobody what became of a message, but its own log.
Attribute names: https://docs.aws.amazon.com/sns/latest/dg/sms_sending-overview.html
"""

from __future__ import annotations

from typing import Any, Final

from chalicelib.messages.providers.contract import Sender
from chalicelib.messages.services.ports import OutgoingMessage

SERVICE: Final = "sns"
OPERATION: Final = "publish"


def send(message: OutgoingMessage, sender: Sender) -> dict[str, Any]:
    """Publish to a phone; SNS has no field for our own ``message_id``."""
    attributes = {
        "AWS.SNS.SMS.SMSType": "Transactional",
        "AWS.SNS.SMS.SenderID": sender.header,
        "AWS.MM.SMS.EntityId": sender.entity_id,
        "AWS.MM.SMS.TemplateId": message.template_id,
        "AWS.SNS.SMS.MaxPrice": sender.max_price,
    }
    return {
        "PhoneNumber": message.phone,
        "Message": message.text,
        "MessageAttributes": {
            name: {"DataType": "String", "StringValue": value}
            for name, value in attributes.items()
            if value
        },
    }
