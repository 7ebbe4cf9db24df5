"""No page's form does anything that a page of another site sent."""

from __future__ import annotations

import pytest

import app as application

PATHS = {"{reference}": "K7M240R59XK", "{token}": "TOKEN"}
# It comes back filled in: tests/cases/web/test_patient_pages.py.
COMES_BACK = "/request"


def forms() -> list[str]:
    """The paths of the pages' forms that want no session."""
    return [
        path
        for path, methods in application.app.routes.items()
        for method, entry in methods.items()
        if method == "POST"
        and path not in ("/", "/{proxy+}")
        and entry.view_function.made.is_page
        and entry.view_function.role_by_session is None
    ]


def test_the_forms_are_found():
    assert {"/request", "/c/{reference}/cancel", "/s/{token}/confirm", "/sign-in"} <= set(forms())


@pytest.mark.parametrize("path", forms())
def test_a_form_of_a_page_is_not_taken_from_another_site(web, path):
    for name, value in PATHS.items():
        path = path.replace(name, value)
    answer = web.send(path, {"t": "x", "phone": "98765 43210"}, sec_fetch_site="cross-site")

    assert answer.status_code == 403
    assert not web.cases.calls


def test_other_sites_programs_may_ask_as_before(web):
    headers = {"sec_fetch_site": "cross-site", "origin": "https://charity.example"}
    answer = web.post("/callbacks", {"phone": "98765 43210", "consent": True}, **headers)

    assert answer.status_code == 201
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
