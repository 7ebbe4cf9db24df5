"""Cases by when something became of them, from the indexes that are there anyway."""

from __future__ import annotations

from datetime import timedelta

import pytest

from chalicelib.cases.domain.phone_limits import KnownPhone
from chalicelib.cases.domain.queue import Line
from chalicelib.cases.domain.timeline import PATIENT, CloseReason
from tests.support.builders import NOON, a_case
from tests.support.ledger import counting

LINES = [Line("hi"), Line("hi", woman_only=True), Line("en")]
MINUTE = timedelta(minutes=1)


def asked(cases, limits, number, at, **changes):
    case = a_case(
        reference=f"REF{number}",
        request_id=str(number),
        phone=f"+91981234000{number}",
        requested_at=at,
        **changes,
    )
    cases.open(case, limits)
    return case


def test_who_asked_of_late_in_any_line_and_among_the_deferred(cases, recent, limits):
    asked(cases, limits, 0, NOON - MINUTE)
    asked(cases, limits, 1, NOON)
    asked(cases, limits, 2, NOON, prefers_woman=True)
    asked(cases, limits, 3, NOON, language="en", not_before=NOON + timedelta(days=2))
    asked(cases, limits, 4, NOON + 5 * MINUTE)
    asked(cases, limits, 5, NOON - MINUTE, not_before=NOON + timedelta(days=2))
    taken = asked(cases, limits, 6, NOON)
    cases.claim(taken.reference, "dr-asha", NOON)

    found = recent.asked_between(LINES, NOON, NOON + 5 * MINUTE)
    assert found == ["REF1", "REF2", "REF3"]


def test_a_quiet_five_minutes_cost_half_a_unit_a_line(database, cases, recent, limits):
    for number in range(9):
        asked(cases, limits, number, NOON - timedelta(hours=number + 1))
    with counting(database) as ledger:
        assert recent.asked_between(LINES, NOON, NOON + 5 * MINUTE) == []
        assert recent.finished_between(NOON, NOON + 5 * MINUTE) == []
    assert set(ledger.operations) == {"Query"}
    assert (ledger.read_units, ledger.write_units) == (0.5 * (len(LINES) + 1 + 2), 0)


@pytest.mark.parametrize("span", [timedelta(minutes=5), timedelta(days=3)])
def test_what_finished_of_late_over_the_days(cases, recent, limits, span):
    for number, at in enumerate([NOON - MINUTE, NOON, NOON + span - MINUTE, NOON + span + MINUTE]):
        case = asked(cases, limits, number, NOON - timedelta(hours=1))
        cases.save(case, case.close(CloseReason.CANCELLED, PATIENT, at), at)

    assert sorted(recent.finished_between(NOON, NOON + span)) == ["REF1", "REF2"]


def test_what_a_phone_asked_for(cases, limits):
    first = asked(cases, limits, 1, NOON, language="ta")
    phone_key = first.phone_key
    assert cases.find_phone("nobody") is None
    assert cases.find_phone(phone_key) == KnownPhone(("REF1",), "ta")

    cases.save(first, first.close(CloseReason.CANCELLED, PATIENT, NOON), NOON)
    again = a_case(
        reference="REF2", request_id="2", phone=first.phone, requested_at=NOON, language="en"
    )
    cases.open(again, limits)
    assert cases.find_phone(phone_key) == KnownPhone(("REF2", "REF1"), "en")
