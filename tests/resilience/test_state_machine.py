"""The state machine in its short form, and that it sees what is broken on purpose."""

from __future__ import annotations

import pytest

from chalicelib.cases.services import work_queue
from chalicelib.cases.store import keys
from chalicelib.core.dynamodb.attributes import sortable
from chalicelib.rota.domain.duty import Shift
from tests.resilience.state_machine import explore
from tests.support.builders import NOON


def everybody_is_on_duty(monkeypatch):
    shift = Shift("always", "all", NOON, NOON, ())
    monkeypatch.setattr(work_queue, "shift_of", lambda *_: shift)


def the_last_comes_first(monkeypatch):
    def order(case):
        return f"{case.priority:02d}#{10**17 - int(case.requested_at.timestamp())}#{sortable(NOON)}"

    monkeypatch.setattr(keys, "ready_order", order)


def test_every_command_leads_to_what_must_be():
    outcome = explore(3, runs=2, steps=12)

    assert not outcome.broken
    assert outcome.counts["steps"] >= 20


@pytest.mark.parametrize(("plant", "dice"), [(everybody_is_on_duty, 1), (the_last_comes_first, 3)])
def test_what_is_planted_is_found(monkeypatch, plant, dice):
    plant(monkeypatch)

    assert explore(dice, runs=2, steps=15).broken
