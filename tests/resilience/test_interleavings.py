"""Pairs at once in a few orders, and that a write without its condition is seen."""

from __future__ import annotations

import pytest

from chalicelib.cases.store import cases, phone_record
from chalicelib.cases.store.models import CaseItem, PhoneItem
from tests.resilience import actors
from tests.resilience.interleavings import TOGETHER, explore
from tests.resilience.orders import Order

BY_NAME = {acts.name: acts for acts in TOGETHER}

pytestmark = pytest.mark.xdist_group("faults")


@pytest.fixture(scope="module", name="helpline")
def furnished(world):
    before = world.snapshot()
    actors.furnish(world)
    yield world
    world.restore(before)


def test_every_order_comes_once():
    order, seen = Order(), []
    while order is not None:
        # Two, and then, of the first alone, three.
        first = order(2)
        seen.append((first, order(3)) if first == 0 else (first,))
        order = order.following()

    assert seen == [(0, 0), (0, 1), (0, 2), (1,)]


@pytest.mark.parametrize("name", ["two doctors, one case", "two take one shift", "counting, twice"])
def test_at_once_or_one_after_the_other_is_the_same(helpline, name):
    outcome = explore(helpline, BY_NAME[name], most=3, dice=1)

    assert not outcome.broken
    assert outcome.counts == {"orders": 3, "orders by dice": 1}


def test_a_claim_that_asks_nothing_is_found(helpline, monkeypatch):
    monkeypatch.setattr(cases, "_may_claim", lambda _: CaseItem.pk.exists())

    assert explore(helpline, BY_NAME["two doctors, one case"], most=1, dice=12).broken


def test_a_phone_that_is_asked_nothing_is_found(helpline, monkeypatch):
    monkeypatch.setattr(phone_record, "_asking", phone_record._asking.__wrapped__)
    monkeypatch.setattr(
        phone_record,
        "_may_open",
        lambda *_, **__: PhoneItem.pk.exists() | PhoneItem.pk.does_not_exist(),
    )

    assert explore(helpline, BY_NAME["two requests of one phone"], most=1, dice=0).broken
