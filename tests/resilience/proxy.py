"""The fault proxy: every operation over a real connection that throttles, breaks, or keeps silent.

Each operation is done once in peace, and again through each fault. Where the SDK's next try comes
through, whoever asked must be told the same as in peace. Where none does, they come again, as a
person or a schedule does. Then the invariants are asked of the tables, and nobody may have been
sent more than the design allows.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from botocore.config import Config

from chalicelib.core.dynamodb import client as database
from chalicelib.core.dynamodb.client import Database
from tests.resilience import provider_failures
from tests.resilience.crash import OPERATIONS, settle
from tests.resilience.fault_proxy import (
    EVERY_TRY,
    FIRST_TRY,
    READS,
    WRITES,
    FaultProxy,
    Rule,
    a_proxy,
    rules,
)
from tests.resilience.harness import Answer, World
from tests.resilience.invariants import broken_in, sent_too_often
from tests.resilience.operation import Operation, State
from tests.resilience.outcome import Outcome, show
from tests.resilience.wire import a_world_on, an_engine, one_by_one

ALL: Final = (*READS, *WRITES)
LOST: Final[Rule] = {"response": {"abort_bytes": 0}}
"""Carried out, and the answer cut."""
BUSY: Final[Rule] = {"error": {"code": "ThrottlingException"}}
BROKEN: Final[Rule] = {"error": {"code": "InternalServerError", "status": 500}}
RESET: Final[Rule] = {"reset": True}
LATE: Final[Rule] = {"latency": 500}
PATIENCE: Final = 0.25
"""Seconds until the SDK gives an answer up, in place of three: what comes late then comes after."""
COMINGS: Final = len(ALL) + 1
"""How often somebody comes again at the most."""
IN_VAIN: Final = 2
"""How often they come while a fault lasts."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What befalls the wire. One that ``passes`` is not seen by whoever asked.

    One that ``lasts`` leaves nobody an answer, however often they come, until it is over. Of so
    ``many`` operations one is done, where each takes long.
    """

    name: str
    rules: Sequence[Rule]
    passes: bool
    lasts: bool = False
    impatient: bool = False
    many: int = 1


LOST_FIRST: Final = Fault(
    "every write's first answer lost", rules(WRITES, FIRST_TRY, LOST), passes=True
)
LOST_ALL: Final = Fault("three answers lost in a row", rules(WRITES, EVERY_TRY, LOST), passes=False)
LOST_FOR_LONG: Final = Fault(
    "no write is answered, for long", rules(WRITES, {}, LOST), passes=False, lasts=True
)
FAULTS: Final = (
    LOST_FIRST,
    LOST_ALL,
    LOST_FOR_LONG,
    Fault("every first try throttled", rules(ALL, FIRST_TRY, BUSY), passes=True),
    Fault("throttled three times", rules(ALL, EVERY_TRY, BUSY), passes=False),
    Fault("every first try a 500", rules(ALL, FIRST_TRY, BROKEN), passes=True),
    Fault("three 500s in a row", rules(ALL, EVERY_TRY, BROKEN), passes=False),
    Fault("every first connection reset", rules(ALL, FIRST_TRY, RESET), passes=True),
    Fault("three connections reset", rules(ALL, EVERY_TRY, RESET), passes=False),
    Fault(
        "every write's first try carried out late",
        rules(WRITES, FIRST_TRY, LATE),
        passes=True,
        impatient=True,
        many=4,
    ),
)
IN_SHORT: Final = ("ask, JSON", "claim")


def run(*, long: bool) -> Iterator[Outcome]:
    """Do all of it; the short run: what is lost, of the way from asking to the call."""
    with an_engine() as engine, a_wire(engine) as wire:
        yield from faults_on(wire, long=long)
    yield from provider_failures.explore(long=long)


def faults_on(wire: Wire, *, long: bool) -> Iterator[Outcome]:
    """Let the faults befall a wire, one after the other."""
    operations = OPERATIONS if long else [each for each in OPERATIONS if each.name in IN_SHORT]
    for fault in FAULTS if long else (LOST_FIRST, LOST_ALL, LOST_FOR_LONG):
        yield befallen(wire, fault, operations[:: fault.many])


@dataclass(frozen=True, slots=True)
class Wire:
    """A world, its way to the database, and the proxy upon it."""

    world: World
    database: Database
    proxy: FaultProxy


@contextmanager
def a_wire(engine: str) -> Iterator[Wire]:
    """Open a world that goes through a proxy to an engine that runs."""
    with a_proxy(engine) as proxy:
        way = one_by_one(proxy.address)
        with a_world_on(engine, way) as world:
            yield Wire(world, way, proxy)


def befallen(wire: Wire, fault: Fault, operations: Sequence[Operation]) -> Outcome:
    """Do these operations under one fault, from the same beginning each."""
    befell = wire.proxy.faults
    broken: list[str] = []
    beginning = wire.world.snapshot()
    with _impatient(fault.impatient):
        # A client of its own: it is impatient, or not, and may repeat so often and no oftener.
        wire.database._client = None  # noqa: SLF001  # made at the next call
        for number, operation in enumerate(operations):
            show(fault.name, number, len(operations))
            found = _do(wire.world, wire.proxy, fault, operation)
            broken += [f"{operation.name}: {what}" for what in found]
            wire.world.restore(beginning)
    counts = {"operations": len(operations), "faults": wire.proxy.faults - befell}
    return Outcome(fault.name, counts, broken)


def _do(world: World, proxy: FaultProxy, fault: Fault, operation: Operation) -> Iterator[str]:
    state = operation.prepare(world)
    before = world.snapshot()
    in_peace = _ask(world, operation, state)
    world.restore(before)
    with proxy.faulty(fault.rules):
        if fault.lasts:
            for _ in range(IN_VAIN):
                _ask(world, operation, state)
                _is_settled(world)
            proxy.lift()
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
    """Let the stream deliver and the schedules come round; what fails as a whole stays to come."""
    undelivered = list(world.stream)
    try:
        settle(world)
    except Exception:  # noqa: BLE001  # as above
        world.stream = undelivered + world.stream
        return False
    return True


@contextmanager
def _impatient(impatient: bool) -> Iterator[None]:  # noqa: FBT001  # a fault's
    """Let the database's client wait for less than the proxy does."""
    config = database._CLIENT  # noqa: SLF001  # put back below
    if impatient:
        database._CLIENT = config.merge(Config(read_timeout=PATIENCE))  # type: ignore[misc]  # noqa: SLF001
    try:
        yield
    finally:
        database._CLIENT = config  # type: ignore[misc]  # noqa: SLF001
