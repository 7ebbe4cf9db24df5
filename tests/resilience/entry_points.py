"""A helpline to which anything can be sent: at work, on its tables, in this process.

It is asked by ``requests``, as the deployed stack is: :class:`InProcess` carries each request to
the application as API Gateway does, from a cold start.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from io import BytesIO
from typing import Any, Final
from urllib.parse import parse_qs

import requests
from chalice.test import Client
from requests.adapters import HTTPAdapter
from urllib3 import HTTPResponse

import app as application
from chalicelib.core.domain.roles import ADMINISTRATOR, ONCOLOGIST, ROLES
from chalicelib.core.web.authorisation import GatewayUnauthorized
from chalicelib.core.web.session import form_token
from chalicelib.core.wiring import Container, Core
from chalicelib.messages.providers.exotel.sms import WEBHOOK_SECRET
from chalicelib.messages.providers.twilio.signature import signature
from chalicelib.messages.providers.twilio.sms import ACCOUNT_SID, AUTH_TOKEN
from chalicelib.people.services.ports import Known
from infra.dev.gateway import GatewayEvents
from infra.fuzz_api import Values
from tests.contract.access_matrix import OWN_CASE, TABLE
from tests.contract.access_world import OFF, OTHER, OWNER
from tests.resilience import actors
from tests.resilience.fuzz_values import PHONES
from tests.resilience.harness import WEBHOOK, World, a_world
from tests.resilience.invariants import read
from tests.support.fakes import FakeCredentials
from tests.support.helpline import in_use, strong_link

ADDRESS: Final = "https://helpline.example"
TWILIO: Final = "the-account-and-its-token"
_BY_GATEWAY: Final = {401: "unauthenticated", 403: "forbidden"}
"""What the gateway refuses by itself, and its codes: its words stand in the template."""
WRITING: Final = ("PutItem", "UpdateItem", "DeleteItem", "TransactWriteItems")
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


class Site:
    """The helpline: asha holds a case, others wait, and one of her shifts is offered."""

    def __init__(self, world: World) -> None:
        self.world = world
        references = [
            actors.by_json(world, actors.Asking(f"seed-{number}", PHONES[-1 - number])).body
            for number in range(3)
        ]
        held = actors.call(world, "asha", "POST", "/duty/next").body["reference"]
        shift = next(
            shift.id
            for day in read(world).days
            for shift in day.shifts
            if "asha" in shift.on and shift.start > world.clock.now
        )
        offer = actors.call(world, "asha", "POST", f"/shifts/{shift}/swap").body["id"]
        cookie, csrf = world.run(partial(signed_in, "asha"))
        self._there: Values = {
            "reference": held,
            "into": references[-1]["reference"],
            "phone": PHONES[0],
            "oncologist": "chitra",
            "id": "asha",
            "shift": shift,
            "swap": offer,
            "cookie": cookie,
            "csrf": csrf,
            "secret": WEBHOOK,
        }
        self.credentials = {
            role: {"Authorization": f"Bearer {who}"}
            for role, who in ((ADMINISTRATOR, "chitra"), (ONCOLOGIST, "asha"))
        }
        self._beginning = world.snapshot()
        self.reopen()

    def reopen(self) -> None:
        """Begin again as it was opened."""
        self.world.restore(self._beginning)
        self._stored = self._read()
        self._lines = 0

    def known(self, method: str, path: str) -> tuple[Values, Values]:
        """Return what is there, and the right body of a call as the table of rights has it."""
        rows = [row for row in TABLE if (row.method, row.path) == (method, path)]
        told = json.dumps(rows[0].body or {} if rows else {})
        for elsewhere, here in _HERE.items():
            told = told.replace(elsewhere, here)
        right = json.loads(told)
        there = dict(self._there)
        if rows and rows[0] in OWN_CASE:
            there["t"] = right["t"] = self.world.run(partial(strong_link, there["reference"]))
        elif rows and "csrf" in there and path.startswith(("/desk", "/console")):
            right["csrf"] = there["csrf"]
        return there, right

    def changed(self) -> bool:
        """Return whether the last request stored anything, but for the audit and its tries."""
        if not any(call.endswith(WRITING) for call in self.world.calls):
            return False
        before, self._stored = self._stored, self._read()
        return before != self._stored

    def new_lines(self) -> list[str]:
        """Return what was logged since the last time."""
        before, self._lines = self._lines, len(self.world.logs)
        return self.world.logs[before:]

    def _read(self) -> object:
        return [
            [item for item in self.world.items(name) if not item["pk"]["S"].startswith(_ASIDE)]
            for name in _KEPT
        ]


class InProcess(HTTPAdapter):
    """Carries requests to the application of a site; what Twilio would sign is signed."""

    def __init__(self, site: Site) -> None:
        super().__init__()
        self._site = site
        self._client = Client(application.app)
        events = GatewayEvents(application.app.routes)
        events.as_base64 = True
        self._client.http._local_gateway.event_converter = events  # noqa: SLF001  # as the gateway does

    def send(self, request: requests.PreparedRequest, *_: Any, **__: Any) -> requests.Response:  # noqa: ANN401  # as its own
        """Send, and return the answer."""
        body = request.body.encode() if isinstance(request.body, str) else request.body or b""
        method, path = str(request.method), str(request.path_url)
        headers = {name.lower(): str(value) for name, value in request.headers.items()}
        if path.startswith("/webhooks/twilio/") and "x-twilio-signature" not in headers:
            form = parse_qs(body.decode(errors="replace"), keep_blank_values=True)
            headers["x-twilio-signature"] = signature(TWILIO, f"{ADDRESS}{path}", form)

        def ask() -> tuple[int, Mapping[str, str], bytes]:
            try:
                answer = self._client.http.request(method, path, headers=headers, body=body)
            except GatewayUnauthorized:
                return _refused(401)
            if "X-Content-Type-Options" not in answer.headers:
                return _refused(answer.status_code)
            return answer.status_code, answer.headers, answer.body

        status, answered, content = self._site.world.run(ask)
        raw = HTTPResponse(BytesIO(content), dict(answered), status, preload_content=False)
        return self.build_response(request, raw)


def _refused(status: int) -> tuple[int, Mapping[str, str], bytes]:
    told = {"code": _BY_GATEWAY[status], "message": "no", "fields": []}
    return status, {"Content-Type": "application/json"}, json.dumps({"error": told}).encode()


@contextmanager
def a_site() -> Iterator[Site]:
    """Open a helpline at work."""
    secrets = {WEBHOOK_SECRET: (WEBHOOK,), ACCOUNT_SID: ("AC1",), AUTH_TOKEN: (TWILIO,)}
    parts: tuple[Container, ...] = (Core(credentials=FakeCredentials(**secrets)),)
    with a_world(*parts) as world:
        actors.furnish(world)
        yield Site(world)


def signed_in(person: str) -> tuple[str, str]:
    """Begin a session of somebody who may do everything; return its cookie and forms' token."""
    token, _ = in_use().people.sessions.begin(Known(person, ROLES), in_use().core.now())
    return f"session={token}", form_token(token)
