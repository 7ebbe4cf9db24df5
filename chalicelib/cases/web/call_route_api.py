"""Who would get a call: asked by an administrator who tries the rota out."""

from __future__ import annotations

from typing import TypedDict

from chalicelib.cases.web.schemas.call_route import parse_call
from chalicelib.cases.wiring import Cases
from chalicelib.core.domain.datetimes import to_iso
from chalicelib.core.web.request import WebRequest
from chalicelib.core.web.responses import Json, json_answer
from chalicelib.core.web.shapes import Instant
from chalicelib.rota.web.serializers import Colleague, colleague


class Routed(TypedDict):
    """Who would get a call; ``opens_at`` is null while we are open."""

    at: Instant
    oncologists: list[Colleague]
    opens_at: Instant | None


def route(request: WebRequest) -> Json[Routed]:
    """Tell who would get a call."""
    asked = parse_call(request.query, now=request.now())
    routed = request.use(Cases).route_call(
        asked.language, asked.at, prefers_woman=asked.prefers_woman
    )
    return json_answer(
        {
            "at": to_iso(asked.at),
            "oncologists": [colleague(each) for each in routed.oncologists],
            "opens_at": to_iso(routed.opens_at) if routed.opens_at else None,
        }
    )
