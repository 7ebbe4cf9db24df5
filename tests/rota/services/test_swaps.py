"""Swaps: a shift moves with the taker's consent, and to nobody who could not serve it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.core.domain.errors import HelplineError, InvalidInput, NotFound
from chalicelib.messages.domain.templates import Template
from chalicelib.rota.domain.change_log import By, ChangeKind
from chalicelib.rota.domain.errors import (
    AlreadyOffered,
    NotOfferedToYou,
    NotServing,
    NotYourOffer,
    NotYourShift,
    OfferClosed,
    OnAnotherLine,
    OnLeave,
    ShiftStarted,
)
from chalicelib.rota.domain.model import Leave, Override, RoundRobin
from chalicelib.rota.domain.swaps import OfferState
from tests.support.rota_world import (
    EARLY,
    MONDAY,
    NAMES,
    ONE_DAY,
    TUESDAY,
    RotaWorld,
    a_doctor,
    at,
    morning,
)

ASHA, RAVI, TARA = (By(who) for who in NAMES)
ADMIN = By("admin")


@pytest.fixture
def world() -> RotaWorld:
    """Asha has the mornings; Ravi a second line at the same time; Tara has neither."""
    lines = (
        morning(rotation=RoundRobin(("dr-asha", "dr-tara"), MONDAY, every=100)),
        morning(id="second", rotation=RoundRobin(("dr-ravi",), MONDAY)),
    )
    gone = a_doctor("dr-gone", left=TUESDAY)
    doctors = [*(a_doctor(who) for who in NAMES), gone]
    return RotaWorld(lines=lines, doctors=doctors).published(EARLY)


@pytest.fixture
def shift(world: RotaWorld) -> str:
    return world.shift(TUESDAY).id


def test_a_colleague_is_asked_and_accepts(world: RotaWorld, shift: str) -> None:
    offer = world.swaps.offer(shift, "dr-tara", ASHA, EARLY)
    assert world.told() == [("dr-tara", Template.SWAP_OFFERED)]
    assert world.on(TUESDAY) == ("dr-asha",), "not before the other consents"

    accepted = world.swaps.accept(offer.id, TARA, EARLY + timedelta(hours=1))

    assert (accepted.state, accepted.answered_by) == (OfferState.ACCEPTED, "dr-tara")
    assert world.on(TUESDAY) == ("dr-tara",)
    assert world.rota.find_duty_day(TUESDAY).version == 2
    assert sorted(world.told()[1:]) == [
        ("dr-asha", Template.SHIFT_CHANGED),
        ("dr-tara", Template.SHIFT_CHANGED),
    ]
    assert [(change.kind, change.by) for change in world.edits.history] == [
        (ChangeKind.SWAP_OFFERED, ASHA),
        (ChangeKind.SWAP_ACCEPTED, TARA),
    ]


def test_what_is_offered_to_anyone_is_told_to_those_who_could_and_goes_to_the_first(
    world: RotaWorld, shift: str
) -> None:
    offer = world.swaps.offer(shift, None, ASHA, EARLY)
    assert world.told() == [("dr-tara", Template.SWAP_OFFERED)]
    assert world.swaps.open_for("dr-tara", EARLY) == [offer]

    world.swaps.accept(offer.id, TARA, EARLY)

    assert world.swaps.open_for("dr-tara", EARLY) == []
    with pytest.raises(OfferClosed):
        world.swaps.accept(offer.id, By("dr-ravi"), EARLY)


def test_of_two_who_accept_at_once_one_gets_it(world: RotaWorld, shift: str) -> None:
    world.manage.add_oncologist(a_doctor("dr-uma"), ADMIN, EARLY)
    offer = world.swaps.offer(shift, None, ASHA, EARLY)
    world.edits.before_commit.append(lambda: world.swaps.accept(offer.id, TARA, EARLY))

    with pytest.raises(OfferClosed):
        world.swaps.accept(offer.id, By("dr-uma"), EARLY)

    assert world.on(TUESDAY) == ("dr-tara",)


def test_a_declined_offer_is_told_and_the_shift_stays(world: RotaWorld, shift: str) -> None:
    offer = world.swaps.offer(shift, "dr-tara", ASHA, EARLY)

    assert world.swaps.decline(offer.id, TARA, EARLY).state is OfferState.DECLINED

    assert world.told()[-1] == ("dr-asha", Template.SWAP_DECLINED)
    assert world.on(TUESDAY) == ("dr-asha",)
    with pytest.raises(OfferClosed):
        world.swaps.accept(offer.id, TARA, EARLY)
    world.swaps.offer(shift, None, ASHA, EARLY)


def test_a_withdrawn_offer_can_be_taken_by_nobody(world: RotaWorld, shift: str) -> None:
    offer = world.swaps.offer(shift, "dr-tara", ASHA, EARLY)
    with pytest.raises(NotYourOffer):
        world.swaps.withdraw(offer.id, TARA, EARLY)

    assert world.swaps.withdraw(offer.id, ASHA, EARLY).state is OfferState.WITHDRAWN

    with pytest.raises(OfferClosed):
        world.swaps.accept(offer.id, TARA, EARLY)


def test_an_open_offer_closes_when_its_shift_starts(world: RotaWorld, shift: str) -> None:
    offer = world.swaps.offer(shift, None, ASHA, EARLY)
    start = at(TUESDAY, 10)

    [seen] = world.swaps.between(EARLY, start + ONE_DAY, start - timedelta(seconds=1))
    assert seen.state is OfferState.OPEN
    [seen] = world.swaps.between(EARLY, start + ONE_DAY, start)
    assert seen.state is OfferState.EXPIRED
    with pytest.raises(ShiftStarted):
        world.swaps.accept(offer.id, TARA, start)
    with pytest.raises(ShiftStarted):
        world.swaps.offer(shift, None, ASHA, start)


@pytest.mark.parametrize(
    ("to", "error"),
    [
        ("dr-asha", InvalidInput),
        ("dr-nobody", InvalidInput),
        ("dr-ravi", OnAnotherLine),
        ("dr-gone", NotServing),
        ("dr-tara", OnLeave),
    ],
)
def test_it_is_refused_where_the_other_could_not_serve_it(
    world: RotaWorld, shift: str, to: str, error: type[HelplineError]
) -> None:
    offer = world.swaps.offer(shift, None, ASHA, EARLY)
    world.leave.add(Leave("dr-tara", TUESDAY, TUESDAY + ONE_DAY), TARA, EARLY)
    day = world.rota.find_duty_day(TUESDAY)

    with pytest.raises((error, NotOfferedToYou) if to == "dr-asha" else error):
        world.swaps.accept(offer.id, By(to), EARLY)
    world.swaps.withdraw(offer.id, ASHA, EARLY)
    with pytest.raises(error):
        world.swaps.offer(shift, to, ASHA, EARLY)

    assert world.rota.find_duty_day(TUESDAY) == day


def test_a_leave_taken_while_the_other_accepts_is_seen(world: RotaWorld, shift: str) -> None:
    offer = world.swaps.offer(shift, "dr-tara", ASHA, EARLY)
    leave = Leave("dr-tara", TUESDAY, TUESDAY + ONE_DAY)
    world.edits.before_commit.append(lambda: world.leave.add(leave, TARA, EARLY))

    with pytest.raises(OnLeave):
        world.swaps.accept(offer.id, TARA, EARLY)

    assert world.on(TUESDAY) == ("dr-asha",)


def test_only_ones_own_shift_is_offered_and_once(world: RotaWorld, shift: str) -> None:
    with pytest.raises(NotFound):
        world.swaps.offer("morning-20991231-1000", None, ASHA, EARLY)
    with pytest.raises(NotYourShift):
        world.swaps.offer(shift, None, RAVI, EARLY)
    world.swaps.offer(shift, None, ASHA, EARLY)
    with pytest.raises(AlreadyOffered):
        world.swaps.offer(shift, "dr-tara", ASHA, EARLY)


def test_only_who_is_asked_answers(world: RotaWorld, shift: str) -> None:
    offer = world.swaps.offer(shift, "dr-tara", ASHA, EARLY)
    for answer in (world.swaps.accept, world.swaps.decline):
        with pytest.raises(NotOfferedToYou):
            answer(offer.id, By("dr-gone"), EARLY)
        with pytest.raises(NotFound):
            answer("20991231T0000-none", TARA, EARLY)


def test_a_shift_that_moved_on_or_changed_meanwhile_is_not_taken(
    world: RotaWorld, shift: str
) -> None:
    offer = world.swaps.offer(shift, "dr-tara", ASHA, EARLY)
    shorter = Override("morning", at(TUESDAY, 12), at(TUESDAY, 13, 30), remove="dr-asha")
    world.manage.add_exception(shorter, ADMIN, EARLY)
    with pytest.raises(OfferClosed):
        world.swaps.accept(offer.id, TARA, EARLY)

    again = world.swaps.offer(shift, "dr-tara", ASHA, EARLY)
    day = world.rota.find_duty_day(TUESDAY)
    shifts = tuple(replace(each, on=("dr-gone",)) for each in day.shifts)
    world.rota.put_duty_day(replace(day, shifts=shifts))
    with pytest.raises(NotYourShift):
        world.swaps.accept(again.id, TARA, EARLY)
