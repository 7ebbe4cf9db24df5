"""What a patient sends about their own case."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from chalicelib.web.parsing.fields import StrictSchema, Text, load

LONGEST_TOKEN = 200


class _TokenSchema(StrictSchema):
    t = Text(LONGEST_TOKEN)


@cache
def _tokens() -> _TokenSchema:
    return _TokenSchema()


def parse_token(data: Mapping[str, Any]) -> str:
    """Read the token that opens a case; none is the empty one. Raises InvalidInput."""
    return load(_tokens(), data).get("t") or ""
