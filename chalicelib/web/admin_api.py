"""What an administrator calls."""

from __future__ import annotations

from chalice.app import Response

from chalicelib import wiring
from chalicelib.web import showing_messages
from chalicelib.web.answers import json_answer
from chalicelib.web.links import reference_in
from chalicelib.web.listing import list_page
from chalicelib.web.parsing.listing import parse_listing
from chalicelib.web.request import WebRequest
from chalicelib.web.showing import full_case


def list_cases(request: WebRequest) -> Response:
    """List cases of one status, a page at a time, nothing personal in them."""
    now = wiring.now()
    today = now.astimezone(wiring.outlook().hours(now).zone).date()
    return json_answer(list_page(wiring.case_list(), parse_listing(request.query, today=today)))


def show_case(_: WebRequest, reference: str) -> Response:
    """Show a case whole, with what became of its messages."""
    case = wiring.case_list().get(reference_in(reference))
    messages = [
        showing_messages.message(each) for each in wiring.message_list().of_case(case.reference)
    ]
    return json_answer({**full_case(case), "messages_sent": messages})
