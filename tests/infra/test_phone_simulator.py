"""The handset's server: it shows a phone, and lets nobody but its own pages write with it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import pytest
import requests

from chalicelib.core.domain.datetimes import IST
from infra.local_stack import LocalStack
from infra.phone_simulator.pages import linked
from infra.phone_simulator.phone import Event, NotSent
from infra.phone_simulator.server import HandsetServer, serving

NINE = datetime(2026, 11, 23, 9, 5, tzinfo=IST)
SUNITA, SOMEBODY = "+919812345678", "+919898989898"


class FakePhones:
    """Remembers what was sent; a call from a busy phone fails."""

    def __init__(self) -> None:
        self.happened: dict[str, list[Event]] = {}
        self.fails = False

    def send(self, phone, text):
        if not text.strip():
            raise NotSent("Write something first.")
        self._note(phone, Event("sent", text, NINE))

    def ring(self, phone):
        if self.fails:
            raise NotSent("The call did not get through.")
        self._note(phone, Event("rang", "Missed call", NINE))

    def events(self, phone):
        return list(self.happened.get(phone.e164, ()))

    def _note(self, phone, event):
        self.happened.setdefault(phone.e164, []).append(event)


class Browser:
    """Somebody at the handset: what changes something comes from its own page."""

    def __init__(self, server: HandsetServer) -> None:
        self.url = server.url
        self.origin: str | None = server.url
        self.session = requests.Session()

    def get(self, path="/", **headers):
        return self.session.get(self.url + path, headers=headers, timeout=10)

    def post(self, path, form, **options):
        headers = {"Origin": self.origin} if self.origin else {}
        return self.session.post(
            self.url + path,
            data=form,
            headers=headers,
            timeout=10,
            allow_redirects=False,
            **options,
        )


@pytest.fixture
def phones() -> FakePhones:
    return FakePhones()


@pytest.fixture
def browser(phones) -> Iterator[Browser]:
    with serving(LocalStack(65500, {}), phones) as server:
        yield Browser(server)


class BrokenPhones(FakePhones):
    def __init__(self, error):
        super().__init__()
        self.error = error

    def events(self, phone):
        raise self.error


@pytest.mark.parametrize(
    ("error", "is_told"),
    [(BrokenPipeError(), False), (ConnectionResetError(), False), (KeyError("x"), True)],
)
def test_a_browser_that_hangs_up_is_no_fault(capfd, error, is_told):
    with (
        serving(LocalStack(65500, {}), BrokenPhones(error)) as server,
        pytest.raises(requests.ConnectionError),
    ):
        requests.get(server.url, timeout=10)

    assert ("Traceback" in capfd.readouterr().err) is is_told


def test_a_phone_is_shown_with_all_that_happened_on_it(browser, phones):
    link = "http://127.0.0.1:8000/c/K7M240R59XK?t=a&lang=hi"
    phones.happened[SUNITA] = [
        Event("came", f"<b>Hello</b> {link}.", None),
        Event("sent", "STATUS", NINE),
        Event("rang", "Missed call", NINE),
    ]
    answer = browser.get()

    assert answer.status_code == 200
    assert "&lt;b&gt;Hello&lt;/b&gt;" in answer.text
    assert 'href="http://127.0.0.1:8000/c/K7M240R59XK?t=a&amp;lang=hi"' in answer.text
    assert "Missed call · 9:05" in answer.text
    assert browser.get("/conversation").text.strip() in answer.text


def test_writing_and_ringing(browser, phones):
    answer = browser.post("/send", {"text": "मुझे बात करनी है"})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/")
    assert browser.post("/ring", {}).status_code == 303

    assert [event.text for event in phones.happened[SUNITA]] == ["मुझे बात करनी है", "Missed call"]


def test_what_could_not_be_sent_is_told(browser, phones):
    phones.fails = True
    for path, form, told in [
        ("/send", {"text": " "}, "Write something first."),
        ("/ring", {}, "The call did not get through."),
        ("/phone", {"phone": "12"}, "That is no Indian phone number"),
    ]:
        answer = browser.post(path, form)
        assert answer.status_code == 422
        assert told in answer.text
    assert phones.happened == {}


def test_another_phone_is_remembered(browser, phones):
    answer = browser.post("/phone", {"phone": "98989 89898"})

    assert answer.status_code == 303
    assert "HttpOnly; SameSite=Strict" in answer.headers["Set-Cookie"]
    assert SOMEBODY in browser.get().text
    browser.post("/send", {"text": "hello"})
    assert list(phones.happened) == [SOMEBODY]


@pytest.mark.parametrize("origin", [None, "null", "http://evil.example", "http://127.0.0.1:1"])
def test_no_other_site_writes_with_it(browser, phones, origin):
    browser.origin = origin

    assert browser.post("/send", {"text": "call me"}).status_code == 403
    assert browser.post("/ring", {}).status_code == 403
    assert phones.happened == {}


@pytest.mark.parametrize("host", ["evil.example", "evil.example:65600", "127.0.0.1"])
def test_under_another_name_it_is_not_at_home(browser, host):
    assert browser.get("/", Host=host).status_code == 421


def test_a_form_that_is_no_form_of_ours(browser, phones):
    assert browser.post("/send", {"text": "a" * 20_000}).status_code == 422
    assert phones.happened == {}


def test_nothing_comes_from_elsewhere_and_no_script_stands_in_a_page(browser):
    for path in ("/", "/api"):
        answer = browser.get(path)
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert "<script>" not in answer.text
        assert "style=" not in answer.text


@pytest.mark.parametrize("path", ["/handset.css", "/handset.js", "/icon.svg", "/api"])
def test_what_its_pages_need_is_there(browser, path):
    assert browser.get(path).status_code == 200


@pytest.mark.parametrize("path", ["/nothing", "/../pages.py", "/templates/api.html"])
def test_nothing_else_is(browser, path):
    assert browser.get(path).status_code == 404
    assert browser.post(path, {}).status_code == 404


def test_the_api_page_shows_every_call(browser):
    page = browser.get("/api").text

    for path in ("/callbacks", "/duty/next", "/admin/cases/{reference}/fhir", "/hours"):
        assert f'<span class="path">{path}</span>' in page


def test_it_listens_on_this_machine_alone(browser):
    assert browser.url.startswith("http://127.0.0.1:")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("no link", "no link"),
        ("at http://a.example/c/1?t=2.", 'href="http://a.example/c/1?t=2"'),
        ("यहाँ: http://a.example/x। फिर", 'href="http://a.example/x"'),
        ("javascript:alert(1)", "javascript:alert(1)"),
    ],
)
def test_links_in_a_text(text, shown):
    assert shown in linked(text)
    assert ("<a " in linked(text)) == ("http:" in text)
