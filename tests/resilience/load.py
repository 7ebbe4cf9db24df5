"""Load: as many requests as the local stack takes, and then the books: what was told, what stands.

The callers keep account of every answer. A request that was
acknowledged is in the table, a call that was told is in its case, and every case's message goes
out. How fast it goes is told for information: the engine is no DynamoDB.
"""

from __future__ import annotations

import math
import socket
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any, Final

from infra import demo
from infra.aws_emulator import Engine
from infra.local_stack import LocalStack, bring_up, seed
from infra.sign_in import token
from tests.resilience import callers
from tests.resilience.callers import Account, contended
from tests.resilience.outcome import Outcome

LONG_SECONDS: Final = 600
TRIED_SECONDS: Final = 10
SHORT_SECONDS: Final = 1.5
AT_A_TIME: Final = (2, 4, 8, 16, 32)
ROUNDS: Final = 100
"""How often each of the oncologists' devices claims, when the load is over."""
PATIENCE: Final = 300.0
"""Seconds without any message after which no more are waited for, when all have asked."""
POLL: Final = 0.5
NO_LIMIT: Final = {"ADDRESS_DAILY_ASKS": "0", "SMS_DAILY_CAP": str(10**9)}
"""All ask from one address here, and more than anybody would pay for."""
SENT: Final = "sent"


@dataclass(frozen=True, slots=True)
class Stack:
    """The stack under load: its address, who works there, and its tables' items."""

    url: str
    tokens: Sequence[str]
    items: Callable[[str], Sequence[Mapping[str, Any]]]


def run(*, long: bool) -> Iterator[Outcome]:
    """Load a stack of its own."""
    with a_stack() as stack:
        number = 0
        seconds, at_a_time = SHORT_SECONDS, AT_A_TIME[1]
        if long:
            rates: dict[int, int] = {}
            for patients in AT_A_TIME:
                number += 1_000_000
                account = calls(stack, TRIED_SECONDS, patients, number)
                name = f"{TRIED_SECONDS} s of {patients} at a time, to find the rate"
                failed = len(account.refused) + account.again
                tried = {"acknowledged": len(account.asked), "no success": failed}
                yield Outcome(name, tried)
                # What it can't hold is no fault: it is told so, and tried no more.
                if failed:
                    break
                rates[patients] = len(account.asked)
            seconds, at_a_time = (
                LONG_SECONDS,
                max(rates, key=lambda each: rates[each], default=AT_A_TIME[0]),
            )
        before = references(stack)
        account = calls(stack, seconds, at_a_time, number + 1_000_000)
        yield from balance(stack, account, before, seconds)
        if long:
            yield contended(stack.url, stack.tokens, ROUNDS)


def balance(
    stack: Stack, account: Account, before: frozenset[str], seconds: float
) -> Iterator[Outcome]:
    """Hold what the callers were told against what stands in the tables."""
    asked, worked = set(account.asked), set(account.worked)
    stored = references(stack) - before
    done = references(stack, "completed")
    counts = {"acknowledged": len(account.asked), "stored": len(stored), "again": account.again}
    broken = [
        *_missing(asked, stored, "acknowledged, and not stored"),
        *_missing(stored, asked, "stored, and not acknowledged"),
        *([] if len(asked) == len(account.asked) else ["two were told the same reference"]),
        *_refused(account),
    ]
    yield Outcome("requests", counts, broken)
    broken = _missing(worked, done, "told of, and not completed")
    yield Outcome("calls told of", {"told": len(worked), "completed": len(worked & done)}, broken)
    sent = greeted(stack, asked)
    broken = _missing(asked, sent, "never sent their first message")
    yield Outcome("first messages", {"owed": len(asked), "sent": len(sent & asked)}, broken)
    for name, took in (("asking", account.asking), ("taking and telling", account.working)):
        yield Outcome(f"{name}, in ms", {"calls": len(took)}, measured=_speed(took, seconds))


def calls(stack: Stack, seconds: float, patients: int, first: int) -> Account:
    """Run callers for so long, and show how far it has come."""
    return callers.call(stack.url, seconds, patients, stack.tokens, first)


def references(stack: Stack, status: str = "") -> frozenset[str]:
    """Name the cases that stand, or those in one state."""
    return frozenset(
        item["pk"]["S"].removeprefix("CASE#")
        for item in stack.items("CasesTable")
        if item["sk"]["S"] == "CASE" and status in ("", item["status"]["S"])
    )


def greeted(stack: Stack, asked: set[str]) -> set[str]:
    """Name the cases whose first message is sent, once that is all of them, or no more come."""
    deadline = time.monotonic() + PATIENCE
    sent: set[str] = set()
    while not asked <= sent and time.monotonic() < deadline:
        time.sleep(POLL if sent else 0.0)
        before, sent = (
            sent,
            {
                item["pk"]["S"]
                for item in stack.items("MessagesTable")
                if item.get("state", {}).get("S") == SENT and ".requested." in item["sk"]["S"]
            },
        )
        if sent != before:
            deadline = time.monotonic() + PATIENCE
    return sent


@contextmanager
def a_stack() -> Iterator[Stack]:
    """Deploy the helpline onto an engine of its own, the demo's people on duty, without limits."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    with tempfile.TemporaryDirectory() as folder:
        engine = Engine(port, Path(folder))
        try:
            local = bring_up(engine, lambda _line: None)
            _lift_limits(local)
            seed(local)
            yield Stack(
                local.url,
                [token(local, who.id) for who in demo.ONCOLOGISTS],
                lambda table: _items(local, table),
            )
        finally:
            engine.stop()


def _items(local: LocalStack, table: str) -> list[Mapping[str, Any]]:
    pages = (
        local.client("dynamodb")
        .get_paginator("scan")
        .paginate(TableName=local.outputs[table], ConsistentRead=True)
    )
    return [item for page in pages for item in page["Items"]]


def _lift_limits(local: LocalStack) -> None:
    functions = local.client("lambda")
    for function in functions.list_functions()["Functions"]:
        variables = function.get("Environment", {}).get("Variables", {})
        if "CASES_TABLE" in variables:
            functions.update_function_configuration(
                FunctionName=function["FunctionName"],
                Environment={"Variables": {**variables, **NO_LIMIT}},
            )


def _missing(wanted: AbstractSet[str], found: AbstractSet[str], what: str) -> list[str]:
    missing = len(wanted - found)
    return [f"{missing} {what}"] if missing else []


def _refused(account: Account) -> list[str]:
    return [f"{times} answers: {why}" for why, times in Counter(account.refused).items()]


def _speed(took: Sequence[float], seconds: float) -> dict[str, int]:
    if not took:
        return {}
    in_order = sorted(took)
    late = in_order[min(len(in_order) - 1, math.ceil(0.99 * len(in_order)) - 1)]
    return {
        "an hour": round(len(took) / seconds * 3600),
        "median": round(1000 * median(took)),
        "99th": round(1000 * late),
    }
