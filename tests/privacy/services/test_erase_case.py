"""Erasing a case: at once, completely, with a proof, and safe to be cut off anywhere."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.cases.domain.answers import Details
from chalicelib.cases.domain.timeline import PATIENT, SYSTEM
from chalicelib.core.domain.errors import Busy, NotFound
from chalicelib.messages.domain.templates import OwedMessage, Template, subject_of_phone
from chalicelib.privacy.domain.erasure import Why, erased
from chalicelib.privacy.services.erase_case import STREAM_KEEPS, Proofs
from chalicelib.privacy.services.ports import Erasure
from tests.support.builders import NOON, a_case
from tests.support.erasing import Erasing

CASE = a_case()
OTHER = a_case(reference="K7M240R59XY", merged_into=CASE.reference, phone="+919812345699")


class World(Erasing):
    def message(self, subject, at=NOON):
        owed = OwedMessage(
            subject,
            f"0.{at.isoformat()}",
            Template.STATUS,
            CASE.phone,
            CASE.phone_key,
            "hi",
            at,
            {},
        )
        self.messages.store_once(owed, at)


@pytest.fixture
def world():
    return World(CASE)


def test_the_case_is_erased_at_once_and_the_rest_is_noted(world):
    left = world.erase(CASE.reference, Why.WITHDRAWN, PATIENT, NOON)

    assert left.is_erased
    assert world.cases.cases[CASE.reference] == left
    assert world.erasures.noted[CASE.reference].phone_key == CASE.phone_key


def test_again_changes_nothing(world):
    world.erase(CASE.reference, Why.WITHDRAWN, PATIENT, NOON)
    calls = len(world.erasures.calls)
    world.erase(CASE.reference, Why.ASKED, "meera", NOON + timedelta(hours=1))

    assert len(world.erasures.calls) == calls
    assert world.erasures.noted[CASE.reference].asked_at == NOON


def test_what_breaks_off_after_the_asking_is_made_up_for(world):
    save = world.cases.save
    world.cases.save = lambda *_: (_ for _ in ()).throw(Busy())
    with pytest.raises(Busy):
        world.erase(CASE.reference, Why.WITHDRAWN, PATIENT, NOON)
    world.cases.save = save
    assert not world.cases.cases[CASE.reference].is_erased

    assert world.prove(NOON, 10).proven == 1
    assert world.cases.cases[CASE.reference].is_erased


def test_the_person_s_merged_cases_go_with_it():
    target = CASE.absorb(OTHER, "meera", NOON)
    for asked in (target.reference, OTHER.reference):
        world = World(target, OTHER)
        world.erase(asked, Why.WITHDRAWN, PATIENT, NOON)

        assert all(case.is_erased for case in world.cases.cases.values())
        assert world.erasures.noted.keys() == {target.reference, OTHER.reference}


def test_no_such_case(world):
    with pytest.raises(NotFound):
        world.erase("K7M240R59XZ", Why.ASKED, "meera", NOON)


def test_a_proof_tells_what_was_looked_at_and_that_nothing_was_found(world):
    world.message(CASE.reference)
    world.message(subject_of_phone(CASE.phone_key))
    world.erase(CASE.reference, Why.WITHDRAWN, PATIENT, NOON)

    assert world.prove(NOON, 10) == Proofs(proven=1)
    assert world.messages.messages == {}
    (entry,) = world.audit.entries
    assert (entry.who, entry.action, entry.subject) == ("purge", "erasure.prove", CASE.reference)
    assert entry.detail == {
        "why": "withdrawn",
        "audit": "0",
        "case": "0",
        "claims": "0",
        "phone": "0",
        "messages": "0",
        "absorbed": "0",
    }


def test_what_the_phone_asked_afterwards_stays(world):
    world.erase(CASE.reference, Why.WITHDRAWN, PATIENT, NOON)
    world.message(subject_of_phone(CASE.phone_key), NOON + timedelta(minutes=1))
    world.prove(NOON + timedelta(minutes=2), 10)

    assert len(world.messages.messages) == 1


def test_a_message_that_a_late_change_stores_is_found_before_the_erasure_is_forgotten(world):
    world.erase(CASE.reference, Why.WITHDRAWN, PATIENT, NOON)
    world.prove(NOON, 10)
    world.message(CASE.reference)
    early = world.prove(NOON + STREAM_KEEPS - timedelta(minutes=1), 10)
    late = world.prove(NOON + STREAM_KEEPS, 10)

    assert (early.finished, late.finished) == (0, 1)
    assert world.messages.messages == {}
    assert world.erasures.noted == {}


def test_traces_are_told_and_looked_for_again(world):
    world.erase(CASE.reference, Why.WITHDRAWN, PATIENT, NOON)
    world.erasures.left = {"phone": 1}
    found = world.prove(NOON + STREAM_KEEPS, 10)

    assert found == Proofs(unproven=1)
    assert world.audit.entries[-1].action == "erasure.fail"
    assert world.audit.entries[-1].detail["phone"] == "1"
    assert CASE.reference in world.erasures.noted


def test_one_that_can_not_be_completed_holds_no_other_up():
    world = World(CASE, replace(OTHER, merged_into=None))
    for case in (CASE, OTHER):
        world.erase(case.reference, Why.WITHDRAWN, PATIENT, NOON)
    world.audit.fail_next = [Busy()]

    assert world.prove(NOON, 10) == Proofs(proven=1, unproven=1)


# -- what was absorbed ------------------------------------------------------------------------

YOUNGER = a_case(reference="K7M240R59XY", phone="+919812345699", details=Details(city="Goa"))


def merged():
    """The first case, gone on as a duplicate in a younger one."""
    into = YOUNGER.absorb(CASE, "meera", NOON)
    return World(CASE.merge_into(YOUNGER.reference, "meera", NOON), into)


def test_a_case_that_was_kept_long_enough_takes_its_words_out_of_a_younger_one():
    world = merged()
    world.erase(CASE.reference, Why.RETENTION, SYSTEM, NOON)
    younger = world.cases.cases[YOUNGER.reference]

    assert not younger.is_erased, "it is kept for its own time"
    assert (younger.words_of(CASE.reference), younger.answers) == (0, YOUNGER.details)
    assert world.prove(NOON, 10) == Proofs(proven=1)


def test_there_is_no_proof_while_the_words_are_in_the_case_that_absorbed_them():
    world = merged()
    case = world.cases.cases[CASE.reference]
    world.erasures.begin(Erasure(case.reference, case.phone_key, NOON, Why.RETENTION.value))
    world.cases.save(case, erased(case, Why.RETENTION, SYSTEM, NOON), NOON)
    get, younger = world.cases.get, YOUNGER.reference

    def out_of_reach(reference, **how):
        if reference == younger:
            raise Busy
        return get(reference, **how)

    world.cases.get = out_of_reach
    assert world.prove(NOON, 10) == Proofs(unproven=1)
    world.cases.get = get
    assert world.cases.cases[younger].words_of(CASE.reference) == 1
    assert world.prove(NOON, 10) == Proofs(proven=1)
    assert world.cases.cases[younger].words_of(CASE.reference) == 0


def test_what_breaks_off_between_two_cases_of_a_person_is_completed_for_both():
    world = merged()
    save, saved = world.cases.save, []

    def breaks(before, after, now):
        if saved:
            raise Busy
        saved.append(after)
        return save(before, after, now)

    world.cases.save = breaks
    with pytest.raises(Busy):
        world.erase(CASE.reference, Why.WITHDRAWN, PATIENT, NOON)
    world.cases.save = save
    assert sum(each.is_erased for each in world.cases.cases.values()) == 1

    assert world.prove(NOON, 10) == Proofs(proven=2)
    assert all(each.is_erased for each in world.cases.cases.values())
    assert all(each.consent.withdrawn_at for each in world.cases.cases.values())


def test_after_a_merge_is_undone_neither_is_touched_by_the_other_s_erasure():
    world = merged()
    duplicate, into = world.cases.cases.values()
    world.cases.save(duplicate, duplicate.reopen("meera", NOON, duplicate.expected), NOON)
    world.cases.save(into, into.separate(duplicate, "meera", NOON), NOON)
    world.erase(into.reference, Why.WITHDRAWN, PATIENT, NOON)

    assert not world.cases.cases[duplicate.reference].is_erased
    assert world.erasures.noted.keys() == {into.reference}
