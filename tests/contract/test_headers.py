"""The headers of every answer of every route, and the pages that they protect."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import quote

import pytest

from tests.contract.access_matrix import TABLE
from tests.contract.access_world import Row, Who, World
from tests.support.helpline import using
from tests.support.web import Web

A_YEAR = 31_536_000
# What a browser or a proxy may keep: the same for everybody, or kept by its one reader alone.
KEPT = {
    "GET /hours": "public, max-age=60",
    "GET /openapi.json": "public, max-age=3600",
    "GET /static/{name}": "public, max-age=31536000, immutable",
}
GATEWAYS, IS_OURS = (401, 403), {"X-Request-Id"}
OPEN_TO_OTHERS = ("/callbacks", "/hours", "/healthz", "/openapi.json")
# The link that a patient is to keep is whole, with our own address.
OTHERS = r"""(?:src|href|action)=["'](?:[a-z]+:)?//(?!helpline\.example/c/)"""


class Watched(Web):
    """Keeps the last answer."""

    def call(self, method, path, **sent):
        self.last = super().call(method, path, **sent)
        return self.last


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    web = Watched()
    world = World(web)
    with using(*web.parts()):
        world.fill()
        yield world


def answers(world: World, row: Row) -> Iterator[tuple[int, dict[str, str], str]]:
    """Ask as nobody, and as the first to whom the route opens itself."""
    opens = (who for who, status in zip(Who, row.expected, strict=True) if status < 400)
    for who in {Who.ANYBODY, next(opens, Who.ADMINISTRATOR)}:
        world.ask(who, row)
        last = world.web.last
        if last.status_code in GATEWAYS and not IS_OURS & last.headers.keys():
            # The gateway's own, of which the template speaks: tests/stack/test_template.py.
            continue
        headers = {
            name: value if isinstance(value, str) else "\n".join(value)
            for name, value in last.headers.items()
        }
        yield last.status_code, headers, last.body.decode()


def policy(headers: dict[str, str]) -> dict[str, str]:
    told = headers["Content-Security-Policy"].split(";")
    return dict(part.strip().partition(" ")[::2] for part in told)


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.name)
def test_every_answer_of_every_route(world, row):
    found = list(answers(world, row))
    assert found
    for status, headers, body in found:
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["X-Frame-Options"] == "DENY"
        assert headers["Referrer-Policy"] in ("no-referrer", "same-origin")
        assert int(headers["Strict-Transport-Security"].removeprefix("max-age=")) >= A_YEAR
        assert "camera=()" in headers["Permissions-Policy"]
        assert headers["X-Request-Id"]
        allowed = policy(headers)
        assert (allowed["default-src"], allowed["frame-ancestors"]) == ("'none'", "'none'")
        assert set(" ".join(allowed.values()).split()) <= {"'none'", "'self'"}
        kept = KEPT.get(row.name.replace("HEAD ", "GET ")) if status < 400 else None
        assert headers["Cache-Control"] == (kept or "no-store")
        if body:
            kind = headers["Content-Type"]
            assert re.search(r"application/(fhir\+)?json|text/xml|charset=utf-8", kind)
        assert not {name.lower() for name in headers} & {"server", "x-powered-by"}
        # Other sites' pages are let read what is for everybody, or for whoever has a case's token.
        is_open = row.path.startswith(OPEN_TO_OTHERS)
        assert headers.get("Access-Control-Allow-Origin") == ("*" if is_open else None)
        assert "Access-Control-Allow-Credentials" not in headers
        if "text/html" in headers["Content-Type"]:
            assert not re.search(r"<script(?![^>]* src=)|<style|\sstyle=|\son\w+=", body), row
            assert not re.search(OTHERS, body), "a page asks another host for something"


BREAK = "\r\nSet-Cookie: session=planted"
TYPED = [BREAK, quote(BREAK), quote(quote(BREAK)), "\u560d\u560aSet-Cookie: a=b", "//evil.example"]


@pytest.mark.parametrize("typed", TYPED)
@pytest.mark.parametrize(
    "path",
    [
        "/sign-in?next={}",
        "/sign-in?next=/console/{}",
        "/console?status={}",
        "/console/cases/{}",
        "/request?lang={}",
        "/c/{}?t={}",
        "/c/K7M240R59XK?t={}&lang=hi{}",
        "/static/{}",
        "/rota/{}.ics",
        "/{}",
    ],
)
def test_nothing_typed_becomes_a_header_or_another_place(web, path, typed):
    answer = web.get(path.replace("{}", quote(typed)), accept="text/html", cookie=f"lang={typed}")

    for name, value in answer.headers.items():
        for line in [value] if isinstance(value, str) else value:
            assert not re.search(r"[\r\n]", f"{name}{line}")
            assert "planted" not in f"{name}{line}" or name == "Location"
    location = answer.headers.get("Location", "")
    assert not re.match(r"[a-z]+:|//|/\\|\\", location)
    assert "Set-Cookie" not in answer.headers or "planted" not in str(answer.headers["Set-Cookie"])
