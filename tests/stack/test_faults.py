"""The faults that need a deployed stack, in short: claims at once, load; and that each is found."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest

from tests.resilience import load
from tests.resilience.callers import contended
from tests.resilience.outcome import Outcome
from tests.stack.harness import StackUnderTest
from tests.stack.working_day import ask, at, publish

DAY, ANOTHER_DAY = date(2027, 7, 5), date(2027, 7, 6)


def broken(outcomes: Iterator[Outcome]) -> list[str]:
    return [each for outcome in outcomes for each in outcome.broken]


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
