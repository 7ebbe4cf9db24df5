"""What the forms of the rota's pages send, in the shapes that the rota's calls have."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import Any, Final
from zoneinfo import ZoneInfo

from chalicelib.core.domain.errors import InvalidField, InvalidInput
from chalicelib.core.domain.text_matching import to_ascii_digits
from chalicelib.core.domain.working_hours import MIDNIGHT
from chalicelib.core.web.schemas.fields import StrictSchema, load
from chalicelib.core.web.schemas.values import Identifier
from chalicelib.rota.domain.model import Override
from chalicelib.rota.web.schemas.rota_fields import ClockTime

MOST_DIGITS: Final = 6


class _OverrideFormSchema(StrictSchema):
    """A change of one shift: its line and its day are the shift's own."""

    start = ClockTime(data_key="from", required=True)
    end = ClockTime(data_key="to", is_end=True, required=True)
    remove = Identifier()
    add = Identifier()


@dataclass(frozen=True, slots=True)
class OnShift:
    """The line of a shift, its day, and the zone of its times."""

    line: str
    day: date
    zone: ZoneInfo


@cache
def _schema(kind: type[StrictSchema]) -> StrictSchema:
    return kind()


def parse_override(typed: Mapping[str, str], on: OnShift) -> Override:
    """Read a change of a shift; an end at midnight is the end of its day. Raises InvalidInput."""
    end = {"to": "24:00"} if typed.get("to") == "00:00" else {}
    given = load(_schema(_OverrideFormSchema), {**typed, **end})
    if given.get("remove") is None and given.get("add") is None:
        raise InvalidInput([InvalidField("remove", "nobody")])
    days = timedelta(days=given["end"] == MIDNIGHT)
    return Override(
        on.line,
        _at(on.day, given["start"], on.zone),
        _at(on.day + days, given["end"], on.zone),
        given.get("remove"),
        given.get("add"),
    )


def whole(text: str) -> int | str:
    """Read a whole number in whatever digits; what is none is left for its schema to refuse."""
    digits = to_ascii_digits(text.strip())
    is_number = digits.isascii() and digits.isdecimal() and len(digits) <= MOST_DIGITS
    return int(digits) if is_number else text


def filled(data: Mapping[str, Any]) -> dict[str, Any]:
    """Leave out what says nothing."""
    return {name: value for name, value in data.items() if value not in ("", None)}


def _at(day: date, at: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, at, zone)
