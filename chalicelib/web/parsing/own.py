"""What a patient sends about their own case."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from chalicelib.domain.working_hours import DayPart
from chalicelib.web.parsing.fields import Member, QuerySchema, StrictSchema, Text, load

LONGEST_TOKEN = 200


class TokenSchema(StrictSchema):
    """The token that opens one's own case."""

    t = Text(LONGEST_TOKEN)


class RescheduleSchema(TokenSchema):
    """The part of the day in which to be called instead."""

    window = Member(DayPart, required=True)


@cache
def _times() -> RescheduleSchema:
    return RescheduleSchema()


class OwnSchema(QuerySchema):
    """The token as it stands in a link."""

    t = Text(LONGEST_TOKEN)


@cache
def _tokens() -> TokenSchema:
    return TokenSchema()


def parse_token(data: Mapping[str, Any]) -> str:
    """Read the token that opens a case; none is the empty one. Raises InvalidInput."""
    return load(_tokens(), data).get("t") or ""


def parse_reschedule(data: Mapping[str, Any]) -> tuple[str, DayPart]:
    """Read the token and the part of the day that is wanted. Raises InvalidInput."""
    given = load(_times(), data)
    return given.get("t") or "", given["window"]
