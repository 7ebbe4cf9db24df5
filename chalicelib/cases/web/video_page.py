"""The way to the video call that a patient's SMS holds: it opens only around its time."""

from __future__ import annotations

from chalice.app import Response

from chalicelib.cases.services.patient_link import own_path
from chalicelib.cases.wiring import Cases
from chalicelib.core.i18n import say_near
from chalicelib.core.web.links import reference_in
from chalicelib.core.web.rendering import render, said_promise
from chalicelib.core.web.request import WebRequest


def show(request: WebRequest, reference: str) -> Response:
    """Show the button to the room, or why there is none."""
    token, now = request.query.get("t", ""), request.now()
    call = request.use(Cases).video.of_patient(reference_in(reference), token, now)
    case = call.case
    request.suggest_language(case.language)
    request.prefer_language(case.written_in)
    return render(
        request,
        "patient/video.html",
        link=call.link,
        case=case,
        until=say_near(case.video.end, now, request.language) if case.video else "",
        expected=said_promise(case.expected, now, request.language),
        expected_to_come=case.expected.end > now,
        own=own_path(case.reference, token),
    )
