"""The way to the video call that a patient's SMS holds: it opens only around its time."""

from __future__ import annotations

from chalice.app import Response

from chalicelib import wiring
from chalicelib.services.own_path import own_path
from chalicelib.web.links import reference_in
from chalicelib.web.rendering import render, said_window
from chalicelib.web.request import WebRequest
from chalicelib.wording import say_instant


def show(request: WebRequest, reference: str) -> Response:
    """Show the button to the room, or why there is none."""
    token = request.query.get("t", "")
    call = wiring.video().of_patient(reference_in(reference), token, wiring.now())
    case = call.case
    request.suggest_language(case.language)
    return render(
        request,
        "video.html",
        link=call.link,
        case=case,
        until=say_instant(case.video.end, request.language) if case.video else "",
        expected=said_window(case.expected, request.language),
        own=own_path(case.reference, token),
    )
