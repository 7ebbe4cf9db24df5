"""Which messages the rota owes to whom: pure functions, with ids that follow from what happened.

A shift that moved a little is another shift, and is told again; the same run repeated owes the
same messages. An SMS says when, and never who is called or why.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final

from chalicelib.core.domain.datetimes import IST, to_iso
from chalicelib.messages.domain.templates import OwedMessage, Template
from chalicelib.rota.domain.change_log import News, RotaChange
from chalicelib.rota.domain.duty import Shift
from chalicelib.rota.domain.handover import Boundary, is_fresh
from chalicelib.rota.domain.quality import Gap

GAPS: Final = "rota-gaps"


@dataclass(frozen=True, slots=True)
class Address:
    """Where somebody is written to, how, and the name by which colleagues know them."""

    name: str
    phone: str
    phone_key: str
    language: str

    def owed(
        self,
        template: Template,
        key: str,
        subject: str,
        at: datetime,
        variables: Mapping[str, str],
    ) -> OwedMessage:
        """Owe them a message, one for each ``key`` of its template and ``subject``."""
        return OwedMessage(
            subject=subject,
            id=f"{template.value}.{key}",
            template=template,
            phone=self.phone,
            phone_key=self.phone_key,
            language=self.language,
            owed_at=at,
            variables=variables,
        )


class Ahead(StrEnum):
    """How long before a shift somebody is reminded of it."""

    DAY = "day"
    HOUR = "hour"


_REMINDERS: Final = {Ahead.DAY: Template.SHIFT_TOMORROW, Ahead.HOUR: Template.SHIFT_SOON}
_NEWS: Final = {
    News.ON: Template.SHIFT_CHANGED,
    News.OFF: Template.SHIFT_CHANGED,
    News.CHANGED: Template.SHIFT_CHANGED,
    News.OFFERED: Template.SWAP_OFFERED,
    News.DECLINED: Template.SWAP_DECLINED,
}


def reminder_owed(shift: Shift, who: str, ahead: Ahead, address: Address) -> OwedMessage:
    """Owe a reminder of a shift. Its link, which confirms or offers it, is made when it is sent."""
    variables = {**_span(shift), "shift": shift.id, "serves": who}
    return address.owed(_REMINDERS[ahead], who, _subject(shift), shift.start, variables)


def handover_owed(
    boundaries: Iterable[Boundary], addresses: Mapping[str, Address], now: datetime
) -> list[OwedMessage]:
    """Owe what those who come and go at a boundary are told, as far as it still holds.

    A run that is late tells nobody to come whose shift is over, and thanks nobody for one of long
    ago: see :attr:`Boundary`.
    """
    owed = []
    for boundary in boundaries:
        told = [
            (Template.SHIFT_STARTS, who, shift, _span(shift))
            for who, shift in boundary.coming
            if shift.covers(now)
        ]
        if is_fresh(boundary.at, now):
            told += [(Template.SHIFT_ENDED, who, shift, {}) for who, shift in boundary.going]
        owed += [
            addresses[who].owed(template, who, _subject(shift), boundary.at, variables)
            for template, who, shift, variables in told
            if who in addresses
        ]
    return owed


def change_owed(change: RotaChange, addresses: Mapping[str, Address]) -> list[OwedMessage]:
    """Owe what a change tells: once for each person, day and kind of news."""
    owed: dict[str, OwedMessage] = {}
    colleague = addresses.get(change.by.whose)
    for notice in change.notices:
        if notice.oncologist not in addresses:
            continue
        template = _NEWS[notice.what]
        day = _day(notice.shift.start)
        variables = _span(notice.shift)
        if template is Template.SHIFT_CHANGED:
            variables = {"day": day}
        else:
            variables["colleague"] = colleague.name if colleague else change.by.whose
        key = f"{day}.{notice.oncologist}"
        message = addresses[notice.oncologist].owed(
            template, key, f"rota-{change.id}", change.at, variables
        )
        owed.setdefault(message.id, message)
    return list(owed.values())


def gaps_owed(
    gaps: Sequence[Gap], subject: str, today: date, recipients: Iterable[Address], now: datetime
) -> list[OwedMessage]:
    """Owe the administrators what stands open: how many places, and from which day on.

    Once a day for each ``subject``: the watch's own (:data:`GAPS`), or a change that opened them.
    """
    if not gaps:
        return []
    first = min(gap.start for gap in gaps)
    variables = {"day": _day(first), "count": str(len(gaps))}
    return [
        address.owed(
            Template.GAP, f"{today.isoformat()}.{address.phone_key}", subject, now, variables
        )
        for address in recipients
    ]


def is_overtaken(message: OwedMessage, now: datetime) -> bool:
    """Whether what a message of the rota announces is past, so that it must not be sent any more.

    ``now`` is aware. A change of shifts is told however late, because it may lie ahead.
    """
    variables = message.variables
    match message.template:
        case Template.SHIFT_TOMORROW:
            return date.fromisoformat(variables["day"]) <= now.astimezone(IST).date()
        case Template.SHIFT_SOON | Template.SWAP_OFFERED | Template.SWAP_DECLINED:
            return datetime.fromisoformat(variables["from"]) <= now
        case Template.SHIFT_STARTS:
            return datetime.fromisoformat(variables["to"]) <= now
        case Template.SHIFT_ENDED:
            return not is_fresh(message.owed_at, now)
        case Template.SHIFT_CHANGED | Template.GAP:
            return date.fromisoformat(variables["day"]) < now.astimezone(IST).date()
    return False


def shift_of_reminder(message: OwedMessage) -> tuple[str, str, datetime] | None:
    """Return a reminder's shift (its id), its doctor and its start; None for other messages."""
    if message.template not in _REMINDERS.values():
        return None
    variables = message.variables
    return variables["shift"], variables["serves"], datetime.fromisoformat(variables["from"])


def _subject(shift: Shift) -> str:
    return f"shift-{shift.id}"


def _span(shift: Shift) -> dict[str, str]:
    return {"day": _day(shift.start), "from": to_iso(shift.start), "to": to_iso(shift.end)}


def _day(at: datetime) -> str:
    return at.astimezone(IST).date().isoformat()
