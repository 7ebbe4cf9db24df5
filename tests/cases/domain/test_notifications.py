"""Which messages a change owes."""

from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.cases.domain.answers import Channel, Consent
from chalicelib.cases.domain.case import Case
from chalicelib.cases.domain.notifications import first_message_id, messages_owed
from chalicelib.cases.domain.retry_policy import RetryPolicy
from chalicelib.cases.domain.timeline import Attempt, CloseReason, Entry, Happening, Result
from chalicelib.core.domain.working_hours import DEFAULT_HOURS, WorkingHours
from chalicelib.messages.domain.templates import MessageClass, OwedMessage, Template
from tests.support.builders import NOON, a_case

TEN = datetime(2026, 11, 23, 4, 30, tzinfo=UTC)


def templates(before: Case | None, after: Case) -> list[Template]:
    return [message.template for message in messages_owed(before, after, DEFAULT_HOURS)]


def attempted(case: Case, result: Result, tries: int = 3) -> Case:
    return case.claim("asha", TEN).record(
        Attempt(at=TEN, by="asha", result=result),
        retries=RetryPolicy(tries=tries),
        hours=DEFAULT_HOURS,
    )


def test_a_new_case_owes_its_confirmation_with_the_promised_window() -> None:
    case = a_case()
    (message,) = messages_owed(None, case, DEFAULT_HOURS)

    assert message.template is Template.RECEIVED
    assert message.subject == case.reference
    assert message.phone == case.phone
    assert message.variables == {
        "reference": case.reference,
        "from": case.expected.start.isoformat(),
        "to": case.expected.end.isoformat(),
    }


@pytest.mark.parametrize(
    ("result", "tries", "owed"),
    [
        (Result.ANSWERED, 3, [Template.FINISHED]),
        (Result.NO_ANSWER, 3, []),
        (Result.NO_ANSWER, 1, [Template.UNREACHABLE]),
        (Result.WRONG_NUMBER, 3, []),
    ],
)
def test_an_attempt_owes_a_message_only_when_it_ends_the_case(
    result: Result, tries: int, owed: list[Template]
) -> None:
    claimed = a_case().claim("asha", TEN)

    assert templates(claimed, attempted(a_case(), result, tries)) == owed


def test_a_claim_and_a_release_owe_nothing() -> None:
    case = a_case()
    claimed = case.claim("asha", TEN)

    assert templates(case, claimed) == []
    assert templates(claimed, claimed.release("asha", TEN)) == []


@pytest.mark.parametrize(
    ("reason", "owed"),
    [
        (CloseReason.CANCELLED, [Template.CANCELLED]),
        (CloseReason.ABUSIVE, []),
        (CloseReason.ERASED, []),
    ],
)
def test_a_close_owes_what_its_reason_says(reason: CloseReason, owed: list[Template]) -> None:
    case = a_case()

    assert templates(case, case.close(reason, "somebody", TEN)) == owed


def test_the_same_change_delivered_twice_owes_the_same_ids() -> None:
    case = a_case()

    assert messages_owed(None, case, DEFAULT_HOURS) == messages_owed(None, case, DEFAULT_HOURS)


def test_two_transitions_in_one_record_lose_no_message() -> None:
    case = a_case()
    done = case.close(CloseReason.CANCELLED, "patient", TEN)

    assert templates(None, done) == [Template.RECEIVED, Template.CANCELLED]


def test_every_message_of_a_case_has_its_own_id() -> None:
    case = a_case()
    again = case
    for day in range(3):
        again = asked_again(again, TEN + timedelta(days=day))
    owed: list[OwedMessage] = messages_owed(None, again, DEFAULT_HOURS)

    assert len({message.id for message in owed}) == len(owed) == 4


def asked_again(case: Case, at: datetime) -> Case:
    """Return the case as the store's `add` leaves it."""
    return case._next(Entry(at, "patient", Happening.ASKED_AGAIN, "sms"))


def test_a_repeated_request_is_confirmed_once_in_six_hours() -> None:
    case = a_case()
    told: list[timedelta] = []
    for minutes in range(0, 24 * 60, 5):
        passed = timedelta(minutes=minutes)
        after = asked_again(case, TEN + passed)
        told += [passed for _ in messages_owed(case, after, DEFAULT_HOURS)]
        case = after

    assert told == [timedelta(hours=hours) for hours in (0, 6, 12, 18)]
    assert len(messages_owed(None, case, DEFAULT_HOURS)) == 1 + len(told), "found again alike"


def test_no_message_carries_a_name_or_what_the_patient_said() -> None:
    case = a_case()
    told = [case.details.name, *case.details.messages]
    assert all(told)
    for message in messages_owed(None, attempted(case, Result.ANSWERED), DEFAULT_HOURS):
        assert not any(str(each) in str(message.variables) for each in told)


def test_who_asks_while_we_are_closed_is_told_when_we_open() -> None:
    night = TEN - timedelta(hours=6)
    (message,) = messages_owed(None, a_case(requested_at=night), DEFAULT_HOURS)
    (by_day,) = messages_owed(None, a_case(), DEFAULT_HOURS)

    assert (message.template, by_day.template) == (Template.CLOSED_NOW, Template.RECEIVED)
    assert message.variables["opens"] == TEN.isoformat()
    assert message.id == by_day.id == first_message_id(), "hours may be edited between deliveries"


def test_without_any_opening_no_opening_is_told_of() -> None:
    never = WorkingHours(weekly=((),) * 7)
    (message,) = messages_owed(None, a_case(), never)

    assert message.template is Template.RECEIVED


def test_who_only_rang_is_told_how_to_say_no_at_any_hour() -> None:
    for at in (NOON, TEN - timedelta(hours=6)):
        consent = Consent("2026-11", "hi", at, Channel.MISSED_CALL)
        (message,) = messages_owed(None, a_case(requested_at=at, consent=consent), DEFAULT_HOURS)
        assert message.template is Template.MISSED_CALL


def test_of_new_promises_two_are_told_in_six_hours() -> None:
    case = a_case()
    told: list[int] = []
    for minutes in range(0, 12 * 60, 10):
        after = case.promise_again(case.expected, TEN + timedelta(minutes=minutes))
        told += [minutes for _ in messages_owed(case, after, DEFAULT_HOURS)]
        case = after

    assert told == [0, 10, 360, 370]


def test_every_text_to_a_patient_has_its_class() -> None:
    staff = {each for each in Template if each.message_class is MessageClass.STAFF}

    assert {each.value.partition("_")[0] for each in staff} == {"shift", "swap", "gap"}
