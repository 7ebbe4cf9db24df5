"""What an oncologist on duty calls."""

from __future__ import annotations

from chalice.app import Response

from chalicelib import wiring
from chalicelib.web import showing
from chalicelib.web.answers import empty_answer, json_answer
from chalicelib.web.authorisation import caller_id
from chalicelib.web.links import reference_in
from chalicelib.web.parsing.desk import parse_attempt, refuse_any_field
from chalicelib.web.request import WebRequest
from chalicelib.web.showing import case_state, full_case


def duty(request: WebRequest) -> Response:
    """Tell how things stand: on duty, the case in hand, who waits, the next shifts."""
    return json_answer(showing.duty(wiring.work_queue().duty(caller_id(request), wiring.now())))


def take_next(request: WebRequest) -> Response:
    """Claim the next case; 204 where none suits."""
    refuse_any_field(request.json(required=False))
    case = wiring.work_queue().next(caller_id(request), wiring.now())
    return json_answer(full_case(case)) if case else empty_answer()


def attempt(request: WebRequest, reference: str) -> Response:
    """Record what came of a call, and tell where the case went."""
    known = reference_in(reference)
    tried = parse_attempt(request.json(), by=caller_id(request), at=wiring.now())
    return json_answer(case_state(wiring.work_queue().record(known, tried)))


def release(request: WebRequest, reference: str) -> Response:
    """Put the case back at its place in line."""
    refuse_any_field(request.json(required=False))
    known = reference_in(reference)
    case = wiring.work_queue().release(known, caller_id(request), wiring.now())
    return json_answer(case_state(case))
