"""The application with fakes behind it, called as API Gateway calls it."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from urllib.parse import urlencode

import pytest
from chalice.test import Client

from chalicelib.cases.domain.case import Case
from chalicelib.cases.wiring import Cases
from chalicelib.core.domain.errors import Unauthenticated
from chalicelib.core.domain.roles import ADMINISTRATOR, ONCOLOGIST, Principal
from chalicelib.core.web.session import form_token
from chalicelib.core.wiring import Container, Core
from chalicelib.messages.wiring import Messages
from chalicelib.people.services.ports import Known
from chalicelib.people.wiring import Staff
from chalicelib.privacy.wiring import Privacy
from chalicelib.reports.wiring import Reports
from chalicelib.rota.store.rota import duty_key
from chalicelib.rota.wiring import Rota
from infra.dev.gateway import GatewayEvents
from infra.translations import compile_catalogues
from tests.support.builders import NOON, a_case, a_duty_day, an_oncologist, some_settings
from tests.support.described import Reading, hold, hold_to_schemas
from tests.support.fake_tallies import FakeTallies
from tests.support.fakes import (
    FakeAccounts,
    FakeClock,
    FakeCredentials,
    FakeMessageGateway,
    FakeSecrets,
)
from tests.support.helpline import in_use, using
from tests.support.memory_dynamodb import MemoryDatabase
from tests.support.rota_world import MONDAY, NAMES, a_doctor, afternoon, at, morning
from tests.support.session_fakes import FakeSignIn
from tests.support.stores import (
    StoredAudit,
    StoredCases,
    StoredErasures,
    StoredMessages,
    StoredOutbox,
    StoredRota,
    StoredRotaEdits,
    StoredSessions,
    StoredTries,
)

SETTINGS = some_settings()
ROLES = {
    "oncologist": frozenset({ONCOLOGIST}),
    "admin": frozenset({ADMINISTRATOR}),
    "none": frozenset(),
}


class FakeIdentity:
    """Tokens that say who they are: ``oncologist:dr-asha``, ``admin:meera``, ``none:ravi``."""

    def verify(self, token: str) -> Principal:
        role, _, name = token.partition(":")
        if role not in ROLES or not name:
            raise Unauthenticated
        return Principal(name, ROLES[role], int(time.time()) + 600)


class Web:
    """What a caller does, and what stands behind."""

    def __init__(self) -> None:
        import app

        self.app = app.app
        self.client = Client(self.app)
        self.events = GatewayEvents(self.app.routes)
        self.client.http._local_gateway.event_converter = self.events
        self.database = MemoryDatabase()
        self.cases = StoredCases(database=self.database)
        self.rota = StoredRota([an_oncologist()], [a_duty_day()], database=self.database)
        self.rota_edits = StoredRotaEdits(self.rota)
        self.messages = StoredMessages(self.database)
        self.outbox = StoredOutbox(self.messages)
        self.audit = StoredAudit(self.database)
        self.erasures = StoredErasures(self.cases, self.messages)
        self.clock = FakeClock(NOON)
        self.secrets = FakeSecrets()
        self.sessions = StoredSessions(self.database)
        self.people = FakeSignIn()
        self.tries = StoredTries(self.database)
        self.accounts = FakeAccounts()
        self.tallies = FakeTallies()

    def parts(self) -> tuple[Container, ...]:
        return (
            Core(
                settings=SETTINGS,
                clock=self.clock,
                database=self.database,
                audit_store=self.audit,
                secrets=self.secrets,
                credentials=FakeCredentials(),
                session_store=self.sessions,
                try_counter=self.tries,
            ),
            Cases(store=self.cases, offers_video=True),
            Rota(store=self.rota, edits=self.rota_edits),
            Messages(store=self.messages, outbox=self.outbox, gateway=FakeMessageGateway()),
            Privacy(erasure_store=self.erasures),
            Staff(
                identity=FakeIdentity(),
                sign_in_gateway=self.people,
                directory=self.people,
                token_check=self.people,
                accounts=self.accounts,
            ),
            Reports(tally_store=self.tallies),
        )

    def call(self, method, path, *, body=b"", token=None, **headers):
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        if token is not None:
            named["authorization"] = f"Bearer {token}"
        with pytest.MonkeyPatch.context() as patch:
            reading = Reading(patch)
            answer = self.client.http.request(method, path, headers=named, body=body)
        # What Chalice's own gateway refuses is not ours: API Gateway's words stand in the template.
        if "X-Content-Type-Options" in answer.headers:
            hold(method, self.events.pattern, answer)
            hold_to_schemas(method, self.events.pattern, reading.kinds)
        return answer

    def get(self, path, **headers):
        return self.call("GET", path, **headers)

    def post(self, path, data=None, **headers):
        return self.call_json("POST", path, data, **headers)

    def call_json(self, method, path, data=None, **headers):
        body = b"" if data is None else json.dumps(data).encode()
        return self.call(method, path, body=body, **{"content_type": "application/json", **headers})

    def send(self, path, form, **headers):
        return self.call(
            "POST",
            path,
            body=urlencode(form, doseq=True).encode(),
            content_type="application/x-www-form-urlencoded",
            accept="text/html",
            **headers,
        )

    def signed_in(self, role="admin", person="meera"):
        """A browser in which somebody has signed in; ``role`` may be several, with a space."""
        roles = frozenset().union(*(ROLES[each] for each in role.split()))
        self.people.put(person, *roles)
        token, _ = in_use().people.sessions.begin(
            Known(person, roles, self.people.grant_of(person)), self.clock()
        )
        return Browser(self, token)

    def ask(self, phone="98765 43210", **fields):
        return self.post("/callbacks", {"phone": phone, "consent": True, **fields})


class Browser:
    """Somebody's browser: it sends the session's cookie, and with each form the page's token."""

    def __init__(self, web: Web, token: str) -> None:
        self.web = web
        self.cookie = f"session={token}"
        self.form_token = form_token(token)

    def get(self, path, **headers):
        return self.web.get(path, **{"accept": "text/html", "cookie": self.cookie, **headers})

    def send(self, path, form=(), **headers):
        form = {"csrf": self.form_token, **dict(form)}
        return self.web.send(path, form, **{"cookie": self.cookie, **headers})


@pytest.fixture(scope="session", autouse=True)
def catalogues() -> None:
    compile_catalogues()


@pytest.fixture
def web() -> Iterator[Web]:
    web = Web()
    with using(*web.parts()):
        yield web


@pytest.fixture
def case(web) -> Case:
    """One case, which waits."""
    return web.cases.put(a_case())


@pytest.fixture
def admin(web) -> Browser:
    """The browser of an administrator who has signed in."""
    return web.signed_in("admin", "meera")


@pytest.fixture
def rota_web() -> Iterator[Web]:
    """Three doctors on two lines, published on Monday before the helpline opens."""
    web = Web()
    web.rota.table.delete(duty_key(NOON.date()))
    for who in NAMES:
        web.rota.put_oncologist(a_doctor(who))
    web.rota_edits.put_lines((morning(), afternoon()))
    web.clock.now = at(MONDAY, 9)
    with using(*web.parts()):
        in_use().rota.publish_rota(web.clock())
        yield web


def code_of(answer) -> str:
    """The code of an error."""
    return answer.json_body["error"]["code"]


def told(answer) -> dict[str, str]:
    """The fields of an error, each with its code."""
    return {field["field"]: field["code"] for field in answer.json_body["error"]["fields"]}
