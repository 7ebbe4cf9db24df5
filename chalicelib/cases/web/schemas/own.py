"""What a patient sends about their own case."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from chalicelib.core.domain.working_hours import DayPart
from chalicelib.core.web.schemas.fields import Member, load
from chalicelib.core.web.schemas.link_token import TokenSchema


class RescheduleSchema(TokenSchema):
    """The part of the day in which to be called instead."""

    window = Member(DayPart, required=True)


@cache
def _times() -> RescheduleSchema:
    return RescheduleSchema()


def parse_reschedule(data: Mapping[str, Any]) -> tuple[str, DayPart]:
    """Read the token and the part of the day that is wanted. Raises InvalidInput."""
    given = load(_times(), data)
    return given.get("t") or "", given["window"]
