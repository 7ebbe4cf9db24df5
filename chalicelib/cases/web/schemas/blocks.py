"""Which phone an administrator blocks, or lets ask again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from chalicelib.cases.web.schemas.case_desk import LONGEST_REFERENCE, require_one
from chalicelib.core.domain.phone import Phone
from chalicelib.core.web.schemas.fields import PhoneNumber, StrictSchema, Text, load
from chalicelib.core.web.schemas.values import Day, refuse_blank

LONGEST_REASON: Final = 200
_LONGEST_ID: Final = 64


class BlockSchema(StrictSchema):
    """Which phone, by its number or by a case; until when (the first day free again), and why."""

    phone = PhoneNumber()
    reference = Text(LONGEST_REFERENCE)
    until = Day(required=True)
    reason = Text(LONGEST_REASON, required=True)


class LiftSchema(StrictSchema):
    """Which phone may ask again: by its number, or by the block's id."""

    phone = PhoneNumber()
    id = Text(_LONGEST_ID)


@dataclass(frozen=True, slots=True)
class Wanted:
    """A block as it is asked for; ``phone`` None: that of the case."""

    phone: Phone | None
    reference: str
    until: date
    reason: str


def parse_block(data: Mapping[str, Any]) -> Wanted:
    """Read a block. Raises InvalidInput."""
    given = load(BlockSchema, data)
    phone, reference = given.get("phone"), given.get("reference")
    require_one(phone=phone, reference=reference)
    refuse_blank(given, "reason")
    return Wanted(phone, reference or "", given["until"], given["reason"])


def parse_lift(data: Mapping[str, Any]) -> Phone | str:
    """Read whose block is lifted: a phone, or a block's id. Raises InvalidInput."""
    given = load(LiftSchema, data)
    phone, id_ = given.get("phone"), given.get("id")
    require_one(id=id_, phone=phone)
    return phone or str(id_)
