"""The items of the audit and of erasures, as PynamoDB models."""

from __future__ import annotations

from pynamodb.attributes import JSONAttribute, UnicodeAttribute

from chalicelib.core.dynamodb.attributes import ExpiryAttribute, UtcAttribute
from chalicelib.core.dynamodb.base_model import Item


class AuditItem(Item):
    """An entry of the audit: its day, its id, which begins with the time."""

    at = UtcAttribute()
    who = UnicodeAttribute()
    role = UnicodeAttribute()
    action = UnicodeAttribute()
    subject = UnicodeAttribute(null=True)
    address = UnicodeAttribute(null=True)
    agent = UnicodeAttribute(null=True)
    request_id = UnicodeAttribute(null=True)
    detail = JSONAttribute(null=True)
    expires_at = ExpiryAttribute()


class ErasureItem(Item):
    """An erasure that is not proven yet: ``ERASURE``, the case's reference."""

    phone_key = UnicodeAttribute()
    asked_at = UtcAttribute()
    why = UnicodeAttribute()


class PurgedItem(Item):
    """Through which day was purged: ``PURGED``, of what."""

    through = UnicodeAttribute()
