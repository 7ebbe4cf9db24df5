"""The stream's records in many ways, and that what goes wrong with them is seen."""

from __future__ import annotations

import pytest

from chalicelib.messages.store.messages import DynamoMessages
from chalicelib.reports.domain.tally import Tally
from chalicelib.reports.services import count_cases
from tests.resilience import actors
from tests.resilience.stream import LIVES, deliveries, explore

ANSWERED = LIVES[1]

pytestmark = pytest.mark.xdist_group("faults")


@pytest.fixture(scope="module", name="helpline")
def furnished(world):
    before = world.snapshot()
    actors.furnish(world)
    world.clock.go(hours=2)
    yield world
    world.restore(before)


def test_every_order_of_every_choice_of_three_records():
    ways = [order for _, order in deliveries(3, 100)]

    # Of three, two, one and none: 6, 3 x 2, 3 and 1 orders.
    assert len(ways) == 6 + 6 + 3 + 1


def test_however_it_comes_all_is_told_and_counted(helpline):
    outcome = explore(helpline, ANSWERED, most=8)

    assert not outcome.broken
    assert outcome.counts["deliveries"] == 8


def test_a_message_that_is_sent_at_each_delivery_is_found(helpline, monkeypatch):
    monkeypatch.setattr(DynamoMessages, "store_once", lambda *_, **__: True)

    assert explore(helpline, ANSWERED, most=4).broken


def test_a_count_that_is_lost_is_found(helpline, monkeypatch):
    monkeypatch.setattr(count_cases, "tallies_of", lambda case: {case.requested_at.date(): Tally()})

    assert explore(helpline, ANSWERED, most=2).broken
