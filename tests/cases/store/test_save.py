"""Storing a transition with what hangs on it: the line, the claim, the phone's open cases."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.cases.domain.queue import Line
from chalicelib.cases.domain.timeline import PATIENT, CloseReason, Result
from chalicelib.core.domain.datetimes import Window
from chalicelib.core.domain.errors import HasOpenCase
from chalicelib.core.domain.working_hours import DayPart
from chalicelib.core.services.ports import Stale
from tests.support.builders import NOON, a_case, an_attempt, with_attempt
from tests.support.ledger import counting

LATER = NOON + timedelta(minutes=5)


def tried(case, result=Result.NO_ANSWER, at=LATER):
    return with_attempt(case, an_attempt(result, at=at, note="नोट"))


@pytest.fixture
def waiting(cases, limits):
    case = a_case()
    cases.open(case, limits)
    return case


@pytest.fixture
def claimed(cases, waiting):
    return cases.claim(waiting.reference, "dr-asha", NOON)


def item(raw, case):
    return raw.get(f"CASE#{case.reference}", "CASE")


def open_cases(raw, case):
    return raw.get(f"PHONE#{case.phone_key}", "PHONE").get("open", {}).get("SS", [])


def test_a_released_case_stands_where_it_stood(cases, raw, waiting, claimed):
    released = cases.save(claimed, claimed.release("dr-asha", LATER), LATER)
    assert cases.get(waiting.reference) == released
    assert cases.claims() == []
    [entry] = cases.front("dr-asha", [Line("hi")], 5).waiting
    assert entry.place == (waiting.priority, waiting.requested_at, waiting.reference)
    assert open_cases(raw, waiting) == [waiting.reference]


def test_an_unanswered_case_waits_for_its_next_try(cases, raw, claimed):
    after = cases.save(claimed, tried(claimed), LATER)
    assert cases.get(claimed.reference) == after
    assert item(raw, claimed)["queue_line"] == {"S": "later"}
    assert cases.front("dr-asha", [Line("hi")], 5).waiting == []
    assert cases.claims() == []


def test_a_case_put_off_by_its_patient_comes_back_to_its_place(database, cases, raw, waiting):
    window = Window(LATER, LATER + timedelta(hours=1))
    with counting(database) as ledger:
        put_off = cases.save(waiting, waiting.reschedule(DayPart.ANY, LATER, window, NOON), NOON)
    assert (ledger.operations, ledger.write_units) == (["PutItem"], 3)
    assert cases.get(waiting.reference) == put_off
    assert item(raw, waiting)["queue_line"] == {"S": "later"}
    again = put_off.reschedule(DayPart.ANY, NOON, window, NOON)
    cases.save(put_off, again, NOON)
    [entry] = cases.front("dr-asha", [Line("hi")], 5).waiting
    assert entry.place == (waiting.priority, waiting.requested_at, waiting.reference)


def test_an_answered_case_is_over(cases, raw, claimed):
    after = cases.save(claimed, tried(claimed, Result.ANSWERED), LATER)
    assert cases.get(claimed.reference) == after
    assert "queue_line" not in item(raw, claimed)
    assert item(raw, claimed)["finished_day"] == {"S": "completed#2026-11-23"}
    assert open_cases(raw, claimed) == []
    assert cases.claims() == []


def test_a_waiting_case_is_cancelled(cases, raw, waiting):
    after = cases.save(waiting, waiting.close(CloseReason.CANCELLED, PATIENT, LATER), LATER)
    assert cases.get(waiting.reference) == after
    assert "queue_line" not in item(raw, waiting)
    assert open_cases(raw, waiting) == []


def test_only_its_own_reference_leaves_the_phone(cases, raw, limits, waiting):
    other = a_case(reference="OTHER", request_id="other", another_person=True)
    cases.open(other, limits)
    cases.save(waiting, waiting.close(CloseReason.CANCELLED, PATIENT, LATER), LATER)
    assert open_cases(raw, waiting) == ["OTHER"]


def test_what_changes_only_the_case_is_one_plain_write(database, cases, waiting):
    after = replace(waiting, prefers_woman=True, version=waiting.version + 1)
    with counting(database) as ledger:
        cases.save(waiting, after, LATER)
    assert ledger.operations == ["PutItem"]
    assert [w.reference for w in cases.front("x", [Line("hi", woman_only=True)], 5).waiting]
    assert cases.front("x", [Line("hi")], 5).waiting == []


def test_nothing_changed_costs_nothing(database, cases, waiting):
    with counting(database) as ledger:
        assert cases.save(waiting, waiting, LATER) == waiting
    assert ledger.calls == []


def test_a_renewed_lease_reaches_the_claim(cases, claimed):
    after = replace(claimed, lease_until=LATER + timedelta(minutes=30), version=claimed.version + 1)
    cases.save(claimed, after, LATER)
    assert cases.find_claim("dr-asha").lease_until == after.lease_until


def test_an_assigned_case_changes_hands(cases, claimed):
    after = replace(claimed, owner="dr-bela", version=claimed.version + 1)
    cases.save(claimed, after, LATER)
    assert [claim.oncologist for claim in cases.claims()] == ["dr-bela"]


def test_a_case_is_not_assigned_to_somebody_who_holds_one(cases, limits, claimed):
    other = a_case(reference="OTHER", request_id="other", phone="+919800000000")
    cases.open(other, limits)
    cases.claim("OTHER", "dr-bela", LATER)
    after = replace(claimed, owner="dr-bela", version=claimed.version + 1)
    with pytest.raises(HasOpenCase):
        cases.save(claimed, after, LATER)
    assert cases.get(claimed.reference) == claimed


@pytest.mark.parametrize("stale", ["plain", "transaction"])
def test_a_change_in_between_is_stale_and_writes_nothing(cases, waiting, stale):
    changed = replace(waiting, priority=1, version=waiting.version + 1)
    cases.save(waiting, changed, LATER)
    if stale == "plain":
        after = replace(waiting, prefers_woman=True, version=waiting.version + 1)
    else:
        after = waiting.close(CloseReason.CANCELLED, PATIENT, LATER)
    with pytest.raises(Stale):
        cases.save(waiting, after, LATER)
    assert cases.get(waiting.reference) == changed


def test_a_case_that_is_gone_is_stale(cases):
    case = a_case()
    with pytest.raises(Stale):
        cases.save(case, replace(case, priority=1, version=2), LATER)


def test_lost_acknowledgements_are_successes(cases, waiting, lose_answer):
    lose_answer("PutItem")
    urgent = replace(waiting, priority=1, version=waiting.version + 1)
    assert cases.save(waiting, urgent, LATER) == urgent
    claimed = cases.claim(waiting.reference, "dr-asha", LATER)
    lose_answer("TransactWriteItems")
    ended = tried(claimed, Result.ANSWERED)
    assert cases.save(claimed, ended, LATER) == ended == cases.get(waiting.reference)


def test_another_with_the_same_version_is_no_lost_acknowledgement(cases, claimed):
    first = claimed.release("dr-asha", LATER)
    cases.save(claimed, first, LATER)
    second = claimed.hand_over(LATER)
    assert second.version == first.version
    with pytest.raises(Stale):
        cases.save(claimed, second, LATER)
