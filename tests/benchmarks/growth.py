"""How costs grow with the number of cases: what stands on a request's way must not.

A hundred, ten thousand and a million cases in the ledger's model (:mod:`tests.benchmarks._crowd`),
the helpline beside its peers. The plot is `docs/growth.svg`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Final

import leather

from chalicelib.cases.services.process_due_cases import COUNT_AT_MOST
from infra.paths import ROOT
from tests.benchmarks._figures import Row, row
from tests.benchmarks._operations import PEERS, Cost, Costs, helpline_costs, peer_costs

SIZES: Final = (100, 10_000, 1_000_000)
PLOT: Final = ROOT / "docs" / "growth.svg"
# A schedule's own, on nobody's way: it counts the lines for the promise, each up to so many, and
# every quarter of an hour at most once they are long.
BOUNDED: Final = {"due_cases, every minute": COUNT_AT_MOST}
HEAVIEST_ENTRY: Final = 512


def run() -> list[Row]:
    """Count at each size, and ask that a request costs the same at all of them."""
    ours = {size: helpline_costs(size) for size in SIZES}
    peers = {peer.NAME: {size: peer_costs(peer, size) for size in SIZES} for peer in PEERS}
    rows: list[Row] = []
    for name in ours[SIZES[0]]:
        units = [_units(ours[size][name]) for size in SIZES]
        print(f"  {name:26}", *(f"{value:>12,.1f}" for value in units))
        if name in BOUNDED:
            most = _most_of_a_count(BOUNDED[name])
            rows.append(row(f"{name}: units at a million, bounded", units[-1], most))
        else:
            rows.append(row(f"{name}: units, a million to a hundred", units[-1] / units[0], 1.0))
    for who, costs in peers.items():
        for name in costs[SIZES[0]]:
            units = [_units(costs[size][name]) for size in SIZES]
            print(f"  {who}, {name:12}", *(f"{value:>12,.1f}" for value in units))
    _plot({"This helpline": ours, **peers})
    return rows


def _units(cost: Cost) -> float:
    """Weigh an operation in write units: a read unit costs a fifth of one."""
    return round(cost.writes + cost.reads / 5, 1)


def _most_of_a_count(items: int) -> float:
    """Tell what counting so many entries of an index may cost, in write units."""
    return round(items * HEAVIEST_ENTRY / 4_096 * 0.5 / 5, 1)


def _plot(costs: Mapping[str, Mapping[int, Costs]]) -> None:
    """Draw what asking and claiming together cost; both axes in powers of ten."""
    chart = leather.Chart("Units of one request and one claim, by cases waiting")
    for who, by_size in costs.items():
        points = [
            (
                math.log10(size),
                math.log10(_units(by_size[size]["ask"]) + _units(by_size[size]["claim"])),
            )
            for size in SIZES
        ]
        chart.add_line(points, name=who)
    chart.add_x_axis(ticks=[2, 3, 4, 5, 6], tick_formatter=_power, name="cases waiting")
    chart.add_y_axis(ticks=[0, 1, 2, 3, 4, 5], tick_formatter=_power, name="units")
    chart.to_svg(str(PLOT), width=720, height=420)


def _power(value: float, *_: object) -> str:
    return f"{10 ** int(value):,}"
