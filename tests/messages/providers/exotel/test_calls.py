"""Calls through Exotel: the exact fields, and what each of its answers means."""

from dataclasses import replace

import pytest

from chalicelib.core.gateways.ssm_credentials import CredentialsUnread
from chalicelib.messages.providers.exotel import calls as exotel
from chalicelib.messages.providers.http_gateway import HttpCalls
from chalicelib.messages.services.ports import BridgeUnconfigured, CallNotPlaced
from chalicelib.providers import provider_of
from tests.support.fakes import FakeCredentials
from tests.support.provider import CUT, SILENCE, FormsTo

DOCTOR, PATIENT, NAME = "+919898989898", "+919812345678", "K7M240R59XK/AAAAAAAA"


@pytest.fixture
def credentials() -> FakeCredentials:
    return FakeCredentials(
        exotel_account_sid=("helpline1",),
        exotel_api_key=("key",),
        exotel_api_token=("token",),
        exotel_webhook_secret=("fresh-secret", "stale-secret"),
    )


@pytest.fixture
def calls(credentials, local_forms) -> HttpCalls:
    return HttpCalls(
        provider_of("exotel"),
        exotel,
        credentials,
        "08047100000",
        lambda secret, name: f"https://h.example/{secret}/{len(name)}",
        forms=local_forms,
    )


def test_exotel_gets_its_fields(provider, calls):
    provider.replies = [(200, {"Call": {"Sid": "c1", "Status": "in-progress"}})]
    calls.connect(DOCTOR, PATIENT, NAME)

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


def test_without_a_public_address_nothing_is_called_back(provider, calls):
    provider.replies = [(200, {})]
    replace(calls, calls_url=lambda *_: "").connect(DOCTOR, PATIENT, NAME)

    assert not [name for name in provider.forms[0] if name.startswith("StatusCallback")]


@pytest.mark.parametrize("reply", [(500, {}), (503, ""), SILENCE, CUT])
def test_a_call_of_which_nobody_knows_may_be_ringing(reply, provider, calls, caplog):
    provider.replies = [reply]
    calls.connect(DOCTOR, PATIENT, NAME)

    assert len(provider.forms) == 1
    assert [record.message for record in caplog.records] == ["call_unanswered_by_provider"]


@pytest.mark.parametrize("status", [307, 400, 401, 403, 429])
def test_a_call_that_was_refused(status, provider, calls, credentials):
    told = {"RestException": {"Status": status, "Message": f"no call to {PATIENT}"}}
    provider.replies = [(status, told)]

    with pytest.raises(CallNotPlaced) as raised:
        calls.connect(DOCTOR, PATIENT, NAME)
    assert raised.value.cause == f"exotel_{status}"
    assert PATIENT[3:] not in repr(raised.value)
    assert credentials.forgotten == (status == 401)


def test_nobody_listens(nobody, calls):
    with pytest.raises(CallNotPlaced, match="not_reached"):
        replace(calls, forms=FormsTo(nobody)).connect(DOCTOR, PATIENT, NAME)


def test_without_an_account_or_a_number_nobody_is_rung(provider, calls, credentials, caplog):
    with pytest.raises(BridgeUnconfigured):
        replace(calls, caller_id="").connect(DOCTOR, PATIENT, NAME)
    del credentials.values["exotel-api-key"]
    with pytest.raises(BridgeUnconfigured):
        calls.connect(DOCTOR, PATIENT, NAME)

    assert [record.missing for record in caplog.records] == [["CALLER_ID"], ["exotel-api-key"]]
    assert provider.forms == []


def test_credentials_out_of_reach(provider, calls, credentials):
    credentials.fail_next = [CredentialsUnread()]

    with pytest.raises(CallNotPlaced, match="credentials_unread"):
        calls.connect(DOCTOR, PATIENT, NAME)
    assert provider.forms == []
