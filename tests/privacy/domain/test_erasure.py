"""What is left of an erased case: what the reports count, and nothing that tells whose it was."""

from __future__ import annotations

import dataclasses
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.cases.domain.answers import Channel, Details
from chalicelib.cases.domain.case import Status
from chalicelib.cases.domain.notifications import messages_owed
from chalicelib.cases.domain.timeline import PATIENT, SYSTEM, CloseReason, Happening, Note, Result
from chalicelib.core.domain.errors import IllegalTransition
from chalicelib.core.domain.working_hours import DEFAULT_HOURS
from chalicelib.privacy.domain.erasure import Why, de_identified, erased, of_one_person
from chalicelib.reports.domain.tally import tallies_of
from tests.support.builders import NOON, a_case, an_attempt, with_attempt

LATER = NOON + timedelta(hours=1)
SECRETS = ("सुनीता", "98123", "रिपोर्ट", "Biopsy", "written-by-hand", "Plot 7", "left side", "sms:77")
DETAILS = Details(
    name="सुनीता",
    asking_for="other",
    age=57,
    sex="female",
    cancer_site="left side, near the breast bone of सुनीता",
    stage="3",
    city="Plot 7, सुनीता's house",
    hospital="private",
    reasons=("cost",),
    messages=("मेरी रिपोर्ट",),
    name_key="key-of-a-name",
)


def answered():
    attempt = an_attempt(Result.ANSWERED, note="Biopsy", advice="Biopsy", follow_up="Biopsy")
    case = a_case(details=DETAILS, request_ids=("sms:77",), request_id="sms:77")
    noted = replace(case, notes=(Note(NOON, "meera", "written-by-hand"),))
    return with_attempt(noted.claim("dr-asha", NOON), attempt)


@pytest.mark.parametrize("case", [answered(), a_case(details=DETAILS), a_case().claim("a", NOON)])
def test_nothing_is_left_by_which_somebody_is_found(case):
    left = repr(erased(case, Why.WITHDRAWN, PATIENT, LATER))

    for secret in (*SECRETS, case.phone, case.phone_key, "key-of"):
        assert secret not in left


def test_a_finished_case_keeps_how_it_ended_and_counts_as_it_did():
    known = replace(answered(), details=replace(DETAILS, city="पुणे", cancer_site="breast"))
    case = erased(known, Why.RETENTION, SYSTEM, LATER)

    assert (case.status, case.closed_reason, case.finished_at) == (Status.COMPLETED, None, NOON)
    assert case.handling_minutes == known.handling_minutes
    assert [each.result for each in case.attempts] == [Result.ANSWERED]
    counted, before = tallies_of(case), tallies_of(known)
    for day, tally in before.items():
        assert counted[day].calls == tally.calls
        assert tally.asked is not None
        assert counted[day].asked == tally.asked


def test_an_open_case_ends_by_it():
    case = erased(a_case().claim("dr-asha", NOON), Why.WITHDRAWN, PATIENT, LATER)

    assert (case.status, case.closed_reason) == (Status.CLOSED, CloseReason.ERASED)
    assert (case.owner, case.lease_until, case.finished_at) == (None, None, LATER)
    assert (case.timeline[-1].what, case.timeline[-1].detail) == (Happening.ERASED, "withdrawn")


def test_the_consent_is_withdrawn_by_the_patient_alone():
    assert erased(a_case(), Why.WITHDRAWN, PATIENT, LATER).consent.withdrawn_at == LATER
    assert erased(a_case(), Why.RETENTION, SYSTEM, LATER).consent.withdrawn_at is None


def test_once_erased_it_stays_as_it_is():
    case = erased(answered(), Why.ASKED, "meera", LATER)

    assert erased(case, Why.WITHDRAWN, PATIENT, LATER + timedelta(days=1)) is case
    with pytest.raises(IllegalTransition):
        case.correct({"name": "सुनीता"}, "meera", LATER)
    with pytest.raises(IllegalTransition):
        case.reopen("meera", LATER, case.expected)


def test_an_erased_case_owes_no_message_whatever_stream_or_sweep_shows():
    before = a_case(channel=Channel.SMS)
    case = erased(before, Why.WITHDRAWN, PATIENT, LATER)

    assert messages_owed(None, before, DEFAULT_HOURS)
    assert messages_owed(None, case, DEFAULT_HOURS) == []
    assert messages_owed(before, case, DEFAULT_HOURS) == []


def test_merged_cases_are_one_person_s():
    duplicate = a_case(reference="K7M240R59XY", merged_into="K7M240R59XK")
    target = a_case().absorb(duplicate, "meera", NOON)

    assert of_one_person(duplicate) == ("K7M240R59XK",)
    assert of_one_person(target) == ("K7M240R59XY",)


@given(st.integers(0, 120))
def test_an_age_is_told_by_tens_and_the_oldest_together(age):
    left = de_identified(Details(age=age)).age

    assert left == min(age - age % 10, 70)


@given(st.text(min_size=1, max_size=40))
def test_no_text_that_somebody_typed_is_kept_as_it_was_typed(text):
    typed = f"{text}!"
    left = de_identified(Details(name=typed, city=typed, cancer_site=typed, messages=(typed,)))

    assert typed not in dataclasses.astuple(left)
    assert left.messages == ()


@pytest.mark.parametrize(("age", "minor"), [(17, True), (18, False), (0, True), (None, False)])
def test_who_is_under_18_is_a_minor(age, minor):
    assert a_case(details=Details(age=age)).is_minor is minor
