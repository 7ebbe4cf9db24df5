"""The rota's sources as the outside writes them: the same shapes in a preview and when stored."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar, Final, Unpack
from zoneinfo import ZoneInfo

from chalicelib.core.domain.errors import InvalidField, InvalidInput
from chalicelib.core.domain.working_hours import MIDNIGHT
from chalicelib.core.web.schemas.fields import (
    NOT_ONE_OF,
    REQUIRED,
    Field,
    Many,
    Options,
    StrictSchema,
)
from chalicelib.core.web.schemas.values import Day, Identifier, Instant
from chalicelib.rota.domain.duty import Oncologist
from chalicelib.rota.domain.model import (
    Fair,
    Leave,
    Line,
    Override,
    RoundRobin,
    Temporary,
    leave_of_hours,
)
from chalicelib.rota.web.schemas.rota_fields import ClockTime, DayOrInstant, Part, Whole, as_object

MOST_LINES: Final = 30
MOST_MEMBERS: Final = 500
MOST_DATED: Final = 2_000
MOST_LANGUAGES: Final = 20
MOST_DAYS: Final = 7

_ROUND_ROBIN: Final = "round_robin"
_FAIR: Final = "fair"


class RoundRobinSchema(StrictSchema):
    """Members in turn."""

    kind = Identifier(required=True)
    unit = Identifier()
    every = Whole()
    members = Many(Identifier(), MOST_MEMBERS, required=True)
    anchor = Day(required=True)


class FairSchema(StrictSchema):
    """A fair rotation counts no turns; what says how is checked and has no meaning."""

    kind = Identifier(required=True)
    unit = Identifier()
    every = Whole()
    members = Many(Identifier(), MOST_MEMBERS, required=True)
    anchor = Day()


class Rotation(Field[RoundRobin | Fair]):
    """A rotation: its ``kind`` says what else it has."""

    schemas: ClassVar[Mapping[str, type[StrictSchema]]] = {
        _ROUND_ROBIN: RoundRobinSchema,
        _FAIR: FairSchema,
    }

    def _read(self, value: object) -> RoundRobin | Fair:
        rotation = as_object(value)
        kind = rotation.get("kind")
        if kind is None:
            raise InvalidInput([InvalidField(".kind", REQUIRED)])
        if not isinstance(kind, str) or kind not in self.schemas:
            among = ", ".join(self.schemas)
            raise InvalidInput([InvalidField(".kind", NOT_ONE_OF, among=among)])
        given = self.schemas[kind].read(rotation)
        if kind == _FAIR:
            return Fair(given["members"])
        return RoundRobin(
            given["members"],
            given["anchor"],
            given.get("unit") or "shift",
            1 if given.get("every") is None else given["every"],
        )


class OncologistSchema(StrictSchema):
    """What a plan needs to know of an oncologist."""

    id = Identifier(required=True)
    languages = Many(Identifier(), MOST_LANGUAGES)
    joined = Day()
    left = Day()


class LineSchema(StrictSchema):
    """A line. Its id may be anything here; what is stored asks for more."""

    id = Identifier(required=True)
    days = Many(Identifier(), MOST_DAYS, required=True)
    start = ClockTime(required=True)
    end = ClockTime(is_end=True, required=True)
    people = Whole(required=True)
    languages = Many(Identifier(), MOST_LANGUAGES)
    rotation = Rotation(required=True)


class LeaveSchema(StrictSchema):
    """Leave, half-open in dates or in instants; a date beside an instant means its midnight."""

    oncologist = Identifier(required=True)
    start = DayOrInstant(key="from", required=True)
    end = DayOrInstant(key="to", required=True)


class OverrideSchema(StrictSchema):
    """An override: whoever is removed, added, or both."""

    line = Identifier(required=True)
    start = Instant(key="from", required=True)
    end = Instant(key="to", required=True)
    remove = Identifier()
    add = Identifier()


class TemporarySchema(StrictSchema):
    """A temporary schedule: just those who are on."""

    start = Instant(key="from", required=True)
    end = Instant(key="to", required=True)
    line = Identifier(required=True)
    on = Many(Identifier(), MOST_MEMBERS, required=True)


def many(
    schema: type[StrictSchema], longest: int, **options: Unpack[Options]
) -> Many[dict[str, Any]]:
    """Return the field of a list of such objects."""
    return Many(Part(schema), longest, **options)


def an_oncologist(given: Mapping[str, Any]) -> Oncologist:
    """Make an oncologist of whom a plan knows no more than it needs."""
    return Oncologist(
        id=given["id"],
        name="",
        registration="",
        phone="",
        languages=given.get("languages") or (),
        gender="",
        joined=given.get("joined"),
        left=given.get("left"),
    )


def a_line(given: Mapping[str, Any]) -> Line:
    """Make a line."""
    return Line(
        id=given["id"],
        days=given["days"],
        start=given["start"],
        end=given["end"],
        rotation=given["rotation"],
        people=given["people"],
        languages=given.get("languages") or (),
    )


def a_leave(given: Mapping[str, Any], zone: ZoneInfo) -> Leave:
    """Make a leave: of whole days, or of some hours where one of its ends is an instant."""
    who, start, end = given["oncologist"], given["start"], given["end"]
    if not isinstance(start, datetime) and not isinstance(end, datetime):
        return Leave(who, start, end)
    since, until = (
        at if isinstance(at, datetime) else datetime.combine(at, MIDNIGHT, zone)
        for at in (start, end)
    )
    return leave_of_hours(who, since, until, zone)


def an_override(given: Mapping[str, Any]) -> Override:
    """Make an override."""
    return Override(
        given["line"], given["start"], given["end"], given.get("remove"), given.get("add")
    )


def a_temporary(given: Mapping[str, Any]) -> Temporary:
    """Make a temporary schedule."""
    return Temporary(given["line"], given["start"], given["end"], given["on"])
