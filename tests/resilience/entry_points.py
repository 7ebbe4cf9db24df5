"""Helplines to which anything can be sent: one with fakes behind it, one with tables.

What an answer was, what is stored and what stands in the log is asked of both alike.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final, Protocol

from chalice.test import Client

import app as application
from chalicelib import logs
from chalicelib.cases.domain.answers import Details
from chalicelib.core.domain.reference import new_reference
from chalicelib.core.domain.roles import ONCOLOGIST, ROLES
from chalicelib.core.web.authorisation import GatewayUnauthorized
from chalicelib.core.web.session import form_token
from chalicelib.core.wiring import Container, Core
from chalicelib.messages.providers.exotel.calls import LocalCalls
from chalicelib.messages.providers.exotel.credentials import WEBHOOK_SECRET
from chalicelib.messages.providers.twilio.credentials import ACCOUNT_SID, AUTH_TOKEN
from chalicelib.messages.wiring import Messages
from chalicelib.people.services.ports import Known
from tests.contract.access_matrix import OWN_CASE, TABLE
from tests.contract.access_world import ADMIN, OFF, OTHER, OWNER
from tests.contract.access_world import World as AtWork
from tests.resilience import actors
from tests.resilience.fuzz_values import NAME, PHONES
from tests.resilience.harness import WEBHOOK, World, a_world
from tests.resilience.invariants import read, violations
from tests.support import functions
from tests.support.builders import a_case
from tests.support.fakes import FakeCredentials
from tests.support.helpline import in_use, strong_link, using
from tests.support.web import GatewayEvents, Web

TWILIO: Final = "the-account-and-its-token"
AT_ONCE: Final = frozenset({1, 2, 3, 4, 7})
"""The invariants that hold at every moment."""
_KEPT: Final = ("cases", "rota", "messages")
# Who was refused is noted, and how often somebody tried to sign in.
_ASIDE: Final = ("TRIES", "INBOUND", "SESSION")
_HERE: Final = {
    OWNER: "asha",
    OTHER: "bharat",
    OFF: "chitra",
    '"day"': '"all"',
    "2026-11-25": "2026-12-04",
    "2026-12-07": "2026-12-09",
    "2026-12-08": "2026-12-10",
}
"""What stands in the table of who may do what, and stands here in its place."""


@dataclass(frozen=True, slots=True)
class Sent:
    """One input: a request, or what a queue hands over."""

    method: str = "POST"
    path: str = "/"
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    event: Mapping[str, Any] | None = None


class Door(Protocol):
    """A helpline to which things are sent."""

    logs: list[str]
    references: list[str]
    places: Mapping[str, str]
    """What stands there for a path's parameter, by its name."""

    def send(self, sent: Sent) -> int:
        """Send, and tell the status of the answer; 200 where there is none. May raise."""

    def stored(self) -> object:
        """Tell what is stored, so that two times can be compared."""

    def check(self) -> Iterator[str]:
        """Tell what is broken in what is stored."""

    def right(self, method: str, pattern: str) -> Mapping[str, Any]:
        """Give the fields of a body that a route takes, as far as that can be told."""

    def as_somebody(self, role: str) -> Sequence[dict[str, str]]:
        """Give the headers of people who work here: of each, what a call of theirs has."""

    def by_browser(self) -> tuple[str, str]:
        """Give the cookie and the forms' token of somebody who works here."""


class _Asked:
    """What both doors have alike: the application, asked as API Gateway asks it."""

    def __init__(self) -> None:
        self.client = Client(application.app)
        self.events = GatewayEvents(application.app.routes)
        self.events.as_base64 = True
        self.client.http._local_gateway.event_converter = self.events  # noqa: SLF001  # as the gateway does
        self.logs: list[str] = []
        self.references: list[str] = []

    def ask(self, sent: Sent) -> int:
        """Ask, and tell the status. Raises AssertionError for an answer with a traceback."""
        if sent.event is not None:
            functions.inbound_sms(sent.event)
            return 200
        try:
            answer = self.client.http.request(
                sent.method, sent.path, headers=dict(sent.headers), body=sent.body
            )
        except GatewayUnauthorized:
            # What the gateway makes a 401 of, by its own words in the template.
            return 401
        if b"Traceback" in answer.body:
            raise AssertionError("a traceback is answered")
        return int(answer.status_code)


class FakeDoor(_Asked):
    """The application with fakes behind it."""

    def __init__(self, world: AtWork) -> None:
        """Open it at work, with a few more who wait."""
        super().__init__()
        self.web: Any = world.web
        world.fill()
        in_use().core.credentials.values[WEBHOOK_SECRET] = (WEBHOOK,)  # type: ignore[attr-defined]
        self.places: Mapping[str, str] = world.places
        self.references.append(world.places["reference"])
        for number in range(3):
            case = a_case(
                reference=new_reference(bytes([number + 1]).__mul__),
                request_id=f"seed-{number}",
                phone=f"+91{PHONES[-1 - number]}",
                details=Details(name=NAME),
            )
            self.references.append(self.web.cases.put(case).reference)

    def send(self, sent: Sent) -> int:
        """Send."""
        return self.ask(sent)

    def stored(self) -> object:
        """Tell the cases' versions, the rota's, and what is owed."""
        cases = self.web.cases.cases.values()
        return (
            {case.reference: case.version for case in cases},
            self.web.rota_edits.head(),
            len(self.web.messages.messages),
            sorted(self.web.messages.opted_out),
            dict(self.web.cases.blocked_until),
        )

    def check(self) -> Iterator[str]:
        """Tell nothing: what fakes hold is no table."""
        yield from ()

    def right(self, method: str, pattern: str) -> Mapping[str, Any]:
        """Give what the table of who may do what sends."""
        return _right(method, pattern, self.places["reference"])

    def as_somebody(self, role: str) -> Sequence[dict[str, str]]:
        """Give bearer tokens: of who holds the case, and of who does not."""
        names = [f"oncologist:{who}" for who in (OWNER, OFF)]
        return _bearing(names if role == ONCOLOGIST else [f"admin:{ADMIN}"])

    def by_browser(self) -> tuple[str, str]:
        """Sign somebody in who may do everything."""
        return signed_in(OWNER)


class TableDoor(_Asked):
    """The application with tables behind it."""

    def __init__(self, world: World) -> None:
        """Open it, with a few who wait."""
        super().__init__()
        self.world = world
        self.logs = world.logs
        for number in range(3):
            asking = actors.Asking(f"seed-{number}", PHONES[-1 - number])
            self.references.append(actors.by_json(world, asking).body["reference"])
        held = actors.call(world, "asha", "POST", "/duty/next").body["reference"]
        shift = next(
            shift.id
            for day in read(world).days
            for shift in day.shifts
            if "asha" in shift.on and shift.start > world.clock.now
        )
        offer = actors.call(world, "asha", "POST", f"/shifts/{shift}/swap").body["id"]
        self.places: Mapping[str, str] = {
            "reference": held,
            "oncologist": "chitra",
            "shift": shift,
            "swap": offer,
        }

    def send(self, sent: Sent) -> int:
        """Send, from a cold start."""
        return self.world.run(partial(self.ask, sent))

    def stored(self) -> object:
        """Tell all but the audit, which notes who was refused, and who tried to sign in."""
        return [
            [item for item in self.world.items(name) if not item["pk"]["S"].startswith(_ASIDE)]
            for name in _KEPT
        ]

    def check(self) -> Iterator[str]:
        """Ask the invariants of the tables."""
        for each in violations(read(self.world)):
            if each.invariant in AT_ONCE:
                yield f"invariant {each.invariant}: {each.what}"

    def right(self, method: str, pattern: str) -> Mapping[str, Any]:
        """Give what the table of who may do what sends, with these people and days."""
        told = json.dumps(_right(method, pattern, self.places["reference"]))
        for there, here in _HERE.items():
            told = told.replace(there, here)
        fields: Mapping[str, Any] = json.loads(told)
        return fields

    def as_somebody(self, role: str) -> Sequence[dict[str, str]]:
        """Give bearer tokens; here everybody is both."""
        del role
        return _bearing(["asha", "chitra"])

    def by_browser(self) -> tuple[str, str]:
        """Sign somebody in who may do everything."""
        return self.world.run(partial(signed_in, "asha"))


@contextmanager
def with_fakes() -> Iterator[Door]:
    """Open the application with fakes behind it."""
    world = AtWork(Web())
    secrets = {WEBHOOK_SECRET: (WEBHOOK,), ACCOUNT_SID: ("AC1",), AUTH_TOKEN: (TWILIO,)}
    parts: tuple[Container, ...] = (
        *world.web.parts(),
        Core(credentials=FakeCredentials(**secrets)),
        Messages(call_bridge=LocalCalls()),
    )
    with ExitStack() as stack:
        stack.enter_context(using(*parts))
        lines: list[str] = []
        stack.enter_context(_told_to(lines))
        door = FakeDoor(world)
        door.logs = lines
        yield door


@contextmanager
def with_tables() -> Iterator[Door]:
    """Open the application with tables behind it."""
    with a_world() as world:
        actors.furnish(world)
        yield TableDoor(world)


def _right(method: str, pattern: str, reference: str) -> Mapping[str, Any]:
    """Take it from the table; who has a link has its token."""
    (row,) = (each for each in TABLE if (each.method, each.path) == (method, pattern))
    token = {"t": strong_link(reference)} if row in OWN_CASE else {}
    return {**(row.body or {}), **token}


def _bearing(tokens: Sequence[str]) -> Sequence[dict[str, str]]:
    return [{"authorization": f"Bearer {token}"} for token in tokens]


def signed_in(person: str) -> tuple[str, str]:
    """Begin a session of somebody who may do everything; return its cookie and forms' token."""
    token, _ = in_use().people.sessions.begin(Known(person, ROLES), in_use().core.now())
    return f"session={token}", form_token(token)


class _Lines(logging.Handler):
    """Keeps the lines as they would stand in the log."""

    def __init__(self, kept: list[str]) -> None:
        super().__init__()
        self.setFormatter(logs.JsonLines())
        self._kept = kept

    def emit(self, record: logging.LogRecord) -> None:
        self._kept.append(self.format(record))


@contextmanager
def _told_to(kept: list[str]) -> Iterator[None]:
    logs.configure()
    root = logging.getLogger()
    before, root.handlers = root.handlers, [_Lines(kept)]
    try:
        yield
    finally:
        root.handlers = before
