"""Asking again: what was told is added to the open case, once."""

from __future__ import annotations

from datetime import timedelta

import pytest

from chalicelib.cases.domain.case import PATIENT, Channel, CloseReason, Details, Entry, Happening
from chalicelib.cases.store.cases import MOST_ASKINGS, MOST_MESSAGES
from chalicelib.core.domain.errors import NotFound
from tests.support.builders import NOON, a_case

LATER = NOON + timedelta(minutes=5)
ENTRY = Entry(LATER, PATIENT, Happening.ASKED_AGAIN, Channel.SMS.value)


@pytest.fixture
def case(cases, limits):
    case = a_case(details=Details(name="सुनीता", messages=("first",)))
    cases.open(case, limits)
    return case


def test_blanks_are_filled_and_nothing_is_overwritten(cases, case):
    told = Details(name="Other", age=38, city="Pune", reasons=("cost",), messages=("second",))
    added = cases.add(case.reference, "again", told, ENTRY)
    assert added.details == Details(
        name="सुनीता",
        age=38,
        city="Pune",
        reasons=("cost",),
        messages=("first", "second"),
    )
    assert added.timeline == (*case.timeline, ENTRY)
    assert added.version == case.version + 1
    assert added == cases.get(case.reference)


def test_it_never_moves_in_line(cases, case, raw):
    before = raw.get(f"CASE#{case.reference}", "CASE")
    cases.add(case.reference, "again", Details(age=38), ENTRY)
    after = raw.get(f"CASE#{case.reference}", "CASE")
    assert (after["queue_line"], after["queue_order"]) == (
        before["queue_line"],
        before["queue_order"],
    )


def test_the_same_asking_adds_once(cases, case):
    once = cases.add(case.reference, "again", Details(messages=("second",)), ENTRY)
    assert cases.add(case.reference, "again", Details(messages=("second",)), ENTRY) == once
    assert cases.get(case.reference) == once


def test_the_first_request_adds_nothing_to_itself(cases, case):
    assert cases.add(case.reference, case.request_id, Details(age=38), ENTRY) == case


def test_a_lost_acknowledgement_adds_once(cases, case, lose_answer):
    lose_answer("UpdateItem")
    added = cases.add(case.reference, "again", Details(messages=("second",)), ENTRY)
    assert added.details.messages == ("first", "second")
    assert added.version == case.version + 1


def test_askings_survive_a_transition(cases, case):
    added = cases.add(case.reference, "again", Details(messages=("second",)), ENTRY)
    claimed = cases.claim(case.reference, "dr-asha", LATER)
    released = cases.save(claimed, claimed.release("dr-asha", LATER), LATER)
    assert released.request_ids == ("again",)
    assert cases.add(case.reference, "again", Details(messages=("third",)), ENTRY) == released
    assert added.details == released.details


def test_a_claimed_case_takes_more(cases, case):
    cases.claim(case.reference, "dr-asha", LATER)
    added = cases.add(case.reference, "again", Details(age=38), ENTRY)
    assert (added.owner, added.details.age) == ("dr-asha", 38)


def test_messages_are_bounded_and_the_asking_is_still_told(cases, case):
    for number in range(MOST_MESSAGES + 2):
        added = cases.add(
            case.reference, f"again-{number}", Details(messages=(f"more {number}",)), ENTRY
        )
    assert len(added.details.messages) == MOST_MESSAGES
    assert len(added.timeline) == 1 + MOST_MESSAGES + 2


def test_nobody_can_blow_a_case_up(cases, case):
    for number in range(MOST_ASKINGS + 5):
        added = cases.add(case.reference, f"again-{number}", Details(), ENTRY)
    assert len(added.request_ids) == MOST_ASKINGS
    assert len(added.timeline) == 1 + MOST_ASKINGS


def test_a_case_that_has_ended_takes_nothing(cases, case):
    cases.save(case, case.close(CloseReason.CANCELLED, PATIENT, LATER), LATER)
    with pytest.raises(NotFound):
        cases.add(case.reference, "again", Details(age=38), ENTRY)


def test_an_asking_that_was_added_is_answered_after_the_end(cases, case):
    added = cases.add(case.reference, "again", Details(age=38), ENTRY)
    ended = cases.save(added, added.close(CloseReason.CANCELLED, PATIENT, LATER), LATER)
    assert cases.add(case.reference, "again", Details(age=38), ENTRY) == ended


def test_an_unknown_case_takes_nothing(cases):
    with pytest.raises(NotFound):
        cases.add("NONE", "again", Details(age=38), ENTRY)
