"""Shift handover: late, doubled, beside itself, and never with a case left behind."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from chalicelib.cases.domain.calls import Call
from chalicelib.cases.domain.case import Status
from chalicelib.cases.domain.timeline import SYSTEM, Happening
from chalicelib.cases.services.shift_handover import HandedOver
from chalicelib.core.domain.errors import Busy
from chalicelib.messages.domain.templates import Template
from chalicelib.rota.domain.change_log import By
from chalicelib.rota.domain.model import RoundRobin
from chalicelib.rota.domain.swaps import OfferState
from tests.support.builders import a_case
from tests.support.rota_world import EARLY, MONDAY, ONE_DAY, RotaWorld, afternoon, at, morning

TEN, HALF_PAST_ONE, FIVE = at(MONDAY, 10), at(MONDAY, 13, 30), at(MONDAY, 17)
NOTHING = HandedOver(0, 0, 0, 0)
STARTS, ENDED = Template.SHIFT_STARTS, Template.SHIFT_ENDED


@pytest.fixture
def world() -> RotaWorld:
    """Monday: Asha in the morning, Ravi in the afternoon, and nobody told of it by the past."""
    lines = (
        morning(rotation=RoundRobin(("dr-asha",), MONDAY)),
        afternoon(rotation=RoundRobin(("dr-ravi",), MONDAY)),
    )
    world = RotaWorld(lines=lines).published(EARLY)
    world.hand_over(EARLY)
    world.messages.empty()
    return world


def ask(world: RotaWorld, reference: str, now: datetime) -> None:
    phone = f"+9198123456{len(world.cases.cases):02}"
    world.cases.put(
        a_case(reference=reference, request_id=reference, phone=phone, requested_at=now)
    )


def test_who_comes_and_goes_is_told_once(world: RotaWorld) -> None:
    assert world.hand_over(TEN - timedelta(minutes=1)) == NOTHING
    assert world.hand_over(TEN).messages == 1
    assert world.hand_over(TEN + timedelta(minutes=5)) == NOTHING
    world.hand_over(HALF_PAST_ONE)
    world.hand_over(FIVE)

    assert world.told() == [
        ("dr-asha", STARTS),
        ("dr-ravi", STARTS),
        ("dr-asha", ENDED),
        ("dr-ravi", ENDED),
    ]


def test_with_nothing_due_it_reads_the_day_and_the_claims(world: RotaWorld) -> None:
    world.hand_over(TEN)
    for store in (world.rota, world.cases, world.edits):
        store.calls.clear()

    assert world.hand_over(TEN + timedelta(minutes=5)) == NOTHING
    assert (world.rota.calls, world.cases.calls, world.edits.calls) == (
        ["turnings_before"],
        ["claims"],
        [],
    )


def test_cases_at_the_shifts_end_go_back_to_their_place(world: RotaWorld) -> None:
    for number, reference in enumerate(("FIRST", "SECOND", "THIRD")):
        ask(world, reference, TEN + timedelta(minutes=number))
    world.cases.claim("FIRST", "dr-asha", HALF_PAST_ONE - timedelta(minutes=10))

    assert world.hand_over(HALF_PAST_ONE).cases == 1

    assert world.cases.waiting() == ["FIRST", "SECOND", "THIRD"]
    last = world.cases.cases["FIRST"].timeline[-1]
    assert (last.what, last.by, last.detail) == (Happening.HANDED_OVER, SYSTEM, "dr-asha")


@pytest.mark.parametrize("way", ["a call", "a room"])
def test_a_talk_under_way_is_left_to_its_doctor_for_an_hour(world: RotaWorld, way: str) -> None:
    ask(world, "TALKING", TEN)
    before = HALF_PAST_ONE - timedelta(minutes=10)
    claimed = world.cases.claim("TALKING", "dr-asha", before)
    talking = (
        claimed.begin_call("dr-asha", Call("one", before), tell=False)
        if way == "a call"
        else claimed.open_video("dr-asha", before)
    )
    world.cases.save(claimed, talking, before)

    assert world.hand_over(HALF_PAST_ONE).cases == 0
    assert world.hand_over(HALF_PAST_ONE + timedelta(minutes=45)).cases == 0
    assert world.cases.cases["TALKING"].owner == "dr-asha"
    assert world.hand_over(HALF_PAST_ONE + timedelta(minutes=50)).cases == 1


def test_a_talk_that_begins_again_is_not_spared_beyond_the_hour(world: RotaWorld) -> None:
    ask(world, "TALKING", TEN)
    claimed = world.cases.claim("TALKING", "dr-asha", HALF_PAST_ONE - timedelta(minutes=10))
    late = HALF_PAST_ONE + timedelta(minutes=50)
    world.cases.save(claimed, claimed.open_video("dr-asha", late), late)

    assert world.hand_over(HALF_PAST_ONE + timedelta(minutes=59)).cases == 0
    assert world.hand_over(HALF_PAST_ONE + timedelta(minutes=60)).cases == 1


def test_a_claim_of_the_last_second_is_found_by_the_next_run(world: RotaWorld) -> None:
    ask(world, "LATE", TEN)
    world.hand_over(HALF_PAST_ONE)
    # Asha's request was under way while the shift turned.
    world.cases.claim("LATE", "dr-asha", HALF_PAST_ONE - timedelta(seconds=1))

    assert world.hand_over(HALF_PAST_ONE + timedelta(minutes=5)) == replace(NOTHING, cases=1)
    assert world.cases.waiting() == ["LATE"]


def test_a_late_run_leaves_what_a_run_in_time_would_have_left(world: RotaWorld) -> None:
    """Asha held it at half past one, and is on duty again when the run comes at last."""
    tuesday = MONDAY + ONE_DAY
    ask(world, "HELD", TEN)
    world.cases.claim("HELD", "dr-asha", HALF_PAST_ONE - timedelta(minutes=10))

    world.hand_over(at(tuesday, 10, 5))

    assert world.cases.waiting() == ["HELD"]


def test_who_stays_on_duty_keeps_the_case() -> None:
    lines = (
        morning(rotation=RoundRobin(("dr-asha",), MONDAY)),
        afternoon(rotation=RoundRobin(("dr-asha",), MONDAY)),
    )
    world = RotaWorld(lines=lines).published(EARLY)
    world.hand_over(TEN)
    ask(world, "HELD", TEN)
    world.cases.claim("HELD", "dr-asha", HALF_PAST_ONE - timedelta(minutes=10))

    assert world.hand_over(HALF_PAST_ONE) == NOTHING
    assert world.cases.cases["HELD"].status is Status.CLAIMED
    assert world.hand_over(FIVE).cases == 1


def test_a_case_that_its_owner_gave_back_and_another_took_is_left(world: RotaWorld) -> None:
    ask(world, "MOVING", TEN)
    claimed = world.cases.claim("MOVING", "dr-asha", HALF_PAST_ONE - timedelta(minutes=1))
    [seen] = world.cases.claims()
    world.cases.save(claimed, claimed.release("dr-asha", HALF_PAST_ONE), HALF_PAST_ONE)
    world.cases.claim("MOVING", "dr-ravi", HALF_PAST_ONE)
    world.cases.claims = lambda: [seen]

    assert world.hand_over(HALF_PAST_ONE).cases == 0
    assert world.cases.cases["MOVING"].owner == "dr-ravi"


def test_a_case_that_is_busy_is_left_to_the_next_run(world: RotaWorld) -> None:
    for number, reference in enumerate(("ONE", "TWO")):
        ask(world, reference, TEN)
        world.cases.claim(reference, f"dr-{number}", HALF_PAST_ONE)
    world.cases.calls.clear()
    get, failures = world.cases.get, [Busy(), Busy()]
    world.cases.get = lambda *args, **kwargs: (
        (_ for _ in ()).throw(failures.pop()) if failures else get(*args, **kwargs)
    )

    assert world.hand_over(HALF_PAST_ONE).cases == 1
    assert world.hand_over(HALF_PAST_ONE + timedelta(minutes=5)).cases == 1


def test_a_week_missed_is_caught_up_and_tells_nobody_of_the_past(world: RotaWorld) -> None:
    world.hand_over(TEN)
    world.messages.empty()
    now = at(MONDAY + 7 * ONE_DAY, 13, 35)

    caught_up = world.hand_over(now)

    # Monday's two that were left, five days of three, and the next Monday's two.
    assert caught_up.boundaries == 2 + 5 * 3 + 2
    assert world.told() == [("dr-ravi", STARTS), ("dr-asha", ENDED)]
    assert world.hand_over(now) == NOTHING


def test_a_shift_until_midnight_ends_with_the_next_day() -> None:
    whole = morning(days=("mon",), rotation=RoundRobin(("dr-asha",), MONDAY))
    world = RotaWorld(lines=(whole,)).published(EARLY)
    day = world.rota.find_duty_day(MONDAY)
    midnight = at(MONDAY + ONE_DAY, 0)
    late = replace(day.shifts[0], end=midnight)
    world.rota.put_duty_day(replace(day, shifts=(late,)))
    world.hand_over(TEN)
    ask(world, "HELD", TEN)
    world.cases.claim("HELD", "dr-asha", midnight - timedelta(minutes=5))

    turned = world.hand_over(midnight)

    assert (turned.boundaries, turned.cases) == (1, 1)
    assert world.told()[-1] == ("dr-asha", ENDED)


def test_the_first_run_ever_begins_with_today() -> None:
    world = RotaWorld().published(EARLY)

    assert world.hand_over(TEN + timedelta(minutes=5)).boundaries == 1
    assert world.told() == [(world.on(MONDAY)[0], STARTS)]


def test_two_runs_at_once_leave_one_end_state(world: RotaWorld) -> None:
    ask(world, "HELD", TEN)
    world.cases.claim("HELD", "dr-asha", HALF_PAST_ONE - timedelta(minutes=10))
    claims, second = world.cases.claims, []

    def other_run_first() -> list:
        seen = claims()
        world.cases.claims = claims
        second.append(world.hand_over(HALF_PAST_ONE))
        return seen

    world.cases.claims = other_run_first
    world.hand_over(HALF_PAST_ONE)

    assert second[0].cases == 1
    assert [entry.what for entry in world.cases.cases["HELD"].timeline].count(
        Happening.HANDED_OVER
    ) == 1
    assert len(world.messages.messages) == len(world.gateway.sent)
    assert world.hand_over(HALF_PAST_ONE) == NOTHING


def test_a_run_that_crashed_while_telling_is_repeated_by_the_next(world: RotaWorld) -> None:
    world.messages.fail_next = [Busy()]
    with pytest.raises(Busy):
        world.hand_over(TEN)

    assert world.hand_over(TEN + timedelta(minutes=5)).messages == 1
    assert world.told() == [("dr-asha", STARTS)]


def test_without_a_published_day_nobody_is_on_duty() -> None:
    world = RotaWorld(lines=())
    ask(world, "HELD", TEN)
    world.cases.claim("HELD", "dr-asha", TEN)

    assert world.hand_over(TEN) == replace(NOTHING, cases=1)


def test_an_offer_that_nobody_took_is_closed_by_its_shifts_start(world: RotaWorld) -> None:
    offer = world.swaps.offer(world.shift(MONDAY).id, "dr-tara", By("dr-asha"), EARLY)

    assert world.hand_over(TEN).offers == 1

    assert world.edits.find_offer(offer.id).state is OfferState.EXPIRED
    assert world.hand_over(TEN + timedelta(minutes=5)).offers == 0
