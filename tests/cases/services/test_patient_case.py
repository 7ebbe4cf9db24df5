"""The patient's own case: another time, and where in line."""

from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.cases.domain.case import MOST_RESCHEDULED, Status
from chalicelib.cases.domain.queue import LineSnapshot
from chalicelib.cases.domain.queue_position import Place, Standing
from chalicelib.cases.domain.timeline import PATIENT, Happening
from chalicelib.cases.services.cases import PatientCase
from chalicelib.cases.services.links import CaseLinks
from chalicelib.cases.services.wait_estimate import Outlook
from chalicelib.core.domain.datetimes import Window
from chalicelib.core.domain.errors import Busy, IllegalTransition, NotFound
from chalicelib.core.domain.working_hours import DayPart
from chalicelib.rota.services.duty_view import DutyView
from tests.support.builders import NOON, a_case, an_oncologist, duty_days
from tests.support.fakes import FakeSecrets
from tests.support.stores import StoredCases, StoredRota

CASE = a_case()
TOKEN = f"token-of-{CASE.reference}"
HALF_PAST_ONE = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


@pytest.fixture
def cases() -> StoredCases:
    return StoredCases([CASE])


@pytest.fixture
def own(cases: StoredCases) -> PatientCase:
    rota = StoredRota([an_oncologist()], duty_days())
    return PatientCase(cases, CaseLinks(FakeSecrets()), Outlook(cases, DutyView(rota)))


def test_another_time_is_promised_anew_and_the_place_in_line_stays(own, cases):
    later = NOON + timedelta(minutes=10)

    case = own.reschedule(CASE.reference, TOKEN, DayPart.AFTERNOON, later)

    assert case == cases.cases[CASE.reference]
    assert (case.requested_at, case.priority) == (CASE.requested_at, CASE.priority)
    assert case.not_before == HALF_PAST_ONE
    assert case.expected == Window(HALF_PAST_ONE, HALF_PAST_ONE + timedelta(minutes=30))
    entry = case.timeline[-1]
    assert (entry.at, entry.by, entry.what, entry.detail) == (
        later,
        PATIENT,
        Happening.RESCHEDULED,
        "afternoon",
    )
    assert cases.deferred == {CASE.reference}


def test_as_soon_as_possible_brings_a_deferred_case_back_into_line_at_once(own, cases):
    own.reschedule(CASE.reference, TOKEN, DayPart.AFTERNOON, NOON)
    assert cases.deferred == {CASE.reference}

    case = own.reschedule(CASE.reference, TOKEN, DayPart.ANY, NOON + timedelta(minutes=5))

    assert case.not_before == NOON + timedelta(minutes=5)
    assert cases.deferred == set()


def test_a_press_twice_is_one_wish(own):
    once = own.reschedule(CASE.reference, TOKEN, DayPart.AFTERNOON, NOON)
    twice = own.reschedule(CASE.reference, TOKEN, DayPart.AFTERNOON, NOON + timedelta(minutes=1))

    assert twice == once


def test_the_same_wish_after_a_promise_that_was_not_kept_is_another(own):
    once = own.reschedule(CASE.reference, TOKEN, DayPart.AFTERNOON, NOON)
    late = own.reschedule(CASE.reference, TOKEN, DayPart.AFTERNOON, once.expected.end)

    assert late.expected.start >= once.expected.end


def test_nobody_blows_a_case_up_by_choosing_again_and_again(own, cases):
    for number in range(MOST_RESCHEDULED):
        part = (DayPart.AFTERNOON, DayPart.MORNING)[number % 2]
        own.reschedule(CASE.reference, TOKEN, part, NOON)
    chosen = cases.cases[CASE.reference]
    assert not chosen.can_reschedule

    with pytest.raises(IllegalTransition):
        own.reschedule(CASE.reference, TOKEN, DayPart.ANY, NOON)

    assert cases.cases[CASE.reference] == chosen


def test_only_what_waits_can_be_called_at_another_time(own, cases):
    cases.claim(CASE.reference, "dr-asha", NOON)

    with pytest.raises(IllegalTransition):
        own.reschedule(CASE.reference, TOKEN, DayPart.MORNING, NOON)

    assert cases.cases[CASE.reference].status is Status.CLAIMED


@pytest.mark.parametrize(
    ("reference", "token"), [(CASE.reference, "wrong"), ("nobody", "token-of-nobody")]
)
def test_nobody_elses_case_can_be_moved(own, cases, reference, token):
    with pytest.raises(NotFound):
        own.reschedule(reference, token, DayPart.MORNING, NOON)

    assert cases.cases[CASE.reference] == CASE


def test_who_nobody_serves_may_be_called_by_any_doctor_instead() -> None:
    wish = a_case(expected=None, prefers_woman=True)
    cases = StoredCases([wish])
    rota = StoredRota([an_oncologist(gender="male")], duty_days())
    own = PatientCase(cases, CaseLinks(FakeSecrets()), Outlook(cases, DutyView(rota)))

    kept = own.reschedule(CASE.reference, TOKEN, DayPart.ANY, NOON)
    assert (kept.prefers_woman, kept.expected) == (True, None)
    any_doctor = own.reschedule(CASE.reference, TOKEN, DayPart.ANY, NOON, any_doctor=True)
    assert not any_doctor.prefers_woman
    assert any_doctor.expected is not None
    assert own.reschedule(CASE.reference, TOKEN, DayPart.ANY, NOON, any_doctor=True) == any_doctor


def test_the_place_is_told_from_the_snapshot_and_counts_nothing(own, cases):
    cases.put_snapshot(LineSnapshot(NOON, {"hi": 4, "hi#woman": 3, "ta": 50}, 15))
    cases.calls.clear()

    assert own.place(CASE, NOON) == Place(Standing.IN_LINE, 6)
    assert own.place(CASE, NOON) == Place(Standing.IN_LINE, 6)
    assert cases.calls == ["find_snapshot"]


def test_a_place_out_of_reach_is_the_callers_to_leave_out(own, cases):
    cases.fail_next = [Busy()]

    with pytest.raises(Busy):
        own.place(CASE, NOON)
