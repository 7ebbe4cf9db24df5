"""What operators are told of the line."""

from datetime import timedelta

import pytest

from chalicelib.cases.domain.queue import LineSnapshot
from chalicelib.cases.services.queue_metrics import LineState, WatchLine
from chalicelib.cases.services.wait_estimate import Outlook
from chalicelib.rota.services.duty_view import DutyView
from tests.support.builders import NOON, a_case, a_duty_day, a_message, a_shift, an_oncologist
from tests.support.stores import StoredCases, StoredMessages, StoredRota

BEFORE_OPENING = NOON - timedelta(hours=3)


@pytest.fixture
def messages() -> StoredMessages:
    return StoredMessages()


def watch(cases: StoredCases, messages: StoredMessages, *on: str) -> WatchLine:
    doctors = [an_oncologist(id=who) for who in on]
    rota = StoredRota(doctors, [a_duty_day(shifts=(a_shift(on=on),))])
    return WatchLine(cases, messages, Outlook(cases, DutyView(rota)), ("hi", "en"))


def test_an_empty_line_with_a_doctor_on_duty(messages: StoredMessages) -> None:
    assert watch(StoredCases(), messages, "dr-asha")(NOON) == LineState(0, 0, 1, True, 0, 0)


def test_nobody_on_duty_in_open_hours_is_seen(messages: StoredMessages) -> None:
    told = watch(StoredCases(), messages)(NOON)

    assert (told.open, told.on_duty) == (True, 0)


def test_the_longest_wait_is_told_in_working_minutes(messages: StoredMessages) -> None:
    asked = NOON - timedelta(days=2)  # Saturday noon: five hours to its closing, two on Monday
    cases = StoredCases(
        [
            a_case(reference="OLD", language="en", requested_at=asked),
            a_case(reference="NEW", phone="+919812345679"),
        ]
    )
    cases.put_snapshot(LineSnapshot(NOON, {"hi": 1, "en": 1}, 15))

    told = watch(cases, messages, "dr-asha")(NOON)

    assert (told.waiting, told.oldest_minutes) == (2, 7 * 60)


def test_who_waits_where_nobody_serves_is_seen_though_others_are_on_duty(messages) -> None:
    cases = StoredCases()
    cases.put_snapshot(LineSnapshot(NOON, {"hi": 3, "te": 2}, 15, later={"te#woman": 1}))

    assert watch(cases, messages, "dr-asha")(NOON).unserved == 3


def test_a_line_that_was_counted_empty_is_not_read(messages: StoredMessages) -> None:
    cases = StoredCases([a_case()])
    cases.put_snapshot(LineSnapshot(NOON, {}, 15))

    watch(cases, messages)(NOON)

    assert "list_waiting" not in cases.calls


def test_the_age_of_the_oldest_unsent_message_is_told(messages: StoredMessages) -> None:
    confirmation = a_message(id="received.patient")
    messages.store_once(confirmation, NOON)

    assert watch(StoredCases(), messages)(NOON + timedelta(minutes=11)).unsent_minutes == 11
    assert not watch(StoredCases(), messages)(BEFORE_OPENING).open
