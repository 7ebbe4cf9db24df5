"""Receipts of AWS End User Messaging, by the topic of inbound SMS."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from chalicelib.core.domain.errors import Busy
from chalicelib.core.wiring import Core
from chalicelib.messages.domain.delivery import MessageState
from chalicelib.messages.wiring import Messages
from tests.support import functions
from tests.support.builders import NOON, a_message
from tests.support.fakes import FakeClock
from tests.support.helpline import using
from tests.support.stores import StoredMessages

MESSAGE = a_message()


@pytest.fixture
def messages() -> Iterator[StoredMessages]:
    messages = StoredMessages()
    messages.store_once(MESSAGE, NOON)
    messages.mark_sent(MESSAGE, "eum-1", NOON)
    with using(Messages(store=messages), Core(clock=FakeClock(NOON))):
        yield messages


def told(**changes: Any) -> dict[str, Any]:
    """An event as AWS publishes it, on its topic."""
    event = {
        "eventType": "TEXT_DELIVERED",
        "eventVersion": "1.0",
        "eventTimestamp": 1686975103470,
        "isFinal": True,
        "originationPhoneNumber": "HELPLN",
        "destinationPhoneNumber": "+919812345678",
        "isoCountryCode": "IN",
        "messageId": "eum-1",
        "messageStatus": "DELIVERED",
        "context": {"message": MESSAGE.full_id},
        **changes,
    }
    return {"Records": [{"Sns": {"MessageId": "sns-1", "Message": json.dumps(event)}}]}


def state(messages: StoredMessages) -> tuple[MessageState, str | None]:
    (stored,) = messages.list_for(MESSAGE.subject)
    return stored.state, stored.cause


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        ({}, (MessageState.DELIVERED, None)),
        ({"eventType": "TEXT_SUCCESSFUL"}, (MessageState.DELIVERED, None)),
        (
            {"eventType": "TEXT_CARRIER_BLOCKED"},
            (MessageState.UNDELIVERED, "aws_text_carrier_blocked"),
        ),
        ({"eventType": "TEXT_PENDING", "isFinal": False}, (MessageState.SENT, None)),
        ({"eventType": "TEXT_UNREACHABLE", "isFinal": None}, (MessageState.SENT, None)),
        ({"context": {"message": "other/0.received"}}, (MessageState.SENT, None)),
        ({"context": {"message": 7}}, (MessageState.SENT, None)),
        ({"context": None}, (MessageState.SENT, None)),
        ({"context": "message"}, (MessageState.SENT, None)),
    ],
)
def test_a_receipt_is_noted(messages, event, expected):
    functions.inbound_sms(told(**event))

    assert state(messages) == expected
    assert messages.inbound == {}


def test_receipts_out_of_order_and_repeated(messages):
    for kind in ("TEXT_DELIVERED", "TEXT_UNREACHABLE", "TEXT_SUCCESSFUL", "TEXT_DELIVERED"):
        functions.inbound_sms(told(eventType=kind))

    assert state(messages) == (MessageState.DELIVERED, None)


def test_a_busy_database_is_raised_so_that_the_receipt_comes_again(messages):
    messages.fail_next = [Busy()]
    with pytest.raises(Busy):
        functions.inbound_sms(told())


@pytest.mark.parametrize("text", ["", "no JSON", "[]", "7", "null", "{}", "[" * 9_000])
@pytest.mark.usefixtures("messages")
def test_what_cannot_be_read_is_passed_over(text, caplog):
    functions.inbound_sms({"Records": [{"Sns": {"MessageId": "sns-1", "Message": text}}]})

    assert [record.message for record in caplog.records] == ["inbound_sms_unreadable"]


def test_no_number_is_logged(messages, caplog):
    caplog.set_level("INFO")
    functions.inbound_sms(told())

    assert [record.message for record in caplog.records] == ["receipt"]
    assert "98123" not in str(vars(caplog.records[0]))
