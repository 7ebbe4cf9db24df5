"""Who told what: later answers beside the first, wishes that replace, merges that are undone."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.cases.domain.answers import (
    MOST_ADDITIONS,
    MOST_ASKINGS,
    Channel,
    Consent,
    Details,
    Mode,
    Wishes,
    most_askings,
)
from chalicelib.cases.domain.case import MOST_COUNTED, Status
from chalicelib.cases.domain.notifications import messages_owed
from chalicelib.cases.domain.timeline import PATIENT, CloseReason, Happening
from chalicelib.core.domain.datetimes import Window
from chalicelib.core.domain.errors import IllegalTransition
from chalicelib.core.domain.working_hours import DEFAULT_HOURS, DayPart
from chalicelib.messages.domain.templates import Template
from tests.support.builders import NOON, a_case, an_asking

LATER = NOON + timedelta(minutes=5)
TIMES = (NOON + timedelta(hours=3), Window(NOON + timedelta(hours=3), NOON + timedelta(hours=4)))
RAVI = Details(name="Ravi", name_key="ravi", age=61, sex="male")
SITA = Details(
    name="Sita", name_key="sita", age=34, cancer_site="breast", stage="3", messages=("help",)
)


def happened(case):
    return [(entry.what, entry.detail) for entry in case.timeline[1:]]


# -- answers ----------------------------------------------------------------------------------


def test_two_people_on_one_phone_are_both_kept_and_never_mixed():
    case = a_case(details=RAVI).ask_again(an_asking(details=SITA))
    assert case.details == RAVI
    assert case.answers == replace(RAVI, messages=("help",))
    (other,) = case.also_told
    assert other.details == replace(SITA, messages=())
    assert (other.at, other.channel) == (LATER, Channel.WEB)


def test_what_the_same_person_tells_later_fills_blanks():
    case = a_case(details=RAVI).ask_again(an_asking(details=Details(city="Pune", age=61)))
    assert case.answers == replace(RAVI, city="Pune")
    assert case.also_told == ()
    corrected = case.ask_again(
        an_asking("2", at=LATER + (LATER - NOON), details=Details(city="Indore", stage="2"))
    )
    assert corrected.answers == replace(RAVI, city="Pune", stage="2")
    assert [each.details for each in corrected.also_told] == [Details(city="Indore")]


@pytest.mark.parametrize("age", [15, 40])
def test_a_minor_is_known_by_what_was_told_later(age):
    case = a_case(details=Details()).ask_again(an_asking(details=Details(age=age)))
    assert case.is_minor is (age == 15)


def test_a_case_is_found_by_the_first_name_that_was_told():
    case = a_case(details=Details(age=61)).ask_again(an_asking(details=SITA))
    assert (case.answers.name, case.name_key) == (None, "sita")
    assert a_case(details=RAVI).ask_again(an_asking(details=SITA)).name_key == "ravi"


@pytest.mark.parametrize("channel", list(Channel))
def test_strangers_and_the_phone_s_owner_have_room_of_their_own(channel):
    case = a_case()
    for number in range(MOST_ADDITIONS + 1):
        asking = an_asking(f"{number}", channel=channel, details=Details(messages=("no",)))
        case = case.ask_again(asking)
    assert len(case.additions) == MOST_ADDITIONS
    assert happened(case)[-1] == (Happening.NOT_ADDED, channel.value)
    other = Channel.WEB if channel.is_own_phone else Channel.SMS
    allergy = an_asking("own", channel=other, details=Details(messages=("allergic to cisplatin",)))
    assert "allergic to cisplatin" in case.ask_again(allergy).answers.messages


def test_what_is_not_noted_is_counted_up_to_a_bound():
    case = a_case()
    for number in range(most_askings(tells=False) + MOST_COUNTED + 3):
        case = case.ask_again(an_asking(f"{number}"))
    assert len(case.request_ids) == most_askings(tells=False)
    assert case.not_counted == MOST_COUNTED
    for number in range(MOST_ASKINGS):
        case = case.ask_again(an_asking(f"t{number}", details=Details(age=number)))
    assert len(case.request_ids) == MOST_ASKINGS
    assert case.ask_again(an_asking("end")) is case, "nobody can write without end"


def test_who_only_asks_once_more_leaves_a_trace_and_owes_no_message():
    case = a_case().ask_again(an_asking(channel=Channel.API))
    assert happened(case) == [(Happening.REPEATED, "api")]
    assert messages_owed(a_case(), case, DEFAULT_HOURS) == []


# -- wishes -----------------------------------------------------------------------------------


def test_the_later_wish_counts_and_the_timeline_names_it():
    wishes = Wishes("en", Mode.VIDEO, DayPart.AFTERNOON, prefers_woman=True)
    case = a_case()
    after = case.ask_again(an_asking(wishes=wishes), TIMES)
    assert (after.language, after.mode, after.prefers_woman) == ("en", Mode.VIDEO, True)
    assert (after.part_of_day, (after.not_before, after.expected)) == (DayPart.AFTERNOON, TIMES)
    assert after.requested_at == case.requested_at, "the place in line stays"
    named = "language,mode,part_of_day,prefers_woman"
    assert happened(after) == [
        (Happening.ASKED_AGAIN, "web"),
        (Happening.WISHES_CHANGED, named),
    ]
    (owed,) = messages_owed(case, after, DEFAULT_HOURS)
    assert owed.template is Template.ALREADY_IN_LINE, "the phone's owner is told"
    assert after.ask_again(an_asking(wishes=wishes), TIMES) is after
    again = after.ask_again(an_asking("same wishes", wishes=wishes), TIMES)
    assert happened(again)[2:] == [(Happening.REPEATED, "web")]


def test_what_is_not_wished_stays():
    case = a_case(mode=Mode.VIDEO, prefers_woman=True, part_of_day=DayPart.MORNING)
    after = case.ask_again(an_asking())
    assert (after.mode, after.prefers_woman, after.part_of_day) == (
        Mode.VIDEO,
        True,
        DayPart.MORNING,
    )


def test_who_holds_the_case_keeps_it_and_sees_the_wishes():
    claimed = a_case().claim("dr-asha", NOON)
    wishes = Wishes(language="en", part_of_day=DayPart.MORNING)
    after = claimed.ask_again(an_asking(wishes=wishes), TIMES)
    assert (after.owner, after.lease_until) == (claimed.owner, claimed.lease_until)
    assert (after.not_before, after.expected) == (claimed.not_before, claimed.expected)
    assert (after.language, after.part_of_day) == ("en", DayPart.MORNING)


def test_a_confirmed_consent_replaces_that_of_a_missed_call_alone():
    rang = Consent("2026-11", "hi", NOON, Channel.MISSED_CALL)
    case = a_case(channel=Channel.MISSED_CALL, consent=rang)
    agreed = Consent("2026-12", "en", LATER, Channel.WEB)
    after = case.ask_again(an_asking(consent=agreed))
    assert after.consent == agreed
    assert happened(after)[-1] == (Happening.WISHES_CHANGED, "consent")
    once_more = an_asking("2", consent=replace(agreed, version="2027-01"))
    assert after.ask_again(once_more).consent == agreed
    call = an_asking("call", channel=Channel.MISSED_CALL, consent=rang)
    assert after.ask_again(call).consent == agreed


def test_a_case_that_is_over_takes_no_more():
    over = a_case().close(CloseReason.CANCELLED, PATIENT, NOON)
    with pytest.raises(IllegalTransition):
        over.ask_again(an_asking())


# -- correcting -------------------------------------------------------------------------------


def test_a_correction_is_of_what_is_shown():
    case = a_case(details=Details(name="Ravi")).ask_again(an_asking(details=Details(age=61)))
    shown = {"name": "Ravi", "age": 61, "city": None}
    assert case.correct(shown, "meera", LATER) is case, "nothing differs from what was shown"

    older = case.correct({"age": 62}, "meera", LATER)
    assert (older.details.age, older.answers.age) == (62, 62)
    assert older.timeline[-1].fields == ("age",)
    assert [each.details.age for each in older.also_told] == [61]

    taken_back = case.correct({"age": None}, "meera", LATER)
    assert (taken_back.answers.age, taken_back.additions) == (None, ())


# -- merging and its undoing ------------------------------------------------------------------


def merged(target, *duplicates):
    """Merge each into the first; return it, and them as they are then."""
    left = []
    for duplicate in duplicates:
        left.append(duplicate.merge_into(target.reference, "meera", LATER))
        target = target.absorb(duplicate, "meera", LATER)
    return target, left


def plain(case):
    """What a merge and its undoing leave alone."""
    return replace(case, timeline=(), version=0)


D = a_case(reference="D", phone="+919812345671", details=SITA, priority=2, prefers_woman=True)
D = D.note("a note on Sita", "meera", NOON).ask_again(an_asking(details=Details(city="Goa")))
A = a_case(reference="A", details=RAVI).note("a note on Ravi", "meera", NOON)


def test_a_merge_marks_whose_words_and_notes_they_are():
    after, _ = merged(A, D)
    assert {each.source for each in after.additions} == {"D"}
    assert [note.source for note in after.notes] == [None, "D"]
    assert after.words_of("D") == 3
    assert after.absorbed == ("D",)
    assert (after.priority, after.prefers_woman) == (2, True)


def test_separating_takes_out_all_that_came_and_all_that_was_raised():
    after, (gone,) = merged(A, D)
    back = gone.reopen("meera", LATER, TIMES[1])
    left = after.separate(gone, "meera", LATER)
    assert plain(left) == plain(A)
    assert (left.absorbed, left.words_of("D"), back.merged_into) == ((), 0, None)
    assert happened(left)[-1] == (Happening.SEPARATED, "D")
    assert happened(back)[-2:] == [(Happening.SEPARATED, "A"), (Happening.REOPENED, "")]
    assert back.additions == D.additions
    assert back.notes == D.notes


@pytest.mark.parametrize(
    ("change", "priority", "woman"),
    [
        (lambda case: case.correct({"priority": 1}, "meera", LATER), 1, False),
        (lambda case: case.correct({"prefers_woman": False}, "meera", LATER), 5, False),
        (lambda case: case.ask_again(an_asking(wishes=Wishes(prefers_woman=True))), 5, True),
    ],
    ids=["staff made it urgent", "staff took the wish back", "the person wished it"],
)
def test_what_was_decided_since_a_merge_stays_after_it(change, priority, woman):
    after, (gone,) = merged(A, D)
    left = change(after).separate(gone, "meera", LATER)
    assert (left.priority, left.prefers_woman) == (priority, woman)


def test_of_two_merges_the_other_one_still_counts():
    other = a_case(reference="C", priority=3, details=Details())
    after, (gone, gone_other) = merged(A, D, other)
    left = after.separate(gone, "meera", LATER)
    assert (left.priority, left.prefers_woman, left.absorbed) == (3, False, ("C",))
    assert left.separate(gone_other, "meera", LATER).priority == A.priority


def test_in_a_chain_the_words_are_taken_out_everywhere():
    between, (gone,) = merged(a_case(reference="B", details=Details(stage="1")), D)
    top, (gone_between,) = merged(A, between)
    assert (top.words_of("D"), top.priority) == (3, 2)

    between_left = gone_between.separate(gone, "meera", LATER)
    top_left = top.separate(gone, "meera", LATER, between_left)
    assert (between_left.words_of("D"), top_left.words_of("D")) == (0, 0)
    assert (top_left.words_of("B"), top_left.absorbed) == (1, ("B",))
    assert (top_left.priority, top_left.prefers_woman) == (5, False)
    assert between_left.status is Status.CLOSED

    apart = top.separate(gone_between, "meera", LATER)
    assert plain(apart) == plain(A), "what came through it goes with it"


def test_an_erased_case_only_loses_the_tie():
    after, (gone,) = merged(A, D)
    erased = after.erase(Details(), "retention", "system", LATER)
    left = erased.separate(gone, "meera", LATER)
    assert left.absorbed == ()
    assert plain(left) == plain(erased)


def test_a_farewell_is_owed_though_a_merge_was_undone_since():
    after, (gone,) = merged(A, D)
    over = after.close(CloseReason.CANCELLED, PATIENT, LATER)
    left = over.separate(gone, "meera", LATER)
    assert [each.template for each in messages_owed(after, left, DEFAULT_HOURS)] == [
        Template.CANCELLED
    ]


def test_a_merge_of_before_is_separated_from_what_is_the_same_in_both():
    """Then the duplicate's answers filled the case's own, and nobody kept whose they were."""
    flat = replace(
        A,
        details=A.details.filled_from(replace(SITA, name=None, name_key=None, age=None)),
        notes=(*A.notes, *D.notes),
        timeline=(*A.timeline, *merged(A, D)[0].timeline[-1:]),
    )
    left = flat.separate(D, "meera", LATER)
    assert left.answers == RAVI
    assert [note.text for note in left.notes] == ["a note on Ravi"]
    assert left.absorbed == ()


def test_forgetting_takes_a_duplicate_s_own_words_alone():
    between, (gone,) = merged(a_case(reference="B", details=Details(stage="1")), D)
    top, _ = merged(A, between)
    left = top.forget(gone, between)
    assert (left.words_of("D"), left.words_of("B"), left.absorbed) == (0, 1, ("B",))
    assert left.forget(gone, between) is left
