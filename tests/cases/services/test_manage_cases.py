"""The administrators' desk on fakes: who may be given what, what is refused, what is repeated."""

from __future__ import annotations

from datetime import timedelta

import pytest

from chalicelib.cases.domain.answers import Details, Mode
from chalicelib.cases.domain.case import Status
from chalicelib.cases.domain.notifications import messages_owed
from chalicelib.cases.domain.timeline import CloseReason
from chalicelib.cases.services.manage_cases import CaseDesk
from chalicelib.cases.services.wait_estimate import Outlook
from chalicelib.cases.store.cases import DynamoMerging
from chalicelib.core.domain.errors import (
    DoesNotSuit,
    HasOpenCase,
    IllegalTransition,
    InvalidField,
    MergeIntoEarlier,
    NotFound,
    NotOnDuty,
    TooManyOpenCases,
    VersionConflict,
)
from chalicelib.core.domain.phone import Phone
from chalicelib.core.domain.working_hours import DEFAULT_HOURS
from chalicelib.core.services.ports import Stale
from chalicelib.messages.domain.templates import Template
from chalicelib.privacy.domain.erasure import of_one_person
from chalicelib.rota.services.duty_view import DutyView
from tests.support.builders import NOON, a_case, a_duty_day, a_shift, an_asking, an_oncologist
from tests.support.fakes import FakeSecrets
from tests.support.stores import StoredCases, StoredRota

LATER = NOON + timedelta(minutes=5)
DOCTORS = (
    an_oncologist(),
    an_oncologist(id="dr-ravi", gender="male", languages=("hi",)),
    an_oncologist(id="dr-tara"),
)


class Desk:
    """A desk, and the cases on it; dr-asha and dr-ravi are on duty."""

    def __init__(self, *cases):
        self.cases = StoredCases(cases)
        rota = StoredRota(DOCTORS, [a_duty_day(shifts=(a_shift(on=("dr-asha", "dr-ravi")),))])
        self.work = CaseDesk(
            self.cases,
            DynamoMerging(self.cases.table),
            Outlook(self.cases, DutyView(rota)),
            FakeSecrets(),
        )

    def get(self, reference):
        return self.cases.cases[reference]


CASE = a_case()
REF = CASE.reference


def closed(**changes):
    return a_case(**changes).close(CloseReason.CANCELLED, "patient", NOON)


# -- assigning --------------------------------------------------------------------------------


def test_a_case_is_taken_over_from_whoever_has_it():
    desk = Desk(CASE.claim("dr-ravi", NOON))
    case = desk.work.assign(REF, "dr-asha", "meera", LATER)
    assert (case.owner, [claim.oncologist for claim in desk.cases.claims()]) == (
        "dr-asha",
        ["dr-asha"],
    )


def test_assigning_again_changes_nothing():
    desk = Desk(CASE)
    once = desk.work.assign(REF, "dr-asha", "meera", LATER)
    assert desk.work.assign(REF, "dr-asha", "meera", LATER + timedelta(minutes=1)) == once


@pytest.mark.parametrize(
    ("who", "error"),
    [("dr-tara", NotOnDuty), ("dr-nobody", InvalidField), ("dr-ravi", HasOpenCase)],
)
def test_only_somebody_on_duty_with_free_hands_is_given_a_case(who, error):
    held = a_case(reference="HELD", phone="+919812345699").claim("dr-ravi", NOON)
    desk = Desk(CASE, held)
    with pytest.raises(error):
        desk.work.assign(REF, who, "meera", LATER)
    assert desk.get(REF) == CASE


@pytest.mark.parametrize("changes", [{"prefers_woman": True}, {"language": "ta"}])
def test_what_the_patient_asked_for_counts_unless_a_person_says_otherwise(changes):
    desk = Desk(a_case(**changes))
    with pytest.raises(DoesNotSuit):
        desk.work.assign(REF, "dr-ravi", "meera", LATER)
    assert desk.work.assign(REF, "dr-ravi", "meera", LATER, anyway=True).owner == "dr-ravi"


def test_what_is_over_is_given_to_nobody():
    with pytest.raises(IllegalTransition):
        Desk(closed()).work.assign(REF, "dr-asha", "meera", LATER)


# -- closing and reopening --------------------------------------------------------------------


def test_a_case_is_closed_once_with_its_note():
    desk = Desk(CASE.claim("dr-asha", NOON))
    case = desk.work.close(REF, CloseReason.ABUSIVE, "meera", LATER, "shouted")
    assert (case.closed_reason, desk.cases.claims()) == (CloseReason.ABUSIVE, [])
    assert [(note.by, note.text) for note in case.notes] == [("meera", "shouted")]
    assert desk.work.close(REF, CloseReason.ABUSIVE, "meera", LATER, "shouted") == case
    with pytest.raises(IllegalTransition):
        desk.work.close(REF, CloseReason.EXPIRED, "meera", LATER)


def test_a_reopened_case_is_promised_anew_and_its_patient_is_told():
    over = closed()
    desk = Desk(over)
    case = desk.work.reopen(REF, "meera", LATER)
    assert case.status is Status.WAITING
    assert case.expected.start >= LATER
    [owed] = messages_owed(over, case, DEFAULT_HOURS)
    assert (owed.template, owed.variables["from"]) == (
        Template.RECEIVED,
        case.expected.start.isoformat(),
    )
    assert desk.work.reopen(REF, "meera", LATER) == case, "asked again, it is done"


def test_a_phone_that_is_in_line_gets_no_second_case_of_one_person():
    desk = Desk(closed(), a_case(reference="NEW"))
    with pytest.raises(TooManyOpenCases):
        desk.work.reopen(REF, "meera", LATER)
    assert desk.work.reopen(REF, "meera", LATER, another_person=True).another_person


def test_what_waits_because_it_was_never_over_is_not_reopened():
    with pytest.raises(IllegalTransition):
        Desk(CASE).work.reopen(REF, "meera", LATER)


# -- correcting -------------------------------------------------------------------------------


def test_a_right_phone_and_name_bring_their_keys():
    desk = Desk(CASE)
    changes = {"phone": Phone("+919812345699"), "name": " Sunita  DEVI", "mode": Mode.VIDEO}
    case = desk.work.correct(REF, changes, CASE.version, "meera", LATER)
    assert (case.phone, case.phone_key) == ("+919812345699", "key-of-919812345699".ljust(22, "="))
    assert case.details.name_key == "key-of-name-sunita devi"
    assert case.timeline[-1].fields == ("phone", "name", "mode")
    assert desk.cases.find_open(CASE.phone_key) is None
    assert desk.cases.find_open(case.phone_key).reference == REF


def test_who_was_written_to_at_a_wrong_number_is_told_at_the_right_one():
    desk = Desk(CASE)
    phone = {"phone": Phone("+919812345699")}
    case = desk.work.correct(REF, phone, CASE.version, "meera", LATER)
    [owed] = messages_owed(CASE, case, DEFAULT_HOURS)
    assert (owed.template, owed.phone) == (Template.RECEIVED, "+919812345699")
    named = desk.work.correct(REF, {"name": "Sunita"}, case.version, "meera", LATER)
    assert messages_owed(case, named, DEFAULT_HOURS) == []


def test_a_name_taken_back_takes_its_key_along():
    named = a_case(details=Details(name="Sunita", name_key="k"))
    case = Desk(named).work.correct(REF, {"name": None}, named.version, "meera", LATER)
    assert (case.details.name, case.details.name_key) == (None, None)


def test_whoever_saw_an_older_version_is_shown_the_newer():
    desk = Desk(CASE)
    newer = desk.work.correct(REF, {"age": 44}, CASE.version, "ravi", LATER)
    with pytest.raises(VersionConflict) as conflict:
        desk.work.correct(REF, {"age": 45}, CASE.version, "meera", LATER)
    assert (conflict.value.version, conflict.value.current) == (newer.version, newer)
    assert desk.get(REF).details.age == 44


def test_who_wrote_in_the_very_moment_is_a_conflict_too(monkeypatch):
    desk = Desk(CASE)

    def stale(*_: object) -> None:
        raise Stale

    monkeypatch.setattr(desk.cases, "save", stale)
    with pytest.raises(VersionConflict):
        desk.work.correct(REF, {"age": 45}, CASE.version, "meera", LATER)


# -- merging ----------------------------------------------------------------------------------


def a_duplicate(**changes):
    return a_case(
        **{
            "reference": "DUP",
            "phone": "+919812345699",
            "requested_at": LATER,
            "details": Details(age=44),
            **changes,
        }
    )


def test_a_duplicate_goes_on_in_the_other():
    desk = Desk(CASE, a_duplicate())
    into = desk.work.merge("DUP", REF, "meera", LATER)
    assert (into.reference, into.answers.age) == (REF, 44)
    assert desk.get("DUP").merged_into == REF
    assert desk.get(REF) == into
    assert messages_owed(a_duplicate(), desk.get("DUP"), DEFAULT_HOURS) == []
    assert messages_owed(CASE, into, DEFAULT_HOURS) == []
    assert desk.work.merge("DUP", REF, "meera", LATER) == into, "asked again, it is done"


def test_nobody_loses_the_earlier_place():
    desk = Desk(CASE, a_duplicate())
    with pytest.raises(MergeIntoEarlier):
        desk.work.merge(REF, "DUP", "meera", LATER)
    desk.cases.claim("DUP", "dr-asha", LATER)
    assert desk.work.merge(REF, "DUP", "meera", LATER).owner == "dr-asha", "it is called already"


@pytest.mark.parametrize(
    ("duplicate", "into", "error"),
    [
        (a_duplicate().claim("dr-asha", LATER), CASE, IllegalTransition),
        (a_duplicate(), closed(), IllegalTransition),
        (a_duplicate(), a_duplicate(), InvalidField),
    ],
    ids=["in somebody's hands", "over", "itself"],
)
def test_what_cannot_be_merged_stays(duplicate, into, error):
    desk = Desk(into, duplicate)
    with pytest.raises(error):
        desk.work.merge("DUP", into.reference, "meera", LATER)
    assert desk.get("DUP") == duplicate


def test_there_must_be_both():
    desk = Desk(CASE)
    with pytest.raises(NotFound):
        desk.work.merge("NONE", REF, "meera", LATER)
    with pytest.raises(InvalidField):
        desk.work.merge(REF, "NONE", "meera", LATER)


# -- undoing a merge --------------------------------------------------------------------------


def a_stranger(reference="DUP", **changes):
    """Another person on another phone, taken for a duplicate."""
    told = Details(name="Sita", age=34, messages=("hers alone",))
    return a_case(
        **{
            "reference": reference,
            "phone": "+919812345699",
            "requested_at": LATER,
            "details": told,
            "priority": 2,
            **changes,
        }
    )


def test_reopening_a_duplicate_undoes_the_merge_on_both_sides():
    desk = Desk(CASE, a_stranger())
    desk.work.merge("DUP", REF, "meera", LATER)
    back = desk.work.reopen("DUP", "meera", LATER)
    left = desk.get(REF)

    assert (back.status, back.merged_into) == (Status.WAITING, None)
    assert (left.absorbed, left.words_of("DUP"), left.priority) == ((), 0, CASE.priority)
    assert left.answers == CASE.answers
    assert of_one_person(left) == of_one_person(back) == ()
    assert desk.work.reopen("DUP", "meera", LATER) == back, "asked again, it is done"
    assert desk.get(REF) == left


@pytest.mark.parametrize("reopened", ["DUP", "MID"])
def test_a_chain_of_merges_is_cut_where_it_is_reopened(reopened):
    between = a_stranger("MID", phone="+919812345698", requested_at=NOON, details=Details(age=50))
    desk = Desk(CASE, between, a_stranger())
    desk.work.merge("DUP", "MID", "meera", LATER)
    desk.work.merge("MID", REF, "meera", LATER)
    assert desk.get(REF).words_of("DUP") == 1
    desk.work.reopen(reopened, "meera", LATER)

    assert desk.get(REF).words_of("DUP") == 0
    assert desk.get(REF).absorbed == (("MID",) if reopened == "DUP" else ())
    assert desk.get("MID").absorbed == (() if reopened == "DUP" else ("DUP",))
    assert of_one_person(desk.get(reopened)) == desk.get(reopened).absorbed


@pytest.mark.parametrize(
    "end",
    [
        lambda case: case.close(CloseReason.CANCELLED, "patient", LATER),
        lambda case: case.erase(Details(), "retention", "system", LATER),
    ],
    ids=["closed", "erased"],
)
def test_a_merge_into_a_case_that_is_over_is_undone_too(end):
    desk = Desk(CASE, a_stranger())
    into = desk.work.merge("DUP", REF, "meera", LATER)
    desk.cases.save(into, end(into), LATER)
    desk.work.reopen("DUP", "meera", LATER)

    assert (desk.get(REF).absorbed, desk.get(REF).words_of("DUP")) == ((), 0)
    assert desk.get("DUP").status is Status.WAITING


def test_a_change_in_between_is_not_lost_by_undoing_a_merge():
    desk = Desk(CASE, a_stranger())
    desk.work.merge("DUP", REF, "meera", LATER)
    save_together = desk.work.merging.save_together

    def late(changes, now):
        desk.work.merging.save_together = save_together
        into = desk.get(REF)
        desk.cases.save(into, into.ask_again(an_asking(details=Details(city="Goa"))), now)
        save_together(changes, now)

    desk.work.merging.save_together = late
    desk.work.reopen("DUP", "meera", LATER)
    assert [each.details.city for each in desk.get(REF).additions] == ["Goa"]


def test_where_the_phone_has_no_place_the_merge_stays():
    desk = Desk(CASE, a_stranger(), a_stranger("NEW", request_id="new"))
    desk.work.merge("DUP", REF, "meera", LATER)
    with pytest.raises(TooManyOpenCases):
        desk.work.reopen("DUP", "meera", LATER)
    assert desk.get(REF).words_of("DUP") == 1
