"""Reminders, the links in them, and own calendars."""

from datetime import timedelta

import pytest

from chalicelib.core.domain.errors import Busy
from chalicelib.core.dynamodb.table import Key
from chalicelib.messages.domain.templates import Template
from chalicelib.rota.domain.change_log import By
from chalicelib.rota.domain.model import RoundRobin
from chalicelib.rota.services.shift_links import shift_path
from tests.support.fakes import FakeSecrets
from tests.support.rota_world import EARLY, MONDAY, TUESDAY, RotaWorld, at, morning

QUARTER = timedelta(minutes=15)
TOMORROW, SOON = Template.SHIFT_TOMORROW, Template.SHIFT_SOON


@pytest.fixture
def world() -> RotaWorld:
    """Asha has every morning; reminders have run until two o'clock."""
    world = RotaWorld(lines=(morning(rotation=RoundRobin(("dr-asha",), MONDAY)),))
    world.published(EARLY).remind(EARLY)
    return world


def token(world: RotaWorld) -> str:
    last = list(world.messages.messages.values())[-1].message
    path = shift_path(FakeSecrets(), last.variables["shift"], last.variables["serves"])
    return path.removeprefix("s/")


def test_a_day_before_and_an_hour_before_once_each(world: RotaWorld) -> None:
    now, told = EARLY, []
    while now < at(TUESDAY, 10, 30):
        now += QUARTER
        world.remind(now)
        told += [(now, *each) for each in world.told()[len(told) :]]

    assert told == [
        (at(MONDAY, 9), "dr-asha", SOON),
        (at(MONDAY, 10), "dr-asha", TOMORROW),
        (at(TUESDAY, 9), "dr-asha", SOON),
        (at(TUESDAY, 10), "dr-asha", TOMORROW),
    ]


def test_a_repeated_run_reminds_nobody_again(world: RotaWorld) -> None:
    assert world.remind(at(MONDAY, 10)).reminders == 1
    assert world.remind(at(MONDAY, 10)).reminders == 0
    world.links.table.delete(Key("ROTA", "REMINDED"))
    world.links.record_reminded(EARLY)
    assert world.remind(at(MONDAY, 10)).reminders == 1
    assert world.told() == [("dr-asha", TOMORROW)]


def test_runs_that_were_missed_are_made_up_for_as_far_as_it_helps(world: RotaWorld) -> None:
    world.remind(at(TUESDAY, 9, 5))

    assert world.told() == [("dr-asha", SOON)], "nobody reads of tomorrow on the day itself"


def test_a_run_that_crashed_is_made_up_for(world: RotaWorld) -> None:
    world.messages.fail_next = [Busy()]
    with pytest.raises(Busy):
        world.remind(at(MONDAY, 10))

    world.remind(at(MONDAY, 10, 15))

    assert world.told() == [("dr-asha", TOMORROW)]


def test_neither_the_token_nor_the_secret_is_stored_with_what_it_opens(world: RotaWorld) -> None:
    world.remind(at(MONDAY, 10))
    secret = world.feeds.rotate("dr-asha")

    assert token(world) not in str(world.links.images())
    assert secret not in str(world.links.images())


def test_an_offered_shift_link_names_who_offers(world: RotaWorld) -> None:
    world.remind(at(MONDAY, 10))
    world.shift_links.offer(token(world), at(MONDAY, 10))

    assert world.edits.history[-1].by == By("dr-asha")
