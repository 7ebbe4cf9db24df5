"""The command line against the application itself, in this process, with fakes behind it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest
import requests
from click.testing import CliRunner, Result
from requests.adapters import BaseAdapter

from helpline.api import Api
from helpline.commands import main, options
from infra.translations import compile_catalogues
from tests.support.helpline import in_use, using
from tests.support.rota_world import MONDAY, NAMES, a_doctor, afternoon, at, morning
from tests.support.stores import StoredRota, StoredRotaEdits
from tests.support.web import Web

URL = "https://helpline.example"
POOL = "https://cognito-idp.ap-south-1.amazonaws.com/"


class Pool:
    """A user pool with one administrator."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.password = "a-good-password"
        self.challenge: str | None = None
        self.expires_in = 3600
        self.refreshable = True

    def answer(self, operation: str, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        self.calls.append((operation, body))
        if operation == "RevokeToken":
            return 200, {}
        given = {**body.get("AuthParameters", {}), **body.get("ChallengeResponses", {})}
        if "REFRESH_TOKEN" in given:
            return (200, self._tokens("renewed")) if self.refreshable else (400, {})
        if operation == "InitiateAuth" and given["PASSWORD"] != self.password:
            return 400, {"__type": "NotAuthorizedException"}
        if operation == "InitiateAuth" and self.challenge:
            return 200, {"ChallengeName": self.challenge, "Session": "ticket"}
        return 200, {"AuthenticationResult": {**self._tokens("first")["AuthenticationResult"]}}

    def _tokens(self, name: str) -> dict[str, Any]:
        result = {"AccessToken": f"admin:{name}", "ExpiresIn": self.expires_in}
        if name == "first":
            result["RefreshToken"] = "refresh"
        return {"AuthenticationResult": result}


class Wire(BaseAdapter):
    """Carries requests to the application, or to the pool; ``before`` answers first, if it does."""

    def __init__(self, web: Web, pool: Pool) -> None:
        super().__init__()
        self.web = web
        self.pool = pool
        self.seen: list[str] = []
        self.before: Callable[[requests.PreparedRequest], requests.Response | None] = lambda _: None

    def send(self, request: requests.PreparedRequest, **_: Any) -> requests.Response:
        if str(request.url).startswith(POOL):
            operation = request.headers["X-Amz-Target"].rpartition(".")[2]
            status, body = self.pool.answer(operation, json.loads(request.body or "{}"))
            return answered(status, json.dumps(body).encode())
        self.seen.append(f"{request.method} {request.path_url}")
        early = self.before(request)
        if early is not None:
            return early
        headers = dict(request.headers)
        body = request.body or b""
        came = self.web.client.http.request(request.method, request.path_url, headers, body)
        return answered(came.status_code, came.body, came.headers)

    def close(self) -> None:
        """Nothing to close."""


def answered(status: int, body: bytes, headers: Any = ()) -> requests.Response:
    """An answer as requests gives it."""
    response = requests.Response()
    response.status_code = status
    response._content = body
    response.headers.update(dict(headers))
    response.encoding = "utf-8"
    return response


class CommandLine(SimpleNamespace):
    """Runs commands as an administrator who is signed in."""

    def run(self, *arguments: str, code: int = 0, typed: str | None = None) -> Result:
        result = CliRunner().invoke(main, list(arguments), input=typed)
        assert result.exit_code == code, result.output
        return result

    def json(self, *arguments: str) -> Any:
        return json.loads(self.run(*arguments, "--json").stdout)


@pytest.fixture(scope="session", autouse=True)
def catalogues() -> None:
    compile_catalogues()


@pytest.fixture
def command_line(monkeypatch, tmp_path) -> Iterator[CommandLine]:
    """Three doctors on two lines, published on a Monday; half past ten."""
    web, pool = Web(), Pool()
    web.rota = StoredRota([a_doctor(who) for who in NAMES])
    web.rota_edits = StoredRotaEdits(web.rota, (morning(), afternoon()))
    web.clock.now = at(MONDAY, 9)
    wire = Wire(web, pool)
    monkeypatch.setattr(requests.Session, "get_adapter", lambda *_, **__: wire)
    monkeypatch.setattr(options, "now", lambda: at(MONDAY, 10, 30))
    pauses: list[float] = []
    monkeypatch.setattr(Api.__init__, "__defaults__", (pauses.append,))
    monkeypatch.setenv("HELPLINE_URL", URL)
    monkeypatch.setenv("HELPLINE_CLIENT_ID", "client")
    monkeypatch.setenv("HELPLINE_CONFIG", str(tmp_path / "config"))
    monkeypatch.setenv("HELPLINE_TOKEN", "admin:meera")
    with using(*web.parts()):
        in_use().rota.publish_rota(web.clock())
        yield CommandLine(web=web, pool=pool, wire=wire, folder=tmp_path, pauses=pauses)
