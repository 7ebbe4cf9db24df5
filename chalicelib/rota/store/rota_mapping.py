"""The rota's sources, offers, changes and links, to items and back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any, Final

from chalicelib.core.domain.datetimes import IST
from chalicelib.core.dynamodb.base_model import Item
from chalicelib.core.dynamodb.errors import Image
from chalicelib.core.dynamodb.table import Key
from chalicelib.rota.domain.change_log import By, ChangeKind, News, Notice, RotaChange
from chalicelib.rota.domain.model import Fair, Leave, Line, Override, RoundRobin, Temporary
from chalicelib.rota.domain.swaps import OfferState, SwapOffer
from chalicelib.rota.services.ports import AnyKept, Kept
from chalicelib.rota.store.duty_mapping import shift_from_map, shift_to_map
from chalicelib.rota.store.rota_models import (
    LeaveItem,
    NoticeMap,
    OfferItem,
    OverrideItem,
    RotaChangeItem,
    TemporaryItem,
)

OFFER: Final = "OFFER"
UNTOLD: Final = "UNTOLD"
LINES: Final = Key("SETTINGS", "lines")
RECIPIENTS: Final = Key("SETTINGS", "recipients")
PARTITIONS: Final[Mapping[type[Leave | Override | Temporary], str]] = {
    Leave: "LEAVE",
    Override: "OVERRIDE",
    Temporary: "TEMPORARY",
}


def line_to_dict(line: Line) -> dict[str, Any]:
    """Write a line in JSON's types, as the contract has it."""
    rotation: dict[str, Any] = {"members": list(line.rotation.members), "kind": "fair"}
    if isinstance(line.rotation, RoundRobin):
        rotation |= {
            "kind": "round_robin",
            "unit": line.rotation.unit,
            "every": line.rotation.every,
            "anchor": line.rotation.anchor.isoformat(),
        }
    return {
        "id": line.id,
        "days": list(line.days),
        "start": f"{line.start:%H:%M}",
        "end": f"{line.end:%H:%M}",
        "people": line.people,
        "languages": list(line.languages),
        "rotation": rotation,
    }


def line_from_dict(data: Mapping[str, Any]) -> Line:
    """Read what :func:`line_to_dict` wrote."""
    rotation = data["rotation"]
    members = tuple(rotation["members"])
    return Line(
        id=data["id"],
        days=tuple(data["days"]),
        start=time.fromisoformat(data["start"]),
        end=time.fromisoformat(data["end"]),
        people=int(data["people"]),
        languages=tuple(data["languages"]),
        rotation=Fair(members)
        if rotation["kind"] == "fair"
        else RoundRobin(
            members=members,
            anchor=date.fromisoformat(rotation["anchor"]),
            unit=rotation["unit"],
            every=int(rotation["every"]),
        ),
    )


def kept_key(kept: AnyKept) -> Key:
    """Place a dated source."""
    return Key(PARTITIONS[type(kept.value)], kept.id)


def kept_to_item(kept: AnyKept) -> Item:
    """Write a dated source."""
    key, value = kept_key(kept), kept.value
    match value:
        case Leave():
            return LeaveItem(
                pk=key.pk,
                sk=key.sk,
                oncologist=value.oncologist,
                start=value.start.isoformat(),
                end=value.end.isoformat(),
                since=value.since,
                until=value.until,
            )
        case Override():
            return OverrideItem(
                pk=key.pk,
                sk=key.sk,
                line=value.line,
                start=value.start,
                end=value.end,
                removes=value.remove,
                adds=value.add,
            )
        case Temporary():
            return TemporaryItem(
                pk=key.pk,
                sk=key.sk,
                line=value.line,
                start=value.start,
                end=value.end,
                on=list(value.on),
            )


def leave_from_image(image: Image) -> Kept[Leave]:
    """Read a leave."""
    item = LeaveItem.from_raw_data(image)
    start, end = date.fromisoformat(item.start), date.fromisoformat(item.end)
    return Kept(item.sk, Leave(item.oncologist, start, end, item.since, item.until))


def override_from_image(image: Image) -> Kept[Override]:
    """Read an override."""
    item = OverrideItem.from_raw_data(image)
    return Kept(item.sk, Override(item.line, item.start, item.end, item.removes, item.adds))


def temporary_from_image(image: Image) -> Kept[Temporary]:
    """Read a temporary schedule."""
    item = TemporaryItem.from_raw_data(image)
    return Kept(item.sk, Temporary(item.line, item.start, item.end, tuple(item.on)))


def offer_to_item(offer: SwapOffer) -> OfferItem:
    """Write an offered shift."""
    return OfferItem(
        pk=OFFER,
        sk=offer.id,
        shift=shift_to_map(offer.shift),
        offered_by=offer.offered_by,
        offered_at=offer.offered_at,
        to=offer.to,
        state=offer.state.value,
        answered_by=offer.answered_by,
        answered_at=offer.answered_at,
        version=offer.version,
    )


def offer_from_image(image: Image) -> SwapOffer:
    """Read an offered shift."""
    item = OfferItem.from_raw_data(image)
    return SwapOffer(
        id=item.sk,
        shift=shift_from_map(item.shift),
        offered_by=item.offered_by,
        offered_at=item.offered_at,
        to=item.to,
        state=OfferState(item.state),
        answered_by=item.answered_by,
        answered_at=item.answered_at,
        version=int(item.version),
    )


def history_partition(at: datetime) -> str:
    """Name the partition of a month's changes."""
    return f"ROTA_CHANGE#{at.astimezone(IST):%Y-%m}"


def change_to_item(change: RotaChange, partition: str) -> RotaChangeItem:
    """Write a change: for the history, or for those still to be told."""
    return RotaChangeItem(
        pk=partition,
        sk=change.id,
        at=change.at,
        by=change.by.who,
        acting_for=change.by.acting_for,
        kind=change.kind.value,
        subject=change.subject,
        notices=[
            NoticeMap(
                oncologist=notice.oncologist,
                what=notice.what.value,
                shift=shift_to_map(notice.shift),
            )
            for notice in change.notices
        ]
        or None,
        gap=change.gap or None,
    )


def change_from_image(image: Image) -> RotaChange:
    """Read a change."""
    item = RotaChangeItem.from_raw_data(image)
    return RotaChange(
        id=item.sk,
        at=item.at,
        by=By(item.by, item.acting_for),
        kind=ChangeKind(item.kind),
        subject=item.subject,
        notices=tuple(
            Notice(notice.oncologist, News(notice.what), shift_from_map(notice.shift))
            for notice in item.notices or ()
        ),
        gap=bool(item.gap),
    )
