"""What each route answers to each of ten people: a new route needs a row here."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from chalicelib.core.web.routing import METHODS
from chalicelib.providers import PROVIDERS
from tests.contract.access_world import BLOCKED, CASE, OFF, OTHER, OTHER_CASE, OWNER, Row

PERSON = {
    "id": "dr-new",
    "name": "Dr New",
    "registration": "1",
    "phone": "9812345690",
    "languages": ["hi"],
    "gender": "female",
}
SPAN = {"from": "2026-12-07", "to": "2026-12-08"}
PAST = {"from": "2026-11-01", "to": "2026-11-02"}
NOON_TO_ONE = {
    "line": "day",
    "from": "2026-11-25T12:00:00+05:30",
    "to": "2026-11-25T13:00:00+05:30",
}


def everybody(method: str, path: str, status: int, **row: Any) -> Row:
    """Say that all get the same answer."""
    return Row(method, path, (status,) * 10, **row)


def who_asked(method: str, path: str, status: int, **row: Any) -> Row:
    """Return the rights to what both links of the case open, whoever has signed in."""
    return Row(method, path, (404, 404, 404, 404, status, status, 404, 404, 404, 404), **row)


def the_patient(method: str, path: str, status: int, **row: Any) -> Row:
    """Return the rights to what only the link that went to the patient's phone opens."""
    return Row(method, path, (404, 404, 404, 404, 404, status, 404, 404, 404, 404), **row)


def with_any_link(method: str, path: str, status: int, **row: Any) -> Row:
    """Return the rights to what any link of the case's phone opens, also an ended one."""
    return Row(method, path, (404, 404, 404, status, status, status, 404, 404, 404, 404), **row)


def oncologists(method: str, path: str, *statuses: int, **row: Any) -> Row:
    """Say what an oncologist gets who is off duty, who has not this case, who has it."""
    return Row(method, path, (*[401] * 6, *_three(statuses), 403), **row)


def administrators(method: str, path: str, status: int, **row: Any) -> Row:
    """Say what an administrator gets, and nobody else."""
    return Row(method, path, (*[401] * 6, 403, 403, 403, status), **row)


def desk(method: str, path: str, *statuses: int, **row: Any) -> Row:
    """Say the same as ``oncologists`` of a page: whoever opens it unknown is sent to sign in."""
    nobody = 303 if method == "GET" else 401
    return Row(method, path, (*[nobody] * 6, *_three(statuses), 403), **row)


def console(method: str, path: str, status: int, **row: Any) -> Row:
    """Say the same as ``administrators`` of a page."""
    nobody = 303 if method == "GET" else 401
    return Row(method, path, (*[nobody] * 6, 403, 403, 403, status), **row)


def _three(statuses: tuple[int, ...]) -> tuple[int, ...]:
    return statuses * 3 if len(statuses) == 1 else statuses


PUBLIC = [
    everybody("GET", "/", 200),
    everybody("GET", "/request", 200),
    everybody("POST", "/request", 422),
    everybody("GET", "/notice", 200),
    everybody("GET", "/hours", 200),
    everybody("GET", "/healthz", 200),
    everybody("GET", "/openapi.json", 200),
    everybody("GET", "/static/{name}", 200),
    everybody("POST", "/callbacks", 201, body={"phone": "9812345691", "consent": True}),
    everybody("GET", "/sign-in", 200),
    # Without a word of where the form stood; tests/people/web/test_sessions.py signs in.
    everybody("POST", "/sign-in", 403),
    everybody("POST", "/sign-in/next", 403),
    *(everybody(method, "/{proxy+}", 404) for method in METHODS),
    *(everybody(method, "/", 405) for method in METHODS if method not in ("GET", "HEAD")),
]
OWN_CASE = [
    who_asked("GET", "/callbacks/{reference}", 200),
    the_patient("GET", "/callbacks/{reference}/data", 200),
    who_asked("POST", "/callbacks/{reference}/cancel", 200),
    # An oncologist has the case in hand by now.
    who_asked("POST", "/callbacks/{reference}/reschedule", 409, body={"window": "morning"}),
    the_patient("POST", "/callbacks/{reference}/withdraw", 200),
    who_asked("GET", "/c/{reference}", 200),
    who_asked("POST", "/c/{reference}/cancel", 303),
    who_asked("POST", "/c/{reference}/reschedule", 409, body={"window": "morning"}),
    the_patient("GET", "/c/{reference}/data", 200),
    the_patient("GET", "/c/{reference}/withdraw", 200),
    the_patient("POST", "/c/{reference}/withdraw", 303),
    the_patient("GET", "/v/{reference}", 200),
    with_any_link("POST", "/callbacks/{reference}/link", 202),
    with_any_link("POST", "/c/{reference}/link", 200),
]
# What opens them is a secret in the address, or the provider's signature: nobody's token does.
BY_SECRET = [
    everybody("GET", "/rota/{secret}", 404),
    everybody("GET", "/s/{token}", 404),
    everybody("POST", "/s/{token}/confirm", 404),
    everybody("POST", "/s/{token}/offer", 404),
    *(
        everybody(method, webhook.path, 403 if provider.signs else 404)
        for provider in PROVIDERS
        for webhook in provider.webhooks()
        for method in webhook.methods.split()
    ),
]
ONCOLOGISTS = [
    oncologists("GET", "/duty", 200),
    oncologists("POST", "/duty/next", 409, 200, 409),
    oncologists("POST", "/cases/{reference}/attempts", 404, 404, 200, body={"result": "answered"}),
    oncologists("POST", "/cases/{reference}/release", 404, 404, 200),
    oncologists("POST", "/cases/{reference}/call", 409, 404, 200),
    # No video is configured here; tests/cases/web/test_calls_and_video.py opens rooms.
    oncologists("POST", "/cases/{reference}/video", 409),
    oncologists("GET", "/swaps", 200),
    oncologists("POST", "/shifts/{shift}/swap", 409, 201, 201),
    oncologists("POST", "/swaps/{swap}/accept", 200, 409, 409),
    # It was offered to nobody in particular.
    oncologists("POST", "/swaps/{swap}/decline", 409),
    oncologists("POST", "/swaps/{swap}/withdraw", 409, 409, 200),
    oncologists("POST", "/leave", 201, body=SPAN),
    oncologists("DELETE", "/leave", 404, 404, 204, query="id={leave}"),
    oncologists("POST", "/rota/feed", 201),
    oncologists("DELETE", "/rota/feed", 204),
]
CASES = [
    administrators("GET", "/admin/cases", 200),
    administrators("POST", "/admin/cases/search", 200, body={"phone": "9812345678"}),
    administrators("GET", "/admin/cases/{reference}", 200),
    administrators("PATCH", "/admin/cases/{reference}", 200, body={"version": 2, "age": 44}),
    administrators("POST", "/admin/cases/{reference}/assign", 200, body={"oncologist": OTHER}),
    administrators("POST", "/admin/cases/{reference}/close", 200, body={"reason": "expired"}),
    administrators("POST", "/admin/cases/{reference}/reopen", 409),
    administrators(
        "POST",
        "/admin/cases/{reference}/merge",
        200,
        at={"reference": OTHER_CASE},
        body={"into": CASE},
    ),
    administrators("POST", "/admin/cases/{reference}/erase", 200),
    administrators("GET", "/admin/cases/{reference}/fhir", 200),
    administrators("POST", "/admin/cases/{reference}/fhir", 200),
    administrators("POST", "/admin/cases/{reference}/phone", 200),
    administrators("GET", "/admin/blocks", 200),
    administrators(
        "POST",
        "/admin/blocks",
        201,
        body={"phone": "9812345678", "until": "2026-12-01", "reason": "x"},
    ),
    administrators("DELETE", "/admin/blocks", 204, body={"phone": BLOCKED}),
    administrators("GET", "/admin/messages", 200),
    administrators("POST", "/admin/messages/search", 200, body={"phone": "9812345678"}),
    administrators("POST", "/admin/messages/{message}/retry", 202),
    administrators("GET", "/admin/audit", 200),
    administrators("GET", "/admin/reports", 200),
    administrators("POST", "/admin/reports/rebuild", 200, body=PAST),
]
PEOPLE_AND_ROTA = [
    administrators("GET", "/admin/oncologists", 200),
    administrators("POST", "/admin/oncologists", 201, body=PERSON),
    administrators(
        "PATCH", "/admin/oncologists/{oncologist}", 200, body={"version": 1, "left": "2026-11-23"}
    ),
    administrators("GET", "/admin/oncologists/{oncologist}/sign-in", 200),
    administrators("POST", "/admin/oncologists/{oncologist}/sign-in/open", 409),
    administrators("POST", "/admin/oncologists/{oncologist}/sign-in/close", 200),
    administrators("GET", "/admin/hours", 200),
    administrators("PUT", "/admin/hours", 422, body={"version": 0}),
    administrators("GET", "/admin/lines", 200),
    administrators("PUT", "/admin/lines", 200, body={"version": 1, "lines": []}),
    administrators("GET", "/admin/overrides", 200),
    administrators("POST", "/admin/overrides", 201, body={**NOON_TO_ONE, "on": [OFF]}),
    administrators("DELETE", "/admin/overrides", 404, query="id=none"),
    administrators("GET", "/admin/leave", 200),
    administrators("POST", "/admin/leave", 201, body={"oncologist": OFF, **SPAN}),
    administrators("DELETE", "/admin/leave", 204, query="id={leave}"),
    administrators("GET", "/admin/swaps", 200),
    administrators("POST", "/admin/shifts/{shift}/swap", 201, body={"acting_for": OWNER}),
    administrators("POST", "/admin/swaps/{swap}/accept", 200, body={"acting_for": OFF}),
    administrators("POST", "/admin/swaps/{swap}/decline", 409, body={"acting_for": OFF}),
    administrators("POST", "/admin/swaps/{swap}/withdraw", 200, body={"acting_for": OWNER}),
    administrators("GET", "/admin/rota", 200),
    administrators("GET", "/admin/rota/quality", 200),
    administrators("GET", "/admin/rota/gaps", 200),
    administrators("GET", "/admin/rota/changes", 200),
    administrators("GET", "/admin/rota/recipients", 200),
    administrators("PUT", "/admin/rota/recipients", 200, body={"version": 0, "recipients": []}),
    administrators("POST", "/admin/rota/publish", 200),
    administrators("GET", "/admin/rota/route", 200, query="language=hi"),
    administrators(
        "POST", "/admin/rota/preview", 200, body={**SPAN, "oncologists": [], "lines": []}
    ),
]
SIGNED_IN = [
    Row("POST", "/sign-out", (*[401] * 6, *[303] * 4)),
    Row("GET", "/welcome", (303,) * 10),
]
# Where a form is sent empty, 422 says that whoever sent it was let through to be asked for more.
DESK = [
    desk("GET", "/desk", 200),
    desk("POST", "/desk/next", 303),
    desk("POST", "/desk/cases/{reference}/call", 404, 404, 200),
    desk("POST", "/desk/cases/{reference}/keep", 404, 404, 200),
    desk("POST", "/desk/cases/{reference}/outcome", 404, 404, 303, body={"result": "answered"}),
    desk("POST", "/desk/cases/{reference}/release", 404, 404, 303),
    desk("POST", "/desk/cases/{reference}/video", 404, 404, 409),
    desk("GET", "/desk/shifts", 200),
    desk("POST", "/desk/shifts/feed", 200),
    desk("POST", "/desk/shifts/feed/revoke", 303),
    desk(
        "POST",
        "/desk/shifts/leave",
        303,
        body={"from": "2026-12-07", "last": "2026-12-07", "sure": "yes"},
    ),
    desk("POST", "/desk/shifts/leave/{leave}/drop", 404, 404, 303),
    desk("POST", "/desk/shifts/swaps/{swap}/accept", 303, 409, 409),
    desk("POST", "/desk/shifts/swaps/{swap}/decline", 409),
    desk("POST", "/desk/shifts/swaps/{swap}/withdraw", 409, 409, 303),
    desk("POST", "/desk/shifts/{shift}/confirm", 404, 303, 303),
    desk("POST", "/desk/shifts/{shift}/offer", 409, 303, 303),
]
CONSOLE = [
    console("GET", "/console", 200),
    console("GET", "/console/audit", 200),
    console("GET", "/console/blocks", 200),
    console("POST", "/console/blocks", 422),
    console("POST", "/console/blocks/lift", 404),
    console("GET", "/console/cases", 200),
    console("POST", "/console/cases/search", 200, body={"what": "9812345678"}),
    console("GET", "/console/cases/{reference}", 200),
    console("POST", "/console/cases/{reference}/phone", 200),
    console("POST", "/console/cases/{reference}/assign", 303, body={"oncologist": OTHER}),
    console("POST", "/console/cases/{reference}/block", 422),
    console("POST", "/console/cases/{reference}/close", 303, body={"reason": "expired"}),
    console("GET", "/console/cases/{reference}/correct", 200),
    console("POST", "/console/cases/{reference}/correct", 422),
    console("GET", "/console/cases/{reference}/erase", 200),
    console("POST", "/console/cases/{reference}/erase", 303),
    console("POST", "/console/cases/{reference}/merge", 422),
    console("POST", "/console/cases/{reference}/reopen", 409),
    console("GET", "/console/messages", 200),
    console("POST", "/console/messages/search", 200, body={"phone": "9812345678"}),
    console("POST", "/console/messages/{message}/retry", 303),
    Row("GET", "/account", (*[303] * 6, *[200] * 4)),
    Row("POST", "/account/password", (*[401] * 6, *[422] * 4)),
    Row("POST", "/sign-out/everywhere", (*[401] * 6, *[303] * 4)),
    console("GET", "/console/people", 200),
    console("POST", "/console/people", 422),
    console("GET", "/console/people/new", 200),
    console("GET", "/console/people/{oncologist}", 200),
    console("POST", "/console/people/{oncologist}", 422),
    console("POST", "/console/people/{oncologist}/sign-in/open", 409),
    console("POST", "/console/people/{oncologist}/sign-in/close", 303),
    console("GET", "/console/reports", 200),
    console("GET", "/console/reports.csv", 200),
    console("GET", "/console/rota", 200),
    console("GET", "/console/rota/hours", 200),
    console("POST", "/console/rota/hours", 409),
    console("GET", "/console/rota/leave", 200),
    console("POST", "/console/rota/leave", 422),
    console("POST", "/console/rota/leave/drop", 422),
    console("GET", "/console/rota/line", 200),
    console("POST", "/console/rota/line", 422),
    console("GET", "/console/rota/lines", 200),
    console("POST", "/console/rota/publish", 303),
    console("GET", "/console/rota/recipients", 200),
    console("POST", "/console/rota/recipients", 409),
    console("GET", "/console/rota/shift/{shift}", 200),
    console("POST", "/console/rota/shift/{shift}/drop", 404),
    console("POST", "/console/rota/shift/{shift}/offer", 422),
    console("POST", "/console/rota/shift/{shift}/override", 422),
    console("GET", "/console/rota/swaps", 200),
    console("POST", "/console/rota/swaps/{swap}/accept", 422),
    console("POST", "/console/rota/swaps/{swap}/decline", 422),
    console("POST", "/console/rota/swaps/{swap}/withdraw", 422),
]
# What answers GET without a bearer token answers HEAD to the same people.
ANSWER_HEAD = [*PUBLIC, *OWN_CASE, *BY_SECRET, *SIGNED_IN, *DESK, *CONSOLE]
TABLE = [
    *ANSWER_HEAD,
    *(
        replace(row, method="HEAD")
        for row in ANSWER_HEAD
        if row.method == "GET" and row.path != "/{proxy+}"
    ),
    *ONCOLOGISTS,
    *CASES,
    *PEOPLE_AND_ROTA,
]
