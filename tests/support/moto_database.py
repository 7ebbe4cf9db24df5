"""A database for moto, whose reads and writes must not run beside each other.

moto changes an item attribute by attribute: a read in another thread can see half of a write, which
DynamoDB never shows. What really runs side by side is tested on the deployed stack.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

from chalicelib.store.database import Database


class InTurn(Database):
    """Does at once what the database would do beside something else."""

    def beside(self, work: Callable[[], Any]) -> Future[Any]:
        done: Future[Any] = Future()
        try:
            done.set_result(work())
        except Exception as fault:  # noqa: BLE001  # as a pool does: it comes out with the result
            done.set_exception(fault)
        return done
