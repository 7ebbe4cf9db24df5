"""Calls through Exotel: the exact fields, and what each of its answers means."""

import pytest

from chalicelib.core.gateways.ssm_credentials import CredentialsUnread
from chalicelib.messages.providers.exotel.calls import ExotelCalls
from chalicelib.messages.services.ports import BridgeUnconfigured, CallNotPlaced
from tests.support.fakes import FakeCredentials
from tests.support.provider import CUT, SILENCE

DOCTOR, PATIENT, NAME = "+919898989898", "+919812345678", "K7M240R59XK/AAAAAAAA"


@pytest.fixture
def credentials() -> FakeCredentials:
    return FakeCredentials(
        exotel_account_sid=("helpline1",),
        exotel_api_key=("key",),
        exotel_api_token=("token",),
        exotel_webhook_secret=("fresh-secret", "stale-secret"),
    )


def calls(credentials, forms, address, **changes):
    given = {
        "caller_id": "08047100000",
        "callback_url": lambda secret, name: f"https://h.example/{secret}/{len(name)}",
        **changes,
    }
    return ExotelCalls(credentials, forms=forms, address=address, **given)


def test_exotel_gets_its_fields(provider, forms, credentials):
    provider.replies = [(200, {"Call": {"Sid": "c1", "Status": "in-progress"}})]
    calls(credentials, forms, provider.address).connect(DOCTOR, PATIENT, NAME)

    assert provider.paths == ["/v1/Accounts/helpline1/Calls/connect.json"]
    assert provider.users == ["key:token"]
    assert provider.forms == [
        {
            "From": DOCTOR,
            "To": PATIENT,
            "CallerId": "08047100000",
            "CallType": "trans",
            "TimeLimit": "3600",
            "TimeOut": "30",
            "CustomField": NAME,
            "StatusCallback": "https://h.example/fresh-secret/20",
            "StatusCallbackEvents[0]": "terminal",
            "StatusCallbackContentType": "application/json",
        }
    ]


def test_without_a_public_address_nothing_is_called_back(provider, forms, credentials):
    provider.replies = [(200, {})]
    calls(credentials, forms, provider.address, callback_url=lambda *_: "").connect(
        DOCTOR, PATIENT, NAME
    )

    assert not [name for name in provider.forms[0] if name.startswith("StatusCallback")]


@pytest.mark.parametrize("reply", [(500, {}), (503, ""), SILENCE, CUT])
def test_a_call_of_which_nobody_knows_may_be_ringing(reply, provider, forms, credentials, caplog):
    provider.replies = [reply]
    calls(credentials, forms, provider.address).connect(DOCTOR, PATIENT, NAME)

    assert len(provider.forms) == 1
    assert [record.message for record in caplog.records] == ["call_unanswered_by_provider"]


@pytest.mark.parametrize("status", [307, 400, 401, 403, 429])
def test_a_call_that_was_refused(status, provider, forms, credentials):
    told = {"RestException": {"Status": status, "Message": f"no call to {PATIENT}"}}
    provider.replies = [(status, told)]

    with pytest.raises(CallNotPlaced) as raised:
        calls(credentials, forms, provider.address).connect(DOCTOR, PATIENT, NAME)
    assert raised.value.cause == f"exotel_{status}"
    assert PATIENT[3:] not in repr(raised.value)
    assert credentials.forgotten == (status == 401)


def test_nobody_listens(nobody, forms, credentials):
    with pytest.raises(CallNotPlaced, match="not_reached"):
        calls(credentials, forms, nobody).connect(DOCTOR, PATIENT, NAME)


def test_without_an_account_or_a_number_nobody_is_rung(provider, forms, credentials, caplog):
    with pytest.raises(BridgeUnconfigured):
        calls(credentials, forms, provider.address, caller_id="").connect(DOCTOR, PATIENT, NAME)
    del credentials.values["exotel-api-key"]
    with pytest.raises(BridgeUnconfigured):
        calls(credentials, forms, provider.address).connect(DOCTOR, PATIENT, NAME)

    assert [record.missing for record in caplog.records] == [["CALLER_ID"], ["exotel-api-key"]]
    assert provider.forms == []


def test_credentials_out_of_reach(provider, forms, credentials):
    credentials.fail_next = [CredentialsUnread()]

    with pytest.raises(CallNotPlaced, match="credentials_unread"):
        calls(credentials, forms, provider.address).connect(DOCTOR, PATIENT, NAME)
    assert provider.forms == []
