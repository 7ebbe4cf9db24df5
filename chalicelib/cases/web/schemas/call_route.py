"""Which call an administrator asks about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from chalicelib.core.domain.language import Language
from chalicelib.core.web.schemas.fields import Choice, QuerySchema, load, schema_of
from chalicelib.core.web.schemas.values import InstantInQuery

_YES: Final = "true"


class CallSchema(QuerySchema):
    """Which call; one that comes now unless it says when."""

    language = Choice(Language, required=True)
    prefers_woman = Choice((_YES, "false"))
    at = InstantInQuery()


@dataclass(frozen=True, slots=True)
class CallAsked:
    """A call that might come: in what language, for whom, and when."""

    language: str
    at: datetime
    prefers_woman: bool


def parse_call(query: Mapping[str, str], *, now: datetime) -> CallAsked:
    """Read which call is asked about: one that comes ``now`` unless it says when.

    Raises InvalidInput.
    """
    given = load(schema_of(CallSchema), query)
    return CallAsked(given["language"], given.get("at") or now, given.get("prefers_woman") == _YES)
