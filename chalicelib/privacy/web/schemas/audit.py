"""Which entries of the audit an administrator looks for."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, Final

from chalicelib.core.domain.errors import InvalidField, InvalidInput, NotFound
from chalicelib.core.domain.reference import normalise_reference
from chalicelib.core.services.audit_log import AuditSearch
from chalicelib.core.web.schemas.fields import Cursor, Digits, QuerySchema, Text, load
from chalicelib.core.web.schemas.values import MOST_ITEMS, USUAL_ITEMS, Day, span_problems

# By case or by person the whole of what is kept may be asked for; of everything, a month.
DAYS_OF_ONE: Final = 4_000
DAYS_OF_ALL: Final = 31
_LONGEST: Final = 128
_WAYS: Final = ("case", "subject", "person", "day")


class AuditQuerySchema(QuerySchema):
    """By one of a case, another subject, a person and a day; ``from`` and ``to`` are dates."""

    case = Text(_LONGEST)
    subject = Text(_LONGEST)
    person = Text(_LONGEST)
    day = Day()
    start = Day(key="from")
    end = Day(key="to")
    limit = Digits(1, MOST_ITEMS)
    cursor = Cursor()


def parse_audit(query: Mapping[str, str], *, today: date) -> AuditSearch:
    """Read a search. Raises InvalidInput."""
    given = load(AuditQuerySchema, query)
    problems = []
    ways = [way for way in _WAYS if given.get(way) is not None]
    problems += [InvalidField(way, "only_one_of", among=", ".join(_WAYS)) for way in ways[1:]]
    start, end = _span(given, today, problems)
    subject = given.get("subject")
    if given.get("case"):
        try:
            subject = normalise_reference(given["case"])
        except NotFound:
            problems.append(InvalidField("case", "unknown"))
    if problems:
        raise InvalidInput(problems)
    return AuditSearch(
        start=start,
        end=end,
        subject=subject,
        person=given.get("person"),
        limit=given.get("limit") or USUAL_ITEMS,
        cursor=given.get("cursor"),
    )


def _span(given: Mapping[str, Any], today: date, problems: list[InvalidField]) -> tuple[date, date]:
    """Tell the days: one, those given, or all that may be asked for up to today."""
    tomorrow = today + timedelta(days=1)
    day, start, end = given.get("day"), given.get("start"), given.get("end")
    if day is not None:
        problems += [
            InvalidField(name, "only_one_of", among="day, from")
            for name, value in (("from", start), ("to", end))
            if value is not None
        ]
        return day, day + timedelta(days=1)
    most = DAYS_OF_ONE if given.keys() & {"case", "subject", "person"} else DAYS_OF_ALL
    end = end or (max(tomorrow, start + timedelta(days=1)) if start else tomorrow)
    start = start or end - timedelta(days=most)
    problems += span_problems(start, end, most)
    return start, end
