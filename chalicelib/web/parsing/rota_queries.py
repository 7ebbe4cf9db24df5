"""What of the rota an administrator wants to see."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from typing import Final

from chalicelib.core.web.schemas.fields import Choice, QuerySchema, as_text, load
from chalicelib.core.web.schemas.values import END_BEFORE_START, Day, Instant, read_instant
from chalicelib.domain.errors import InvalidField, InvalidInput
from chalicelib.domain.language import Language

MOST_SPAN_DAYS: Final = 366
USUAL_SPAN_DAYS: Final = 28
_YES: Final = "true"


class InstantInQuery(Instant):
    """An instant whose plus sign nobody may have escaped: it comes as a space then."""

    def _deserialize(self, value: object, *_: object, **__: object) -> datetime:
        return read_instant(as_text(value).replace(" ", "+"))


class DaysSchema(QuerySchema):
    """Which days; by themselves the next four weeks."""

    start = Day(data_key="from")
    end = Day(data_key="to")


class CallSchema(QuerySchema):
    """Which call; one that comes now unless it says when."""

    language = Choice(Language, required=True)
    prefers_woman = Choice((_YES, "false"))
    at = InstantInQuery()


_schema = cache(lambda kind: kind())


@dataclass(frozen=True, slots=True)
class Days:
    """The days ``[start, end)``."""

    start: date
    end: date


@dataclass(frozen=True, slots=True)
class CallAsked:
    """A call that might come: in what language, for whom, and when."""

    language: str
    at: datetime
    prefers_woman: bool


def parse_days(query: Mapping[str, str], *, today: date) -> Days:
    """Read ``from`` and ``to``: by themselves the next four weeks. Raises InvalidInput."""
    given = load(_schema(DaysSchema), query)
    start, end = given.get("start"), given.get("end")
    if start is None:
        start = min(today, end - timedelta(days=1)) if end else today
    if end is None:
        end = start + timedelta(days=USUAL_SPAN_DAYS)
    if end <= start:
        raise InvalidInput([InvalidField("to", END_BEFORE_START)])
    if end - start > timedelta(days=MOST_SPAN_DAYS):
        raise InvalidInput([InvalidField("to", "too_many_days", most=MOST_SPAN_DAYS)])
    return Days(start, end)


def parse_call(query: Mapping[str, str], *, now: datetime) -> CallAsked:
    """Read which call is asked about: one that comes ``now`` unless it says when.

    Raises InvalidInput.
    """
    given = load(_schema(CallSchema), query)
    return CallAsked(given["language"], given.get("at") or now, given.get("prefers_woman") == _YES)
