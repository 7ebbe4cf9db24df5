"""The proxy between the application and its database: microburst, in a thread of its own.

It answers as AWS would on a bad day, or not at all. What its rules are given for is told apart by
the SDK's own header of the try: the first try of a call can fail, and its second come through.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from threading import Thread
from typing import Any, Final, TypeAlias

from aiohttp import web
from botocore.retries.standard import ExponentialBackoff
from microburst.app import make_app
from microburst.core.pipeline import Microburst

Rule: TypeAlias = Mapping[str, Any]

READS: Final = ("GetItem", "BatchGetItem", "Query")
WRITES: Final = ("PutItem", "UpdateItem", "DeleteItem", "TransactWriteItems", "ExecuteStatement")
FIRST_TRY: Final = {"headers": {"amz-sdk-request": "attempt=1"}}
TRIES_OF_A_CALL: Final = 3
"""How often the SDK makes a call before it gives up."""
EVERY_TRY: Final = {"times": TRIES_OF_A_CALL}


def rules(operations: Sequence[str], when: Rule, fault: Rule) -> list[Rule]:
    """Let a fault befall these calls of the database."""
    return [
        {"service": "dynamodb", "operation": operation, **when, **fault} for operation in operations
    ]


class FaultProxy:
    """A running proxy, which passes everything on until it is told otherwise."""

    def __init__(self, microburst: Microburst, port: int) -> None:
        """Bind what is running."""
        self._microburst = microburst
        # Not by its number: microburst would look for a service of AWS in it.
        self.address = f"http://localhost:{port}"

    @contextmanager
    def faulty(self, faults: Sequence[Rule]) -> Iterator[None]:
        """Let these faults befall what passes meanwhile."""
        self._microburst.engine.set_rules([dict(rule) for rule in faults])
        try:
            yield
        finally:
            self.lift()

    def lift(self) -> None:
        """Let all pass from now on."""
        self._microburst.engine.set_rules([])

    @property
    def faults(self) -> int:
        """How many there have been."""
        return int(sum(self._microburst.fault_counts.values()))

    @property
    def requests(self) -> int:
        """How many requests have come, faulty or not."""
        return int(self._microburst.requests_seen)


@contextmanager
def a_proxy(upstream: str) -> Iterator[FaultProxy]:
    """Start a proxy before an address. The SDK's pauses between tries are left out meanwhile."""
    logging.getLogger("microburst").setLevel(logging.CRITICAL)
    logging.getLogger("aiohttp").setLevel(logging.CRITICAL)
    microburst = Microburst(upstream)
    loop = asyncio.new_event_loop()
    runner = web.AppRunner(make_app(microburst), access_log=None, shutdown_timeout=0.1)

    async def listen() -> int:
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        return int(runner.addresses[0][1])

    # The loop runs there from its beginning: the caller's thread may have one of its own.
    thread = Thread(target=loop.run_forever, daemon=True)
    thread.start()
    port = asyncio.run_coroutine_threadsafe(listen(), loop).result(timeout=10)
    pause = ExponentialBackoff.delay_amount
    ExponentialBackoff.delay_amount = lambda *_: 0.0
    try:
        yield FaultProxy(microburst, port)
    finally:
        ExponentialBackoff.delay_amount = pause
        asyncio.run_coroutine_threadsafe(runner.cleanup(), loop).result(timeout=10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(timeout=10)
        loop.close()
