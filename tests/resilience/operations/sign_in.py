"""Signing in at a browser, what a session is asked and keeps, and signing out."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import urlencode

from chalicelib.core.web.session import FORM_TOKEN, form_token
from tests.benchmarks._helpline import ASHA
from tests.resilience.harness import Answer, World
from tests.resilience.operation import Operation, State
from tests.resilience.operations.desk import held
from tests.resilience.operations.patients import FORM

_TOKEN: Final = re.compile(r"session=([^;]+)")


def _sign_in(world: World, _: State = None) -> Answer:
    form = urlencode({"username": ASHA, "password": "made up"}).encode()
    return world.send("POST", "/sign-in", form, kind=FORM)


def _signed_in(world: World) -> State:
    """Have asha signed in long enough ago for her roles to be asked for again."""
    held(world)
    answer = world.run(lambda: _sign_in(world))
    found = _TOKEN.search(str(answer.headers.get("Set-Cookie", "")))
    if found is None:
        raise RuntimeError(f"nobody could sign in: {answer}")
    world.clock.go(minutes=6)
    return found[0]


def _look(world: World, cookie: State) -> Answer:
    return world.send("GET", "/desk", kind="text/html", cookie=cookie)


def _sign_out(world: World, cookie: State) -> Answer:
    form = urlencode({FORM_TOKEN: form_token(cookie.partition("=")[2])}).encode()
    return world.send("POST", "/sign-out", form, kind=FORM, cookie=cookie)


def _is_out(world: World, cookie: State) -> bool:
    return world.run(lambda: _look(world, cookie)).headers.get("Location") is not None


def _has_session(world: World, _: State) -> bool:
    return any(item["pk"]["S"].startswith("SESSION#") for item in world.items("rota"))


OPERATIONS: Final = (
    Operation("sign in", _sign_in, done=_has_session),
    Operation("a page, roles asked anew", _look, _signed_in),
    Operation("sign out", _sign_out, _signed_in, _is_out, refused=(401,)),
)
