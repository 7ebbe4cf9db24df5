"""`make dev`, on a copy of the sources, which the tests change."""

from __future__ import annotations

import http.client
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import threading
from http import HTTPStatus
from urllib.parse import urlencode

import pytest

from infra import demo
from infra.dev.server import ASKING, SCHEDULES
from infra.paths import ROOT

# Each line that the server prints is waited for; one that never comes ends the test by this.
SECONDS = 120
API = "chalicelib/cases/web/public_api.py"
COPIED = ("app.py", "chalicelib", "infra", "tests/support")


class DevServer:
    def __init__(self, folder):
        self.folder = folder
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.process = subprocess.Popen(
            [sys.executable, "-u", "-m", "infra.dev.server", "--port", str(self.port)],
            cwd=folder,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env={**os.environ, "PYTHONPATH": str(folder), "AWS_PROFILE": "the-developers-own"},
        )
        self.printed = self.read_until("ready;")

    def read_until(self, text):
        lines = []
        timer = threading.Timer(SECONDS, self.process.kill)
        timer.start()
        for line in self.process.stdout:
            lines.append(line)
            if text in line:
                timer.cancel()
                return "".join(lines)
        pytest.fail(f"{text!r} was never printed:\n{''.join(lines)}")

    def call(self, method, path, body=b"", **headers):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=SECONDS)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, path, body, named)
        answer = connection.getresponse()
        answer.text = answer.read().decode()
        return answer

    def send(self, path, form, origin=None):
        return self.call(
            "POST",
            path,
            urlencode(form),
            origin=origin or f"http://127.0.0.1:{self.port}",
            content_type="application/x-www-form-urlencoded",
        )

    def press(self, form, origin=None):
        return self.send("/_dev", form, origin)

    def edit(self, path, old, new):
        file = self.folder / path
        text = file.read_text(encoding="utf-8")
        assert old in text
        file.write_text(text.replace(old, new), encoding="utf-8")

    def get_once(self, path, is_expected):
        """Answer of a path once a change is loaded: one writing may be loaded twice, half done."""
        while not is_expected(answer := self.call("GET", path)):
            self.read_until("loaded anew")
        return answer


@pytest.fixture(scope="module")
def dev(tmp_path_factory):
    folder = tmp_path_factory.mktemp("clone")
    for name in COPIED:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, folder / name)
        else:
            shutil.copy(ROOT / name, folder / name)
    server = DevServer(folder)
    yield server
    server.process.terminate()
    server.process.communicate(timeout=SECONDS)
    assert server.process.returncode == 0


def test_it_says_where_everything_is_and_who_may_sign_in(dev):
    for part in (f"http://127.0.0.1:{dev.port}/_dev", demo.PASSWORD, demo.ADMINISTRATOR):
        assert part in dev.printed


def test_a_request_owes_an_sms_that_the_streams_button_sends(dev):
    asked = json.dumps({"phone": "98111 11111", "consent": True}).encode()
    answer = dev.call("POST", "/callbacks", asked, content_type="application/json")
    assert answer.status == 201
    reference = json.loads(answer.text)["reference"]
    assert reference not in dev.call("GET", "/_dev").text
    assert dev.press({"run": "stream"}).status == 303
    assert reference in dev.call("GET", "/_dev").text


def test_a_patients_sms_comes_in_by_the_form(dev):
    assert dev.press({"sender": "+919811111112", "text": "Please call me"}).status == 303
    dev.press({"run": "stream"})
    assert "+919811111112" in dev.call("GET", "/_dev").text


def test_a_doctor_signs_in_and_finds_who_waits(dev):
    form = {"username": demo.ONCOLOGISTS[0].id, "password": demo.PASSWORD}
    signed_in = dev.send("/sign-in", form)
    assert signed_in.status == 303
    cookies = signed_in.headers.get_all("Set-Cookie")
    desk = dev.call("GET", "/desk", cookie=cookies[0].partition(";")[0])
    assert desk.status == HTTPStatus.OK
    waiting = re.search(r'<span class="big">(\d+)</span>', desk.text)
    assert int(waiting[1]) >= len(ASKING)


@pytest.mark.parametrize("name", SCHEDULES)
def test_a_schedule_runs_by_its_button(dev, name):
    assert dev.press({"run": name}).status == 303
    assert f"<code>{name}: {{" in dev.call("GET", "/_dev").text


def test_every_schedule_has_a_button():
    declared = re.findall(r"@app\.schedule\(.*\)\ndef (\w+)\(", (ROOT / "app.py").read_text())
    assert sorted(SCHEDULES) == sorted(declared)


def test_the_clock_moves_by_a_button(dev):
    before = json.loads(dev.call("GET", "/hours").text)["opens_at"]
    assert dev.press({"ahead": "1 day"}).status == 303
    assert json.loads(dev.call("GET", "/hours").text)["opens_at"] > before


def test_another_site_presses_no_button(dev):
    assert dev.press({"run": "purge"}, origin="http://elsewhere.example").status == 403


def test_a_changed_page_shows_and_what_was_stored_is_kept(dev):
    sent = dev.call("GET", "/_dev").text.count("/c/")
    assert sent
    dev.edit("chalicelib/templates/shared/base.html", "<body", "<!-- changed --><body")
    assert dev.get_once("/", lambda answer: "<!-- changed -->" in answer.text).status == 200
    assert dev.call("GET", "/_dev").text.count("/c/") == sent


def test_a_mistake_is_explained_in_the_terminal_and_mended_by_the_next_change(dev):
    good = "from __future__ import annotations"
    dev.edit(API, good, f"{good}\n1 = = 2")
    dev.get_once("/hours", lambda answer: answer.status == HTTPStatus.INTERNAL_SERVER_ERROR)
    assert "1 = = 2" in dev.read_until("SyntaxError: ")
    dev.edit(API, f"{good}\n1 = = 2", good)
    dev.get_once("/hours", lambda answer: answer.status == HTTPStatus.OK)


def test_a_mistake_in_what_is_loaded_at_once_is_explained_too(dev):
    good = "logs.configure()"
    dev.edit("app.py", good, "logs.config()")
    assert "AttributeError" in dev.read_until("hold a mistake")
    assert "AttributeError" in dev.call("GET", "/hours").text
    dev.edit("app.py", "logs.config()", good)
    dev.get_once("/hours", lambda answer: answer.status == HTTPStatus.OK)


def test_a_breakpoint_stops_in_the_terminal(dev):
    path = "chalicelib/rota/web/calendar_feed.py"
    dev.edit(
        path,
        "from __future__ import annotations",
        "from __future__ import annotations\nbreakpoint()",
    )
    dev.read_until(path)
    dev.process.stdin.write("print('six times seven', 6 * 7)\ncontinue\n")
    dev.process.stdin.flush()
    assert dev.call("GET", "/rota/nobody.ics").status == HTTPStatus.NOT_FOUND
    assert "six times seven 42" in dev.read_until("GET /rota/nobody.ics 404")
