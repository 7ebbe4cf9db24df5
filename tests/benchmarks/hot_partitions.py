"""The evening on television: what falls on one partition in one second, and how far that is.

DynamoDB takes 1,000 write units a second on one partition. A broadcast hour is played second by
second: 10,000 requests that come as after a programme, half of them in its first ten minutes, in
one language, with 100,000 waiting already and 300 oncologists who take one case after another. Each
request and each claim puts on the partitions what the ledger saw it put there; a request's own
items lie apart from everybody else's, so that only what is shared can grow hot.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from random import Random
from typing import Final, TypeAlias

from tests.benchmarks._figures import Row, row
from tests.benchmarks._operations import Cost, helpline_costs

LIMIT: Final = 1_000
WAITING: Final = 100_000
REQUESTS: Final = 10_000
SECONDS: Final = 3_600
FIRST: Final = 600
ONCOLOGISTS: Final = 300
# A call takes ten minutes; and all press at ten in the morning, within a quarter of a minute.
CALL_SECONDS: Final = 600
RUSH_SECONDS: Final = 15

Partition: TypeAlias = tuple[str, str]


def run() -> list[Row]:
    """Play the hour, and tell how much of the limit its hottest second took."""
    costs = helpline_costs(WAITING)
    shared = {name: _shared(costs[name]) for name in ("ask", "claim", "close")}
    seconds = _play(shared)
    (second, partition), units = max(seconds.items(), key=lambda each: each[1])
    a_request = max(shared["ask"].values())
    print(f"  hottest: {'/'.join(partition)} with {units:g} units in second {second}")
    print(
        f"  one partition of a line holds {LIMIT / a_request:,.0f} requests a second in a language;"
    )
    print(f"  {_shards(10 * LIMIT, a_request)} shards of it would hold ten times as many")
    return [row("hottest partition of the broadcast hour, units a second", units, LIMIT)]


def _shared(cost: Cost) -> dict[Partition, float]:
    """Keep what falls on partitions that others use too: those that name no case and no phone."""
    own = ("CASE#", "PHONE#")
    return {
        place: units for place, units in cost.partitions.items() if not place[1].startswith(own)
    }


def _play(shared: dict[str, dict[Partition, float]]) -> Counter[tuple[int, Partition]]:
    seconds: Counter[tuple[int, Partition]] = Counter()
    for name, at in _happenings():
        for place, units in shared[name].items():
            seconds[at, place] += units  # type: ignore[assignment]  # units may be halves
    return seconds


def _happenings() -> Iterator[tuple[str, int]]:
    """Tell what happens in which second: half the requests first, and every oncologist's calls."""
    dice = Random(2026)  # noqa: S311  # the same hour each time
    for number in range(REQUESTS):
        early = number < REQUESTS // 2
        yield "ask", int(dice.uniform(0, FIRST) if early else dice.uniform(FIRST, SECONDS))
    for _ in range(ONCOLOGISTS):
        at = int(dice.uniform(0, RUSH_SECONDS))
        while at < SECONDS:
            yield "claim", at
            at += int(dice.uniform(0.5, 1.5) * CALL_SECONDS)
            yield "close", at


def _shards(requests: float, units: float) -> int:
    """Tell over how many partitions a line must be spread for so many requests a second."""
    return -int(-requests * units // LIMIT)
