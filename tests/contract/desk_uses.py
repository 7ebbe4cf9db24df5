"""What administrators do to cases, phones and people, for the comparison with the policies."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from chalicelib.core.domain.datetimes import IST
from chalicelib.core.domain.roles import ADMINISTRATOR
from chalicelib.rota.domain.change_log import By
from tests.support.aws_calls import HAS_AN_ACCOUNT, IS_GONE
from tests.support.builders import an_oncologist
from tests.support.helpline import in_use

Http = Callable[..., dict[str, Any]]
PERSON = {"name": "Dr X", "registration": "1", "languages": ["hi"], "gender": "female"}
EMAIL = "dr@hospital.example"


def use_desk(http: Http) -> None:
    """Find, correct, assign, close, reopen and merge cases; block a phone, and lift that."""

    def ask(phone: str) -> str:
        asked = http("POST", "/callbacks", phone=phone, consent=True, name="Sunita", language="hi")
        return str(asked["reference"])

    def do(method: str, path: str, **body: object) -> dict[str, Any]:
        return http(method, f"/admin{path}", ADMINISTRATOR, **body)

    first, second = ask("9812345651"), ask("9812345652")
    do("POST", "/cases/search", phone="9812345651")
    do("POST", "/cases/search", name="sunita")
    do("PATCH", f"/cases/{first}", version=1, phone="9812345653")
    do("POST", f"/cases/{first}/assign", oncologist="dr-asha")
    do("POST", f"/cases/{first}/close", reason="cancelled")
    do("POST", f"/cases/{first}/reopen")
    do("POST", f"/cases/{second}/merge", into=first)
    block = do("POST", "/blocks", phone="9812345654", until="2026-12-01", reason="x")
    do("GET", "/blocks")
    do("DELETE", "/blocks", id=block["id"])


def use_people(http: Http) -> None:
    """Add somebody who is known to the pool and somebody who is not; let one go."""

    def add(who: str, phone: str) -> None:
        person = {**PERSON, "id": who, "phone": phone, "email": EMAIL}
        http("POST", "/admin/oncologists", ADMINISTRATOR, **person)

    add(HAS_AN_ACCOUNT, "9812345655")
    add(IS_GONE, "9812345656")
    http("GET", "/admin/oncologists", ADMINISTRATOR)
    path = f"/admin/oncologists/{IS_GONE}"
    http("GET", f"{path}/sign-in", ADMINISTRATOR)
    for act in ("close", "open"):
        http("POST", f"{path}/sign-in/{act}", ADMINISTRATOR)
    http("PATCH", path, ADMINISTRATOR, version=1, left="2026-11-23")


def leave_somebody_gone(now: datetime) -> None:
    """Have somebody who left the day before."""
    left = now.astimezone(IST).date() - timedelta(days=1)
    in_use().rota.manage_rota.add_oncologist(an_oncologist(id=IS_GONE, left=left), By("admin"), now)
