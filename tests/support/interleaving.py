"""Several people at work at once, one AWS call at a time, in an order that a schedule decides.

Each runs the real code in a thread of its own; before every call of DynamoDB it waits until the
schedule lets it on, so that exactly one call is under way at any moment and the same dice give the
same order. Time between calls is the schedule's own: nobody waits for a clock.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from contextvars import ContextVar
from random import Random
from typing import Any, Final, TypeAlias, TypeVar

from chalicelib.core.dynamodb.client import TRIES
from infra.dev.moto_database import InTurn

T = TypeVar("T")

LONGEST: Final = 60.0
_who: ContextVar[int | None] = ContextVar("who", default=None)


Choose: TypeAlias = Callable[[int], int]
"""Picks one of so many who could go on."""


class Schedule:
    """Lets one worker on at a time, whenever none is under way.

    ``latency`` tells how long each call is under way, in any unit. ``choose`` picks among those who
    wait, in the order in which their calls come: without it the first goes on.
    """

    def __init__(self, latency: Callable[[], float], choose: Choose = lambda _: 0) -> None:
        self._latency = latency
        self._choose = choose
        self._turn = threading.Condition()
        self._waiting: dict[int, float] = {}
        self._turn_of: int | None = None
        self._busy = 0
        self._time: dict[int, float] = {}

    def run(self, works: Sequence[Callable[[], T]], starts: Sequence[float] = ()) -> list[T]:
        """Run all side by side, each from its own start on, and return what each returned."""
        results: dict[int, T] = {}
        failures: list[BaseException] = []

        def worker(number: int) -> None:
            _who.set(number)
            try:
                self._wait(number, 0.0)
                results[number] = works[number]()
            except BaseException as failure:  # noqa: BLE001  # raised again by who called
                failures.append(failure)
            finally:
                self._leave()

        self._busy = len(works)
        self._time = dict(enumerate(starts or [0.0] * len(works)))
        threads = [threading.Thread(target=worker, args=(each,)) for each in range(len(works))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(len(works) * LONGEST)
            if thread.is_alive():
                raise TimeoutError("a worker waits for ever")
        if failures:
            raise failures[0]
        return [results[number] for number in range(len(works))]

    def step(self) -> None:
        """Wait for the turn to make a call; who runs by himself has it always."""
        number = _who.get()
        if number is not None:
            self._wait(number, self._latency())

    def _wait(self, number: int, latency: float) -> None:
        with self._turn:
            self._time[number] += latency
            self._waiting[number] = self._time[number]
            self._busy -= 1
            self._turn.notify_all()
            if not self._turn.wait_for(lambda: self._is_next(number), LONGEST):
                raise TimeoutError("the schedule stands still")
            del self._waiting[number]
            self._turn_of = None
            self._busy += 1

    def _is_next(self, number: int) -> bool:
        # Nobody goes on while another may still come with an earlier call.
        if self._busy:
            return False
        if self._turn_of is None:
            ready = sorted((at, who) for who, at in self._waiting.items())
            self._turn_of = ready[self._choose(len(ready)) if len(ready) > 1 else 0][1]
        return self._turn_of == number

    def _leave(self) -> None:
        with self._turn:
            self._busy -= 1
            self._turn.notify_all()


class Interleaved(InTurn):
    """A database of several workers, each of whose calls waits for its turn."""

    def __init__(self, region: str, schedule: Schedule, dice: Random) -> None:
        """Bind the schedule; a pause of a contended call is another place in it."""
        super().__init__(region, sleep=lambda _: schedule.step(), dice=dice.random)
        self._schedule = schedule

    def call(self, operation: str, request: dict[str, Any], tries: int = TRIES) -> dict[str, Any]:
        """Make one call, when it is its turn."""
        self._schedule.step()
        return super().call(operation, request, tries)
