"""Containers: parts are made once, at their first use, and others may be given by keyword."""

from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from threading import Barrier

import pytest

from chalicelib.core.wiring import Container, Containers, Core
from chalicelib.messages.domain.templates import OwedMessage, Template
from chalicelib.messages.wiring import Messages
from chalicelib.rota.wiring import Rota
from chalicelib.wiring import Helpline
from tests.support.builders import NOON, an_oncologist, some_settings
from tests.support.fakes import FakeClock, FakeSecrets
from tests.support.stores import StoredRota


class Bakery(Container):
    def __init__(self, **parts):
        super().__init__(**parts)
        self.baked = 0

    @cached_property
    def oven(self):
        self.baked += 1
        return f"oven {self.baked}"

    @property
    def name(self):
        return "bakery"


class Shop(Container):
    @cached_property
    def bread(self):
        return f"bread from {self.of(Bakery).oven}"


def test_a_part_is_made_once_and_at_its_first_use():
    bakery = Bakery()

    assert bakery.baked == 0
    assert [bakery.oven, bakery.oven] == ["oven 1", "oven 1"]


def test_a_part_that_is_given_is_not_made():
    bakery = Bakery(oven="a cold one")

    assert (bakery.oven, bakery.baked) == ("a cold one", 0)


@pytest.mark.parametrize("name", ["ovens", "name", "of", "given"])
def test_a_name_that_is_no_part_is_refused(name):
    with pytest.raises(TypeError, match=f"Bakery has no part {name}"):
        Bakery(**{name: 1})


def test_a_part_that_failed_is_made_again():
    class Mended(Container):
        broken = True

        @cached_property
        def part(self):
            if self.broken:
                raise ValueError("not yet")
            return "whole"

    mended = Mended()
    with pytest.raises(ValueError, match="not yet"):
        _ = mended.part
    mended.broken = False

    assert mended.part == "whole"


def test_a_container_reaches_the_others_beside_it():
    assert Containers(Bakery(oven="stone"), Shop()).get(Shop).bread == "bread from stone"
    assert Containers().get(Shop).bread == "bread from oven 1"


def test_a_container_by_itself_reaches_none():
    with pytest.raises(LookupError, match="Shop stands alone"):
        _ = Shop().bread


def test_of_two_containers_of_one_class_the_later_part_wins():
    containers = Containers(Core(clock=1, settings=2), Core(clock=3))

    assert (containers.get(Core).clock, containers.get(Core).settings) == (3, 2)


def test_threads_that_ask_at_once_get_one_container():
    containers, start = Containers(), Barrier(8)

    def ask(_):
        start.wait(10)
        return containers.get(Bakery)

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(ask, range(8)))

    assert {id(each) for each in found} == {id(containers.get(Bakery))}


def test_the_words_of_an_sms_come_from_the_features_above_the_messages():
    settings = some_settings(public_url="https://helpline.example")
    helpline = Helpline(
        Core(settings=settings, secrets=FakeSecrets(), clock=FakeClock(NOON)),
        Rota(store=StoredRota([an_oncologist(id="dr-asha", name="Dr Asha Verma")])),
    )
    message = OwedMessage(
        subject="K7M240R59XK",
        id="5.attempted.patient",
        template=Template.FINISHED,
        phone="+919812345678",
        phone_key="key",
        language="en",
        owed_at=NOON,
        variables={"reference": "K7M240R59XK", "oncologist": "dr-asha"},
    )

    assert "You talked with Dr Asha Verma" in helpline.messages.words(message)
    assert Helpline(Messages(words=str)).messages.words is str
