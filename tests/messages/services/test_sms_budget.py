"""The day's caps: who is refused, who never is, and what an outage must not use up."""

from __future__ import annotations

import logging
from datetime import date, datetime, timedelta

import pytest

from chalicelib.core.domain.errors import Busy
from chalicelib.messages.domain.templates import MessageClass
from chalicelib.messages.services.ports import ANSWER_LOST, OutgoingMessage, SendFailed
from chalicelib.messages.services.sms_budget import BudgetedSms, Caps
from tests.support.builders import NOON
from tests.support.fakes import FakeClock, FakeMessageGateway, FakeSecrets
from tests.support.stores import StoredSpending

ANITA, BALU = "+919812345678", "+919812345679"
MONDAY = date(2026, 11, 23)


class Sender:
    def __init__(self, in_all: int = 100, for_phone: int = 10) -> None:
        self.gateway = FakeMessageGateway()
        self.spent = StoredSpending()
        self.clock = FakeClock(NOON)
        self.temporary: bool | None = None
        self.retry_at: datetime | None = None
        self.capped = BudgetedSms(
            self.gateway,
            self.spent,
            caps=Caps(in_all, for_phone),
            phone_key=FakeSecrets().phone_key,
            segments=len,
            now=self.clock,
        )

    def send(
        self, segments: int = 1, phone: str = ANITA, of: MessageClass = MessageClass.CASE
    ) -> str:
        """Send a text of so many segments; the outcome is the provider's id or the cause."""
        sms = OutgoingMessage(phone, "x" * segments, "K7M240R59XK/0.received", message_class=of)
        try:
            return self.capped.send(sms)
        except SendFailed as failure:
            self.temporary, self.retry_at = failure.temporary, failure.retry_at
            return failure.cause

    def total(self, day: date = MONDAY) -> int:
        return self.spent.spent("all", day)


def test_a_phones_segments_are_capped_for_the_day():
    sender = Sender(for_phone=10)

    assert [sender.send(4) for _ in range(3)] == ["provider-1", "provider-2", "over_cap"]
    assert sender.send(2) == "provider-3", "what still fits is sent"
    assert sender.send(2, BALU) == "provider-4", "another phone has its own"
    assert sender.total() == 12, "what is refused is not counted in all"


def test_all_phones_together_are_capped():
    sender = Sender(in_all=5)
    outcomes = [sender.send(2, f"+91981234567{number}") for number in range(3)]

    assert outcomes == ["provider-1", "provider-2", "over_cap"]
    refused = FakeSecrets().phone_key("+919812345672")
    assert sender.spent.spent(f"phone:{refused}", MONDAY) == 0
    assert sender.send(1, "+919812345672") == "provider-3"


@pytest.mark.parametrize(("in_all", "for_phone", "cap"), [(0, 10, "all"), (10, 0, "phone")])
def test_a_refusal_is_logged_with_its_cap_and_nothing_personal(in_all, for_phone, cap, caplog):
    with caplog.at_level(logging.INFO):
        Sender(in_all, for_phone).send()

    (record,) = caplog.records
    assert (record.message, record.levelname, record.cap) == ("sms_over_cap", "ERROR", cap)
    assert record.message_class == "case"
    assert "98123" not in str(vars(record))


def test_the_day_is_the_helplines_and_begins_anew():
    sender = Sender(for_phone=1)
    midnight = datetime.fromisoformat("2026-11-24T00:00:00+05:30")
    sender.clock.now = midnight - timedelta(seconds=1)
    assert [sender.send(), sender.send()] == ["provider-1", "over_cap"]

    sender.clock.now = midnight
    assert sender.send() == "provider-2"
    assert (sender.total(MONDAY), sender.total(MONDAY + timedelta(days=1))) == (1, 1)


@pytest.mark.parametrize(
    ("of", "most"),
    [(MessageClass.ANSWER, 8), (MessageClass.REPEAT, 6), (MessageClass.REQUESTED, 16)],
)
def test_what_anybody_can_cause_has_a_share_of_its_own(of, most):
    sender = Sender(for_phone=40, in_all=1_000)
    outcomes = [sender.send(1, of=of) for _ in range(most + 5)]

    assert outcomes.count("over_cap") == 5
    assert outcomes[:most] == [f"provider-{number}" for number in range(1, most + 1)]


def test_no_flood_holds_back_what_a_doctors_work_owes_the_patient():
    sender = Sender(for_phone=40, in_all=1_000)
    for of in (MessageClass.ANSWER, MessageClass.REPEAT, MessageClass.REQUESTED):
        for _ in range(40):
            sender.send(1, of=of)
    sent = len(sender.gateway.sent)

    assert sent == 30, "the most that a stranger can cause at one phone in a day"
    needed = [sender.send(2, of=MessageClass.MOMENT), sender.send(2, of=MessageClass.CASE)]
    assert needed == [f"provider-{sent + 1}", f"provider-{sent + 2}"]


def test_no_flood_in_a_doctors_name_holds_back_what_the_rota_sends():
    sender = Sender(for_phone=10)
    for _ in range(10):
        sender.send(1)

    assert sender.send(1) == "over_cap"
    assert sender.send(10, of=MessageClass.STAFF) == "provider-11"
    assert sender.send(1, of=MessageClass.STAFF) == "over_cap"


def test_the_last_tenth_of_the_cap_in_all_is_not_for_what_anybody_can_cause():
    sender = Sender(in_all=10, for_phone=100)
    for _ in range(9):
        sender.send(1, of=MessageClass.REQUESTED)

    assert sender.send(1, of=MessageClass.REQUESTED) == "over_cap"
    assert sender.send(1, of=MessageClass.CASE) == "provider-10"


@pytest.mark.parametrize(
    ("of", "again"),
    [
        (MessageClass.ANSWER, False),
        (MessageClass.REPEAT, False),
        (MessageClass.MOMENT, False),
        (MessageClass.REQUESTED, True),
        (MessageClass.CASE, True),
        (MessageClass.STAFF, True),
    ],
)
def test_what_is_of_use_tomorrow_waits_for_tomorrow_morning(of, again):
    sender = Sender(for_phone=0)

    assert sender.send(1, of=of) == "over_cap"
    assert sender.temporary is again
    assert sender.retry_at == datetime.fromisoformat("2026-11-24T08:00:00+05:30")


@pytest.mark.parametrize("cause", ["throttled", "not_reached", "not_configured", "opted_out"])
def test_what_was_surely_not_sent_is_given_back(cause):
    sender = Sender(for_phone=10)
    for _ in range(20):
        sender.gateway.failures = [SendFailed(cause, temporary=cause != "opted_out")]
        assert sender.send(3) == cause

    assert sender.total() == 0
    assert sender.send(10) == "provider-1"


def test_what_may_have_been_sent_counts():
    sender = Sender(for_phone=10)
    sender.gateway.failures = [SendFailed(ANSWER_LOST, temporary=True)]
    sender.send(6)

    assert sender.total() == 6
    assert sender.send(6) == "over_cap"


def test_a_count_that_cannot_be_given_back_now_hides_no_failure(monkeypatch):
    def busy(*_):
        raise Busy

    sender = Sender()
    monkeypatch.setattr(sender.spent, "give_back", busy)
    sender.gateway.failures = [SendFailed("throttled", temporary=True)]

    assert sender.send() == "throttled"


@pytest.mark.parametrize("failure", [Busy(), LookupError("no such parameter")])
def test_nothing_is_sent_that_was_not_counted(failure, monkeypatch):
    def fail(*_):
        raise failure

    sender = Sender()
    monkeypatch.setattr(sender.spent, "spend", fail)

    assert sender.send() == "uncounted"
    assert (sender.temporary, sender.gateway.sent) == (True, [])


def test_the_defaults_let_five_whole_cases_through():
    assert Caps().for_phone >= 2 * 5 * 4, "five cases of four segments, with the answers beside"
    assert Caps().in_all >= 5_000 * 4
