"""The rota's sources as the outside writes them: the same shapes in a preview and when stored."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, ClassVar, Final
from zoneinfo import ZoneInfo

from chalicelib.core.domain.errors import InvalidField, InvalidInput
from chalicelib.core.domain.working_hours import MIDNIGHT
from chalicelib.core.web.schemas.fields import (
    NOT_ONE_OF,
    REQUIRED,
    Field,
    Many,
    StrictSchema,
)
from chalicelib.core.web.schemas.values import Day, Identifier, Instant
from chalicelib.rota.domain.duty import Oncologist
from chalicelib.rota.domain.model import (
    Fair,
    Leave,
    RoundRobin,
    leave_of_hours,
)
from chalicelib.rota.web.schemas.rota_fields import ClockTime, DayOrInstant, Part, Whole, as_object

MOST_LINES: Final = 30
MOST_MEMBERS: Final = 500
MOST_DATED: Final = 2_000
MOST_LANGUAGES: Final = 20
MOST_DAYS: Final = 7


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


def _a_round_robin(**given: Any) -> RoundRobin:  # noqa: ANN401  # what its schema has
    del given["kind"]
    return RoundRobin(**given)


def _a_fair(members: tuple[str, ...], **_: object) -> Fair:
    return Fair(members)


class Rotation(Field[RoundRobin | Fair]):
    """A rotation: its ``kind`` says what else it has."""

    kinds: ClassVar[Mapping[str, Part]] = {
        RoundRobin.kind: Part(RoundRobinSchema, _a_round_robin),
        Fair.kind: Part(FairSchema, _a_fair),
    }

    def _read(self, value: object) -> RoundRobin | Fair:
        kind = as_object(value).get("kind")
        if kind is None:
            raise InvalidInput([InvalidField(".kind", REQUIRED)])
        if not isinstance(kind, str) or kind not in self.kinds:
            raise InvalidInput([InvalidField(".kind", NOT_ONE_OF, among=", ".join(self.kinds))])
        rotation: RoundRobin | Fair = self.kinds[kind].read_item(value)
        return rotation


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


def an_oncologist(**given: Any) -> Oncologist:  # noqa: ANN401  # what its schema has
    """Make an oncologist of whom a plan knows no more than it needs."""
    unknown = dict.fromkeys(("name", "registration", "phone", "gender"), "")
    return Oncologist(**{"languages": (), **unknown, **given})


def a_leave(oncologist: str, start: date, end: date, zone: ZoneInfo) -> Leave:
    """Make a leave: of whole days, or of some hours where one of its ends is an instant."""
    if not isinstance(start, datetime) and not isinstance(end, datetime):
        return Leave(oncologist, start, end)
    since, until = (
        at if isinstance(at, datetime) else datetime.combine(at, MIDNIGHT, zone)
        for at in (start, end)
    )
    return leave_of_hours(oncologist, since, until, zone)
