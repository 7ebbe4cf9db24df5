"""The faults that need a real engine, in short: the wire, races, load; and that each is found."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest

from chalicelib.cases.services.work_queue import WorkQueue
from chalicelib.cases.store import cases, phone_record
from chalicelib.cases.store.models import CaseItem
from chalicelib.core.dynamodb.table import Table
from chalicelib.messages.store import messages
from chalicelib.messages.store.sms_budget import DynamoSpend
from infra.aws_emulator import address
from tests.resilience import load, proxy, races
from tests.resilience.callers import contended
from tests.resilience.outcome import Outcome
from tests.stack.harness import StackUnderTest
from tests.stack.working_day import ask, at, publish

DAY, ANOTHER_DAY = date(2027, 7, 5), date(2027, 7, 6)


@pytest.fixture(scope="module")
def engine(stack: StackUnderTest) -> str:
    """The shared engine, beside whose helpline there is room for another's tables."""
    return address(stack.port)


def broken(outcomes: Iterator[Outcome]) -> list[str]:
    return [each for outcome in outcomes for each in outcome.broken]


@pytest.fixture(scope="class")
def wire(engine: str) -> Iterator[proxy.Wire]:
    with proxy.a_wire(engine) as opened:
        yield opened


def befallen(wire: proxy.Wire, fault: proxy.Fault, name: str) -> str:
    operations = [each for each in proxy.OPERATIONS if each.name == name]
    return str(proxy.befallen(wire, fault, operations).broken)


class TestTheWire:
    """One wire for all."""

    def test_a_wire_that_loses_every_answer_loses_nothing_else(self, wire: proxy.Wire) -> None:
        outcomes = list(proxy.faults_on(wire, long=False))

        assert not broken(iter(outcomes))
        assert all(outcome.counts["faults"] >= len(proxy.IN_SHORT) for outcome in outcomes)

    def test_the_wire_finds_what_takes_its_own_write_for_anothers(
        self, wire: proxy.Wire, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        answer_from = phone_record.answer_from

        def naive(image, case, limits, digest=None):
            known = {name: value for name, value in image.items() if not name.startswith("recent_")}
            return answer_from(known, case, limits, digest)

        with monkeypatch.context() as planted:
            planted.setattr(messages, "_is_of", lambda _image, _try_id: False)
            assert "is owed still" in befallen(wire, proxy.LOST_FIRST, "stream, messages")
        with monkeypatch.context() as planted:
            planted.setattr(phone_record, "answer_from", naive)
            assert "duplicate=True" in befallen(wire, proxy.LOST_ALL, "ask, JSON")

    def test_what_is_given_back_is_given_back_once(self, wire: proxy.Wire) -> None:
        spent = DynamoSpend(Table(wire.database, "messages"))
        wire.world.run(lambda: spent.spend("all", DAY, 10, 10))
        with wire.proxy.faulty(proxy.LOST_FIRST.rules):
            wire.world.run(lambda: spent.give_back("all", DAY, 4))

        assert wire.proxy.faults
        (count,) = (item for item in wire.world.items("messages") if item["sk"]["S"] == "SPEND")
        assert count["segments"] == {"N": "6"}


def test_races_end_as_if_one_came_after_the_other(engine: str) -> None:
    assert not broken(races.races_on(engine, races.SHORT))


def test_the_races_find_a_case_that_two_may_claim(
    engine: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cases, "_may_claim", lambda _now: CaseItem.pk.exists())
    monkeypatch.setattr(WorkQueue, "_by_ticket", lambda _self, front, *_: front)
    found = broken(races.races_on(engine, races.SHORT, [races.claims]))
    assert any("fit into no order" in each for each in found)


def test_claims_on_two_devices_fit_into_some_order(stack: StackUnderTest) -> None:
    stack.empty()
    names = [f"doctor-{number}" for number in range(3)]
    publish(stack, [ANOTHER_DAY], *names)
    # It runs: where it stands still, both of somebody's claims are of one moment, and so are one.
    ahead = at(ANOTHER_DAY, 11) - datetime.now(UTC)
    stack.set_clock(f"{ahead.total_seconds():+.0f}")
    for number in range(12):
        ask(stack, f"98120007{number:02}")
    outcome = contended(stack.url, [stack.token("oncologist", name) for name in names], 4)

    assert outcome.broken == []
    assert outcome.counts["claimed"] == outcome.counts["done with"] > len(names)


@pytest.fixture
def loaded(stack: StackUnderTest) -> load.Stack:
    stack.empty()
    publish(stack, [DAY], "test-oncologist")
    stack.set_clock(at(DAY, 11))
    return load.Stack(stack.url, [stack.token("oncologist")], stack.items)


def test_what_was_acknowledged_under_load_is_stored(loaded: load.Stack) -> None:
    before = load.references(loaded)
    account = load.calls(loaded, load.SHORT_SECONDS, 2, 1)
    outcomes = list(load.balance(loaded, account, before, load.SHORT_SECONDS))

    assert not broken(iter(outcomes))
    assert outcomes[0].counts["acknowledged"] == outcomes[0].counts["stored"] > 0


def test_the_books_tell_what_is_missing_and_what_is_too_much(loaded: load.Stack) -> None:
    account = load.calls(loaded, 0.2, 1, 1_000)
    account.asked[:] = ["NEVER-STORED", "NEVER-STORED"]
    account.worked[:] = ["NEVER-STORED"]
    outcomes = load.balance(loaded, account, frozenset(), 1)

    found = [each for outcome in (next(outcomes), next(outcomes)) for each in outcome.broken]
    assert found == [
        "1 acknowledged, and not stored",
        f"{len(load.references(loaded))} stored, and not acknowledged",
        "two were told the same reference",
        "1 told of, and not completed",
    ]
