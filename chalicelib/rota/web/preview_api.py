"""The dry run of a rota: what it would be, with what is missing and how fair it is."""

from __future__ import annotations

from typing import Final

from chalicelib.core.domain.errors import InvalidField
from chalicelib.core.domain.working_hours import WorkingHours
from chalicelib.core.web.request import WebRequest
from chalicelib.core.web.responses import Json, json_answer
from chalicelib.rota.domain.planner import plan
from chalicelib.rota.web import serializers
from chalicelib.rota.web.schemas.rota_preview import parse_preview
from chalicelib.rota.wiring import Rota

# A function's answer may have 6 MB, in which every letter counts by its bytes.
LARGEST_ANSWER: Final = 5_000_000


def preview(request: WebRequest) -> Json[serializers.Plan]:
    """Plan what is asked for; store nothing."""
    asked = parse_preview(request.json(), lambda: _stored_hours(request))
    planned = plan(asked.sources, asked.start, asked.end)
    shown: serializers.Plan = {
        "shifts": [serializers.planned_shift(shift) for shift in planned.shifts],
        "gaps": [serializers.gap(gap) for gap in planned.gaps],
        "quality": serializers.quality(planned.quality),
    }
    answer = json_answer(shown)
    if len(answer.body.encode()) > LARGEST_ANSWER:
        raise InvalidField("to", "too_many_shifts")
    return answer


def _stored_hours(request: WebRequest) -> WorkingHours:
    return request.use(Rota).duty_view.hours(request.now())
