"""SMS through Twilio and Exotel: the exact fields, and what each of their answers means."""

from __future__ import annotations

from dataclasses import replace

import pytest

from chalicelib.core.gateways.ssm_credentials import CredentialsUnread
from chalicelib.messages.providers.exotel.client import ExotelSms
from chalicelib.messages.providers.twilio.client import TwilioSms
from chalicelib.messages.services.ports import OutgoingSms, SendFailed
from tests.support.fakes import FakeCredentials
from tests.support.provider import CUT, SILENCE

SMS = OutgoingSms("+919812345678", "Your request: K7M 240", "K7M240R59XK/0.received", "110716")
ACCOUNT = {
    "twilio_account_sid": ("AC1",),
    "twilio_auth_token": ("new", "old"),
    "exotel_account_sid": ("helpline1",),
    "exotel_api_key": ("key",),
    "exotel_api_token": ("token",),
    "exotel_webhook_secret": ("fresh-secret", "stale-secret"),
}


@pytest.fixture
def credentials() -> FakeCredentials:
    return FakeCredentials(**ACCOUNT)


@pytest.fixture
def twilio(provider, forms, patience, credentials):
    return TwilioSms(
        credentials,
        sender="+15005550006",
        receipts_url=lambda message_id: f"https://helpline.example/t/{len(message_id)}",
        forms=forms,
        hand_over=patience.hand_over(),
        address=provider.address,
    )


@pytest.fixture
def exotel(provider, forms, patience, credentials):
    return ExotelSms(
        credentials,
        sender_id="HELPLN",
        entity_id="110100",
        receipts_url=lambda secret, message_id: f"https://h.example/{secret}/{len(message_id)}",
        forms=forms,
        hand_over=patience.hand_over(),
        address=provider.address,
    )


@pytest.fixture(params=["twilio", "exotel"])
def gateway(request):
    return request.getfixturevalue(request.param)


def failure_of(gateway) -> tuple[str, bool]:
    with pytest.raises(SendFailed) as raised:
        gateway.send(SMS)
    shown = f"{raised.value!r} {raised.value.__cause__!r}"
    assert SMS.phone[3:] not in shown
    assert SMS.text not in shown
    return raised.value.cause, raised.value.temporary


def test_twilio_gets_its_fields(provider, twilio):
    provider.replies = [(201, {"sid": "SM1", "status": "queued", "error_code": None})]

    assert twilio.send(SMS) == "SM1"
    assert provider.paths == ["/2010-04-01/Accounts/AC1/Messages.json"]
    assert provider.users == ["AC1:new"]
    assert provider.forms == [
        {
            "To": "+919812345678",
            "From": "+15005550006",
            "Body": "Your request: K7M 240",
            "StatusCallback": "https://helpline.example/t/22",
        }
    ]


def test_twilio_sends_by_a_messaging_service_and_without_receipts(provider, forms, credentials):
    provider.replies = [(201, {"sid": "SM1"})]
    gateway = TwilioSms(
        credentials,
        sender="MG0123",
        receipts_url=lambda _: "",
        forms=forms,
        address=provider.address,
    )
    gateway.send(SMS)

    assert provider.forms == [
        {"To": SMS.phone, "MessagingServiceSid": "MG0123", "Body": SMS.text},
    ]


def test_exotel_gets_its_fields(provider, exotel):
    provider.replies = [(200, {"SMSMessage": {"Sid": "ex1", "Status": "queued"}})]

    assert exotel.send(SMS) == "ex1"
    assert provider.paths == ["/v1/Accounts/helpline1/Sms/send.json"]
    assert provider.users == ["key:token"]
    assert provider.forms == [
        {
            "From": "HELPLN",
            "To": "+919812345678",
            "Body": "Your request: K7M 240",
            "SmsType": "transactional",
            "EncodingType": "plain",
            "DltEntityId": "110100",
            "DltTemplateId": "110716",
            "StatusCallback": "https://h.example/fresh-secret/22",
        }
    ]


def test_exotel_is_told_of_letters_beyond_gsm_and_of_no_template_that_there_is_not(
    provider, exotel
):
    provider.replies = [(200, {"SMSMessage": {"Sid": "ex1"}})]
    exotel.send(replace(SMS, text="नमस्ते", template_id=""))

    assert provider.forms[0]["EncodingType"] == "unicode"
    assert provider.forms[0]["Body"] == "नमस्ते"
    assert "DltTemplateId" not in provider.forms[0]


@pytest.mark.parametrize("body", ["", "<ok/>", {}, {"sid": None, "SMSMessage": []}])
def test_what_was_taken_without_a_name_is_taken(body, provider, gateway):
    provider.replies = [(200, body)]

    assert gateway.send(SMS) == "unnamed"
    assert len(provider.forms) == 1


@pytest.mark.parametrize(
    ("status", "code", "cause", "temporary"),
    [
        (400, 21610, "opted_out", False),
        (400, 21211, "invalid_number", False),
        (400, 21614, "invalid_number", False),
        (400, 21606, "twilio_21606", False),
        (400, "+91 98123 45678", "twilio_400", False),
        (401, 20003, "twilio_20003", True),
        (403, 20005, "twilio_20005", True),
        (404, 20404, "twilio_20404", True),
        (307, None, "twilio_307", True),
    ],
)
def test_what_twilio_refuses(status, code, cause, temporary, provider, twilio):
    provider.replies = [(status, {"code": code, "message": f"to {SMS.phone}", "status": status})]

    assert failure_of(twilio) == (cause, temporary)
    assert len(provider.forms) == 1


@pytest.mark.parametrize(
    ("status", "cause", "temporary"),
    [(400, "exotel_400", False), (403, "exotel_403", True), (401, "exotel_401", True)],
)
def test_what_exotel_refuses(status, cause, temporary, provider, exotel):
    told = {"RestException": {"Status": status, "Message": f"Invalid Recipient {SMS.phone}"}}
    provider.replies = [(status, told)]

    assert failure_of(exotel) == (cause, temporary)


@pytest.mark.parametrize(("status", "cause"), [(429, "throttled"), (503, "unavailable")])
def test_a_crowded_provider_is_asked_again(status, cause, provider, gateway, patience):
    provider.replies = [(status, {}), (status, {}, {"Retry-After": "1"}), (200, "")]
    gateway.send(SMS)
    assert patience.pauses == [0.1, 1.0]

    provider.replies = [(status, {})]
    assert failure_of(gateway) == (cause, True)
    assert len(provider.forms) == 6


@pytest.mark.parametrize("reply", [(500, {}), (502, "<html>"), (504, ""), SILENCE, CUT])
def test_an_answer_that_was_lost_is_left_to_the_outbox(reply, provider, gateway, patience):
    provider.replies = [reply]

    assert failure_of(gateway) == ("answer_lost", True)
    assert (len(provider.forms), patience.pauses) == (1, [])


def test_nobody_listens(nobody, forms, patience, credentials):
    gateway = TwilioSms(
        credentials,
        sender="x",
        receipts_url=lambda _: "",
        forms=forms,
        hand_over=patience.hand_over(),
        address=nobody,
    )

    assert failure_of(gateway) == ("not_reached", True)
    assert len(patience.pauses) == 2


def test_without_credentials_nothing_is_sent_and_nothing_is_lost(
    provider, gateway, credentials, caplog
):
    missing = [name for name in credentials.values if name.endswith("-token")]
    for name in missing:
        del credentials.values[name]

    assert failure_of(gateway) == ("not_configured", True)
    assert provider.forms == []
    (record,) = caplog.records
    assert (record.message, record.levelname) == ("sms_not_configured", "ERROR")
    assert set(record.missing) < set(missing)


def test_credentials_out_of_reach(gateway, credentials):
    credentials.fail_next = [CredentialsUnread()]

    assert failure_of(gateway) == ("credentials_unread", True)


def test_credentials_that_no_longer_hold_are_read_anew(provider, gateway, credentials):
    provider.replies = [(401, {})]
    failure_of(gateway)

    assert credentials.forgotten == 1
