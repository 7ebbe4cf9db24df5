"""Tallies and totals as short JSON: an ordinary day stays near 2 KB, and a year in one answer."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from chalicelib.core.dynamodb.table import Key
from chalicelib.reports.domain.distinct_callers import ALL, BYTES, Callers
from chalicelib.reports.domain.report import Counts, DayTotals, Work
from chalicelib.reports.domain.tally import Asked, Call, Outcome, Tally
from chalicelib.reports.store.models import TotalsItem


def tally_to_text(tally: Tally) -> str:
    """Write a tally."""
    calls = [[call.by, call.answered, call.promise_kept] for call in tally.calls]
    asked = tally.asked
    if asked is None:
        return _dumped([calls] if tally.caller is None else [calls, tally.caller])
    return _dumped(
        [calls, tally.caller, asked.outcome.value, asked.waited, asked.promise_kept, asked.groups]
    )


def tally_from_text(text: str) -> Tally:
    """Read a tally."""
    calls, *rest = json.loads(text)
    made = tuple(Call(*call) for call in calls)
    match rest:
        case []:
            return Tally(None, made)
        case [caller]:
            return Tally(None, made, caller)
    caller, outcome, waited, kept, groups = rest
    named = {dimension: tuple(names) for dimension, names in groups.items()}
    return Tally(Asked(Outcome(outcome), waited, kept, named), made, caller)


def totals_to_item(key: Key, totals: DayTotals, revision: int) -> TotalsItem:
    """Write a day's totals."""
    callers = totals.callers
    return TotalsItem(
        pk=key.pk,
        sk=key.sk,
        revision=revision,
        totals=_dumped(
            {
                "outcomes": totals.outcomes,
                "promises": [totals.kept, totals.late],
                "waits": totals.waits,
                "groups": totals.groups,
                "work": totals.work,
            }
        ),
        callers=b"".join(number.to_bytes(BYTES) for number in sorted(callers.seen)) or None,
        callers_below=None if callers.is_exact else callers.below,
    )


def totals_from_item(item: TotalsItem) -> DayTotals:
    """Read a day's totals."""
    read = json.loads(item.totals)
    kept, late = read["promises"]
    return DayTotals(
        outcomes={Outcome(name): count for name, count in read["outcomes"].items()},
        kept=kept,
        late=late,
        waits={int(minutes): count for minutes, count in read["waits"].items()},
        groups={
            dimension: {name: Counts(*counts) for name, counts in groups.items()}
            for dimension, groups in read["groups"].items()
        },
        work={who: Work(*done) for who, done in read["work"].items()},
        callers=Callers(frozenset(_numbers(item.callers or b"")), int(item.callers_below or ALL)),
    )


def _numbers(raw: bytes) -> Iterator[int]:
    return (int.from_bytes(raw[at : at + BYTES]) for at in range(0, len(raw), BYTES))


def _dumped(value: Any) -> str:  # noqa: ANN401  # what JSON takes
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
