"""SMS through Amazon SNS, with the attributes that India's DLT asks for.

Attribute names: https://docs.aws.amazon.com/sns/latest/dg/sms_sending-overview.html
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.services.ports import SendFailed

PERMANENT = frozenset({"InvalidParameter", "InvalidParameterValue", "OptedOut", "ValidationError"})


class SnsSms:
    """Publishes to a phone number."""

    def __init__(self, sns: Callable[[], Any], *, sender_id: str = "", entity_id: str = "") -> None:
        """Bind a maker of SNS clients, the registered header and the principal entity's id."""
        self._sns = sns
        self._attributes = {
            name: {"DataType": "String", "StringValue": value}
            for name, value in (
                ("AWS.SNS.SMS.SMSType", "Transactional"),
                ("AWS.SNS.SMS.SenderID", sender_id),
                ("AWS.MM.SMS.EntityId", entity_id),
            )
            if value
        }

    def send(self, phone: str, text: str, *, message_id: str) -> str:  # noqa: ARG002
        """Send and return SNS's id; SNS has no field for our own ``message_id``."""
        try:
            answer = self._sns().publish(
                PhoneNumber=phone, Message=text, MessageAttributes=self._attributes
            )
        except ClientError as error:
            code = error.response["Error"]["Code"]
            raise SendFailed(code, temporary=code not in PERMANENT) from error
        except BotoCoreError as error:
            raise SendFailed(type(error).__name__, temporary=True) from error
        return str(answer["MessageId"])
