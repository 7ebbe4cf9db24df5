"""What is done with people and their rota: who joins and leaves, swaps, leave, exceptions, days."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from chalicelib.core.domain.roles import ONCOLOGIST
from tests.benchmarks._helpline import ASHA
from tests.resilience import actors
from tests.resilience.harness import World
from tests.resilience.operation import ADMINISTRATOR, Act, Done, Operation, State, call, do, post
from tests.resilience.operations.desk import held
from tests.support import functions

MEMBERS: Final = (ASHA, "bharat")
THURSDAY, FRIDAY = "2026-12-03", "2026-12-04"
LINES: Final[Mapping[str, Any]] = {
    "version": 0,
    "lines": [actors.a_line("all", "10:00", "17:00", MEMBERS, languages=["hi"])],
}
CHITRA: Final[Mapping[str, Any]] = {
    "id": "chitra",
    "name": "Dr Chitra",
    "registration": "MADE-UP-3",
    "phone": "9000000003",
    "languages": ["en"],
    "gender": "female",
}
HOURS: Final[Mapping[str, Any]] = {
    "version": 0,
    **{day: [["09:00", "18:00"]] for day in ("mon", "tue", "wed", "thu", "fri")},
    **{day: [] for day in ("sat", "sun")},
}
RECIPIENTS: Final = {"version": 0, "recipients": [{"phone": "9000000009", "language": "en"}]}
_STALE: Final = (409, 412)


def lined(world: World) -> None:
    """Have a line, of which no day is published yet."""
    do(world, "PUT", "/admin/lines", LINES, ADMINISTRATOR)


def published(world: World) -> State:
    """Have four weeks published; Thursday's shift is the state's, ``giver`` has it."""
    lined(world)
    do(world, "PUT", "/admin/rota/recipients", RECIPIENTS, ADMINISTRATOR)
    world.run(functions.publish_rota)
    return _thursday(world)


def _thursday(world: World) -> State:
    path = f"/admin/rota?from={THURSDAY}&to={FRIDAY}"
    (day,) = do(world, "GET", path, None, ADMINISTRATOR)["days"]
    (shift,) = day["shifts"]
    (giver,) = shift["on"]
    (taker,) = set(MEMBERS) - {giver}
    return {"shift": shift["id"], "giver": giver, "taker": taker}


def _is_closed(world: World, _: State) -> bool:
    """Ask whether the hours are stored and Thursday has no shift."""
    path = f"/admin/rota?from={THURSDAY}&to={FRIDAY}"
    (day,) = do(world, "GET", path, None, ADMINISTRATOR)["days"]
    return _stands("SETTINGS", "hours")(world, {}) and not day["shifts"]


def _offered(world: World) -> State:
    state = published(world)
    path = f"/shifts/{state['shift']}/swap"
    return {**state, **do(world, "POST", path, {"to": state["taker"]}, state["giver"])}


def _exception(**more: Any) -> Act:  # noqa: ANN401  # JSON
    span = {
        "line": "all",
        "from": f"{THURSDAY}T10:00:00+05:30",
        "to": f"{THURSDAY}T12:00:00+05:30",
    }
    return post("/admin/overrides", {**span, **more})


def _taken(world: World) -> State:
    """Have a leave taken, and its id."""
    state = published(world)
    leave = {"from": THURSDAY, "to": FRIDAY}
    return {**state, **do(world, "POST", "/leave", leave, state["giver"])}


def _overridden(world: World) -> State:
    state = published(world)
    kept = world.run(lambda: _exception(remove="{giver}", add="{taker}")(world, state))
    return {**state, **kept.body}  # type: ignore[attr-defined]  # an Answer


def _is_taken(world: World, state: State) -> bool:
    return bool(_thursday(world)["giver"] == state["taker"])


def _stands(pk: str, sk: str = "", **fields: str) -> Done:
    """Ask whether the rota has such an item."""

    def done(world: World, _: State) -> bool:
        return any(
            item["pk"]["S"] == pk
            and sk in ("", item["sk"]["S"])
            and all(item.get(name, {}).get("S") == value for name, value in fields.items())
            for item in world.items("rota")
        )

    return done


_OFFER: Final = post("/shifts/{shift}/swap", {"to": "{taker}"}, who="{giver}")
_HAS_LEAVE: Final = _stands("LEAVE")
_HAS_OVERRIDE: Final = _stands("OVERRIDE")


def _may_sign_in(world: World, _: State) -> bool:
    chitra = world.accounts.users.get(str(CHITRA["id"]))
    return chitra is not None and chitra.groups == {ONCOLOGIST}


def is_published(world: World, _: State) -> bool:
    """Ask whether four weeks are published."""
    days = [item["sk"]["S"] for item in world.items("rota") if "shifts" in item]
    return len(days) == 30 and max(days) == "2026-12-30"  # noqa: PLR2004  # four weeks and two


def _at_work(world: World) -> State:
    """Have asha hold a case, on a day that was published."""
    published(world)
    return held(world)


def _two_lines(world: World) -> State:
    """Have two lines side by side, each with one of the two."""
    (line,) = LINES["lines"]
    lines = [
        {**line, "id": who, "rotation": {**line["rotation"], "members": [who]}} for who in MEMBERS
    ]
    do(world, "PUT", "/admin/lines", {"version": 0, "lines": lines}, ADMINISTRATOR)
    world.run(functions.publish_rota)


_HOURS_OF_LEAVE: Final = {
    "from": f"{THURSDAY}T11:00:00+05:30",
    "to": f"{THURSDAY}T13:00:00+05:30",
}
_LATER: Final = {"from": "2026-12-28", "to": "2026-12-30"}
OPERATIONS: Final = (
    Operation(
        "somebody joins",
        post("/admin/oncologists", {**CHITRA, "email": "chitra@example.org"}),
        done=_may_sign_in,
    ),
    Operation(
        "somebody leaves, with a case",
        call("PATCH", f"/admin/oncologists/{ASHA}", {"version": 1, "left": "2026-12-01"}),
        _at_work,
        _stands("ONCOLOGIST", ASHA, left="2026-12-01"),
        _STALE,
        (functions.publish_rota,),
    ),
    *(
        Operation(name, call("PUT", path, body), done=_stands("SETTINGS", setting), refused=_STALE)
        for name, setting, path, body in (
            ("hours", "hours", "/admin/hours", HOURS),
            ("lines", "lines", "/admin/lines", LINES),
            ("who is told of gaps", "recipients", "/admin/rota/recipients", RECIPIENTS),
        )
    ),
    Operation(
        "hours that close a published day",
        call("PUT", "/admin/hours", {**HOURS, "closures": [THURSDAY]}),
        published,
        _is_closed,
        _STALE,
    ),
    Operation("publish", post("/admin/rota/publish"), lined, is_published),
    Operation(
        "leave",
        post("/leave", {"from": THURSDAY, "to": FRIDAY}, who="{giver}"),
        published,
        _HAS_LEAVE,
    ),
    Operation(
        "leave of some hours",
        post("/leave", _HOURS_OF_LEAVE, who="{giver}"),
        published,
        _stands("LEAVE"),
    ),
    Operation(
        "leave, for somebody",
        post("/admin/leave", {"oncologist": ASHA, **_LATER}),
        published,
        _HAS_LEAVE,
    ),
    Operation(
        "leave dropped",
        call("DELETE", "/leave?id={id}", who="{giver}"),
        _taken,
        lambda world, state: not _HAS_LEAVE(world, state),
        (404,),
    ),
    Operation(
        "override",
        _exception(remove="{giver}", add="{taker}"),
        published,
        _HAS_OVERRIDE,
        (409, 422),
    ),
    Operation(
        "temporary schedule",
        _exception(on=["{taker}"]),
        published,
        _stands("TEMPORARY"),
        (409, 422),
    ),
    Operation(
        "override onto two lines",
        _exception(line=ASHA, add="bharat"),
        _two_lines,
        refused=(409, 422),
        is_refused=True,
    ),
    Operation(
        "override dropped",
        call("DELETE", "/admin/overrides?id={id}"),
        _overridden,
        lambda world, state: not _HAS_OVERRIDE(world, state),
        (404,),
    ),
    Operation("swap offered", _OFFER, published, _stands("OFFER", state="open"), (409,)),
    Operation(
        "swap accepted", post("/swaps/{id}/accept", who="{taker}"), _offered, _is_taken, (409, 404)
    ),
    Operation(
        "swap declined",
        post("/swaps/{id}/decline", who="{taker}"),
        _offered,
        _stands("OFFER", state="declined"),
        (409,),
    ),
    Operation(
        "swap withdrawn",
        post("/swaps/{id}/withdraw", who="{giver}"),
        _offered,
        _stands("OFFER", state="withdrawn"),
        (409,),
    ),
    Operation("calendar", post("/rota/feed", who="{giver}"), published, _stands("FEED_OF")),
)
