"""The edges that no person calls: SMS by SNS, the stream, the clock."""

import json
import logging
from collections.abc import Iterator
from dataclasses import asdict
from datetime import timedelta
from typing import Any

import pytest
from chalice.test import Client

import app as application
from chalicelib.cases.services.sweep_unsent import Swept
from chalicelib.cases.store.case_mapping import case_to_item
from chalicelib.cases.store.recent_changes import DynamoRecent
from chalicelib.cases.wiring import Cases
from chalicelib.core.domain.errors import Busy
from chalicelib.core.wiring import Core
from chalicelib.messages.services.dlt_registrations import NotRegistered
from chalicelib.messages.services.ports import SendFailed
from chalicelib.messages.wiring import Messages
from chalicelib.rota.wiring import Rota
from tests.support import functions
from tests.support.builders import NOON, a_case, a_duty_day, an_oncologist, some_settings
from tests.support.fakes import FakeClock, FakeMessageGateway, FakeSecrets
from tests.support.helpline import using
from tests.support.stores import (
    StoredCases,
    StoredMessages,
    StoredOutbox,
    StoredPromiseReviews,
    StoredRota,
)

PHONE = "+919812345678"
NOTHING_SWEPT = Swept(found=0, unparked=0, sent=0, put_off=0, failed=0, suppressed=0)


class Helpline:
    def __init__(self) -> None:
        self.cases = StoredCases()
        self.messages = StoredMessages()
        self.outbox = StoredOutbox(self.messages)
        self.gateway = FakeMessageGateway()
        self.clock = FakeClock(NOON)

    def parts(self) -> dict[str, Any]:
        return (
            Core(settings=some_settings(), clock=self.clock, secrets=FakeSecrets()),
            Cases(
                store=self.cases,
                recent=DynamoRecent(self.cases.table),
                promise_reviews=StoredPromiseReviews(),
            ),
            Rota(store=StoredRota([an_oncologist()], [a_duty_day()])),
            Messages(store=self.messages, outbox=self.outbox, gateway=self.gateway),
        )


@pytest.fixture
def helpline() -> Iterator[Helpline]:
    helpline = Helpline()
    with using(*helpline.parts()):
        yield helpline


def sns(message: object) -> dict[str, Any]:
    text = message if isinstance(message, str) else json.dumps(message)
    return {"Records": [{"Sns": {"MessageId": "sns-1", "Message": text}}]}


def change(image: dict[str, Any] | None, sequence: str = "1") -> dict[str, Any]:
    kept = {} if image is None else {"NewImage": image}
    return {"dynamodb": {"SequenceNumber": sequence, **kept}}


def test_an_sms_becomes_a_case(helpline: Helpline) -> None:
    sms = {
        "originationNumber": PHONE,
        "destinationNumber": "+919355520202",
        "messageBody": "call me",
        "inboundMessageId": "m-1",
    }
    functions.inbound_sms(sns(sms))

    (case,) = helpline.cases.cases.values()
    assert (case.phone, case.request_id) == (PHONE, "sms:m-1")


@pytest.mark.parametrize(
    "message", ["", "no JSON", "[]", "null", "7", {}, {"messageBody": "x"}], ids=str
)
def test_what_is_no_sms_is_passed_over(helpline: Helpline, message: object) -> None:
    functions.inbound_sms(sns(message))

    assert helpline.cases.cases == {}


def test_an_sms_that_comes_at_a_busy_moment_is_raised_to_come_again(helpline: Helpline) -> None:
    helpline.cases.fail_next = [Busy()]

    with pytest.raises(Busy):
        functions.inbound_sms(sns({"originationNumber": PHONE, "messageBody": "x"}))


def test_a_new_case_is_confirmed_and_a_phone_item_is_passed_over(helpline: Helpline) -> None:
    phone_item = {"pk": {"S": "PHONE#k"}, "sk": {"S": "PHONE"}}
    image = case_to_item(a_case(), NOON).serialize()
    answer = functions.case_changes(
        {"Records": [change(phone_item), change(image), change(None), change(image)]}
    )

    assert answer == {"batchItemFailures": []}
    assert [phone for phone, _ in helpline.gateway.sent] == [a_case().phone]


def test_one_bad_record_is_parked_and_holds_no_other_back(
    helpline: Helpline, caplog: pytest.LogCaptureFixture
) -> None:
    poisoned = {"pk": {"S": "CASE#X"}, "sk": {"S": "CASE"}, "name": {"S": "अनीता"}}
    good = case_to_item(a_case(), NOON).serialize()
    with caplog.at_level(logging.INFO):
        answer = functions.case_changes({"Records": [change(poisoned, "7"), change(good, "8")]})

    assert answer == {"batchItemFailures": []}
    assert len(helpline.gateway.sent) == 1
    (parked,) = helpline.outbox.parked_changes.values()
    assert (parked.id, parked.subject) == ("7", "X")
    assert "case_change_failed" in caplog.text
    for told in (caplog.text, parked.cause):
        assert "अनीता" not in told
        assert a_case().phone not in told


def test_only_what_can_not_even_be_parked_is_named(helpline: Helpline) -> None:
    poisoned = {"pk": {"S": "CASE#X"}, "sk": {"S": "CASE"}}
    good = case_to_item(a_case(), NOON).serialize()
    helpline.outbox.fail_next = [Busy()]
    event = {"Records": [change(poisoned, "7"), change(good, "8")]}

    assert functions.case_changes(event) == {"batchItemFailures": [{"itemIdentifier": "7"}]}
    assert len(helpline.gateway.sent) == 1
    assert functions.case_changes(event) == {"batchItemFailures": []}


def test_a_message_that_a_busy_gateway_refused_is_left_to_the_sweep(helpline: Helpline) -> None:
    helpline.gateway.failures = [SendFailed("Throttled", temporary=True)]
    helpline.cases.put(a_case())
    event = {"Records": [change(case_to_item(a_case(), NOON).serialize(), "9")]}

    assert functions.case_changes(event) == {"batchItemFailures": []}
    assert helpline.gateway.sent == []
    helpline.clock.advance(timedelta(minutes=5))
    assert functions.sweep_unsent()["sent"] == 1
    assert len(helpline.gateway.sent) == 1


def test_a_deployment_without_its_registrations_parks_nothing(helpline: Helpline) -> None:
    settings = some_settings(stage="prod")
    parts = (
        *helpline.parts(),
        Core(settings=settings),
    )
    with using(*parts), pytest.raises(NotRegistered, match=r"received\.en\."):
        functions.case_changes({"Records": []})
    assert helpline.outbox.parked_changes == {}


def test_the_clocks_work_is_told(helpline: Helpline) -> None:
    helpline.cases.put(a_case())

    assert functions.due_cases() == {"offered": 0, "leases_expired": 0, "waiting": 1}


@pytest.mark.parametrize("function", ["inbound_sms", "case_changes", "due_cases", "sweep_unsent"])
def test_each_function_can_be_invoked_by_hand_with_an_empty_event(
    helpline: Helpline, function: str
) -> None:
    with Client(application.app) as client:
        assert client.lambda_.invoke(function, {}).payload in (
            None,
            {"batchItemFailures": []},
            {"offered": 0, "leases_expired": 0, "waiting": 0},
            asdict(NOTHING_SWEPT),
        )
