"""How many may ask from one address, and what counting them costs."""

from __future__ import annotations

from datetime import timedelta

import pytest

from chalicelib.cases.services.rate_limit import COUNTED_TOGETHER, AddressLimit
from chalicelib.core.domain.errors import Busy, TooManyFromAddress
from tests.support.builders import NOON
from tests.support.stores import StoredTries

HERE, THERE = "203.0.113.9", "198.51.100.7"
MOST = 24


def machine(counter: StoredTries, most: int = MOST) -> AddressLimit:
    return AddressLimit(counter, lambda source: f"key-of-{source[:3]}", most)


def asked(limit: AddressLimit, times: int, address: str = HERE, at=NOON) -> int:
    """Ask so many times; tell how often that was let through."""
    let_through = 0
    for _ in range(times):
        try:
            limit.check(address, at)
        except TooManyFromAddress:
            continue
        let_through += 1
    return let_through


def test_a_family_costs_no_call():
    counter = StoredTries()
    limit = machine(counter)
    for number in range(50):
        assert asked(limit, COUNTED_TOGETHER - 1, f"198.51.100.{number}") == COUNTED_TOGETHER - 1

    assert counter.calls == []


def test_a_crowd_is_counted_several_at_a_time():
    counter = StoredTries()
    asked(machine(counter), MOST)

    assert len(counter.calls) == MOST // COUNTED_TOGETHER
    assert sum(counter.counted.values()) == MOST


def test_whoever_asks_oftener_is_refused_until_the_helplines_midnight_and_costs_nothing_more():
    counter = StoredTries()
    limit = machine(counter)
    let_through = asked(limit, 500)
    assert MOST <= let_through < MOST + COUNTED_TOGETHER
    calls = len(counter.calls)
    with pytest.raises(TooManyFromAddress) as refused:
        limit.check(HERE, NOON)
    assert len(counter.calls) == calls
    # NOON is 12:00 in India.
    assert refused.value.params == {"retry_after": 12 * 3600}

    assert asked(limit, 1, at=NOON + timedelta(hours=12) - timedelta(microseconds=1)) == 0
    assert asked(limit, 1, at=NOON + timedelta(hours=12)) == 1


def test_many_machines_count_together():
    counter = StoredTries()
    machines = [machine(counter) for _ in range(5)]
    let_through = sum(asked(each, 100) for each in machines)

    assert let_through <= MOST + len(machines) * (COUNTED_TOGETHER - 1)


@pytest.mark.parametrize("most", [1, 2, 19])
def test_a_limit_of_few_is_kept_to_the_letter(most):
    assert asked(machine(StoredTries(), most), 50) == most


def test_one_address_holds_nobody_else_back():
    counter = StoredTries()
    limit = machine(counter)
    asked(limit, 100)

    assert asked(limit, COUNTED_TOGETHER, THERE) == COUNTED_TOGETHER


@pytest.mark.parametrize(("address", "most"), [("", MOST), ("nowhere", MOST), (HERE, 0)])
def test_what_has_no_address_or_no_limit_is_not_counted(address, most):
    counter = StoredTries()

    assert asked(machine(counter, most), 100, address) == 100
    assert counter.calls == []


def test_a_fault_of_ours_turns_nobody_away():
    counter = StoredTries()
    counter.fail_next = [Busy()] * 100
    limit = machine(counter)

    assert asked(limit, 50) == 50
    counter.fail_next.clear()
    assert asked(limit, 100) < 100


def test_what_a_machine_remembers_is_bounded():
    limit = machine(StoredTries())
    for number in range(25_000):
        limit.check(f"10.{number // 65_536}.{number // 256 % 256}.{number % 256}", NOON)

    assert len(limit._uncounted) + len(limit._full) <= 10_001
