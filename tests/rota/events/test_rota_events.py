"""The rota's schedules, as Lambda calls them."""

from collections.abc import Iterator

import pytest
from chalice.test import Client

import app as application
from chalicelib.cases.wiring import Cases
from chalicelib.core.wiring import Core
from chalicelib.messages.services.dlt_registrations import NotRegistered
from chalicelib.messages.wiring import Messages
from chalicelib.rota.wiring import Rota
from tests.support.builders import some_settings
from tests.support.fakes import FakeClock, FakeSecrets
from tests.support.helpline import using
from tests.support.rota_world import EARLY, MONDAY, ONE_DAY, RotaWorld, at

NOTHING = {
    "turn_shifts": {"boundaries": 0, "cases": 0, "messages": 0, "offers": 0},
    "publish_rota": {"days": 0, "through": "2026-12-23", "refused": 0, "gone": 0},
    "watch_gaps": {"gaps": 0, "unpublished": 0, "told": 0},
    "remind": {"reminders": 0, "changes_told": 0},
}


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock(EARLY)


@pytest.fixture
def world(clock: FakeClock) -> Iterator[RotaWorld]:
    world = RotaWorld()
    parts = (
        Core(
            settings=some_settings(public_url="https://help.example"),
            clock=clock,
            secrets=FakeSecrets(),
        ),
        Cases(store=world.cases),
        Rota(store=world.rota, edits=world.edits, links=world.links),
        Messages(store=world.messages, gateway=world.gateway),
    )
    with using(*parts):
        yield world


def invoke(function: str) -> dict[str, object]:
    with Client(application.app) as client:
        payload: dict[str, object] = client.lambda_.invoke(function, {}).payload
        return payload


def test_a_day_is_published_turned_and_reminded_of(world: RotaWorld, clock: FakeClock) -> None:
    assert invoke("publish_rota") == {"days": 30, "through": "2026-12-23", "refused": 0, "gone": 0}
    invoke("remind")
    clock.now = at(MONDAY, 10)
    assert invoke("turn_shifts")["boundaries"] == 1
    assert invoke("remind")["reminders"] == 1
    _, text = world.gateway.sent[-1]
    assert text.endswith("https://help.example/s/token-of-shift:morning-20261124-1000:dr-ravi")
    assert invoke("watch_gaps") == NOTHING["watch_gaps"]


@pytest.mark.parametrize("function", sorted(NOTHING))
def test_run_again_it_does_nothing(world: RotaWorld, clock: FakeClock, function: str) -> None:
    world.published(EARLY)
    invoke(function)
    sent = list(world.gateway.sent)

    assert invoke(function) == NOTHING[function]
    assert world.gateway.sent == sent


@pytest.mark.parametrize("function", sorted(NOTHING))
def test_on_an_empty_helpline_it_does_nothing(
    world: RotaWorld, clock: FakeClock, function: str
) -> None:
    world.edits.put_lines(())
    clock.now = EARLY + ONE_DAY
    expected = {
        **NOTHING,
        "publish_rota": {"days": 0, "through": None, "refused": 0, "gone": 0},
        "watch_gaps": {"gaps": 0, "unpublished": 28, "told": 0},
    }

    assert invoke(function) == expected[function]


def test_days_are_published_where_no_sms_can_be_sent(world: RotaWorld, clock: FakeClock) -> None:
    settings = some_settings(stage="prod")
    parts = (
        Core(settings=settings, clock=clock, secrets=FakeSecrets()),
        Cases(store=world.cases),
        Rota(store=world.rota, edits=world.edits, links=world.links),
        Messages(store=world.messages),
    )
    with using(*parts), pytest.raises(NotRegistered):
        invoke("publish_rota")

    assert world.rota.find_duty_day(MONDAY) is not None
