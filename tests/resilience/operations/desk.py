"""What oncologists do with a case: take it, call, tell what came of it, give it back."""

from __future__ import annotations

from typing import Any, Final

from chalicelib.messages.services.delivery_receipts import name_in_address
from tests.benchmarks._helpline import ASHA
from tests.resilience.harness import WEBHOOK, World
from tests.resilience.operation import Done, Operation, State, cases, do, is_now, post
from tests.resilience.operations.patients import FORM, waiting
from tests.support import functions

THE_THIRD: Final = 3


def held(world: World) -> State:
    """Have asha hold a case."""
    waiting(world)
    return do(world, "POST", "/duty/next", None, ASHA)


def _attempt(result: str, **told: str) -> Any:  # noqa: ANN401  # an act
    body = {"result": result, "note": "told what to ask", **told}
    return post("/cases/{reference}/attempts", body, who=ASHA)


def _tried_twice(world: World) -> State:
    case = held(world)
    for _ in range(THE_THIRD - 1):
        path = f"/cases/{case['reference']}/attempts"
        do(world, "POST", path, {"result": "no_answer"}, ASHA)
        world.clock.go(hours=2)
        world.run(_due)
        case = do(world, "POST", "/duty/next", None, ASHA)
    return case


def _due() -> None:

    functions.due_cases()


def _lost(world: World) -> State:
    """Expire asha's claim, because she did nothing for half an hour."""
    case = held(world)
    world.clock.go(minutes=31)
    world.run(_due)
    return case


def _called(world: World) -> State:
    case = held(world)
    told = do(world, "POST", f"/cases/{case['reference']}/call", None, ASHA)
    return {**case, "call": told}


def _call_ended(world: World, state: State) -> object:
    (call,) = (item["call"]["M"]["id"]["S"] for item in world.items("cases") if "call" in item)
    name = name_in_address(f"{state['reference']}/{call}")
    return world.send("GET", f"/webhooks/exotel/{WEBHOOK}/calls/{name}?Status=completed")


def _delivered(world: World, state: State) -> object:
    name = name_in_address(f"{state['reference']}/0.requested.patient")
    path = f"/webhooks/exotel/{WEBHOOK}/receipts/{name}"
    return world.send("POST", path, b"Status=sent&SmsSid=x", kind=FORM)


def _call_is(state: str) -> Done:
    return lambda world, _: cases(world)[0].get("call", {"M": {}})["M"].get("state") == {"S": state}


def _has_room(world: World, _: State) -> bool:
    return "video" in cases(world)[0]


def _is_delivered(world: World, _: State) -> bool:
    return any(item.get("state") == {"S": "delivered"} for item in world.items("messages"))


GONE: Final = (403, 409)
OPERATIONS: Final = (
    Operation("claim", post("/duty/next", who=ASHA), waiting, is_now("claimed"), refused=(409,)),
    Operation("look at duty", lambda w, _: w.http("GET", "/duty", who=ASHA), held),
    Operation("answered", _attempt("answered"), held, is_now("completed"), refused=GONE),
    *(
        Operation(result, _attempt(result), held, is_now("waiting"), refused=GONE)
        for result in ("no_answer", "busy", "failed")
    ),
    Operation(
        "wrong_number", _attempt("wrong_number"), held, is_now("closed", "wrong_number"), GONE
    ),
    Operation(
        "no_answer, the third",
        _attempt("no_answer"),
        _tried_twice,
        is_now("closed", "unreachable"),
        GONE,
    ),
    Operation("answered, late", _attempt("answered"), _lost, is_now("completed"), refused=GONE),
    Operation(
        "release", post("/cases/{reference}/release", who=ASHA), held, is_now("waiting"), GONE
    ),
    Operation("call", post("/cases/{reference}/call", who=ASHA), held, _call_is("under_way")),
    Operation("call's end", _call_ended, _called, _call_is("completed")),
    Operation("video", post("/cases/{reference}/video", who=ASHA), held, _has_room),
    Operation("receipt", _delivered, waiting, _is_delivered),
)
