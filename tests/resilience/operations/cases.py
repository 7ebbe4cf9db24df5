"""What administrators do to cases, phones and messages."""

from __future__ import annotations

from typing import Any, Final

from tests.benchmarks._helpline import ASHA
from tests.resilience.harness import World
from tests.resilience.operation import (
    ADMINISTRATOR,
    Act,
    Operation,
    State,
    ask,
    call,
    cases,
    do,
    is_now,
    post,
)
from tests.resilience.operations.desk import held
from tests.resilience.operations.patients import waiting
from tests.support import functions

NUISANCE: Final = "9812345675"
_STALE: Final = (409, 412)
_PURGE: Final = (functions.purge,)


def _closed(world: World) -> State:
    case = waiting(world)
    path = f"/admin/cases/{case['reference']}/close"
    do(world, "POST", path, {"reason": "cancelled"}, ADMINISTRATOR)
    return case


def _two(world: World) -> State:
    """Have two cases of one person, who asked from two phones: the second is the duplicate."""
    into = waiting(world)
    world.clock.go(minutes=2)
    duplicate = ask(world, phone="9812345671", request_id="from-the-other-phone")
    return {**duplicate, "into": into["reference"]}


def _of_case(name: str, body: dict[str, Any] | None = None) -> Act:
    return post(f"/admin/cases/{{reference}}/{name}", body)


def correct(**changes: Any) -> Act:  # noqa: ANN401  # JSON
    """Correct what a case of the first version says."""
    return call("PATCH", "/admin/cases/{reference}", {"version": 1, **changes})


merge: Final = _of_case("merge", {"into": "{into}"})


def _has(**fields: str) -> Any:  # noqa: ANN401  # what asks whether it is done
    def done(world: World, _: State) -> bool:
        (case,) = cases(world)
        return all(case[name]["S"] == value for name, value in fields.items())

    return done


def _owner_is(who: str) -> Any:  # noqa: ANN401  # as above
    return lambda world, _: cases(world)[0].get("owner", {}).get("S") == who


def _blocked(world: World, _: State = None) -> bool:
    return any("blocked_until" in item for item in world.items("cases"))


def _block(**which: str) -> dict[str, Any]:
    return {"until": "2026-12-24", "reason": "rings all night", **which}


def _is_blocked(world: World) -> State:
    waiting(world)
    do(world, "POST", "/admin/blocks", _block(phone="9812345670"), ADMINISTRATOR)


def _merged(world: World, _: State) -> bool:
    return {case.get("closed_reason", {}).get("S") for case in cases(world)} == {None, "duplicate"}


def _withdrawn_after_merging(world: World) -> State:
    state = _two(world)
    world.run(lambda: merge(world, state))
    world.deliver()
    return state


def _separated(world: World, state: State) -> bool:
    """Ask whether both wait, and neither holds what came with the other."""
    both = {case["pk"]["S"].removeprefix("CASE#"): case for case in cases(world)}
    into = both[state["into"]]
    return (
        all(case["status"]["S"] == "waiting" for case in both.values())
        and not {"told_merged", "merges"} & into.keys()
        and "merged_into" not in both[state["reference"]]
    )


def _all_erased(world: World, _: State) -> bool:
    return all("erased_at" in case for case in cases(world))


OPERATIONS: Final = (
    Operation("read a case", call("GET", "/admin/cases/{reference}"), waiting),
    Operation("search by phone", post("/admin/cases/search", {"phone": "9812345670"}), waiting),
    Operation("assign", _of_case("assign", {"oncologist": ASHA}), waiting, _owner_is(ASHA)),
    Operation(
        "assign, from another",
        _of_case("assign", {"oncologist": "bharat"}),
        held,
        _owner_is("bharat"),
    ),
    Operation(
        "close",
        _of_case("close", {"reason": "unreachable", "note": "moved away"}),
        waiting,
        is_now("closed", "unreachable"),
    ),
    Operation(
        "close, held",
        _of_case("close", {"reason": "abusive"}),
        held,
        is_now("closed", "abusive"),
    ),
    Operation("reopen", _of_case("reopen"), _closed, is_now("waiting")),
    Operation("merge", merge, _two, _merged),
    Operation("reopen, merged", _of_case("reopen"), _withdrawn_after_merging, _separated),
    Operation("correct", correct(name="Zebulon"), waiting, _has(name="Zebulon"), _STALE),
    Operation(
        "correct the phone",
        correct(phone="9812345673"),
        waiting,
        _has(phone="+919812345673"),
        _STALE,
    ),
    Operation("erase", _of_case("erase"), waiting, _all_erased, mends=_PURGE),
    Operation("erase, held", _of_case("erase"), held, _all_erased, mends=_PURGE),
    Operation(
        "erase, merged", _of_case("erase"), _withdrawn_after_merging, _all_erased, mends=_PURGE
    ),
    Operation("block", post("/admin/blocks", _block(phone=NUISANCE)), waiting, _blocked),
    Operation(
        "block a case's phone",
        post("/admin/blocks", _block(reference="{reference}")),
        waiting,
        _blocked,
    ),
    Operation(
        "lift a block",
        call("DELETE", "/admin/blocks", {"phone": "9812345670"}),
        _is_blocked,
        lambda world, _: not _blocked(world),
        (404,),
    ),
    Operation(
        "count anew",
        post("/admin/reports/rebuild", {"from": "2026-12-01", "to": "2026-12-02"}),
        waiting,
    ),
)
