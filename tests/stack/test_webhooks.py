"""What providers call, on the deployed stack: through the gateway, with secrets out of SSM."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from chalicelib.messages.providers.twilio.signature import signature
from chalicelib.messages.services.delivery_receipts import name_in_address
from tests.stack.harness import StackUnderTest
from tests.stack.providers import SECRETS, configure
from tests.stack.working_day import Desk, at, publish

ANITA, BALU = "+919812346101", "+919812346102"
EXOTEL = f"/webhooks/exotel/{SECRETS['exotel-webhook-secret']}"
MONDAY = date(2027, 5, 3)


@pytest.fixture(autouse=True)
def a_helpline_with_providers(stack: StackUnderTest) -> None:
    stack.empty()
    configure(stack)
    publish(stack, [MONDAY], "test-oncologist")
    stack.set_clock(at(MONDAY, 11))


def twilio(stack: StackUnderTest, path: str, signed_for: str = "", **form: str) -> Any:
    address = f"{signed_for or stack.url}/webhooks/twilio/{path}"
    made = signature(SECRETS["twilio-auth-token"], address, {k: [v] for k, v in form.items()})
    return stack.call(
        "POST", f"/webhooks/twilio/{path}", data=form, headers={"X-Twilio-Signature": made}
    )


def messages(stack: StackUnderTest) -> dict[str, dict[str, Any]]:
    """The stored messages by their full ids."""
    return {
        f"{item['pk']['S']}/{item['sk']['S'].removeprefix('MESSAGE#')}": item
        for item in stack.items("MessagesTable")
        if item["sk"]["S"].startswith("MESSAGE#")
    }


def test_a_missed_call_is_called_back_once_its_consent_is_known_to_be_open(
    stack: StackUnderTest,
) -> None:
    query = {"CallSid": "c1", "CallFrom": "09812346101", "Direction": "incoming"}
    for method in ("HEAD", "GET", "GET"):
        answer = stack.call(method, f"{EXOTEL}/missed-call", params=query)
        assert (answer.status_code, answer.text) == (200, "")
        assert answer.headers["Content-Type"] == "text/plain"
    assert len(stack.wait_for(lambda: stack.sent_sms(ANITA))) == 1

    case = Desk(stack, "test-oncologist").next().json()
    assert (case["channel"], case["consent"]["confirmed"]) == ("missed_call", False)
    assert case["phone"].startswith("+91 ")
    assert case["phone"].endswith("6101")
    stop = {"SmsSid": "s1", "From": "09812346101", "Body": "बंद"}
    assert stack.call("GET", f"{EXOTEL}/sms", params=stop).status_code == 200
    token = stack.token("admin")
    closed = stack.call("GET", f"/admin/cases/{case['reference']}", token=token).json()
    assert (closed["status"], closed["closed_reason"]) == ("closed", "cancelled")


def test_a_signed_sms_is_taken_and_its_message_delivered(stack: StackUnderTest) -> None:
    sms = {"MessageSid": "SM1", "From": BALU, "Body": "मुझे बात करनी है", "FromZip": ""}
    assert twilio(stack, "sms", "https://evil.example", **sms).status_code == 403
    for _ in range(2):
        answer = twilio(stack, "sms", **sms)
        assert answer.status_code == 200
        assert answer.headers["Content-Type"] == "text/xml"
    assert len(stack.wait_for(lambda: stack.sent_sms(BALU))) == 1

    ((full_id, _),) = stack.wait_for(lambda: messages(stack)).items()
    stack.wait_for(lambda: messages(stack)[full_id]["state"]["S"] == "sent")
    path = f"receipts/{name_in_address(full_id)}"
    for status in ("delivered", "sent", "undelivered"):
        assert twilio(stack, path, MessageStatus=status).status_code == 200
    assert messages(stack)[full_id]["state"]["S"] == "delivered"


def test_a_wrong_secret_leads_nowhere(stack: StackUnderTest) -> None:
    query = {"CallSid": "c1", "CallFrom": "09812346101"}
    answer = stack.call("GET", "/webhooks/exotel/guessed-secret/missed-call", params=query)

    assert answer.status_code == 404
    assert [item for item in stack.items("CasesTable") if item["sk"]["S"] == "CASE"] == []
