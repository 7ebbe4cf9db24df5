"""The wire: every operation over a connection that throttles, breaks, or keeps silent.

Each operation is done once in peace, and again through each fault, which befalls the requests that
the SDK sends: its own repetitions are part of what is tried. Where its next try comes through,
whoever asked must be told the same as in peace. Where none does, they come again, as a person or a
schedule does. Then the invariants are asked of the tables, and nobody may have been sent more than
the design allows.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

import pytest
from botocore.exceptions import ConnectionClosedError, ReadTimeoutError
from botocore.retries.standard import ExponentialBackoff
from moto.core.botocore_stubber import BotocoreStubber

from tests.resilience.crash import OPERATIONS, settle
from tests.resilience.harness import Answer, World, a_world
from tests.resilience.invariants import broken_in, sent_too_often
from tests.resilience.operation import Operation, State
from tests.resilience.outcome import Outcome, show
from tests.support.ledger import ASIDE

Reply: TypeAlias = tuple[int, Any, Any]
"""A status, headers and a body."""
Carry: TypeAlias = Callable[[], Reply]
Befall: TypeAlias = Callable[["Wire", str, Carry], Reply]

READS: Final = ("GetItem", "BatchGetItem", "Query")
WRITES: Final = ("PutItem", "UpdateItem", "DeleteItem", "TransactWriteItems", "ExecuteStatement")
ALL: Final = (*READS, *WRITES)
FIRST_TRY: Final = "attempt=1;"
"""How the SDK marks the first try of a call."""
TRIES_OF_A_CALL: Final = 3
"""How often the SDK makes a call before it gives up."""
COMINGS: Final = len(ALL) + 1
"""How often somebody comes again at the most."""
IN_VAIN: Final = 2
"""How often they come while a fault lasts."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What befalls the wire, at which calls, and ``when``: at the first try, three times, always.

    One that ``passes`` is not seen by whoever asked. One that ``lasts`` leaves nobody an answer,
    however often they come, until it is over.
    """

    name: str
    calls: Sequence[str]
    befall: Befall
    passes: bool = True
    lasts: bool = False


@dataclass
class Wire:
    """The connection between the application and its database."""

    world: World
    fault: Fault | None = None
    faults: int = 0
    _times: Counter[str] = field(default_factory=Counter)
    _late: list[Carry] = field(default_factory=list)
    _known: dict[str, Reply] = field(default_factory=dict)

    @contextmanager
    def faulty(self, fault: Fault) -> Iterator[None]:
        """Cause a fault in what passes meanwhile."""
        self.fault = fault
        self._times.clear()
        try:
            yield
        finally:
            self.fault = None

    def pass_on(self, request: Any, carry: Carry) -> Reply:  # noqa: ANN401  # botocore's
        """Answer one request that the SDK sends."""
        headers = {name.lower(): _text(value) for name, value in request.headers.items()}
        operation = headers.get("x-amz-target", "").rpartition(".")[2]
        if str(ASIDE.user_agent_extra) in headers["user-agent"] or operation not in ALL:
            return carry()

        def once() -> Reply:
            return self._once(json.loads(request.body).get("ClientRequestToken"), carry)

        fault = self._befalling(operation, headers.get("amz-sdk-request", ""))
        if fault is not None:
            self.faults += 1
            return fault.befall(self, operation, once)
        reply = once()
        # What was on its way for too long comes after the try that was made in its place.
        late, self._late = self._late, []
        for each in late:
            each()
        return reply

    def delay(self, carry: Carry) -> None:
        """Carry something out later."""
        self._late.append(carry)

    def _befalling(self, operation: str, tried: str) -> Fault | None:
        fault = self.fault
        if fault is None or operation not in fault.calls:
            return None
        self._times[operation] += 1
        in_row = self._times[operation] <= TRIES_OF_A_CALL
        befalls = FIRST_TRY in f"{tried};" if fault.passes else fault.lasts or in_row
        return fault if befalls else None

    def _once(self, token: str | None, carry: Carry) -> Reply:
        """Carry out a transaction that comes twice under one token once, as DynamoDB does."""
        if token is None:
            return carry()
        if token not in self._known:
            reply = carry()
            if reply[0] != OK:
                return reply
            self._known[token] = reply
        return self._known[token]


def lose(_: Wire, operation: str, carry: Carry) -> Reply:
    """Carry it out, and cut the answer."""
    carry()
    raise ConnectionClosedError(endpoint_url=operation)


def reset(_: Wire, operation: str, __: Carry) -> Reply:
    """Cut the connection before anything is carried out."""
    raise ConnectionClosedError(endpoint_url=operation)


def delay(wire: Wire, operation: str, carry: Carry) -> Reply:
    """Time out for the SDK, and carry it out after the next try."""
    wire.delay(carry)
    raise ReadTimeoutError(endpoint_url=operation)


def throttle(_: Wire, __: str, ___: Carry) -> Reply:
    """Refuse it, because there are too many."""
    return _refusal(400, "ThrottlingException")


def fail(_: Wire, __: str, ___: Carry) -> Reply:
    """Fail."""
    return _refusal(500, "InternalServerError")


OK: Final = 200
LOST_FIRST: Final = Fault("every write's first answer lost", WRITES, lose)
LOST_ALL: Final = Fault("three answers lost in a row", WRITES, lose, passes=False)
LOST_FOR_LONG: Final = Fault(
    "no write is answered, for long", WRITES, lose, passes=False, lasts=True
)
FAULTS: Final = (
    LOST_FIRST,
    LOST_ALL,
    LOST_FOR_LONG,
    Fault("every first try throttled", ALL, throttle),
    Fault("throttled three times", ALL, throttle, passes=False),
    Fault("every first try a 500", ALL, fail),
    Fault("three 500s in a row", ALL, fail, passes=False),
    Fault("every first connection reset", ALL, reset),
    Fault("three connections reset", ALL, reset, passes=False),
    Fault("every write's first try carried out late", WRITES, delay),
)
IN_SHORT: Final = ("ask, JSON", "claim")


def run(*, long: bool) -> Iterator[Outcome]:
    """Do all of it; the short run: what is lost, of the way from asking to the call."""
    operations = OPERATIONS if long else [each for each in OPERATIONS if each.name in IN_SHORT]
    with a_wire() as wire:
        for fault in FAULTS if long else (LOST_FIRST, LOST_ALL, LOST_FOR_LONG):
            yield befallen(wire, fault, operations)


@contextmanager
def a_wire() -> Iterator[Wire]:
    """Open a world whose calls go by the SDK, without its pauses, and by the wire."""
    with a_world() as world:
        # A spend whose answer is lost is counted twice. The environment is put back with the world.
        os.environ["SMS_PHONE_DAILY_CAP"] = "400"
        wire = Wire(world)
        carry_out: Any = BotocoreStubber.process_request

        def process(stubber: BotocoreStubber, request: Any) -> Any:  # noqa: ANN401  # botocore's
            return wire.pass_on(request, lambda: carry_out(stubber, request))

        with world.by_wire(), pytest.MonkeyPatch.context() as patch:
            patch.setattr(BotocoreStubber, "process_request", process)
            patch.setattr(ExponentialBackoff, "delay_amount", lambda *_: 0.0)
            yield wire


def befallen(wire: Wire, fault: Fault, operations: Sequence[Operation]) -> Outcome:
    """Do these operations under one fault, from the same beginning each."""
    befell = wire.faults
    broken: list[str] = []
    beginning = wire.world.snapshot()
    for number, operation in enumerate(operations):
        show(fault.name, number, len(operations))
        broken += [f"{operation.name}: {what}" for what in _do(wire, fault, operation)]
        wire.world.restore(beginning)
    counts = {"operations": len(operations), "faults": wire.faults - befell}
    return Outcome(fault.name, counts, broken)


def _do(wire: Wire, fault: Fault, operation: Operation) -> Iterator[str]:
    world = wire.world
    state = operation.prepare(world)
    before = world.snapshot()
    in_peace = _ask(world, operation, state)
    world.restore(before)
    with wire.faulty(fault):
        if fault.lasts:
            for _ in range(IN_VAIN):
                _ask(world, operation, state)
                _is_settled(world)
            wire.fault = None
        answer = _ask(world, operation, state)
        if fault.passes and answer != in_peace:
            yield f"told {answer}, in peace {in_peace}"
        taken = {in_peace, *(Told(status) for status in operation.refused)}
        for _ in range(COMINGS):
            if answer not in taken:
                answer = _ask(world, operation, state)
        if answer not in taken:
            yield f"told {answer} in the end, in peace {in_peace}"
        if not any(_is_settled(world) for _ in range(COMINGS)):
            raise RuntimeError("the stream and the schedules never come through")
    if not operation.is_done(world, state):
        yield "not done in the end"
    for schedule in operation.mends:
        world.run(schedule)
    yield from broken_in(world)
    yield from sent_too_often(world, 1 if fault.passes else 2)


@dataclass(frozen=True, slots=True)
class Told:
    """What somebody was told: whether it was done, and whether it counted as asked before."""

    status: int
    duplicate: bool | None = None


def _ask(world: World, operation: Operation, state: State) -> Told:
    """Do it once; what fails as a whole is a 500 of its function."""
    try:
        answer = world.run(lambda: operation.act(world, state))
    except Exception:  # noqa: BLE001  # as Lambda takes it: the function failed
        return Told(500)
    match answer:
        case Answer(status=status, body=body):
            return Told(status, body.get("duplicate"))
    return Told(200)


def _is_settled(world: World) -> bool:
    """Deliver the stream and run the schedules; records of a run that fails stay to come."""
    undelivered = list(world.stream)
    try:
        settle(world)
    except Exception:  # noqa: BLE001  # as above
        world.stream = undelivered + world.stream
        return False
    return True


def _refusal(status: int, code: str) -> Reply:
    body = json.dumps({"__type": f"com.amazonaws.dynamodb.v20120810#{code}", "message": code})
    return status, {"Content-Type": "application/x-amz-json-1.0"}, body


def _text(value: Any) -> str:  # noqa: ANN401  # text or bytes
    return value.decode() if isinstance(value, bytes) else str(value)
