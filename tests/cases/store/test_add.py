"""Asking again: it stands beside what was told before, once; other wishes are left to a reader."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.cases.domain.answers import (
    MOST_ADDITIONS,
    MOST_ASKINGS,
    Channel,
    Details,
    Mode,
    Wishes,
    most_askings,
)
from chalicelib.cases.domain.timeline import PATIENT, CloseReason
from chalicelib.cases.store.case_mapping import case_from_image
from chalicelib.core.domain.errors import NotFound, RequestIdReused
from chalicelib.core.domain.working_hours import DayPart
from tests.support.builders import NOON, a_case, an_asking

LATER = NOON + timedelta(minutes=5)
TEXT = Details(messages=("second",))


@pytest.fixture
def case(cases, limits):
    case = a_case(details=Details(name="सुनीता", name_key="own", messages=("first",)))
    cases.open(case, limits)
    return case


@pytest.mark.parametrize(
    "asking",
    [
        an_asking(),
        an_asking(details=Details(name="Other", name_key="k", age=38, messages=("second",))),
        an_asking(details=Details(reasons=("cost",), city="Pune"), digest="abc"),
        an_asking(channel=Channel.SMS, details=TEXT),
        an_asking(channel=Channel.MISSED_CALL),
        an_asking(wishes=Wishes(language="hi", mode=Mode.PHONE, prefers_woman=False)),
        an_asking(wishes=Wishes(part_of_day=DayPart.ANY)),
    ],
    ids=["nothing", "another", "more", "text", "call", "the same wishes", "any time"],
)
def test_the_blind_write_does_what_the_domain_does(cases, case, asking):
    added = cases.add(case.reference, asking)
    assert added == case.ask_again(asking)
    assert added == cases.get(case.reference)


@pytest.mark.parametrize(
    ("changes", "wishes"),
    [
        ({}, Wishes(language="en")),
        ({}, Wishes(mode=Mode.VIDEO)),
        ({}, Wishes(part_of_day=DayPart.MORNING)),
        ({"part_of_day": DayPart.MORNING}, Wishes(part_of_day=DayPart.AFTERNOON)),
        ({"part_of_day": DayPart.MORNING}, Wishes(part_of_day=DayPart.ANY)),
        ({}, Wishes(prefers_woman=True)),
        ({"prefers_woman": True}, Wishes(prefers_woman=False)),
    ],
)
def test_another_wish_is_left_to_who_reads_the_case(cases, limits, changes, wishes):
    case = a_case(**changes)
    cases.open(case, limits)
    asking = an_asking(wishes=wishes, details=TEXT)
    assert case.changed_by(asking)
    assert cases.add(case.reference, asking) == case
    assert cases.get(case.reference) == case

    after = case.ask_again(asking, (case.not_before, case.expected))
    cases.save(case, after, LATER)
    assert cases.add(case.reference, asking) == after, "the same request once more"
    same = replace(asking, request_id="the same wish")
    assert cases.add(case.reference, same) == after.ask_again(same)


def test_only_a_missed_call_s_consent_is_left_to_be_confirmed(cases, limits):
    consent = replace(a_case().consent, given_by=Channel.MISSED_CALL)
    case = a_case(channel=Channel.MISSED_CALL, consent=consent)
    cases.open(case, limits)
    assert cases.add(case.reference, an_asking()) == case
    call = an_asking("call", channel=Channel.MISSED_CALL)
    assert cases.add(case.reference, call).knows("call")

    case = cases.get(case.reference)
    after = cases.save(case, case.ask_again(an_asking()), LATER)
    assert after.consent.given_by is Channel.WEB
    assert cases.add(case.reference, an_asking("more")).knows("more")
    assert cases.get(case.reference).consent == after.consent


def test_a_wish_that_a_merge_brought_is_left_to_be_made_the_case_s_own(cases, limits):
    case = a_case()
    cases.open(case, limits)
    merged = case.absorb(a_case(reference="OTHER", prefers_woman=True), "meera", LATER)
    cases.save(case, merged, LATER)
    asking = an_asking(wishes=Wishes(prefers_woman=True))
    assert cases.add(case.reference, asking) == merged
    assert merged.ask_again(asking).merges[0].own_prefers_woman


def test_it_never_moves_in_line(cases, case, raw):
    before = raw.get(f"CASE#{case.reference}", "CASE")
    cases.add(case.reference, an_asking(details=Details(age=38)))
    after = raw.get(f"CASE#{case.reference}", "CASE")
    assert (after["queue_line"], after["queue_order"]) == (
        before["queue_line"],
        before["queue_order"],
    )


def test_the_same_asking_adds_once(cases, case):
    once = cases.add(case.reference, an_asking(details=TEXT))
    assert cases.add(case.reference, an_asking(details=TEXT)) == once
    assert cases.get(case.reference) == once


def test_the_first_request_adds_nothing_to_itself(cases, case):
    assert cases.add(case.reference, an_asking(case.request_id, details=TEXT)) == case


def test_a_lost_acknowledgement_adds_once(cases, case, lose_answer):
    lose_answer("UpdateItem")
    added = cases.add(case.reference, an_asking(details=TEXT))
    assert added.answers.messages == ("first", "second")
    assert added.version == case.version + 1


def test_askings_survive_a_transition(cases, case):
    added = cases.add(case.reference, an_asking(details=TEXT))
    claimed = cases.claim(case.reference, "dr-asha", LATER)
    released = cases.save(claimed, claimed.release("dr-asha", LATER), LATER)
    assert released.request_ids == ("again",)
    assert cases.add(case.reference, an_asking(details=TEXT)) == released
    assert added.additions == released.additions


def test_a_claimed_case_takes_more(cases, case):
    cases.claim(case.reference, "dr-asha", LATER)
    added = cases.add(case.reference, an_asking(details=Details(age=38)))
    assert (added.owner, added.answers.age) == ("dr-asha", 38)


@pytest.mark.parametrize(("full", "free"), [(Channel.WEB, Channel.SMS), (Channel.SMS, Channel.API)])
def test_a_stranger_s_words_leave_the_owner_s_room_alone(cases, case, full, free):
    for number in range(MOST_ADDITIONS):
        cases.add(case.reference, an_asking(f"{number}", channel=full, details=TEXT))
    known = cases.get(case.reference)
    assert cases.add(case.reference, an_asking("more", channel=full, details=TEXT)) == known
    assert not known.has_room(an_asking(channel=full))
    assert cases.add(case.reference, an_asking("more", channel=free, details=TEXT)).knows("more")


def test_nobody_can_blow_a_case_up(cases, case):
    empty = most_askings(tells=False)
    for number in range(empty):
        cases.add(case.reference, an_asking(f"again-{number}"))
    full = cases.get(case.reference)
    assert len(full.request_ids) == empty
    assert cases.add(case.reference, an_asking("one more")) == full
    telling = cases.add(case.reference, an_asking("tells", details=TEXT))
    assert telling.knows("tells"), "who tells nothing takes no room from who does"
    assert len(telling.timeline) == 1 + empty + 1
    assert empty < MOST_ASKINGS


def test_a_case_that_has_ended_takes_nothing(cases, case):
    cases.save(case, case.close(CloseReason.CANCELLED, PATIENT, LATER), LATER)
    with pytest.raises(NotFound):
        cases.add(case.reference, an_asking())


def test_an_asking_that_was_added_is_answered_after_the_end(cases, case):
    added = cases.add(case.reference, an_asking(details=TEXT))
    ended = cases.save(added, added.close(CloseReason.CANCELLED, PATIENT, LATER), LATER)
    assert cases.add(case.reference, an_asking(details=TEXT)) == ended


def test_an_unknown_case_takes_nothing(cases):
    with pytest.raises(NotFound):
        cases.add("NONE", an_asking())


def test_a_case_of_before_is_read_as_it_was_told(cases, case, raw):
    """What later requests told used to fill the first answers, under the same names."""
    item = raw.get(f"CASE#{case.reference}", "CASE")
    known = case_from_image(item)
    assert (known.additions, known.merges, known.digests) == ((), (), ())
    assert known.answers == known.details
    assert known.part_of_day is DayPart.ANY


# -- one request id, another body -------------------------------------------------------------


def test_a_first_request_s_id_with_another_body_is_refused(cases, limits):
    first = a_case()
    cases.open(first, limits, "one")
    again = replace(first, reference="OTHER")
    assert cases.open(again, limits, "one").reference == first.reference
    assert cases.open(again, limits).reference == first.reference
    with pytest.raises(RequestIdReused):
        cases.open(again, limits, "another")


def test_a_first_request_of_before_digests_is_taken_for_the_same(cases, limits):
    first = a_case()
    cases.open(first, limits)
    again = replace(first, reference="OTHER")
    assert cases.open(again, limits, "one").reference == first.reference


def test_a_later_request_s_id_with_another_body_is_told_apart(cases, case):
    cases.add(case.reference, an_asking(digest="one"))
    same = cases.add(case.reference, an_asking(digest="one"))
    assert not same.is_reused(an_asking(digest="one"))
    other = cases.add(case.reference, an_asking(digest="another", details=TEXT))
    assert other.is_reused(an_asking(digest="another"))
    assert other == same, "nothing is written"


def test_a_later_request_of_before_digests_is_taken_for_the_same(cases, case):
    old = replace(case, request_ids=("again",), version=2)
    cases.save(case, old, LATER)
    known = cases.add(case.reference, an_asking(digest="another"))
    assert not known.is_reused(an_asking(digest="another"))
