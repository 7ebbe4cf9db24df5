"""Kinds of text in answers, by the names that JSON Schema has for them."""

from __future__ import annotations

from typing import Annotated, TypeAlias

Instant: TypeAlias = Annotated[str, "date-time"]
Date: TypeAlias = Annotated[str, "date"]
Address: TypeAlias = Annotated[str, "uri"]
