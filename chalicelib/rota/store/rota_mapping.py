"""The rota's sources, offers, changes and links, to items and back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from chalicelib.core.domain.datetimes import IST
from chalicelib.core.dynamodb.base_model import Item
from chalicelib.core.dynamodb.errors import Image
from chalicelib.core.dynamodb.table import Key
from chalicelib.rota.domain.change_log import By, RotaChange
from chalicelib.rota.domain.model import Leave, Override, Temporary
from chalicelib.rota.domain.swaps import SwapOffer
from chalicelib.rota.services.ports import AnyKept, Kept, S
from chalicelib.rota.store.rota_models import (
    LeaveItem,
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
_MODELS: Final[Mapping[type[Leave | Override | Temporary], type[Item]]] = {
    Leave: LeaveItem,
    Override: OverrideItem,
    Temporary: TemporaryItem,
}


def kept_key(kept: AnyKept) -> Key:
    """Place a dated source."""
    return Key(PARTITIONS[type(kept.value)], kept.id)


def kept_to_item(kept: AnyKept) -> Item:
    """Write a dated source."""
    return _MODELS[type(kept.value)].hold(kept_key(kept), kept.value)


def kept_from_image(kind: type[S], image: Image) -> Kept[S]:
    """Read a dated source."""
    item = _MODELS[kind].from_raw_data(image)
    return Kept(item.sk, item.read_as(kind))


def offer_to_item(offer: SwapOffer) -> OfferItem:
    """Write an offered shift."""
    return OfferItem.hold(Key(OFFER, offer.id), offer)


def offer_from_image(image: Image) -> SwapOffer:
    """Read an offered shift."""
    item = OfferItem.from_raw_data(image)
    return item.read_as(SwapOffer, id=item.sk)


def history_partition(at: datetime) -> str:
    """Name the partition of a month's changes."""
    return f"ROTA_CHANGE#{at.astimezone(IST):%Y-%m}"


def change_to_item(change: RotaChange, partition: str) -> RotaChangeItem:
    """Write a change: for the history, or for those still to be told."""
    by = change.by
    return RotaChangeItem.hold(
        Key(partition, change.id), change, by=by.who, acting_for=by.acting_for
    )


def change_from_image(image: Image) -> RotaChange:
    """Read a change."""
    item = RotaChangeItem.from_raw_data(image)
    return item.read_as(RotaChange, id=item.sk, by=By(item.by, item.acting_for))
