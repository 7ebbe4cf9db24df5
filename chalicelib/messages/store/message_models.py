"""The items of messages, of what is spent on them, and of changes that wait, as PynamoDB models."""

from __future__ import annotations

from pynamodb.attributes import JSONAttribute, NumberAttribute, UnicodeAttribute

from chalicelib.core.dynamodb.attributes import ExpiryAttribute, UtcAttribute
from chalicelib.core.dynamodb.base_model import Item


class MessageItem(Item):
    """A message: its subject, ``MESSAGE#<id>``.

    An SMS has no ``channel``. ``listed_*`` put it among the owed, by the instant of its next try,
    or on its day, by the instant of its being owed, as ``day`` and ``day_order`` tell. ``try_id``
    names the write that began the last try, so that who wrote it knows its own.
    """

    template = UnicodeAttribute()
    phone = UnicodeAttribute()
    phone_key = UnicodeAttribute()
    language = UnicodeAttribute()
    channel = UnicodeAttribute(null=True)
    owed_at = UtcAttribute()
    variables = JSONAttribute()
    state = UnicodeAttribute()
    since = UtcAttribute()
    provider_id = UnicodeAttribute(null=True)
    cause = UnicodeAttribute(null=True)
    listed_in = UnicodeAttribute()
    listed_at = UnicodeAttribute()
    day = UnicodeAttribute()
    day_order = UnicodeAttribute()
    tries = NumberAttribute()
    try_id = UnicodeAttribute(null=True)
    refused = NumberAttribute(null=True)
    lost = NumberAttribute(null=True)


class OptOutItem(Item):
    """A phone that wants no messages: ``OPTOUT#<phone_key>``, ``OPTOUT``. Kept for good."""

    at = UtcAttribute()


class InboundItem(Item):
    """What came in and could be no request: ``INBOUND#<message id>``, ``INBOUND``."""

    outcome = UnicodeAttribute()
    at = UtcAttribute()
    expires_at = ExpiryAttribute()


class SpendItem(Item):
    """What was spent on SMS in a day: ``SPEND#<day>#<name>``, ``SPEND``.

    ``segments`` counts all of it; the other numbers are the parts that have a share of their own.
    """

    segments = NumberAttribute()
    answers = NumberAttribute(null=True)
    repeats = NumberAttribute(null=True)
    requested = NumberAttribute(null=True)
    expires_at = ExpiryAttribute()


class ParkedItem(Item):
    """A change of a case that could not be dealt with: ``PARKED``, the change's id."""

    subject = UnicodeAttribute()
    cause = UnicodeAttribute()
    at = UtcAttribute()


class SweptItem(Item):
    """Up to when the sweep has looked for lost changes: ``SWEEP``, ``UNTIL``."""

    until = UtcAttribute()
