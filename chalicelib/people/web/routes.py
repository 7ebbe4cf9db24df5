"""Signing in, and the calls and pages about people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from chalicelib.core.domain.errors import HasLeft, NotInvited, SignInClosed
from chalicelib.core.domain.roles import ADMINISTRATOR
from chalicelib.core.web.authorisation import SIGNED_IN
from chalicelib.core.web.route_spec import NOTHING, Route
from chalicelib.core.web.routing import Site
from chalicelib.rota.domain.errors import AlreadyThere

if TYPE_CHECKING:
    from chalice.app import Response

    from chalicelib.core.domain.errors import HelplineError
    from chalicelib.core.web.request import WebRequest

_ADMINISTRATOR_CALLS: Final = (
    Route(
        "GET", "/admin/oncologists", "people.web.people_api:list_people", audit="oncologists.list"
    ),
    Route(
        "POST",
        "/admin/oncologists",
        "people.web.people_api:add",
        audit="oncologist.add",
        body="people.web.schemas.people.PersonSchema",
        refuses=(AlreadyThere, SignInClosed),
    ),
    Route(
        "PATCH",
        "/admin/oncologists/{oncologist}",
        "people.web.people_api:change",
        audit="oncologist.change",
        body="people.web.schemas.people.PersonChangeSchema",
        edits=True,
        refuses=(SignInClosed,),
    ),
    Route(
        "GET",
        "/admin/oncologists/{oncologist}/sign-in",
        "people.web.people_api:show_sign_in",
        audit="sign_in.read",
    ),
    Route(
        "POST",
        "/admin/oncologists/{oncologist}/sign-in/open",
        "people.web.people_api:open_sign_in",
        audit="sign_in.open",
        body=NOTHING,
        refuses=(HasLeft, NotInvited),
    ),
    Route(
        "POST",
        "/admin/oncologists/{oncologist}/sign-in/close",
        "people.web.people_api:close_sign_in",
        audit="sign_in.close",
        body=NOTHING,
    ),
)

_SIGN_IN_PAGES: Final = (
    Route("GET", "/sign-in", "people.web.sign_in_pages:show"),
    Route("POST", "/sign-in", "people.web.sign_in_pages:send"),
    Route("POST", "/sign-in/next", "people.web.sign_in_pages:answer"),
)

_SIGNED_IN_PAGES: Final = (
    Route("POST", "/sign-out", "people.web.sign_in_pages:sign_out"),
    Route(
        "POST",
        "/sign-out/everywhere",
        "people.web.account_page:sign_out_everywhere",
        audit="session.end_all",
    ),
    Route("GET", "/welcome", "people.web.sign_in_pages:welcome"),
    Route("GET", "/account", "people.web.account_page:show"),
    Route(
        "POST",
        "/account/password",
        "people.web.account_page:change_password",
        audit="password.change",
    ),
)

_CONSOLE_PAGES: Final = (
    Route("GET", "/people", "people.web.console.people:show_list", audit="oncologists.list"),
    Route("POST", "/people", "people.web.console.people:add", audit="oncologist.add"),
    Route("GET", "/people/new", "people.web.console.people:show_new"),
    Route(
        "GET",
        "/people/{oncologist}",
        "people.web.console.people:show_one",
        audit="oncologists.list",
    ),
    Route(
        "POST",
        "/people/{oncologist}",
        "people.web.console.people:change",
        audit="oncologist.change",
    ),
    Route(
        "POST",
        "/people/{oncologist}/sign-in/open",
        "people.web.console.people:open_sign_in",
        audit="sign_in.open",
    ),
    Route(
        "POST",
        "/people/{oncologist}/sign-in/close",
        "people.web.console.people:close_sign_in",
        audit="sign_in.close",
    ),
)


def register(site: Site) -> None:
    """Register them."""
    site.calls(ADMINISTRATOR, *_ADMINISTRATOR_CALLS)
    site.staff_pages(None, *_SIGN_IN_PAGES)
    site.staff_pages(SIGNED_IN, *_SIGNED_IN_PAGES)
    site.staff_pages(ADMINISTRATOR, *_CONSOLE_PAGES, below="/console")


def staff_error_page(error: HelplineError, request: WebRequest) -> Response:
    """Answer an error on a page of those who work here; who is signed out is asked to sign in."""
    from chalicelib.people.web.sign_in_pages import refused

    return refused(error, request)
