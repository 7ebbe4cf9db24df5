"""Asking for a callback: one conditional write, and what its refusal tells."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.cases.domain.phone_limits import Intake, Opened, PhoneLimits
from chalicelib.cases.domain.timeline import CloseReason
from chalicelib.cases.services.ports import ReferenceTaken
from chalicelib.core.domain.datetimes import Window
from chalicelib.core.domain.errors import Blocked, TooManyOpenCases, TooManyRequests
from chalicelib.core.dynamodb.attributes import to_micros
from tests.support.builders import NOON, a_case
from tests.support.ledger import counting

HOUR = timedelta(hours=1)


def request(number: int, **changes):
    """The n-th request of one phone."""
    return a_case(**{"reference": f"REF{number}", "request_id": f"request-{number}", **changes})


def test_a_new_case_is_stored_and_waits(cases, limits):
    case = a_case()
    assert cases.open(case, limits) == Opened(Intake.NEW, case.reference, case.expected)
    assert cases.get(case.reference) == case


def test_the_same_request_again_gets_the_first_answer(cases, limits):
    first = a_case()
    cases.open(first, limits)
    again = replace(
        first,
        reference="OTHER",
        requested_at=NOON + HOUR,
        expected=Window(NOON + HOUR, NOON + 2 * HOUR),
    )
    assert cases.open(again, limits) == Opened(Intake.RESENT, first.reference, first.expected)


def test_a_resent_request_is_known_after_its_case_has_ended(cases, limits):
    case = a_case()
    cases.open(case, limits)
    cases.save(case, case.close(CloseReason.CANCELLED, "patient", NOON), NOON)
    again = replace(case, reference="OTHER")
    assert cases.open(again, limits).intake is Intake.RESENT


@pytest.mark.parametrize("another_person", [False, True])
def test_a_resent_request_is_no_duplicate_and_no_other_person(cases, limits, another_person):
    case = a_case(another_person=another_person)
    cases.open(case, limits)
    again = replace(case, reference="OTHER")
    assert cases.open(again, limits) == Opened(Intake.RESENT, case.reference, case.expected)


def test_another_request_of_the_phone_is_a_duplicate_of_the_open_case(cases, limits):
    first = request(1)
    cases.open(first, limits)
    answer = cases.open(request(2, requested_at=NOON + HOUR), limits)
    assert answer == Opened(Intake.DUPLICATE, first.reference, first.expected)


def test_the_duplicate_is_of_the_latest_open_case(cases, limits):
    second = request(2, another_person=True)
    cases.open(request(1), limits)
    cases.open(second, limits)
    assert cases.open(request(3), limits).reference == second.reference
    cases.save(second, second.close(CloseReason.CANCELLED, "patient", NOON), NOON)
    assert cases.open(request(4), limits).reference == "REF1"


def test_a_phone_finds_its_latest_open_case(database, cases, limits):
    first, second = request(1), request(2, another_person=True)
    key = first.phone_key
    assert cases.find_open(key) is None
    cases.open(first, limits)
    cases.open(second, limits)
    with counting(database) as ledger:
        found = cases.find_open(key)
    assert found == Opened(Intake.DUPLICATE, "REF2", second.expected)
    assert (ledger.operations, ledger.read_units) == (["GetItem"], 0.5)
    for case in (first, second):
        cases.save(case, case.close(CloseReason.CANCELLED, "patient", NOON), NOON)
    assert cases.find_open(key) is None


def test_another_phone_is_another_person(cases, limits):
    cases.open(request(1), limits)
    assert cases.open(request(2, phone="+919800000000"), limits).intake is Intake.NEW


def test_a_phone_may_ask_again_once_its_case_has_ended(cases, limits):
    first = request(1)
    cases.open(first, limits)
    cases.save(first, first.close(CloseReason.CANCELLED, "patient", NOON), NOON)
    assert cases.open(request(2), limits).intake is Intake.NEW


def test_three_people_may_share_a_phone(cases, limits):
    for number in (1, 2, 3):
        asked = request(number, another_person=number > 1)
        assert cases.open(asked, limits).intake is Intake.NEW
    with pytest.raises(TooManyOpenCases) as refused:
        cases.open(request(4, another_person=True), limits)
    assert refused.value.params == {"limit": 3}


def open_and_close(cases, limits, number, at):
    case = request(number, requested_at=at)
    assert cases.open(case, limits).intake is Intake.NEW
    cases.save(case, case.close(CloseReason.CANCELLED, "patient", at), at)


def test_five_new_cases_in_any_24_hours(cases, limits):
    for number in range(5):
        open_and_close(cases, limits, number, NOON + number * HOUR)
    with pytest.raises(TooManyRequests) as refused:
        cases.open(request(6, requested_at=NOON + 5 * HOUR), limits)
    assert refused.value.params == {"retry_after": 19 * 3600}
    with pytest.raises(TooManyRequests):
        cases.open(request(6, requested_at=NOON + 24 * HOUR - timedelta(microseconds=1)), limits)
    open_and_close(cases, limits, 6, NOON + 24 * HOUR)
    with pytest.raises(TooManyRequests):
        cases.open(request(7, requested_at=NOON + 24 * HOUR), limits)


def test_a_smaller_daily_limit_holds_too(cases):
    limits = PhoneLimits(new_cases_a_day=2)
    for number in range(2):
        open_and_close(cases, limits, number, NOON)
    with pytest.raises(TooManyRequests):
        cases.open(request(3, requested_at=NOON + HOUR), limits)


@pytest.mark.parametrize("number", [0, 6])
def test_a_daily_limit_that_cannot_be_kept_is_a_fault(cases, number):
    with pytest.raises(ValueError, match="remembers 5"):
        cases.open(a_case(), PhoneLimits(new_cases_a_day=number))


def block(raw, case, until):
    raw.put(
        {
            "pk": {"S": f"PHONE#{case.phone_key}"},
            "sk": {"S": "PHONE"},
            "blocked_until": {"N": str(to_micros(until))},
        }
    )


def test_a_blocked_phone_is_told_when_to_come_back(cases, raw, limits):
    case = a_case()
    block(raw, case, NOON + HOUR)
    with pytest.raises(Blocked) as refused:
        cases.open(case, limits)
    assert refused.value.params == {"retry_after": 3600}
    assert raw.get(f"CASE#{case.reference}", "CASE") is None


def test_a_block_ends_by_itself(cases, raw, limits):
    case = a_case()
    block(raw, case, NOON)
    assert cases.open(case, limits).intake is Intake.NEW


def test_an_item_that_ttl_has_not_yet_deleted_stops_nobody(cases, raw, limits):
    first = request(1)
    cases.open(first, limits)
    cases.save(first, first.close(CloseReason.CANCELLED, "patient", NOON), NOON)
    phone = raw.get(f"PHONE#{first.phone_key}", "PHONE")
    assert "open" not in phone
    assert int(phone["expires_at"]["N"]) == (NOON + timedelta(days=366)).timestamp()
    late = NOON + timedelta(days=32)
    assert cases.open(request(2, requested_at=late), limits).intake is Intake.NEW
    assert "expires_at" not in raw.get(f"PHONE#{first.phone_key}", "PHONE")


def test_a_duplicate_of_a_case_that_the_phone_no_longer_remembers(cases, raw, limits):
    case = request(1)
    raw.put(
        {
            "pk": {"S": f"PHONE#{case.phone_key}"},
            "sk": {"S": "PHONE"},
            "open": {"SS": ["OLD2", "OLD1"]},
        }
    )
    assert cases.open(case, limits) == Opened(Intake.DUPLICATE, "OLD1", None)


def test_the_phone_remembers_five(cases, raw, limits):
    for number in range(7):
        open_and_close(cases, limits, number, NOON + number * 24 * HOUR)
    phone = raw.get(f"PHONE#{request(0).phone_key}", "PHONE")
    remembered = [phone[f"recent_{n}"]["M"]["reference"]["S"] for n in range(1, 6)]
    assert remembered == ["REF6", "REF5", "REF4", "REF3", "REF2"]


def test_a_taken_reference_is_told_and_nothing_is_stored(cases, raw, limits):
    cases.open(a_case(), limits)
    other = a_case(phone="+919800000000", request_id="other")
    with pytest.raises(ReferenceTaken):
        cases.open(other, limits)
    assert raw.get(f"PHONE#{other.phone_key}", "PHONE") is None
    assert cases.get(other.reference) == a_case()


@pytest.mark.parametrize("another_person", [False, True])
def test_a_lost_acknowledgement_is_new_not_resent(
    database, cases, limits, lose_answer, another_person
):
    case = a_case(another_person=another_person)
    lose_answer("TransactWriteItems")
    with counting(database) as ledger:
        opened = cases.open(case, limits)
    assert opened == Opened(Intake.NEW, case.reference, case.expected)
    assert ledger.operations == ["TransactWriteItems"]
    assert cases.get(case.reference) == case


def test_a_refusal_costs_one_call(database, cases, limits):
    cases.open(request(1), limits)
    with counting(database) as ledger:
        cases.open(request(2), limits)
    assert ledger.operations == ["TransactWriteItems"]
