"""The rota as the outside sees it: shifts, gaps and quality, and the sources they come from."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any, Literal, NotRequired, TypedDict, cast

from chalicelib.core.domain.working_hours import MIDNIGHT, WorkingHours
from chalicelib.core.web.responses import Address, Date, Instant
from chalicelib.core.web.serializers import to_json
from chalicelib.rota.domain.change_log import ChangeKind, News, Notice, RotaChange
from chalicelib.rota.domain.duty import DutyDay
from chalicelib.rota.domain.model import Leave, Line, Override, Temporary
from chalicelib.rota.domain.swaps import OfferState, SwapOffer
from chalicelib.rota.services.manage_rota import Applied
from chalicelib.rota.services.ports import Confirmation, Kept, Recipient, Versioned

Windows = list[list[str]]


class PlannedShift(TypedDict):
    """A shift that is only planned."""

    line: str
    start: Instant
    end: Instant
    on: list[str]


class ShownGap(TypedDict):
    """Where somebody is missing, or a language."""

    line: str
    start: Instant
    end: Instant
    missing: int
    languages: list[str]


class ShownQuality(TypedDict):
    """How good a rota is: shares from 0 to 1, a score from 0 to 100, hours for each person."""

    coverage: float
    balance: float
    score: int
    hours: dict[str, float]


class Plan(TypedDict):
    """What a preview gives."""

    shifts: list[PlannedShift]
    gaps: list[ShownGap]
    quality: ShownQuality


class ShownShift(TypedDict):
    """A shift, and who is on."""

    id: str
    line: str
    start: Instant
    end: Instant
    on: list[str]


class PublishedShift(ShownShift):
    """A published shift, with who said that they will be there."""

    confirmed: list[str]


class PublishedDay(TypedDict):
    """A published day."""

    day: Date
    version: int
    shifts: list[PublishedShift]


class PublishedDays(TypedDict):
    """Published days."""

    days: list[PublishedDay]


class Gaps(TypedDict):
    """What stands open; ``warning`` where nobody is told of it by SMS."""

    gaps: list[ShownGap]
    warning: NotRequired[str]


class ShownRoundRobin(TypedDict):
    """Members in turn."""

    kind: Literal["round_robin"]
    unit: str
    every: int
    members: list[str]
    anchor: Date


class ShownFair(TypedDict):
    """Members by the hours they have served."""

    kind: Literal["fair"]
    members: list[str]


class ShownLine(TypedDict):
    """A line, in the shape in which it is written."""

    id: str
    days: list[str]
    start: str
    end: str
    people: int
    languages: list[str]
    rotation: ShownRoundRobin | ShownFair


class LinesDocument(TypedDict):
    """The lines, and the version that an edit has to name."""

    version: int
    lines: list[ShownLine]


class HoursDocument(TypedDict):
    """The working hours, and the version that an edit has to name."""

    version: int
    mon: Windows
    tue: Windows
    wed: Windows
    thu: Windows
    fri: Windows
    sat: Windows
    sun: Windows
    closures: list[Date]
    extra: dict[str, Windows]
    zone: str


class ShownRecipient(TypedDict):
    """A phone that is told of gaps."""

    phone: str
    language: str


class RecipientsDocument(TypedDict):
    """Who is told of gaps, and the version that an edit has to name."""

    version: int
    recipients: list[ShownRecipient]


Away = TypedDict("Away", {"from": Date | Instant, "to": Date | Instant})
OnALine = TypedDict("OnALine", {"line": str, "from": Instant, "to": Instant})


class ShownLeave(Away):
    """A leave, in dates or instants as it was entered; as a date, ``to`` is the first day back."""

    id: str
    oncologist: str


class ShownOverride(OnALine):
    """An override."""

    id: str
    remove: str | None
    add: str | None


class ShownTemporary(OnALine):
    """A temporary schedule."""

    id: str
    on: list[str]


class ShownNotice(TypedDict):
    """Who is told what of a shift."""

    oncologist: str
    what: News
    shift: ShownShift


class Effect(TypedDict):
    """What an exception does to the published days; ``gap``: a shift is left with too few."""

    notices: list[ShownNotice]
    gap: bool


class ChangedHoursDocument(HoursDocument):
    """The working hours; where published shifts change, who is told, and whether there is a gap."""

    notices: NotRequired[list[ShownNotice]]
    gap: NotRequired[bool]


class AddedLeave(ShownLeave, Effect):
    """A leave, and what it does."""


class AddedOverride(ShownOverride, Effect):
    """An override, and what it does."""


class AddedTemporary(ShownTemporary, Effect):
    """A temporary schedule, and what it does."""


class Overrides(TypedDict):
    """The overrides and temporary schedules of some days."""

    overrides: list[ShownOverride]
    temporary: list[ShownTemporary]


class Leaves(TypedDict):
    """The leave of some days."""

    leave: list[ShownLeave]


class ShownOffer(TypedDict):
    """The offer of a shift; ``to`` is null where anyone may take it."""

    id: str
    shift: ShownShift
    offered_by: str
    offered_at: Instant
    to: str | None
    state: OfferState
    answered_by: str | None
    answered_at: Instant | None


class Offers(TypedDict):
    """Offers of shifts."""

    swaps: list[ShownOffer]


class ShownBy(TypedDict):
    """Who did it, and for whom."""

    by: str
    acting_for: str | None


class ShownChange(ShownBy):
    """Who changed what, and who is told of it."""

    id: str
    at: Instant
    kind: ChangeKind
    subject: str
    notices: list[ShownNotice]
    gap: bool


class Changes(TypedDict):
    """Changes of the rota."""

    changes: list[ShownChange]


class Colleague(TypedDict):
    """An oncologist who might get a call."""

    id: str
    name: str
    languages: list[str]
    gender: str


class Published(TypedDict):
    """How many days were published; ``through`` is the first that is not.

    ``refused`` counts the overrides and temporary schedules that could not stand on their day.
    """

    days: int
    through: Date | None
    refused: int


class CalendarAddress(TypedDict):
    """The address of one's own calendar."""

    url: Address


def duty_day(each: DutyDay, confirmed: Collection[tuple[str, str]]) -> PublishedDay:
    """Show a published day; ``confirmed`` has shifts with who said that they will be there."""
    shifts = [
        to_json(
            PublishedShift,
            one,
            confirmed=[who for who in one.on if (one.id, who) in confirmed],
        )
        for one in each.shifts
    ]
    return to_json(PublishedDay, each, shifts=shifts)


def confirmed(confirmations: Collection[Confirmation]) -> frozenset[tuple[str, str]]:
    """Return which shifts were confirmed by whom."""
    return frozenset((each.shift, each.oncologist) for each in confirmations)


def hours(each: WorkingHours, version: int) -> HoursDocument:
    """Show the working hours, in the shape in which they are written."""
    return cast("HoursDocument", {"version": version, **each.to_dict()})


def changed_hours(changed: Applied[Versioned[WorkingHours]]) -> ChangedHoursDocument:
    """Show the working hours as they were stored, and what they do to published days."""
    shown = hours(changed.kept.value, changed.kept.version)
    if changed.notices or changed.gap:
        return cast("ChangedHoursDocument", {**shown, **effect(changed)})
    return cast("ChangedHoursDocument", shown)


def lines(each: Collection[Line], version: int) -> LinesDocument:
    """Show the lines, in the shape in which they are written."""
    return {"version": version, "lines": [line(one) for one in each]}


def recipients(each: Collection[Recipient], version: int) -> RecipientsDocument:
    """Show who is told of gaps, in the shape in which it is written."""
    return {"version": version, "recipients": [to_json(ShownRecipient, one) for one in each]}


def effect(applied: Applied[Any]) -> Effect:
    """Show what an exception does."""
    return to_json(Effect, applied, notices=_notices(applied.notices))


def line(each: Line) -> ShownLine:
    """Show a line, in the shape in which it is written."""
    shown = each.to_dict()
    end = "24:00" if each.end == MIDNIGHT else shown["end"]
    return cast("ShownLine", {**shown, "end": end})


def leave(kept: Kept[Leave]) -> ShownLeave:
    """Show a leave."""
    away = kept.value
    span = (away.since, away.until) if away.since and away.until else (away.start, away.end)
    return to_json(ShownLeave, away, id=kept.id, **_between(*span))


def override(kept: Kept[Override]) -> ShownOverride:
    """Show an override."""
    span = _between(kept.value.start, kept.value.end)
    return to_json(ShownOverride, kept.value, id=kept.id, **span)


def temporary(kept: Kept[Temporary]) -> ShownTemporary:
    """Show a temporary schedule."""
    span = _between(kept.value.start, kept.value.end)
    return to_json(ShownTemporary, kept.value, id=kept.id, **span)


def offer(each: SwapOffer) -> ShownOffer:
    """Show the offer of a shift; ``to`` is null where anyone may take it."""
    return to_json(ShownOffer, each, shift=to_json(ShownShift, each.shift))


def change(each: RotaChange) -> ShownChange:
    """Show who changed what, and who is told of it."""
    by, notices = each.by, _notices(each.notices)
    return to_json(ShownChange, each, by=by.who, acting_for=by.acting_for, notices=notices)


def _between(start: date, end: date) -> dict[str, date]:
    return {"from": start, "to": end}


def _notices(notices: Collection[Notice]) -> list[ShownNotice]:
    return [to_json(ShownNotice, each, shift=to_json(ShownShift, each.shift)) for each in notices]
