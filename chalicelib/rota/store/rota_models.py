"""The items by which the rota is edited, offered and remembered, as PynamoDB models.

They share the table with oncologists, duty days and hours (:mod:`chalicelib.cases.store.models`).
"""

from __future__ import annotations

from pynamodb.attributes import (
    BooleanAttribute,
    JSONAttribute,
    NumberAttribute,
    UnicodeAttribute,
)

from chalicelib.core.dynamodb.attributes import (
    CodeAttribute,
    DayAttribute,
    ExpiryAttribute,
    RecordAttribute,
    RecordsAttribute,
    TextsAttribute,
    UtcAttribute,
)
from chalicelib.core.dynamodb.base_model import Item
from chalicelib.rota.domain.change_log import ChangeKind, News, Notice
from chalicelib.rota.domain.swaps import OfferState
from chalicelib.rota.store.duty_models import shift_attribute


class HeadItem(Item):
    """Where the rota stands: ``ROTA``, ``HEAD``. Each change counts ``version`` up."""

    version = NumberAttribute()
    published_through = UnicodeAttribute(null=True)


class RotationItem(Item):
    """Where the rotations stand at the end of what is published: ``ROTA``, ``ROTATION``.

    Apart from the head, because it is tens of kilobytes and only a publication writes it.
    """

    state = JSONAttribute()


class LinesItem(Item):
    """The lines, in their order: ``SETTINGS``, ``lines``. One document: judged together."""

    lines = JSONAttribute()
    version = NumberAttribute()


class RecipientsItem(Item):
    """Who is told of gaps: ``SETTINGS``, ``recipients``."""

    recipients = JSONAttribute()
    version = NumberAttribute()


class LeaveItem(Item):
    """A leave: ``LEAVE``, the id, which begins with the first date after it.

    Leave of some hours has ``since`` and ``until`` too.
    """

    oncologist = UnicodeAttribute()
    start = DayAttribute()
    end = DayAttribute()
    since = UtcAttribute(null=True)
    until = UtcAttribute(null=True)


class OverrideItem(Item):
    """An override: ``OVERRIDE``, the id, which begins with the date of its end."""

    line = UnicodeAttribute()
    start = UtcAttribute()
    end = UtcAttribute()
    remove = UnicodeAttribute(null=True, attr_name="removes")
    add = UnicodeAttribute(null=True, attr_name="adds")


class TemporaryItem(Item):
    """A temporary schedule: ``TEMPORARY``, the id, which begins with the date of its end."""

    line = UnicodeAttribute()
    start = UtcAttribute()
    end = UtcAttribute()
    on = TextsAttribute()


class OfferItem(Item):
    """An offered shift: ``OFFER``, the id, which begins with the shift's start."""

    shift = shift_attribute()
    offered_by = UnicodeAttribute()
    offered_at = UtcAttribute()
    to = UnicodeAttribute(null=True)
    state = CodeAttribute(OfferState)
    answered_by = UnicodeAttribute(null=True)
    answered_at = UtcAttribute(null=True)
    version = NumberAttribute()


class RotaChangeItem(Item):
    """A change: ``ROTA_CHANGE#<month>``, the id; below ``UNTOLD`` too until it is told."""

    at = UtcAttribute()
    by = UnicodeAttribute()
    acting_for = UnicodeAttribute(null=True)
    kind = CodeAttribute(ChangeKind)
    subject = UnicodeAttribute()
    notices = RecordsAttribute(
        RecordAttribute(
            Notice,
            oncologist=UnicodeAttribute(),
            what=CodeAttribute(News),
            shift=shift_attribute(),
        ),
        null=True,
    )
    gap = BooleanAttribute(null=True)


class ShiftLinkItem(Item):
    """What a reminder's link opens: ``SHIFT_LINK#<hash of the token>``, ``SHIFT_LINK``."""

    day = DayAttribute()
    shift = UnicodeAttribute()
    oncologist = UnicodeAttribute()
    expires_at = ExpiryAttribute()


class ConfirmationItem(Item):
    """Somebody will be there: ``CONFIRMED``, the date, the shift's id and the oncologist's."""

    day = DayAttribute()
    shift = UnicodeAttribute()
    oncologist = UnicodeAttribute()
    at = UtcAttribute()


class RemindedItem(Item):
    """How far reminders were owed: ``ROTA``, ``REMINDED``."""

    through = UtcAttribute()


class FeedItem(Item):
    """Whose calendar a secret opens: ``FEED#<hash of the secret>``, ``FEED``."""

    oncologist = UnicodeAttribute()


class FeedKeyItem(Item):
    """Which secret opens an oncologist's calendar: ``FEED_OF``, the oncologist's id."""

    key = UnicodeAttribute()
