"""What an administrator does to a case: what leads where, and what is refused."""

from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.cases.domain.answers import Details
from chalicelib.cases.domain.case import Case, Status
from chalicelib.cases.domain.timeline import SYSTEM, CloseReason, Entry, Happening, Result
from chalicelib.core.domain.datetimes import Window
from chalicelib.core.domain.errors import IllegalTransition
from tests.support.builders import NOON, a_case, an_attempt, with_attempt

LATER = NOON + timedelta(minutes=5)
PROMISED = Window(LATER, LATER + timedelta(hours=1))


def unreachable() -> Case:
    case = a_case()
    for hour in range(3):
        at = NOON + timedelta(hours=hour * 24)
        case = with_attempt(case.claim("dr-asha", at), an_attempt(at=at))
    assert case.closed_reason is CloseReason.UNREACHABLE
    return case


def erased() -> Case:
    return a_case().erase(Details(), "asked", "meera", NOON)


def test_an_assigned_case_is_its_new_owners_alone():
    case = a_case().claim("dr-ravi", NOON).assign("dr-asha", "meera", LATER)

    assert (case.status, case.owner, case.claimed_at) == (Status.CLAIMED, "dr-asha", LATER)
    entry = case.timeline[-1]
    assert (entry.what, entry.by, entry.detail) == (Happening.ASSIGNED, "meera", "dr-asha")


@pytest.mark.parametrize("case", [unreachable(), erased()], ids=["unreachable", "erased"])
def test_what_is_over_is_nobodys(case):
    with pytest.raises(IllegalTransition):
        case.assign("dr-asha", "meera", LATER)
    with pytest.raises(IllegalTransition):
        case.merge_into("OTHER", "meera", LATER)
    with pytest.raises(IllegalTransition):
        case.absorb(a_case(), "meera", LATER)


def test_a_reopened_case_stands_where_it_stood_with_a_new_promise():
    over = unreachable()
    case = over.reopen("meera", LATER, PROMISED)

    assert case.status is Status.WAITING
    assert (case.requested_at, case.priority) == (over.requested_at, over.priority)
    assert (case.closed_reason, case.finished_at, case.merged_into) == (None, None, None)
    assert (case.not_before, case.expected) == (LATER, PROMISED)
    assert case.timeline[-1].what is Happening.REOPENED


def test_a_reopened_case_has_its_tries_again_and_its_history_still():
    at = NOON + timedelta(days=4)
    case = unreachable().reopen("meera", at, PROMISED).claim("dr-asha", at)

    case = with_attempt(case, an_attempt(Result.BUSY, at=at))

    assert case.status is Status.WAITING
    assert len(case.attempts) == 4
    assert case.not_before == at + timedelta(minutes=10)


@pytest.mark.parametrize("case", [a_case(), a_case().claim("dr-asha", NOON), erased()])
def test_what_is_open_or_erased_is_not_reopened(case):
    with pytest.raises(IllegalTransition):
        case.reopen("meera", LATER, PROMISED)


def test_a_correction_tells_which_fields_and_never_what_they_hold():
    case = a_case().correct(
        {"name": "सुनीता देवी", "name_key": "k", "city": "इंदौर", "language": "en", "age": 44},
        "meera",
        LATER,
    )

    assert case.details.name == "सुनीता देवी"
    assert (case.details.name_key, case.details.age, case.language) == ("k", 44, "en")
    assert case.timeline[-1].fields == ("name", "language", "age"), "the city was right already"
    assert case.version == a_case().version + 1


def test_a_correction_of_nothing_changes_nothing():
    case = a_case()
    assert case.correct({"city": "इंदौर", "language": "hi"}, "meera", LATER) is case


def test_what_was_erased_is_not_filled_again():
    with pytest.raises(IllegalTransition):
        erased().correct({"name": "सुनीता"}, "meera", LATER)


def test_a_duplicate_ends_in_the_other_which_takes_in_what_it_told():
    told = Details(name="Sunita", name_key="n", age=44, city="Bhopal", messages=("b",))
    duplicate = a_case(reference="DUP", details=told, priority=2, prefers_woman=True)
    duplicate = duplicate.note("rang twice", "meera", NOON)
    into = a_case(details=Details(city="Indore", messages=("a",), reasons=("cost",)))

    after = into.absorb(duplicate, "meera", LATER)
    gone = duplicate.merge_into(into.reference, "meera", LATER)

    assert after.answers == Details(
        name="Sunita",
        name_key="n",
        age=44,
        city="Indore",
        reasons=("cost",),
        messages=("a", "b"),
    )
    assert (after.priority, after.prefers_woman, after.requested_at) == (2, True, into.requested_at)
    assert [note.text for note in after.notes] == ["rang twice"]
    assert (after.timeline[-1].what, after.timeline[-1].detail) == (Happening.MERGED, "DUP")
    assert (gone.closed_reason, gone.merged_into) == (CloseReason.DUPLICATE, into.reference)


def test_a_name_that_is_there_keeps_its_own_key():
    named = Details(name="Sunita", name_key=None)
    assert named.filled_from(Details(name="Anita", name_key="of Anita")).name_key is None


def test_a_case_knows_the_keys_of_the_phones_that_it_had():
    first = a_case(phone_key="one")
    second = first.correct({"phone": "+919812345670", "phone_key": "two"}, "meera", NOON)
    renamed = second.correct({"name": "Sunita"}, "meera", NOON)
    back = renamed.correct({"phone": first.phone, "phone_key": "one"}, "meera", NOON)

    assert first.earlier_phone_keys == ()
    assert renamed.earlier_phone_keys == ("one",)
    assert back.earlier_phone_keys == ("one", "two")


class TestLinkSerial:
    """How often the phone was changed or turned out wrong, by the timeline alone."""

    HELD = Entry(NOON, "dr-asha", Happening.CLAIMED)
    LOST = Entry(NOON, SYSTEM, Happening.HANDED_OVER, "dr-asha")
    PHONE = Entry(NOON, "meera", Happening.CORRECTED, "name,phone")
    LATE = Entry(NOON, "dr-asha", Happening.RECORDED_LATE, "wrong_number")

    @pytest.mark.parametrize(
        ("timeline", "serial"),
        [
            ([], 0),
            ([HELD, LOST], 0),
            ([PHONE, PHONE], 2),
            ([Entry(NOON, "meera", Happening.CORRECTED, "phone_key,name")], 0),
            ([Entry(NOON, "dr-asha", Happening.ATTEMPTED, "no_answer")], 0),
            ([Entry(NOON, "dr-asha", Happening.ATTEMPTED, "wrong_number")], 1),
            ([Entry(NOON, "meera", Happening.CLOSED, "wrong_number")], 1),
            ([Entry(NOON, "meera", Happening.CLOSED, "expired")], 0),
            ([HELD, LOST, LATE], 1),
            # The doctor may have rung the phone that the case had before.
            ([HELD, LOST, PHONE, LATE], 1),
            ([PHONE, HELD, LOST, LATE], 2),
            ([HELD, LOST, Entry(NOON, "dr-ravi", Happening.ATTEMPTED, "answered"), LATE], 0),
        ],
    )
    def test_it_counts(self, timeline, serial):
        case = a_case()

        assert replace(case, timeline=(*case.timeline, *timeline)).link_serial == serial
