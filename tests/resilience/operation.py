"""One thing that is done to the helpline, so that it can be cut at any of its calls."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final, TypeAlias

from tests.resilience.harness import ADMINISTRATOR as ADMINISTRATOR  # noqa: PLC0414  # theirs too
from tests.resilience.harness import Answer, World

State: TypeAlias = Any
"""What an operation's preparation leaves for it to act upon."""
Act: TypeAlias = Callable[[World, State], object]
Done: TypeAlias = Callable[[World, State], bool]

TAKEN: Final = frozenset(
    {HTTPStatus.OK, HTTPStatus.CREATED, HTTPStatus.NO_CONTENT, HTTPStatus.SEE_OTHER}
)
PATIENT: Final[Mapping[str, Any]] = {
    "phone": "9812345678",
    "consent": True,
    "language": "hi",
    "name": "Zebulon Achari",
    "age": 52,
    "message": "दूसरी राय चाहिए",
    "request_id": "the-same-request-each-time",
}
PERSONAL: Final = ("98123456", PATIENT["name"], "Zebulon", PATIENT["message"])
"""What stands nowhere but in cases and messages: all made-up phones of patients begin alike."""


@dataclass(frozen=True)
class Operation:
    """What is swept: what stands before it, and what is done, by itself or by a schedule.

    ``done`` tells, of whoever did it again, whether it came to its end (None: it changes nothing
    that could be asked for); ``refused`` are statuses that they may be answered besides, because
    it was done already. ``mends`` are schedules of the
    night that have to come round where nobody does it again. ``is_refused``: it is an attempt at
    what may not be.
    """

    name: str
    act: Act
    prepare: Callable[[World], State] = lambda _: None
    done: Done | None = None
    refused: Sequence[int] = ()
    mends: Sequence[Callable[[], object]] = ()
    is_refused: bool = False

    def is_done(self, world: World, state: State) -> bool:
        """Tell whether it came to its end, as far as that can be told."""
        return self.done is None or self.done(world, state)


def post(path: str, body: Mapping[str, Any] | None = None, *, who: str = ADMINISTRATOR) -> Act:
    """Make a call, as :func:`call`."""
    return call("POST", path, body, who=who)


def call(
    method: str, path: str, body: Mapping[str, Any] | None = None, *, who: str = ADMINISTRATOR
) -> Act:
    """Make a call; ``{reference}`` and the like, wherever they stand, are what the state has."""

    def act(world: World, state: State) -> Answer:
        known = state or {}
        filled = body and {name: _filled(value, known) for name, value in body.items()}
        return world.http(method, path.format_map(known), filled, who=who.format_map(known))

    return act


def _filled(value: Any, known: Mapping[str, Any]) -> Any:  # noqa: ANN401  # JSON
    match value:
        case str():
            return value.format_map(known)
        case list():
            return [_filled(each, known) for each in value]
    return value


def ask(world: World, **changes: Any) -> Mapping[str, Any]:  # noqa: ANN401  # fields of a request
    """Ask for a callback before what is swept, and let the stream deliver."""
    told: Mapping[str, Any] = do(world, "POST", "/callbacks", {**PATIENT, **changes}, "")
    return told


def do(
    world: World, method: str, path: str, body: Mapping[str, Any] | None, who: str = ADMINISTRATOR
) -> State:
    """Do something else before it. Raises RuntimeError where it was refused."""
    answer = world.run(lambda: world.http(method, path, body, who=who))
    if answer.status not in TAKEN:
        raise RuntimeError(f"{method} {path}: {answer}")
    world.deliver()
    return answer.body


def cases(world: World) -> list[Mapping[str, Any]]:
    """Read all cases as they are stored, the first asked first."""
    found = [item for item in world.items("cases") if item["sk"]["S"] == "CASE"]
    return sorted(found, key=lambda item: int(item["requested_at"]["N"]))


def is_now(status: str, reason: str = "") -> Done:
    """Ask whether the state's case is where it was to go."""

    def done(world: World, state: State) -> bool:
        (case,) = (each for each in cases(world) if each["pk"]["S"].endswith(state["reference"]))
        return bool(
            case["status"]["S"] == status and case.get("closed_reason", {}).get("S", "") == reason
        )

    return done


def was_sent(template: str) -> Done:
    """Ask whether a message of this kind was sent."""

    def done(world: World, _: State) -> bool:
        return any(
            template in item["sk"]["S"].removeprefix("MESSAGE#").split(".")
            and item["state"]["S"] == "sent"
            for item in world.items("messages")
            if "state" in item
        )

    return done
