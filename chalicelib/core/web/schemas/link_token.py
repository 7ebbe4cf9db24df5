"""The token of the link that opens a patient's own case."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from chalicelib.core.web.schemas.fields import QuerySchema, StrictSchema, Text, load

LONGEST_TOKEN = 200


class TokenSchema(StrictSchema):
    """The token that opens one's own case."""

    t = Text(LONGEST_TOKEN)


class OwnSchema(QuerySchema):
    """The token as it stands in a link."""

    t = Text(LONGEST_TOKEN)


def parse_token(data: Mapping[str, Any]) -> str:
    """Read the token that opens a case; none is the empty one. Raises InvalidInput."""
    return load(TokenSchema, data).get("t") or ""
