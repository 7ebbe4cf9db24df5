"""What an administrator sends about cases."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from chalicelib.cases.domain.answers import Mode
from chalicelib.cases.domain.questionnaire import in_form_order
from chalicelib.cases.domain.timeline import CloseReason
from chalicelib.cases.services.manage_cases import CLOSED_BY_HAND
from chalicelib.cases.web.schemas.callbacks import field_of
from chalicelib.core.domain.errors import InvalidField, InvalidInput
from chalicelib.core.domain.language import Language
from chalicelib.core.domain.phone import Phone
from chalicelib.core.web.schemas.fields import (
    REQUIRED,
    Choice,
    Cursor,
    Member,
    PhoneNumber,
    QuerySchema,
    StrictSchema,
    Text,
    WholeNumber,
    YesNo,
    load,
)
from chalicelib.core.web.schemas.values import (
    MOST_ITEMS,
    USUAL_ITEMS,
    InstantInQuery,
    PlainIdentifier,
    refuse_blank,
)

LONGEST_NOTE: Final = 1_000
LONGEST_REFERENCE: Final = 40
ONE_ONLY: Final = "one_only"
_LEAST_URGENT: Final = 9
_YES: Final = "true"


class CaseSearchSchema(StrictSchema):
    """Whose cases are looked for: by phone, or by name."""

    phone = PhoneNumber()
    name = Text(100)
    limit = WholeNumber(1, MOST_ITEMS)
    cursor = Cursor()


class AssignSchema(StrictSchema):
    """Who gets a case; ``anyway``: even without the patient's language, or being no woman."""

    oncologist = PlainIdentifier(required=True)
    anyway = YesNo(default=False)


class CloseSchema(StrictSchema):
    """Why a case is closed, and what administrators should know of it."""

    reason = Choice(CLOSED_BY_HAND, required=True)
    note = Text(LONGEST_NOTE, lines=True)


class ReopenSchema(StrictSchema):
    """Whether who else is in line with this phone is another person."""

    another_person = YesNo(default=False)


class MergeSchema(StrictSchema):
    """In which case a duplicate goes on."""

    into = Text(LONGEST_REFERENCE, required=True)


CORRECTABLE: Final = tuple(each for each in in_form_order() if not each.is_repeated)
"""The questions whose answers staff may correct."""
CorrectionSchema: Any = type(
    "CorrectionSchema",
    (StrictSchema,),
    {
        "phone": PhoneNumber(nullable=False),
        "language": Member(Language, nullable=False),
        **{each.name: field_of(each) for each in CORRECTABLE},
        "mode": Member(Mode, nullable=False),
        "prefers_woman": YesNo(nullable=False),
        "priority": WholeNumber(1, _LEAST_URGENT, nullable=False),
    },
)
"""What is right of a case. What is left out stays; null takes an answer back."""


@dataclass(frozen=True, slots=True)
class CaseSearch:
    """Whose cases are looked for: a phone's, or else a name's, of which a page is wanted."""

    phone: Phone | None
    name: str
    limit: int
    cursor: str | None


def parse_case_search(data: Mapping[str, Any]) -> CaseSearch:
    """Read a search. Raises InvalidInput."""
    given = load(CaseSearchSchema, data)
    phone, name = given.get("phone"), given.get("name")
    require_one(phone=phone, name=name)
    return CaseSearch(phone, name or "", given.get("limit") or USUAL_ITEMS, given.get("cursor"))


def parse_assignment(data: Mapping[str, Any]) -> tuple[str, bool]:
    """Read who gets a case, and whether in spite of what the patient asked for."""
    given = load(AssignSchema, data)
    return given["oncologist"], bool(given["anyway"])


def parse_closing(data: Mapping[str, Any]) -> tuple[CloseReason, str | None]:
    """Read why a case is closed, and the note. Raises InvalidInput."""
    given = load(CloseSchema, data)
    return CloseReason(given["reason"]), given.get("note")


def parse_reopening(data: Mapping[str, Any]) -> bool:
    """Read whether it is about another person. Raises InvalidInput."""
    return bool(load(ReopenSchema, data)["another_person"])


def parse_merging(data: Mapping[str, Any]) -> str:
    """Read into which case, as it was typed. Raises InvalidInput."""
    given = load(MergeSchema, data)
    refuse_blank(given, "into")
    return str(given["into"])


def parse_correction(data: Mapping[str, Any]) -> dict[str, object]:
    """Read what is right of a case, by the names of its fields. Raises InvalidInput."""
    given = load(CorrectionSchema, data)
    refuse_blank(given, "language", "mode")
    lists = {each.name for each in CORRECTABLE if each.is_list}
    return {name: () if name in lists and not value else value for name, value in given.items()}


def require_one(**fields: object) -> None:
    """Refuse none of these fields, and more than one. Raises InvalidInput."""
    there = [name for name, value in fields.items() if value is not None]
    if not there:
        raise InvalidInput([InvalidField(next(iter(fields)), REQUIRED)])
    if len(there) > 1:
        raise InvalidInput(InvalidField(name, ONE_ONLY) for name in there[1:])


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
    given = load(CallSchema, query)
    return CallAsked(given["language"], given.get("at") or now, given.get("prefers_woman") == _YES)
