"""SMS through SNS: the attributes of India's DLT, and which failures may pass."""

from typing import Any

import pytest
from botocore.exceptions import ClientError, ConnectTimeoutError

from chalicelib.gateways.sms_sns import SnsSms
from chalicelib.services.ports import SendFailed


class FakeSns:
    def __init__(self, failure: Exception | None = None) -> None:
        self.failure = failure
        self.published: list[dict[str, Any]] = []

    def publish(self, **request: Any) -> dict[str, str]:
        if self.failure:
            raise self.failure
        self.published.append(request)
        return {"MessageId": "sns-1"}


def text(value: str) -> dict[str, str]:
    return {"DataType": "String", "StringValue": value}


def test_it_publishes_with_the_registered_header_and_entity() -> None:
    sns = FakeSns()
    gateway = SnsSms(lambda: sns, sender_id="HELPLN", entity_id="1101")

    assert gateway.send("+919812345678", "नमस्ते", message_id="m") == "sns-1"
    assert sns.published == [
        {
            "PhoneNumber": "+919812345678",
            "Message": "नमस्ते",
            "MessageAttributes": {
                "AWS.SNS.SMS.SMSType": text("Transactional"),
                "AWS.SNS.SMS.SenderID": text("HELPLN"),
                "AWS.MM.SMS.EntityId": text("1101"),
            },
        }
    ]


def test_what_is_not_configured_is_not_sent_empty() -> None:
    sns = FakeSns()
    SnsSms(lambda: sns).send("+919812345678", "x", message_id="m")

    assert list(sns.published[0]["MessageAttributes"]) == ["AWS.SNS.SMS.SMSType"]


@pytest.mark.parametrize(
    ("failure", "cause", "temporary"),
    [
        (ClientError({"Error": {"Code": "Throttled"}}, "Publish"), "Throttled", True),
        (ClientError({"Error": {"Code": "OptedOut"}}, "Publish"), "OptedOut", False),
        (ConnectTimeoutError(endpoint_url="https://sns"), "ConnectTimeoutError", True),
    ],
)
def test_a_failure_says_whether_another_try_may_help(
    failure: Exception, cause: str, *, temporary: bool
) -> None:
    with pytest.raises(SendFailed) as raised:
        SnsSms(lambda: FakeSns(failure)).send("+919812345678", "x", message_id="m")

    assert (raised.value.cause, raised.value.temporary) == (cause, temporary)
