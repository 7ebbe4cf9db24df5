"""What every answer carries, what is logged of it, and the calls that need no case."""

import json
import logging
from datetime import time

import pytest

from chalicelib import logs
from chalicelib.core.domain.working_hours import DEFAULT_HOURS, OpenWindow, WorkingHours
from tests.support.fakes import weak_token
from tests.support.helpline import using

REFERENCE = "K7M240R59XK"


@pytest.mark.parametrize(
    ("path", "policy"),
    [
        ("/", "style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; "),
        ("/healthz", ""),
        ("/nothing", ""),
        ("/duty", ""),
    ],
)
def test_the_headers_of_every_answer(web, path, policy):
    answer = web.get(path, token="oncologist:dr-asha")

    headers = answer.headers
    assert headers["Content-Security-Policy"] == (
        f"default-src 'none'; {policy}frame-ancestors 'none'"
    )
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Cache-Control"] == "no-store"
    assert headers["X-Request-Id"] == f"request-{web.events.count}"


def test_other_sites_may_make_the_anonymous_calls_and_no_others(web):
    assert web.ask().headers["Access-Control-Allow-Origin"] == "*"
    assert web.get("/callbacks/x").headers["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Origin" not in web.get("/").headers
    assert "Access-Control-Allow-Origin" not in web.get("/duty", token="none:x").headers

    for method, path in [("POST", "/callbacks"), ("GET, HEAD", f"/callbacks/{REFERENCE}")]:
        preflight = web.client.http._local_gateway._app_object(
            web.events.create_lambda_event("OPTIONS", path, {"origin": "https://x.example"}), None
        )
        assert preflight["statusCode"] == 204
        assert preflight["headers"]["Access-Control-Allow-Origin"] == "*"
        assert preflight["headers"]["Access-Control-Allow-Methods"] == method


def test_one_line_a_request_by_its_pattern_and_nothing_personal(web, case, caplog):
    caplog.set_level(logging.INFO)

    web.get(f"/callbacks/{REFERENCE}?t=token-of-{REFERENCE}")

    (line,) = caplog.records
    assert line.message == "request"
    assert (line.route, line.method, line.status) == ("/callbacks/{reference}", "GET", 200)
    assert line.ms >= 0
    assert line.api_request_id == f"request-{web.events.count}"
    written = json.loads(logs.JsonLines().format(line))
    assert (written["message"], written["level"], written["status"]) == ("request", "INFO", 200)
    assert REFERENCE not in json.dumps(written)


def test_nothing_that_was_told_reaches_the_log(web, caplog):
    caplog.set_level(logging.DEBUG)
    told = {"phone": "98765 43210", "name": "Sunita", "message": "a lump", "consent": True}

    for body in (told, {**told, "age": 400}, {**told, "phone": "98765 4321"}):
        web.post("/callbacks", body)
    reference = next(iter(web.cases.cases))
    web.get(f"/c/{reference}?t=wrong")

    written = "".join(logs.JsonLines().format(record) for record in caplog.records)
    for private in ("98765", "Sunita", "lump", reference, "wrong"):
        assert private not in written


def test_the_log_has_a_handler_of_its_own_only_where_there_is_none(capsys):
    root = logging.getLogger()
    kept = root.handlers[:]
    try:
        root.handlers[:] = []
        logs.configure()
        logs.configure("WARNING")
        assert len(root.handlers) == 1
        logging.getLogger("chalicelib.x").warning("event", extra={"count": 3, "odd": {1}})
        logging.getLogger("chalicelib.x").info("not this")
    finally:
        root.handlers[:] = kept
        logs.configure()

    (line,) = capsys.readouterr().out.splitlines()
    written = json.loads(line)
    assert (written["message"], written["count"], written["logger"]) == (
        "event",
        3,
        "chalicelib.x",
    )


def test_hours(web):
    answer = web.get("/hours")

    assert answer.json_body == {
        "open": True,
        "opens_at": "2026-11-23T10:00:00+05:30",
        "closes_at": "2026-11-23T17:00:00+05:30",
        "number": "9355520202",
    }
    assert answer.headers["Cache-Control"] == "public, max-age=60"


@pytest.mark.parametrize(
    ("weekly", "opens_at", "closes_at"),
    [
        (
            (*((OpenWindow(time(9), time(11)),),) * 7,),
            "2026-11-24T09:00:00+05:30",
            "2026-11-24T11:00:00+05:30",
        ),
        (((),) * 7, None, None),
    ],
    ids=["closed-now", "never-open"],
)
def test_hours_while_closed(web, weekly, opens_at, closes_at):
    web.rota.put_hours(WorkingHours(weekly))

    body = web.get("/hours").json_body

    assert (body["open"], body["opens_at"], body["closes_at"]) == (False, opens_at, closes_at)


def test_hours_that_never_close(web):
    web.rota.put_hours(WorkingHours(((OpenWindow(time(0), time(0)),),) * 7))

    body = web.get("/hours").json_body

    assert (body["open"], body["closes_at"]) == (True, None)
    assert "We are open now, day and night." in web.get("/").body.decode()


def test_health_asks_nothing_of_anything(web):
    with using():
        answer = web.get("/healthz")

    assert (answer.status_code, answer.json_body) == (200, {"ok": True})
    assert DEFAULT_HOURS


def test_only_a_page_with_an_address_of_its_own_is_offered_in_another_language(web, case):
    link = {"t": weak_token(REFERENCE)}
    browser = web.signed_in("admin", "meera")
    with_one = [
        web.get(f"/c/{REFERENCE}?t={link['t']}", accept="text/html"),
        browser.get("/account"),
    ]
    answers = [
        web.send(f"/c/{REFERENCE}/link", link),
        browser.send("/account/password", {"password": ""}),
        browser.send(f"/console/cases/{REFERENCE}/phone"),
    ]

    assert ["hreflang" in page.body.decode() for page in with_one] == [True, True]
    assert ["<h1" in page.body.decode() for page in answers] == [True, True, True]
    assert ["hreflang" in page.body.decode() for page in answers] == [False, False, False]
    form = web.send("/request", {"phone": "1"}).body.decode()
    assert 'name="other_language"' in form
