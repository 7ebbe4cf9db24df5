"""HEAD answers as GET does, without a body."""

from __future__ import annotations

import pytest

from chalicelib.core.web.static_files import static_name
from tests.support.builders import a_case

REFERENCE = a_case().reference
LINK = f"{REFERENCE}?t=token-of-{REFERENCE}"
OPEN = [
    "/",
    "/?lang=hi",
    "/request",
    "/notice",
    "/sign-in",
    f"/c/{LINK}",
    f"/v/{LINK}",
    "/c/nothing",
    "/s/nothing",
    f"/callbacks/{LINK}",
    f"/callbacks/{REFERENCE}",
    "/hours",
    "/healthz",
    "/openapi.json",
    f"/static/{static_name('icon.svg')}",
    "/static/nothing.css",
]
SIGNED_IN = ["/console", "/console/cases", f"/console/cases/{REFERENCE}", "/console/rota", "/desk"]


def same(got, head):
    assert head.status_code == got.status_code
    assert head.body == b""
    leave = {"X-Request-Id", "Content-Length"}
    assert {name: value for name, value in head.headers.items() if name not in leave} == {
        name: value for name, value in got.headers.items() if name not in leave
    }


@pytest.mark.parametrize("path", OPEN)
def test_an_open_page_or_call(web, case, path):
    same(web.get(path), web.call("HEAD", path))


@pytest.mark.parametrize("path", SIGNED_IN)
@pytest.mark.parametrize("role", ["admin", "oncologist", None])
def test_a_page_for_people_signed_in(web, case, path, role):
    cookie = {"cookie": web.signed_in(role).cookie} if role else {}

    same(web.get(path, accept="text/html", **cookie), web.call("HEAD", path, **cookie))


def test_a_call_that_wants_a_token_answers_no_head(web):
    assert web.call("HEAD", "/duty", token="oncologist:dr-asha").status_code == 405


def test_a_form_answers_no_head(web):
    assert web.call("HEAD", f"/c/{REFERENCE}/cancel").status_code == 405
