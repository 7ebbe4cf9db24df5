"""What the tests of the rota's calls share."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from tests.support.rota_world import MONDAY, NAMES
from tests.support.web import Web

MEERA = "admin:meera"
SUNDAY = MONDAY + timedelta(days=6)
RAVIS_SHIFT = "morning-20261124-1000"
WORKING_DAYS = ["mon", "tue", "wed", "thu", "fri", "sat"]


def a_turn(members: Iterable[str] = NAMES, **changes: object) -> dict[str, Any]:
    """A round robin as a call has it: members in turn, shift by shift."""
    turn = {"kind": "round_robin", "unit": "shift", "every": 1, "anchor": "2026-11-23"}
    return {**turn, "members": list(members), **changes}


def a_line(name: str, start: str, end: str, **changes: object) -> dict[str, Any]:
    """A line as a call has it: on working days, one of the three in turn, in Hindi."""
    line = {"id": name, "days": WORKING_DAYS, "start": start, "end": end, "people": 1}
    return {**line, "languages": ["hi"], "rotation": a_turn(), **changes}


LINES = [
    a_line("morning", "10:00", "13:30"),
    a_line("afternoon", "13:30", "17:00", rotation={"kind": "fair", "members": list(NAMES)}),
]
OVERRIDE = {
    "line": "morning",
    "from": "2026-11-24T10:00:00+05:30",
    "to": "2026-11-24T12:00:00+05:30",
    "remove": "dr-ravi",
    "add": "dr-asha",
}


def get(web: Web, path: str) -> Any:
    """Read as an administrator."""
    return web.get(path, token=MEERA)


def post(web: Web, path: str, body: object = None) -> Any:
    """Post as an administrator."""
    return web.post(path, body, token=MEERA)


def put(web: Web, path: str, body: object, **headers: str) -> Any:
    """Put as an administrator."""
    raw = json.dumps(body).encode()
    return web.call("PUT", path, body=raw, token=MEERA, content_type="application/json", **headers)


def delete(web: Web, path: str, body: object = None, token: str = MEERA) -> Any:
    """Delete as an administrator, or as somebody else."""
    raw = b"" if body is None else json.dumps(body).encode()
    return web.call("DELETE", path, body=raw, token=token, content_type="application/json")


def on(web: Web, day: date, line: str = "morning") -> list[tuple[str, str, list[str]]]:
    """Tell who is on a line on a published day, from when to when."""
    days = get(web, f"/admin/rota?from={day}&to={day + timedelta(days=1)}").json_body["days"]
    return [
        (shift["start"][11:16], shift["end"][11:16], shift["on"])
        for shift in days[0]["shifts"]
        if shift["line"] == line
    ]


def stored(web: Web) -> Any:
    """Copy all that a refused request may not have changed."""
    return web.rota.images()
