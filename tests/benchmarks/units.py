"""Round trips and units of each operation, by the ledger, beside the budgets and the peers.

The budgets are those of the design's table; where a decision record moved one, it is named.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from tests.benchmarks._figures import Row, row
from tests.benchmarks._operations import PEERS, Cost, helpline_costs, peer_costs

WAITING: Final = 10_000
# The lines that an oncologist of two languages reads who is a woman: each has one for those who
# asked for a woman.
LINES: Final = 4


@dataclass(frozen=True, slots=True)
class Budget:
    """What an operation may cost, and the decision by which it may cost more than the design's."""

    rounds: int
    writes: float
    reads: float
    decision: str = ""


BUDGETS: Final = {
    "ask": Budget(1, 6, 0),
    "ask again": Budget(2, 5, 0.5, "0097"),
    "ask again, with details": Budget(2, 5, 0.5, "0097"),
    "claim": Budget(3, 6, 0.5 * LINES + 1, "0004"),
    "record an attempt": Budget(2, 6, 0.5),
    "release": Budget(2, 6, 0.5),
    "close": Budget(2, 7, 0.5, "0003"),
    "cancel": Budget(2, 6, 0.5),
    "list 25": Budget(1, 0, 1),
    "who is on duty": Budget(1, 0, 0.5),
    "handover, nothing due": Budget(2, 0, 1),
}


def run() -> list[Row]:
    """Count, and hold the budgets."""
    ours = helpline_costs(WAITING)
    peers = {peer.NAME: peer_costs(peer, WAITING) for peer in PEERS}
    print(f"  with {WAITING:,} waiting: round trips (calls), write units, read units")
    rows: list[Row] = []
    for name, budget in BUDGETS.items():
        cost = ours[name]
        told = f"  {name:26} {_told(cost)}"
        print(
            told,
            *(f"| {who}: {_told(costs[name])}" for who, costs in peers.items() if name in costs),
        )
        moved = f" ({budget.decision})" if budget.decision else ""
        rows += [
            row(f"{name}: round trips{moved}", cost.rounds, budget.rounds),
            row(f"{name}: write units{moved}", cost.writes, budget.writes),
            row(f"{name}: read units{moved}", cost.reads, budget.reads),
        ]
    return rows


def _told(cost: Cost) -> str:
    return f"{cost.rounds} ({cost.calls})  {cost.writes:g} W  {cost.reads:g} R"
