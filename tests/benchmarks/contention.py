"""Failed claims for each that succeeds, when oncologists press "next" at the same moment.

The real code on the ledger's AWS, call by call in an order drawn by a seed: each call takes 3 to 15
of the schedule's milliseconds, as DynamoDB's do, and everybody presses within half a second.
"""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from random import Random
from typing import Any, Final

from chalicelib.cases.domain.case import Case
from chalicelib.cases.domain.timeline import Attempt, Result
from tests.benchmarks import _helpline
from tests.benchmarks._figures import Row, row
from tests.benchmarks._helpline import REGION, StoppedClock, put_waiting
from tests.support.helpline import in_use
from tests.support.interleaving import Interleaved, Schedule

ROUNDS: Final = {1: 10, 8: 10, 32: 3}
"""How often so many press together."""
MOST: Final = {1: 0.0, 8: 0.2, 32: 0.5}
"""For each claim that succeeds: the design's own for eight, and ours beyond."""
FASTEST, SLOWEST, SPREAD = 3.0, 15.0, 500.0
# Between one time and the next, in seconds, such that some fall on a change of the counters.
GAP: Final = 34.7


class Watched(Interleaved):
    """Counts the claims that were refused."""

    refused = 0

    def call(self, operation: str, request: dict[str, Any], tries: int = 1) -> dict[str, Any]:
        """Make a call, and note a transaction that fails."""
        try:
            return super().call(operation, request, tries)
        except Exception:
            self.refused += operation == "TransactWriteItems"
            raise


def failed_for_each(oncologists: int) -> float:
    """Let so many take a case and answer it, again and again, and tell the failed for each."""
    dice = Random(oncologists)  # noqa: S311  # the same each time
    schedule = Schedule(lambda: dice.uniform(FASTEST, SLOWEST))
    database = Watched(REGION, schedule, dice)
    names = [f"doctor-{number}" for number in range(oncologists)]
    taken = 0
    with _helpline.helpline(database=database, oncologists=names) as clock:
        put_waiting(range(1, oncologists * ROUNDS[oncologists] + 21))
        in_use().cases.outlook.at(clock.now)
        in_use().rota.duty_view.oncologist(names[0], clock.now)
        for _ in range(ROUNDS[oncologists]):
            clock.go(seconds=GAP)
            starts = [dice.uniform(0, SPREAD) for _ in names]
            works = [
                partial(_press, who, clock, start) for who, start in zip(names, starts, strict=True)
            ]
            claimed = [case for case in schedule.run(works, starts) if case is not None]
            taken += len({case.reference for case in claimed})
            if len(claimed) != len({case.reference for case in claimed}):
                raise RuntimeError("one case went to two")
            for case in claimed:
                attempt = Attempt(clock.now, case.owner or "", Result.ANSWERED)
                in_use().cases.work_queue.record(case.reference, attempt)
    return database.refused / taken


def _press(who: str, clock: StoppedClock, start: float) -> Case | None:
    return in_use().cases.work_queue.next(who, clock.now + timedelta(milliseconds=start))


def run() -> list[Row]:
    """Count, and hold the design's figure for eight."""
    rows: list[Row] = []
    for oncologists in ROUNDS:
        failed = failed_for_each(oncologists)
        name = f"failed claims for each, {oncologists} at once"
        print(f"  {name:40} {failed:.3g}")
        rows.append(row(name, failed, MOST[oncologists], 3))
    return rows
