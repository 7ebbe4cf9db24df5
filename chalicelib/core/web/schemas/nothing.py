"""The body of a request that has nothing to tell."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from chalicelib.core.web.schemas.fields import StrictSchema, load


class NothingSchema(StrictSchema):
    """Nothing: no field at all."""


def refuse_any_field(data: Mapping[str, Any]) -> None:
    """Accept no field at all. Raises InvalidInput."""
    load(NothingSchema(), data)
