"""The rota's sources, head, offers and history in DynamoDB: the port RotaEdits.

Reads are consistent: what is decided upon them is written upon the head that was read first, so
that nothing may be older than it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from datetime import date, datetime, timedelta
from typing import Any, Final

from pynamodb.attributes import Attribute
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.operand import Path
from pynamodb.models import Model

from chalicelib.core.component import component
from chalicelib.core.domain.datetimes import IST, to_utc
from chalicelib.core.domain.working_hours import DEFAULT_HOURS, WorkingHours
from chalicelib.core.dynamodb.errors import Image, TransactionRefused
from chalicelib.core.dynamodb.table import Key, Table
from chalicelib.core.services.ports import Stale
from chalicelib.rota.domain.change_log import RotaChange
from chalicelib.rota.domain.duty import DutyDay
from chalicelib.rota.domain.model import Leave, Line, Override, Temporary, touches
from chalicelib.rota.domain.round_robin import RotationState
from chalicelib.rota.domain.swaps import SwapOffer
from chalicelib.rota.services.ports import (
    Dated,
    Documents,
    Head,
    Kept,
    Recipient,
    RotaEdit,
    S,
    Versioned,
)
from chalicelib.rota.store.duty_mapping import (
    HOURS,
    ONCOLOGIST,
    duty_day_to_item,
    duty_key,
    hours_from_dict,
    oncologist_from_image,
    oncologist_to_item,
    version_in,
)
from chalicelib.rota.store.duty_models import DutyDayItem, HoursItem
from chalicelib.rota.store.rota import read_duty_days
from chalicelib.rota.store.rota_mapping import (
    LINES,
    OFFER,
    PARTITIONS,
    RECIPIENTS,
    UNTOLD,
    change_from_image,
    change_to_item,
    history_partition,
    kept_from_image,
    kept_key,
    kept_to_item,
    offer_from_image,
    offer_to_item,
)
from chalicelib.rota.store.rota_models import (
    HeadItem,
    LinesItem,
    OfferItem,
    RecipientsItem,
    RotationItem,
)

Part = dict[str, Any]

_HEAD: Final = Key("ROTA", "HEAD")
_ROTATION: Final = Key("ROTA", "ROTATION")
_ONE_DAY: Final = timedelta(days=1)


@component
class DynamoRotaEdits:
    """The port RotaEdits over one table. Calls nothing until it is used."""

    table: Table

    def head(self) -> Head:
        """Tell where the rota stands."""
        image = self._get(_HEAD)
        if image is None:
            return Head()
        item = HeadItem.from_raw_data(image)
        through = item.published_through
        return Head(int(item.version), date.fromisoformat(through) if through else None)

    def documents(self) -> Documents:
        """Read hours, lines and oncologists, side by side."""
        hours = self.table.database.beside(lambda: self._get(HOURS))
        lines = self.table.database.beside(lambda: self._get(LINES))
        people = self.table.query_all(ONCOLOGIST, consistent=True)
        return Documents(
            hours=_hours(hours.result()),
            lines=_lines(lines.result()),
            oncologists=tuple(
                Versioned(oncologist_from_image(image), version_in(image)) for image in people
            ),
        )

    def recipients(self) -> Versioned[tuple[Recipient, ...]]:
        """Read who is told of gaps."""
        image = self._get(RECIPIENTS)
        stored = RecipientsItem.from_raw_data(image).recipients if image else []
        return Versioned(tuple(Recipient(**each) for each in stored), version_in(image))

    def dated(self, start: date, end: date) -> Dated:
        """Read what touches ``[start, end)``: one query for each kind, side by side."""
        overrides = self.table.database.beside(lambda: self._ending_from(Override, start))
        temporary = self.table.database.beside(lambda: self._ending_from(Temporary, start))
        leave = self._ending_from(Leave, start)
        return Dated(
            leave=tuple(each for each in leave if touches(each.value, start, end)),
            overrides=tuple(each for each in overrides.result() if touches(each.value, start, end)),
            temporary=tuple(each for each in temporary.result() if touches(each.value, start, end)),
        )

    def find_kept(self, kind: type[S], source: str) -> Kept[S] | None:
        """Find a dated source of a kind by its id."""
        image = self._get(Key(PARTITIONS[kind], source))
        return kept_from_image(kind, image) if image else None

    def duty_days(self, start: date, end: date) -> list[DutyDay]:
        """Read the published days in ``[start, end)`` in order: one query."""
        return read_duty_days(self.table, start, end, consistent=True)

    def rotation(self) -> RotationState | None:
        """Read where the rotations stand at the end of what is published."""
        image = self._get(_ROTATION)
        if image is None:
            return None
        return RotationState.from_dict(RotationItem.from_raw_data(image).state)

    def commit(self, head: Head, edit: RotaEdit) -> None:
        """Write an edit upon the head that was read before it. Raises Stale."""
        try:
            self.table.transact(self._head_part(head, edit), *self._parts(edit))
        except TransactionRefused as refused:
            raise Stale from refused

    def find_offer(self, offer: str) -> SwapOffer | None:
        """Find an offer by id, as stored."""
        image = self._get(Key(OFFER, offer))
        return offer_from_image(image) if image else None

    def offers(self, start: datetime, end: datetime) -> list[SwapOffer]:
        """List the offers of shifts that start in ``[start, end)``, by their start."""
        # An id goes on after the minute, so that those of the minute `end` come after it.
        within = Path("sk").between(f"{to_utc(start):%Y%m%dT%H%M}", f"{to_utc(end):%Y%m%dT%H%M}")
        images = self.table.query_all(OFFER, within, consistent=True)
        return [offer_from_image(image) for image in images]

    def untold(self, limit: int) -> list[RotaChange]:
        """List changes whose messages may not be stored yet, the oldest first."""
        found = self.table.query(UNTOLD, limit=limit)
        return [change_from_image(image) for image in found.images]

    def mark_told(self, change: RotaChange) -> None:
        """Note that all messages of a change are stored."""
        self.table.delete(Key(UNTOLD, change.id))

    def changes(self, start: datetime, end: datetime) -> list[RotaChange]:
        """List the recorded changes in ``[start, end)`` in order of time: one query a month."""
        within = Path("sk").between(
            f"{to_utc(start):%Y%m%dT%H%M%S}", f"{to_utc(end):%Y%m%dT%H%M%S}"
        )
        images = [
            image
            for partition in _months(start, end)
            for image in self.table.query_all(partition, within)
        ]
        return [change_from_image(image) for image in images]

    def _get(self, key: Key) -> Image | None:
        return self.table.get(key, consistent=True)

    def _ending_from(self, kind: type[S], start: date) -> list[Kept[S]]:
        """Read the sources of a kind that end on the date or later: their ids begin with that."""
        later = Path("sk") > f"{start:%Y%m%d}"
        images = self.table.query_all(PARTITIONS[kind], later, consistent=True)
        return [kept_from_image(kind, image) for image in images]

    def _head_part(self, head: Head, edit: RotaEdit) -> Part:
        moved_on = [HeadItem.version.set(head.version + 1)]
        if edit.published is not None:
            moved_on.append(HeadItem.published_through.set(edit.published[0].isoformat()))
        as_read = _upon(HeadItem.version, head.version)
        return self.table.update_part(_HEAD, moved_on, as_read)

    def _parts(self, edit: RotaEdit) -> Iterator[Part]:
        for item in documents_of(edit):
            yield self.table.put_part(item)
        if edit.kept is not None:
            yield self.table.put_part(kept_to_item(edit.kept))
        if edit.dropped is not None:
            key = kept_key(edit.dropped)
            yield self.table.delete_part(key, Path("pk").exists())
        yield from map(self._day_part, edit.days)
        for offer in edit.offers:
            as_read = _upon(OfferItem.version, offer.version - 1)
            yield self.table.put_part(offer_to_item(offer), as_read)
        if edit.change is not None:
            partition = history_partition(edit.change.at)
            yield self.table.put_part(change_to_item(edit.change, partition))
            if edit.change.owes:
                yield self.table.put_part(change_to_item(edit.change, UNTOLD))

    def _day_part(self, day: DutyDay) -> Part:
        """Publish a day, or change one: how far it was turned is left as it stands."""
        if day.version == 1:
            return self.table.put_part(duty_day_to_item(day), DutyDayItem.pk.does_not_exist())
        return self.table.update_part(
            duty_key(day.day),
            [
                DutyDayItem.shifts.set(list(day.shifts)),
                DutyDayItem.version.set(day.version),
            ],
            DutyDayItem.version == day.version - 1,
        )


def documents_of(edit: RotaEdit) -> Iterator[Model]:
    """Yield the items of the documents that an edit changes."""
    if edit.hours is not None:
        hours, version = edit.hours.value.to_dict(), edit.hours.version
        yield HoursItem.placed(HOURS, hours=hours, version=version)
    if edit.lines is not None:
        lines = [line.to_dict() for line in edit.lines.value]
        yield LinesItem.placed(LINES, lines=lines, version=edit.lines.version)
    if edit.recipients is not None:
        recipients = [asdict(each) for each in edit.recipients.value]
        version = edit.recipients.version
        yield RecipientsItem.placed(RECIPIENTS, recipients=recipients, version=version)
    if edit.oncologist is not None:
        yield oncologist_to_item(edit.oncologist.value, edit.oncologist.version)
    if edit.published is not None:
        yield RotationItem.placed(_ROTATION, state=edit.published[1].to_dict())


def _hours(image: Image | None) -> Versioned[WorkingHours]:
    if image is None:
        return Versioned(DEFAULT_HOURS, 0)
    stored = HoursItem.from_raw_data(image).hours
    return Versioned(hours_from_dict(stored), version_in(image))


def _lines(image: Image | None) -> Versioned[tuple[Line, ...]]:
    stored = LinesItem.from_raw_data(image).lines if image else []
    return Versioned(tuple(Line.from_dict(line) for line in stored), version_in(image))


def _upon(version: Attribute[Any], before: int) -> Condition:
    """Ask that an item stands at the version before, or that there is none."""
    condition: Condition = version == before if before else version.does_not_exist()
    return condition


def _months(start: datetime, end: datetime) -> Iterator[str]:
    day, last = start.astimezone(IST).date().replace(day=1), end.astimezone(IST).date()
    while day <= last:
        yield history_partition(datetime(day.year, day.month, 1, tzinfo=IST))
        day = (day + 31 * _ONE_DAY).replace(day=1)
