"""Calls, rooms and the lease while a case is talked about."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.cases.domain.calls import SAME_CALL, VIDEO_LASTS, Call
from chalicelib.cases.domain.case import LEASE, Case, Status
from chalicelib.cases.domain.notifications import messages_owed
from chalicelib.cases.domain.timeline import CloseReason, Happening
from chalicelib.core.domain.errors import HelplineError, IllegalTransition, NotYourCase
from chalicelib.core.domain.working_hours import DEFAULT_HOURS
from chalicelib.messages.domain.telephony import CALL_LASTS, CallState
from chalicelib.messages.domain.templates import Template
from tests.support.builders import NOON, a_case, an_attempt, with_attempt

ASHA, RAVI = "dr-asha", "dr-ravi"


def held() -> Case:
    return a_case().claim(ASHA, NOON)


def calling(case: Case, at=NOON, id_="one", *, tell=False) -> Case:
    return case.begin_call(ASHA, Call(id_, at), tell=tell)


def owed(before: Case, after: Case) -> list[tuple[str, Template]]:
    return [(each.id, each.template) for each in messages_owed(before, after, DEFAULT_HOURS)]


def test_a_call_within_the_minute_is_the_same_call() -> None:
    case = calling(held())

    assert calling(case, NOON + SAME_CALL - timedelta(seconds=1), "two") == case
    assert calling(case, NOON + SAME_CALL, "two").call == Call("two", NOON + SAME_CALL)


def test_a_call_that_ended_may_be_made_again_at_once() -> None:
    case = calling(held()).end_call("one", CallState.BUSY, NOON)

    assert calling(case, NOON, "two").call == Call("two", NOON)


def test_a_call_holds_the_lease_for_as_long_as_it_may_last() -> None:
    at = NOON + timedelta(minutes=5)
    case = calling(held(), at)

    assert case.lease_until == at + CALL_LASTS
    assert (case.timeline[-1].what, case.timeline[-1].by) == (Happening.CALLING, ASHA)


def test_the_end_of_a_call_gives_back_what_it_held_and_is_noted_once() -> None:
    case = calling(held()).end_call("one", CallState.COMPLETED, NOON + timedelta(minutes=9))

    assert case.lease_until == NOON + timedelta(minutes=9) + LEASE
    assert (case.timeline[-1].what, case.timeline[-1].detail) == (
        Happening.CALL_ENDED,
        "completed",
    )
    assert case.status is Status.CLAIMED
    assert case.end_call("one", CallState.FAILED, NOON) == case


def test_the_end_of_another_call_is_nothing() -> None:
    for case in (held(), calling(held()), a_case()):
        assert case.end_call("another", CallState.BUSY, NOON) == case


def test_keeping_a_case_renews_and_never_shortens_its_lease() -> None:
    later = NOON + timedelta(minutes=20)

    assert held().keep(ASHA, later).lease_until == later + LEASE
    assert calling(held()).keep(ASHA, later).lease_until == NOON + CALL_LASTS
    assert held().keep(ASHA, later).version == held().version + 1


def test_a_case_that_is_talked_about_is_not_taken_back() -> None:
    for case in (calling(held()), held().open_video(ASHA, NOON)):
        with pytest.raises(IllegalTransition):
            case.expire_lease(NOON + timedelta(minutes=59))
        assert case.expire_lease(NOON + timedelta(minutes=60)).status is Status.WAITING


def test_a_talk_is_spared_by_the_shifts_end_for_an_hour_at_most() -> None:
    end = NOON + timedelta(minutes=30)
    for case in (calling(held()), held().open_video(ASHA, NOON)):
        assert case.is_spared(end, NOON + timedelta(minutes=59))
        assert not case.is_spared(end, NOON + timedelta(minutes=60)), "as long as a talk lasts"
        assert not case.is_spared(NOON - timedelta(minutes=30), NOON + timedelta(minutes=30))
    over = calling(held()).end_call("one", CallState.COMPLETED, NOON)
    assert not over.is_spared(end, NOON), "nobody talks any more"
    assert not held().is_spared(end, NOON)


def test_a_room_is_open_for_an_hour_and_stays_the_one() -> None:
    case = held().open_video(ASHA, NOON)
    last = NOON + VIDEO_LASTS - timedelta(microseconds=1)

    assert case.video_is_open(NOON)
    assert case.video_is_open(last)
    assert not case.video_is_open(NOON + VIDEO_LASTS)
    assert case.open_video(ASHA, last) == case
    assert case.open_video(ASHA, NOON + VIDEO_LASTS).video != case.video


ACTIONS = {
    "keep": lambda case, by: case.keep(by, NOON),
    "call": lambda case, by: case.begin_call(by, Call("x", NOON), tell=False),
    "video": lambda case, by: case.open_video(by, NOON),
}


@pytest.mark.parametrize("action", ACTIONS)
def test_only_the_owner_speaks_with_the_patient(action) -> None:
    with pytest.raises(NotYourCase):
        ACTIONS[action](held(), RAVI)
    with pytest.raises(IllegalTransition):
        ACTIONS[action](a_case(), ASHA)


ENDINGS = {
    "release": lambda case: case.release(ASHA, NOON),
    "hand over": lambda case: case.hand_over(NOON),
    "attempt": lambda case: with_attempt(case, an_attempt()),
    "close": lambda case: case.close(CloseReason.CANCELLED, "patient", NOON),
}


@given(st.lists(st.sampled_from(sorted(ACTIONS)), max_size=4), st.sampled_from(sorted(ENDINGS)))
def test_call_and_room_go_with_the_claim(actions, ending) -> None:
    case = held()
    for action in actions:
        case = ACTIONS[action](case, ASHA)
    ended = ENDINGS[ending](case)

    assert (ended.call, ended.video, ended.lease_until) == (None, None, None)
    with pytest.raises(HelplineError):
        ended.keep(ASHA, NOON)


def test_a_room_owes_its_link_once() -> None:
    before = held()
    after = before.open_video(ASHA, NOON)

    assert owed(before, after) == [("2.video_opened.patient", Template.VIDEO_LINK)]
    assert owed(after, after.open_video(ASHA, NOON)) == []
    assert owed(after, after.keep(ASHA, NOON)) == []


def test_a_call_is_told_of_only_where_it_was_asked_for() -> None:
    before = held()

    assert owed(before, calling(before)) == []
    told = [("2.calling.patient", Template.CALLING_SOON)]
    assert owed(before, calling(before, tell=True)) == told
    ended = calling(before, tell=True).end_call("one", CallState.BUSY, NOON)
    assert owed(before, ended) == told


def test_of_what_is_over_nobody_is_told() -> None:
    case = calling(held(), tell=True).open_video(ASHA, NOON)

    assert len(owed(held(), case)) == 2
    assert owed(held(), case.release(ASHA, NOON)) == []


def test_what_a_call_left_behind_hides_no_farewell() -> None:
    case = calling(held()).end_call("one", CallState.COMPLETED, NOON)
    done = ENDINGS["attempt"](case)
    closed = done.close(CloseReason.CANCELLED, "patient", NOON)

    assert [each for _, each in owed(held(), closed)] == [Template.CANCELLED]
