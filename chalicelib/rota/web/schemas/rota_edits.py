"""What administrators and oncologists send to change the rota."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from chalicelib.core.domain.datetimes import IST
from chalicelib.core.domain.errors import InvalidField, InvalidInput
from chalicelib.core.domain.language import COPY_LANGUAGES
from chalicelib.core.domain.phone import Phone
from chalicelib.core.domain.working_hours import WorkingHours
from chalicelib.core.web.schemas.fields import (
    REQUIRED,
    Choice,
    Many,
    PhoneNumber,
    StrictSchema,
    load,
)
from chalicelib.core.web.schemas.values import (
    Identifier,
    LanguageCode,
    PlainIdentifier,
)
from chalicelib.rota.domain.model import Leave, Line, Override, Temporary
from chalicelib.rota.services.ports import Recipient
from chalicelib.rota.web.schemas.rota_fields import DayOrInstant, Part, read_hours, without_null
from chalicelib.rota.web.schemas.rota_sources import (
    MOST_LANGUAGES,
    MOST_LINES,
    MOST_MEMBERS,
    LeaveSchema,
    LineSchema,
    OverrideSchema,
    a_leave,
)

MOST_RECIPIENTS: Final = 20


class StoredLineSchema(LineSchema):
    """A line whose id will stand in the paths of its shifts, and that patients may wait for."""

    id = PlainIdentifier(required=True)
    languages = Many(LanguageCode(), MOST_LANGUAGES)


class LinesSchema(StrictSchema):
    """All lines, in their order of precedence."""

    lines = Many(Part(StoredLineSchema, Line), MOST_LINES, required=True)


class ExceptionSchema(OverrideSchema):
    """An override has ``remove``, ``add`` or both; a temporary schedule has ``on``."""

    on = Many(Identifier(), MOST_MEMBERS)


class OwnLeaveSchema(StrictSchema):
    """One's own leave, half-open in dates or in instants."""

    start = DayOrInstant(key="from", required=True)
    end = DayOrInstant(key="to", required=True)


class RecipientSchema(StrictSchema):
    """Somebody who is told of gaps."""

    phone = PhoneNumber(required=True)
    language = Choice(COPY_LANGUAGES, required=True)


def _recipient(phone: Phone, language: str) -> Recipient:
    return Recipient(phone.e164, language)


class RecipientsSchema(StrictSchema):
    """Everybody who is told of gaps."""

    recipients = Many(Part(RecipientSchema, _recipient), MOST_RECIPIENTS, required=True)


class DroppedSchema(StrictSchema):
    """What is dropped."""

    id = Identifier(required=True)


class OfferSchema(StrictSchema):
    """To whom a shift is offered; to anyone where it does not say."""

    to = Identifier()


class OfferForSchema(OfferSchema):
    """To whom an administrator offers somebody's shift."""

    acting_for = Identifier(required=True)


class ActingSchema(StrictSchema):
    """For whom an administrator acts."""

    acting_for = Identifier(required=True)


def parse_hours(data: Mapping[str, Any]) -> WorkingHours:
    """Read working hours as they are given out. Raises InvalidInput.

    Their zone is the helpline's: its calendar, messages and reports know no other.
    """
    hours = read_hours(data)
    if hours.zone.key != IST.key:
        raise InvalidInput([InvalidField("zone", "other_zone", zone=IST.key)])
    return hours


def parse_lines(data: Mapping[str, Any]) -> tuple[Line, ...]:
    """Read all lines, in their order of precedence. Raises InvalidInput."""
    lines: tuple[Line, ...] = load(LinesSchema, data)["lines"]
    return lines


def parse_exception(data: Mapping[str, Any]) -> Override | Temporary:
    """Read an override, or a temporary schedule where it says who is ``on``.

    Raises InvalidInput.
    """
    given = without_null(load(ExceptionSchema, data))
    people = [name for name in ("remove", "add") if name in given]
    if "on" not in given:
        if not people:
            raise InvalidInput([InvalidField("add", REQUIRED)])
        return Override(**given)
    if people:
        raise InvalidInput(InvalidField(name, "not_with_on") for name in people)
    return Temporary(**given)


def parse_leave(data: Mapping[str, Any]) -> Leave:
    """Read somebody's leave, as an administrator sends it. Raises InvalidInput."""
    return a_leave(**load(LeaveSchema, data), zone=IST)


def parse_own_leave(data: Mapping[str, Any], oncologist: str) -> Leave:
    """Read one's own leave. Raises InvalidInput."""
    return a_leave(oncologist, **load(OwnLeaveSchema, data), zone=IST)


def parse_recipients(data: Mapping[str, Any]) -> tuple[Recipient, ...]:
    """Read who is told of gaps. Raises InvalidInput."""
    recipients: tuple[Recipient, ...] = load(RecipientsSchema, data)["recipients"]
    return recipients


def parse_dropped(data: Mapping[str, Any]) -> str:
    """Read the id of what is to be dropped. Raises InvalidInput."""
    dropped: str = load(DroppedSchema, data)["id"]
    return dropped


@dataclass(frozen=True, slots=True)
class OfferMade:
    """A shift is offered to ``to``, or to anyone; by an administrator for ``acting_for``."""

    to: str | None = None
    acting_for: str | None = None


def parse_offer(data: Mapping[str, Any]) -> OfferMade:
    """Read to whom one offers one's own shift. Raises InvalidInput."""
    return OfferMade(**load(OfferSchema, data))


def parse_offer_for(data: Mapping[str, Any]) -> OfferMade:
    """Read to whom an administrator offers somebody's shift. Raises InvalidInput."""
    return OfferMade(**load(OfferForSchema, data))


def parse_acting_for(data: Mapping[str, Any]) -> str:
    """Read for whom an administrator acts. Raises InvalidInput."""
    acting_for: str = load(ActingSchema, data)["acting_for"]
    return acting_for
