"""The rota as the outside sees it: shifts, gaps and quality, and the sources they come from."""

from __future__ import annotations

from collections.abc import Collection
from datetime import time
from typing import Any, Literal, NotRequired, TypedDict, cast

from chalicelib.core.domain.datetimes import to_iso
from chalicelib.core.domain.working_hours import MIDNIGHT, WorkingHours
from chalicelib.core.web.responses import Address, Date, Instant
from chalicelib.rota.domain.change_log import By, ChangeKind, News, Notice, RotaChange
from chalicelib.rota.domain.duty import DutyDay, Oncologist, Shift
from chalicelib.rota.domain.model import Fair, Leave, Line, Override, RoundRobin, Temporary
from chalicelib.rota.domain.quality import Gap, Quality
from chalicelib.rota.domain.swaps import OfferState, SwapOffer
from chalicelib.rota.services.manage_rota import Applied, ChangedHours
from chalicelib.rota.services.ports import Confirmation, Kept, Recipient

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


def planned_shift(each: Shift) -> PlannedShift:
    """Show a shift that is only planned: nothing can be done with it, so it has no id."""
    return {
        "line": each.line,
        "start": to_iso(each.start),
        "end": to_iso(each.end),
        "on": list(each.on),
    }


def gap(each: Gap) -> ShownGap:
    """Show where somebody is missing, or a language."""
    return {
        "line": each.line,
        "start": to_iso(each.start),
        "end": to_iso(each.end),
        "missing": each.missing,
        "languages": list(each.languages),
    }


def quality(found: Quality) -> ShownQuality:
    """Show how good a rota is."""
    return {
        "coverage": found.coverage,
        "balance": found.balance,
        "score": found.score,
        "hours": dict(found.hours),
    }


def duty_day(each: DutyDay, confirmed: Collection[tuple[str, str]]) -> PublishedDay:
    """Show a published day; ``confirmed`` has shifts with who said that they will be there."""
    return {
        "day": each.day.isoformat(),
        "version": each.version,
        "shifts": [
            {
                **shift(one),
                "confirmed": [who for who in one.on if (one.id, who) in confirmed],
            }
            for one in each.shifts
        ],
    }


def confirmed(confirmations: Collection[Confirmation]) -> frozenset[tuple[str, str]]:
    """Tell which shifts were confirmed by whom."""
    return frozenset((each.shift, each.oncologist) for each in confirmations)


def hours(each: WorkingHours, version: int) -> HoursDocument:
    """Show the working hours, in the shape in which they are written."""
    return cast("HoursDocument", {"version": version, **each.to_dict()})


def changed_hours(changed: ChangedHours) -> ChangedHoursDocument:
    """Show the working hours as they were stored, and what they do to published days."""
    shown = hours(changed.hours.value, changed.hours.version)
    if not changed.notices and not changed.gap:
        return cast("ChangedHoursDocument", shown)
    notices = [notice(each) for each in changed.notices]
    return cast("ChangedHoursDocument", {**shown, "notices": notices, "gap": changed.gap})


def lines(each: Collection[Line], version: int) -> LinesDocument:
    """Show the lines, in the shape in which they are written."""
    return {"version": version, "lines": [line(one) for one in each]}


def recipients(each: Collection[Recipient], version: int) -> RecipientsDocument:
    """Show who is told of gaps, in the shape in which it is written."""
    shown: list[ShownRecipient] = [{"phone": one.phone, "language": one.language} for one in each]
    return {"version": version, "recipients": shown}


def effect(applied: Applied[Any]) -> Effect:
    """Show what an exception does."""
    return {"notices": [notice(each) for each in applied.notices], "gap": applied.gap}


def line(each: Line) -> ShownLine:
    """Show a line, in the shape in which it is written."""
    return {
        "id": each.id,
        "days": list(each.days),
        "start": f"{each.start:%H:%M}",
        "end": _end(each.end),
        "people": each.people,
        "languages": list(each.languages),
        "rotation": _rotation(each.rotation),
    }


def leave(kept: Kept[Leave]) -> ShownLeave:
    """Show a leave."""
    return {
        "id": kept.id,
        "oncologist": kept.value.oncologist,
        **_leave_span(kept.value),
    }


def override(kept: Kept[Override]) -> ShownOverride:
    """Show an override."""
    return {
        "id": kept.id,
        **_span(kept.value),
        "remove": kept.value.remove,
        "add": kept.value.add,
    }


def temporary(kept: Kept[Temporary]) -> ShownTemporary:
    """Show a temporary schedule."""
    return {"id": kept.id, **_span(kept.value), "on": list(kept.value.on)}


def notice(each: Notice) -> ShownNotice:
    """Show who is told what of a shift."""
    return {
        "oncologist": each.oncologist,
        "what": each.what,
        "shift": shift(each.shift),
    }


def offer(each: SwapOffer) -> ShownOffer:
    """Show the offer of a shift; ``to`` is null where anyone may take it."""
    return {
        "id": each.id,
        "shift": shift(each.shift),
        "offered_by": each.offered_by,
        "offered_at": to_iso(each.offered_at),
        "to": each.to,
        "state": each.state,
        "answered_by": each.answered_by,
        "answered_at": to_iso(each.answered_at) if each.answered_at else None,
    }


def change(each: RotaChange) -> ShownChange:
    """Show who changed what, and who is told of it."""
    return {
        "id": each.id,
        "at": to_iso(each.at),
        **_by(each.by),
        "kind": each.kind,
        "subject": each.subject,
        "notices": [notice(one) for one in each.notices],
        "gap": each.gap,
    }


def colleague(each: Oncologist) -> Colleague:
    """Show an oncologist to an administrator who asks about a call: no phone."""
    return {
        "id": each.id,
        "name": each.name,
        "languages": list(each.languages),
        "gender": each.gender,
    }


def _rotation(rotation: RoundRobin | Fair) -> ShownRoundRobin | ShownFair:
    if isinstance(rotation, Fair):
        return {"kind": "fair", "members": list(rotation.members)}
    return {
        "kind": "round_robin",
        "unit": rotation.unit,
        "every": rotation.every,
        "members": list(rotation.members),
        "anchor": rotation.anchor.isoformat(),
    }


def _end(at: time) -> str:
    return "24:00" if at == MIDNIGHT else f"{at:%H:%M}"


def _leave_span(each: Leave) -> Away:
    if each.since and each.until:
        return {"from": to_iso(each.since), "to": to_iso(each.until)}
    return {"from": each.start.isoformat(), "to": each.end.isoformat()}


def _span(span: Override | Temporary) -> OnALine:
    return {"line": span.line, "from": to_iso(span.start), "to": to_iso(span.end)}


def _by(by: By) -> ShownBy:
    return {"by": by.who, "acting_for": by.acting_for}


def shift(each: Shift) -> ShownShift:
    """Show a shift."""
    return {
        "id": each.id,
        "line": each.line,
        "start": to_iso(each.start),
        "end": to_iso(each.end),
        "on": list(each.on),
    }
