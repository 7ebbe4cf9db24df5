"""The day's caps: who is refused, who never is, and what an outage must not use up."""

from __future__ import annotations

import logging
from datetime import date, datetime, timedelta

import pytest

from chalicelib.core.domain.errors import Busy
from chalicelib.messages.domain.templates import subject_of_phone
from chalicelib.messages.services.ports import ANSWER_LOST, OutgoingSms, SendFailed
from chalicelib.messages.services.sms_budget import CappedSms, Caps
from tests.support.builders import NOON
from tests.support.fakes import FakeClock, FakeSecrets, FakeSmsGateway, FakeSpendStore

ANITA, BALU = "+919812345678", "+919812345679"
MONDAY = date(2026, 11, 23)


class Sender:
    def __init__(self, in_all: int = 100, for_phone: int = 10) -> None:
        self.gateway = FakeSmsGateway()
        self.spent = FakeSpendStore()
        self.clock = FakeClock(NOON)
        self.temporary: bool | None = None
        self.capped = CappedSms(
            self.gateway,
            self.spent,
            caps=Caps(in_all, for_phone),
            phone_key=FakeSecrets().phone_key,
            segments=len,
            now=self.clock,
        )

    def send(self, segments: int = 1, phone: str = ANITA, subject: str = "K7M240R59XK") -> str:
        """Send a text of so many segments; the outcome is the provider's id or the cause."""
        try:
            return self.capped.send(OutgoingSms(phone, "x" * segments, f"{subject}/0.received"))
        except SendFailed as failure:
            self.temporary = failure.temporary
            return failure.cause

    def total(self, day: date = MONDAY) -> int:
        return self.spent.spent["all", day]


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
    assert sender.spent.spent[f"phone:{refused}", MONDAY] == 0
    assert sender.temporary is False
    assert sender.send(1, "+919812345672") == "provider-3"


@pytest.mark.parametrize(("in_all", "for_phone", "cap"), [(0, 10, "all"), (10, 0, "phone")])
def test_a_refusal_is_logged_with_its_cap_and_nothing_personal(in_all, for_phone, cap, caplog):
    with caplog.at_level(logging.INFO):
        Sender(in_all, for_phone).send()

    (record,) = caplog.records
    assert (record.message, record.levelname, record.cap) == ("sms_over_cap", "ERROR", cap)
    assert "98123" not in str(vars(record))


def test_the_day_is_the_helplines_and_begins_anew():
    sender = Sender(for_phone=1)
    midnight = datetime.fromisoformat("2026-11-24T00:00:00+05:30")
    sender.clock.now = midnight - timedelta(seconds=1)
    assert [sender.send(), sender.send()] == ["provider-1", "over_cap"]

    sender.clock.now = midnight
    assert sender.send() == "provider-2"
    assert (sender.total(MONDAY), sender.total(MONDAY + timedelta(days=1))) == (1, 1)


def test_a_flood_of_words_holds_no_confirmation_back():
    sender = Sender(for_phone=10)
    answers = [sender.send(2, subject=subject_of_phone("key")) for _ in range(9)]

    assert answers == ["provider-1", "provider-2"] + ["over_cap"] * 7
    assert [sender.send(3), sender.send(3)] == ["provider-3", "provider-4"]


def test_confirmations_leave_no_more_room_for_answers_than_there_is():
    sender = Sender(for_phone=10)
    sender.send(5)

    assert sender.send(1, subject=subject_of_phone("key")) == "over_cap"


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
