"""What an administrator calls."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.web.answers import json_answer
from chalicelib.web.authorisation import ADMINISTRATOR
from chalicelib.web.blueprint import WebBlueprint

if TYPE_CHECKING:
    from chalice.app import ChaliceAuthorizer, Response

    from chalicelib.web.request import WebRequest


def blueprint(authorise: ChaliceAuthorizer) -> WebBlueprint:
    """Make the routes, behind the authoriser."""
    routes = WebBlueprint(__name__, authorise=authorise)
    routes.route("/admin/cases", role=ADMINISTRATOR)(list_cases)
    routes.route("/admin/cases/{reference}", role=ADMINISTRATOR)(show_case)
    return routes


def list_cases(request: WebRequest) -> Response:
    """List cases of one status, a page at a time, nothing personal in them."""
    from chalicelib import wiring
    from chalicelib.web.listing import list_page
    from chalicelib.web.parsing.listing import parse_listing

    now = wiring.now()
    today = now.astimezone(wiring.outlook().hours(now).zone).date()
    return json_answer(list_page(wiring.case_list(), parse_listing(request.query, today=today)))


def show_case(_: WebRequest, reference: str) -> Response:
    """Show a case whole."""
    from chalicelib import wiring
    from chalicelib.web.links import reference_in
    from chalicelib.web.showing import full_case

    return json_answer(full_case(wiring.case_list().get(reference_in(reference))))
