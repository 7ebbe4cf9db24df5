"""What an oncologist sends."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from chalicelib.cases.domain.timeline import Attempt, Result
from chalicelib.cases.services.release_limit import ReleaseReason
from chalicelib.core.web.schemas.fields import Member, StrictSchema, Text, load

LONGEST_NOTE = 2_000
LONGEST_FOLLOW_UP = 500


class AttemptSchema(StrictSchema):
    """What came of a call."""

    result = Member(Result, required=True)
    note = Text(LONGEST_NOTE, lines=True)
    advice = Text(LONGEST_NOTE, lines=True)
    follow_up = Text(LONGEST_FOLLOW_UP, lines=True)


class ReleaseSchema(StrictSchema):
    """Why a case is given back; needed after many in an hour."""

    reason = Member(ReleaseReason)


def parse_release(data: Mapping[str, Any]) -> ReleaseReason | None:
    """Read why a case is given back, where that is told. Raises InvalidInput."""
    reason: ReleaseReason | None = load(ReleaseSchema, data).get("reason")
    return reason


def parse_attempt(data: Mapping[str, Any], *, by: str, at: datetime) -> Attempt:
    """Read what came of a call. Raises InvalidInput."""
    given = load(AttemptSchema, data)
    return Attempt(
        at=at,
        by=by,
        result=given["result"],
        note=given.get("note"),
        advice=given.get("advice"),
        follow_up=given.get("follow_up"),
    )
