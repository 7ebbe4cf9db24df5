"""Races in their short form, and that a case that two may claim is found."""

from __future__ import annotations

import pytest

from chalicelib.cases.services.work_queue import WorkQueue
from chalicelib.cases.store import cases
from chalicelib.cases.store.models import CaseItem
from tests.resilience import races

pytestmark = pytest.mark.xdist_group("faults")


def test_claims_fit_into_an_order_of_one_after_the_other():
    outcome = races.explore(races.SHORT)

    assert not outcome.broken
    assert {"claimed", "given back", "done with", "cancelled"} <= outcome.counts.keys()


def test_a_case_that_two_may_claim_is_found(monkeypatch):
    monkeypatch.setattr(cases, "_may_claim", lambda _now: CaseItem.pk.exists())
    monkeypatch.setattr(WorkQueue, "_by_ticket", lambda _self, front, *_: front)

    assert any("fit into no order" in each for each in races.explore(races.SHORT).broken)
