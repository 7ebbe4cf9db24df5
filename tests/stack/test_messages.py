"""The outbox on the deployed stack: the same records twice, lost ones, poisoned ones, STOP."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import count
from typing import Any

import pytest

from chalicelib.messages.domain.delivery import Try
from chalicelib.messages.domain.templates import OwedMessage, Template
from chalicelib.messages.services.delivery_receipts import name_in_address
from chalicelib.messages.services.ports import ANSWER_LOST
from tests.stack.harness import StackUnderTest
from tests.stack.working_day import Desk, ask, at, publish
from tests.support.helpline import in_use, using

_numbers = count(1)
MONDAY = date(2027, 5, 3)
TEN = at(MONDAY, 10)


@pytest.fixture(autouse=True)
def a_working_day(stack: StackUnderTest) -> None:
    stack.empty()
    publish(stack, [MONDAY], "test-oncologist")
    stack.set_clock(TEN)


@pytest.fixture
def phone() -> str:
    """A phone to which nobody has sent anything: the engine keeps what was sent."""
    return f"+9198123479{next(_numbers):02}"


@pytest.fixture
def other() -> str:
    """Another one."""
    return f"+9198123479{next(_numbers):02}"


def messages(stack: StackUnderTest) -> list[dict[str, Any]]:
    return [item for item in stack.items("MessagesTable") if item["sk"]["S"].startswith("MESSAGE#")]


def have_been_sent(stack: StackUnderTest, number: int) -> bool:
    """Whether there are so many messages, and none of them is on its way."""
    found = [item["state"]["S"] for item in messages(stack)]
    return found == ["sent"] * number


def forget(stack: StackUnderTest, phone: str) -> None:
    """Take a phone's messages out of the table, as if their stream records had been lost."""
    for item in messages(stack):
        if item["phone"]["S"] == phone:
            stack.client("dynamodb").delete_item(
                TableName=stack.outputs["MessagesTable"],
                Key={"pk": item["pk"], "sk": item["sk"]},
            )


def record_of(stack: StackUnderTest, reference: str, sequence: str) -> dict[str, Any]:
    """A stream record of a new case, as the stream would deliver it."""
    (image,) = [
        item for item in stack.items("CasesTable") if item["pk"]["S"] == f"CASE#{reference}"
    ]
    return {"dynamodb": {"SequenceNumber": sequence, "NewImage": image}}


def admin(stack: StackUnderTest, path: str, method: str = "GET", **body: Any) -> dict[str, Any]:
    options = {"json": body} if method == "POST" else {}
    answer = stack.call(method, f"/admin{path}", token=stack.token("admin"), **options)
    assert answer.status_code < 300, answer.text
    told: dict[str, Any] = answer.json()
    return told


def states(stack: StackUnderTest, reference: str) -> list[tuple[str, str]]:
    sent = admin(stack, f"/cases/{reference}")["messages_sent"]
    return [(message["template"], message["status"]) for message in sent]


def test_a_request_by_sms_in_hindi_is_answered_in_hindi_with_a_link(
    stack: StackUnderTest, phone: str
) -> None:
    stack.send_sms(phone, "मुझे डॉक्टर से बात करनी है")

    (text,) = stack.wait_for(lambda: stack.sent_sms(phone))
    assert "डॉक्टर सोम 3 मई सुबह 10:00" in text
    link = text.split()[-1]
    assert link.startswith(f"{stack.url}/c/")
    page = stack.call("GET", link.removeprefix(stack.url))
    assert page.status_code == 200


def test_a_record_delivered_twice_more_sends_nothing_more(
    stack: StackUnderTest, phone: str
) -> None:
    reference = ask(stack, phone, language="en")["reference"]
    stack.wait_for(lambda: have_been_sent(stack, 1))
    record = record_of(stack, reference, "7")

    for _ in range(2):
        answer = stack.invoke("case_changes", {"Records": [record, record]})
        assert answer == {"batchItemFailures": []}
    assert len(stack.sent_sms(phone)) == 1
    assert states(stack, reference) == [("received", "sent")]


def test_what_was_never_delivered_is_found_by_the_sweep(
    stack: StackUnderTest, phone: str, other: str
) -> None:
    first = ask(stack, phone, language="hi")["reference"]
    stack.wait_for(lambda: stack.sent_sms(phone))
    waiting = ask(stack, other, language="en", window="afternoon")["reference"]
    desk = Desk(stack, "test-oncologist")
    assert desk.take() == first
    desk.tell(first, "answered")
    stack.wait_for(lambda: have_been_sent(stack, 3))
    told = {each: len(stack.sent_sms(each)) for each in (phone, other)}
    for each in (phone, other):
        forget(stack, each)

    stack.set_clock(TEN + timedelta(minutes=5))
    swept = stack.invoke("sweep_unsent")
    assert (swept["found"], swept["sent"]) == (3, 3)
    assert states(stack, first) == [("received", "sent"), ("finished", "sent")]
    assert states(stack, waiting) == [("received", "sent")]
    assert len(stack.sent_sms(phone)) == told[phone] + 2
    stack.set_clock(TEN + timedelta(minutes=10))
    assert stack.invoke("sweep_unsent")["sent"] == 0


def test_after_stop_not_even_the_sweep_sends(stack: StackUnderTest, phone: str) -> None:
    reference = ask(stack, phone, language="en")["reference"]
    stack.wait_for(lambda: have_been_sent(stack, 1))
    stack.send_sms(phone, "STOP")
    stack.wait_for(lambda: have_been_sent(stack, 2))
    before = len(stack.sent_sms(phone))
    forget(stack, phone)

    stack.set_clock(TEN + timedelta(minutes=5))
    assert stack.invoke("sweep_unsent")["suppressed"] == 1
    assert states(stack, reference) == [("received", "suppressed")]
    assert len(stack.sent_sms(phone)) == before


def test_records_out_of_order_owe_what_they_owe_in_order(stack: StackUnderTest, phone: str) -> None:
    asked = ask(stack, phone, language="en")
    reference, token = asked["reference"], asked["manage_url"].partition("t=")[2]
    first = record_of(stack, reference, "7")
    assert stack.call("POST", f"/callbacks/{reference}/cancel?t={token}").status_code == 200
    second = record_of(stack, reference, "8")
    second["dynamodb"]["OldImage"] = first["dynamodb"]["NewImage"]
    stack.wait_for(lambda: have_been_sent(stack, 2))
    before = len(stack.sent_sms(phone))
    forget(stack, phone)

    for record in (second, first, second):
        stack.invoke("case_changes", {"Records": [record]})
    assert states(stack, reference) == [("received", "sent"), ("cancelled", "sent")]
    assert len(stack.sent_sms(phone)) == before + 2


@pytest.mark.parametrize("lost", [False, True], ids=["killed-before-sending", "answer-cut"])
def test_a_send_that_never_ended_is_made_once_more(
    stack: StackUnderTest, phone: str, *, lost: bool
) -> None:
    with stack.environment(), using():
        store = in_use().messages.store
        message = OwedMessage(
            subject="sms:left-behind",
            id="help.patient",
            template=Template.HELP,
            phone=phone,
            phone_key=in_use().core.secrets.phone_key(phone),
            language="en",
            owed_at=TEN,
            variables={},
        )
        store.store_once(message, TEN)
        if lost:
            store.put_off(message, ANSWER_LOST, Try().lost_too(), TEN + timedelta(minutes=2))

    stack.set_clock(TEN + timedelta(minutes=1))
    assert stack.invoke("sweep_unsent")["sent"] == 0
    for minutes in (3, 8):
        stack.set_clock(TEN + timedelta(minutes=minutes))
        stack.invoke("sweep_unsent")
    assert len(stack.sent_sms(phone)) == 1
    assert have_been_sent(stack, 1)


def test_a_poisoned_record_is_parked_and_holds_nobody_up(stack: StackUnderTest, phone: str) -> None:
    reference = ask(stack, phone, language="hi")["reference"]
    stack.wait_for(lambda: have_been_sent(stack, 1))
    good = record_of(stack, reference, "8")
    poisoned = {"dynamodb": {"SequenceNumber": "7", "NewImage": dict(good["dynamodb"]["NewImage"])}}
    del poisoned["dynamodb"]["NewImage"]["consent"]
    forget(stack, phone)
    before = len(stack.sent_sms(phone))

    answer = stack.invoke("case_changes", {"Records": [poisoned, good]})
    assert answer == {"batchItemFailures": []}
    assert len(stack.sent_sms(phone)) == before + 1
    (parked,) = admin(stack, "/messages?status=parked")["messages"]
    assert (parked["subject"], parked["status"]) == (reference, "parked")
    assert phone[3:] not in str(parked)

    path = f"/messages/{name_in_address('parked/7')}/retry"
    assert [each["subject"] for each in admin(stack, path, "POST")["messages"]] == [reference]
    assert admin(stack, "/messages?status=parked")["messages"] == []


def test_administrators_find_a_phones_messages(stack: StackUnderTest, phone: str) -> None:
    ask(stack, phone, language="en")
    stack.send_sms(phone, "HELP")
    stack.wait_for(lambda: have_been_sent(stack, 2))
    listed = admin(stack, "/messages?from=2027-05-03&status=sent")["messages"]
    assert len(listed) == 2

    found = admin(stack, "/messages/search", "POST", phone=phone)
    assert {message["template"] for message in found["messages"]} == {"received", "help"}
    assert {message["to"][-4:] for message in found["messages"]} == {phone[-4:]}
    assert phone[3:] not in str(found)
