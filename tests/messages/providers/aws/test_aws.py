"""SMS through Amazon: the attributes of India's DLT, and which failures may pass."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from botocore.exceptions import (
    ClientError,
    ConnectionClosedError,
    ConnectTimeoutError,
    EndpointConnectionError,
    NoCredentialsError,
    ReadTimeoutError,
)
from botocore.session import get_session
from botocore.stub import Stubber

from chalicelib.core.gateways.aws import client
from chalicelib.messages.providers.aws import end_user_messaging
from chalicelib.messages.providers.aws import sns as by_sns
from chalicelib.messages.providers.aws.gateway import AwsSms
from chalicelib.messages.providers.contract import Sender
from chalicelib.messages.services.ports import OutgoingMessage, SendFailed

SMS = OutgoingMessage("+919812345678", "नमस्ते", message_id="K7M240R59XK/0.received")


NOBODY = Sender()


def text(value: str) -> dict[str, str]:
    return {"DataType": "String", "StringValue": value}


def sns_gateway(made: Any, sender: Sender = NOBODY, **given: Any) -> AwsSms:
    return AwsSms("sns", by_sns, lambda: made, sender, **given)


def voice_gateway(made: Any, sender: Sender = NOBODY) -> AwsSms:
    return AwsSms("end_user_messaging", end_user_messaging, lambda: made, sender)


@pytest.fixture(scope="module")
def clients(no_real_aws) -> dict[str, Any]:
    session = get_session()
    return {
        name: session.create_client(name, region_name="ap-south-1")
        for name in ("sns", end_user_messaging.SERVICE)
    }


@pytest.fixture
def sns(clients) -> Iterator[Stubber]:
    with Stubber(clients["sns"]) as stub:
        yield stub


@pytest.fixture
def sms_voice(clients) -> Iterator[Stubber]:
    with Stubber(clients[end_user_messaging.SERVICE]) as stub:
        yield stub


def test_sns_publishes_with_the_registered_header_entity_and_template(sns) -> None:
    sns.add_response(
        "publish",
        {"MessageId": "sns-1"},
        {
            "PhoneNumber": "+919812345678",
            "Message": "नमस्ते",
            "MessageAttributes": {
                "AWS.SNS.SMS.SMSType": text("Transactional"),
                "AWS.SNS.SMS.SenderID": text("HELPLN"),
                "AWS.MM.SMS.EntityId": text("1101"),
                "AWS.MM.SMS.TemplateId": text("1107"),
                "AWS.SNS.SMS.MaxPrice": text("0.01"),
            },
        },
    )

    assert (
        sns_gateway(sns.client, Sender("HELPLN", "1101", "0.01")).send(
            replace(SMS, template_id="1107")
        )
        == "sns-1"
    )


def test_end_user_messaging_sends_by_the_header_and_names_our_message(sms_voice) -> None:
    sms_voice.add_response(
        "send_text_message",
        {"MessageId": "eum-1"},
        {
            "DestinationPhoneNumber": "+919812345678",
            "OriginationIdentity": "HELPLN",
            "MessageBody": "नमस्ते",
            "MessageType": "TRANSACTIONAL",
            "ConfigurationSetName": "helpline",
            "MaxPrice": "0.01",
            "Context": {"message": "K7M240R59XK/0.received"},
            "DestinationCountryParameters": {"IN_ENTITY_ID": "1101", "IN_TEMPLATE_ID": "1107"},
        },
    )
    sender = Sender("HELPLN", "1101", "0.01", configuration_set="helpline")

    assert voice_gateway(sms_voice.client, sender).send(replace(SMS, template_id="1107")) == "eum-1"


def test_what_is_not_configured_is_not_sent_empty(sns, sms_voice) -> None:
    sns.add_response(
        "publish",
        {"MessageId": "sns-1"},
        {
            "PhoneNumber": SMS.phone,
            "Message": SMS.text,
            "MessageAttributes": {"AWS.SNS.SMS.SMSType": text("Transactional")},
        },
    )
    sms_voice.add_response(
        "send_text_message",
        {"MessageId": "eum-1"},
        {
            "DestinationPhoneNumber": SMS.phone,
            "MessageBody": SMS.text,
            "MessageType": "TRANSACTIONAL",
            "Context": {"message": SMS.message_id},
        },
    )

    sns_gateway(sns.client).send(SMS)
    voice_gateway(sms_voice.client).send(SMS)


class Sns:
    """Fails as told, then publishes."""

    def __init__(self, *failures: Exception) -> None:
        self.failures = list(failures)
        self.calls = 0

    def publish(self, **_: Any) -> dict[str, str]:
        self.calls += 1
        if self.failures:
            raise self.failures.pop(0)
        return {"MessageId": "sns-1"}


def refusal(code: str, **more: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": SMS.phone}, **more}, "Publish")


@pytest.mark.parametrize(
    ("failure", "cause", "temporary"),
    [
        (refusal("OptedOut"), "opted_out", False),
        (
            refusal("ConflictException", Reason="DESTINATION_PHONE_NUMBER_OPTED_OUT"),
            "opted_out",
            False,
        ),
        (refusal("InvalidParameter"), "sns_InvalidParameter", False),
        (
            refusal("ValidationException", Reason="SENDER_ID_NOT_REGISTERED"),
            "sns_SENDER_ID_NOT_REGISTERED",
            False,
        ),
        (refusal("InternalError"), "sns_InternalError", True),
        (refusal("AccessDeniedException"), "sns_AccessDeniedException", True),
        (
            refusal("ServiceQuotaExceededException", Reason="MONTHLY_SPEND_LIMIT_REACHED_FOR_TEXT"),
            "sns_MONTHLY_SPEND_LIMIT_REACHED_FOR_TEXT",
            True,
        ),
        (ReadTimeoutError(endpoint_url="https://sns"), "answer_lost", True),
        (ConnectionClosedError(endpoint_url="https://sns"), "answer_lost", True),
        (NoCredentialsError(), "sns_NoCredentialsError", True),
    ],
)
def test_a_failure_says_whether_another_try_may_help(
    failure: Exception, cause: str, patience, *, temporary: bool
) -> None:
    sns = Sns(failure)
    with pytest.raises(SendFailed) as raised:
        sns_gateway(sns, hand_over=patience.hand_over()).send(SMS)

    assert (raised.value.cause, raised.value.temporary, sns.calls) == (cause, temporary, 1)


@pytest.mark.parametrize(
    ("failure", "cause"),
    [
        (refusal("Throttled"), "throttled"),
        (refusal("ThrottlingException"), "throttled"),
        (ConnectTimeoutError(endpoint_url="https://sns"), "not_reached"),
        (EndpointConnectionError(endpoint_url="https://sns"), "not_reached"),
    ],
)
def test_what_was_surely_not_taken_is_sent_again(failure, cause, patience) -> None:
    sns = Sns(failure, failure)
    assert sns_gateway(sns, hand_over=patience.hand_over()).send(SMS) == "sns-1"

    sns = Sns(*[failure] * 3)
    with pytest.raises(SendFailed) as raised:
        sns_gateway(sns, hand_over=patience.hand_over()).send(SMS)
    assert (raised.value.cause, raised.value.temporary, sns.calls) == (cause, True, 3)


def test_what_amazon_would_not_read_at_all_quotes_nothing(clients) -> None:
    gateway = voice_gateway(clients[end_user_messaging.SERVICE])
    with pytest.raises(SendFailed) as raised:
        gateway.send(replace(SMS, phone=""))

    assert (raised.value.cause, raised.value.temporary) == (
        "end_user_messaging_invalid_request",
        False,
    )
    assert raised.value.__cause__ is None


def test_a_client_that_sends_does_not_repeat_by_itself() -> None:
    once = client("sns", "ap-south-1", 1)

    assert once.meta.config.retries["total_max_attempts"] == 1
    assert client("ssm", "ap-south-1").meta.config.retries["total_max_attempts"] == 3
