"""What the forms of the rota's pages send, in the shapes that the rota's calls have."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from chalicelib.core.domain.datetimes import IST
from chalicelib.core.domain.errors import InvalidField, InvalidInput
from chalicelib.core.domain.text_matching import to_ascii_digits
from chalicelib.core.domain.working_hours import MIDNIGHT
from chalicelib.core.web.schemas.fields import StrictSchema, load
from chalicelib.core.web.schemas.values import Identifier
from chalicelib.rota.domain.model import Override
from chalicelib.rota.web.schemas.rota_fields import ClockTime

MOST_DIGITS: Final = 6
_TIME: Final = "_time"


class _OverrideFormSchema(StrictSchema):
    """A change of one shift: its line and its day are the shift's own."""

    start = ClockTime(key="from", required=True)
    end = ClockTime(key="to", is_end=True, required=True)
    remove = Identifier()
    add = Identifier()


@dataclass(frozen=True, slots=True)
class OnShift:
    """The line of a shift, and its day; its times are India's.

    ``overnight_from``: it runs over midnight, and times before this one are those of the next day.
    """

    line: str
    day: date
    overnight_from: time | None = None

    def at(self, clock: time, *, is_end: bool = False) -> datetime:
        """Return the instant that somebody means by a time; an end at midnight ends a day."""
        begins = self.overnight_from
        next_day = (
            clock < begins or (is_end and clock == begins)
            if begins
            else (is_end and clock == MIDNIGHT)
        )
        return datetime.combine(self.day + timedelta(days=next_day), clock, IST)


def parse_override(typed: Mapping[str, str], on: OnShift) -> Override:
    """Read a change of a shift; an end at midnight is the end of its day. Raises InvalidInput."""
    end = {"to": "24:00"} if typed.get("to") == "00:00" else {}
    given = load(_OverrideFormSchema, {**typed, **end})
    if given.get("remove") is None and given.get("add") is None:
        raise InvalidInput([InvalidField("remove", "nobody")])
    return Override(
        on.line,
        on.at(given["start"]),
        on.at(given["end"], is_end=True),
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


def with_times(given: Mapping[str, str]) -> dict[str, str]:
    """Join the dates of a leave with the times beside them, as a call has them.

    A date with a time is an instant in IST. What is wrong stays wrong, for its schema to refuse.
    """
    joined = {name: value for name, value in given.items() if not name.endswith(_TIME)}
    for name in ("from", "to"):
        clock = given.get(f"{name}{_TIME}")
        if clock:
            joined[name] = f"{given.get(name, '')}T{clock}:00+05:30"
    return joined
