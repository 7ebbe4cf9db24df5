"""The items of the tables, as PynamoDB models.

A model describes an item and serialises it; :class:`~chalicelib.store.table.Table` carries it. Make
one with keyword arguments only: PynamoDB accepts a misspelt assignment in silence. What is empty
is left out of an item, which keeps an ordinary case near 1 KB: one write unit.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any, Self

from pynamodb.attributes import (
    Attribute,
    BooleanAttribute,
    JSONAttribute,
    ListAttribute,
    MapAttribute,
    NumberAttribute,
    UnicodeAttribute,
    UnicodeSetAttribute,
)
from pynamodb.exceptions import AttributeNullError
from pynamodb.models import Model

from chalicelib.store.attributes import ExpiryAttribute, TextsAttribute, UtcAttribute


class Item(Model):
    """What every item has.

    It is made, written and read by what it holds. PynamoDB's own way asks each attribute of the
    class, of which a case has fifty and an ordinary one uses half: five times the work of writing
    one. None of ours has a default.
    """

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)

    def __init__(self, **values: Any) -> None:  # noqa: ANN401  # each attribute's own
        """Hold these values; raises ValueError for a name that is no attribute's."""
        if unknown := values.keys() - self.get_attributes().keys():
            raise ValueError(f"{type(self).__name__} has no {', '.join(sorted(unknown))}")
        self.attribute_values = values

    def serialize(self, null_check: bool = True) -> dict[str, dict[str, Any]]:  # noqa: FBT001, FBT002
        """Write it in DynamoDB's form. Raises AttributeNullError where it lacks what it must have.

        ``null_check`` is PynamoDB's, and always true here.
        """
        attributes = self.get_attributes()
        missing = set(_required(type(self)))
        image: dict[str, dict[str, Any]] = {}
        for name, value in self.attribute_values.items():
            if value is not None:
                attribute = attributes[name]
                image[attribute.attr_name] = {attribute.attr_type: attribute.serialize(value)}
                missing.discard(name)
        if missing and null_check:
            raise AttributeNullError(min(missing))
        return image

    @classmethod
    def from_raw_data(cls, data: Mapping[str, dict[str, Any]]) -> Self:
        """Read it from DynamoDB's form, whole or as an index projects it."""
        attributes = _by_stored_name(cls)
        item = cls()
        for stored, value in data.items():
            if stored in attributes:
                name, attribute = attributes[stored]
                item.attribute_values[name] = attribute.deserialize(attribute.get_value(value))
        return item


@cache
def _by_stored_name(kind: type[Item]) -> Mapping[str, tuple[str, Attribute[Any]]]:
    """Find each attribute, and its name here, by the name under which it is stored."""
    return {attr.attr_name: (name, attr) for name, attr in kind.get_attributes().items()}


@cache
def _required(kind: type[Item]) -> frozenset[str]:
    """Name the attributes without which there is no such item."""
    return frozenset(name for name, attr in kind.get_attributes().items() if not attr.null)


class Record(MapAttribute[str, Any]):
    """A map with attributes of its own, within an item."""

    def __init__(self, **attributes: Any) -> None:  # noqa: ANN401  # PynamoDB's own signature
        super().__init__(**attributes)  # type: ignore[no-untyped-call]  # it has no types


class ConsentMap(Record):
    """What the person agreed to; what the case says already is left out."""

    version = UnicodeAttribute()
    language = UnicodeAttribute(null=True)
    at = UtcAttribute(null=True)
    given_by = UnicodeAttribute(null=True, attr_name="by")
    withdrawn_at = UtcAttribute(null=True)


class AttemptMap(Record):
    """One attempt to call back."""

    at = UtcAttribute()
    by = UnicodeAttribute()
    result = UnicodeAttribute()
    note = UnicodeAttribute(null=True)
    advice = UnicodeAttribute(null=True)
    follow_up = UnicodeAttribute(null=True)


class CallMap(Record):
    """The call that the case's owner makes."""

    id = UnicodeAttribute()
    at = UtcAttribute()
    state = UnicodeAttribute()


class VideoMap(Record):
    """The room that the case's owner has opened."""

    start = UtcAttribute(attr_name="from")
    end = UtcAttribute(attr_name="to")


class NoteMap(Record):
    """What an administrator wrote about a case."""

    at = UtcAttribute()
    by = UnicodeAttribute()
    text = UnicodeAttribute()


class CaseItem(Item):
    """A case: ``CASE#<reference>``, ``CASE``.

    ``queue_*`` stand while it waits, ``finished_*`` once it has ended, and put it into the indexes
    of these names; ``name_key`` and ``requested_at`` put it into ``named``. ``tries`` is the number
    of attempts and ``handling_minutes`` the last call's length, for those indexes.
    """

    request_id = UnicodeAttribute()
    request_ids = UnicodeSetAttribute(null=True)
    phone = UnicodeAttribute()
    phone_key = UnicodeAttribute()
    language = UnicodeAttribute()
    channel = UnicodeAttribute()
    requested_at = UtcAttribute()
    not_before = UtcAttribute()
    expected_from = UtcAttribute()
    expected_to = UtcAttribute()
    consent = ConsentMap()
    name = UnicodeAttribute(null=True)
    name_key = UnicodeAttribute(null=True)
    asking_for = UnicodeAttribute(null=True)
    age = NumberAttribute(null=True)
    sex = UnicodeAttribute(null=True)
    cancer_site = UnicodeAttribute(null=True)
    stage = UnicodeAttribute(null=True)
    city = UnicodeAttribute(null=True)
    hospital = UnicodeAttribute(null=True)
    reasons = TextsAttribute(null=True)
    messages = TextsAttribute(null=True)
    another_person = BooleanAttribute(null=True)
    mode = UnicodeAttribute()
    prefers_woman = BooleanAttribute(null=True)
    priority = NumberAttribute()
    status = UnicodeAttribute()
    closed_reason = UnicodeAttribute(null=True)
    finished_at = UtcAttribute(null=True)
    owner = UnicodeAttribute(null=True)
    claimed_at = UtcAttribute(null=True)
    lease_until = UtcAttribute(null=True)
    call = CallMap(null=True)
    video = VideoMap(null=True)
    attempts = ListAttribute(of=AttemptMap, null=True)
    timeline = TextsAttribute(null=True)
    notes = ListAttribute(of=NoteMap, null=True)
    merged_into = UnicodeAttribute(null=True)
    erased_at = UtcAttribute(null=True)
    version = NumberAttribute()
    tries = NumberAttribute(null=True)
    handling_minutes = NumberAttribute(null=True)
    queue_line = UnicodeAttribute(null=True)
    queue_order = UnicodeAttribute(null=True)
    finished_day = UnicodeAttribute(null=True)
    finished_order = UnicodeAttribute(null=True)


class ClaimItem(Item):
    """Who holds which case: ``CLAIM``, the oncologist's id. Exists exactly while one is held."""

    reference = UnicodeAttribute()
    claimed_at = UtcAttribute()
    lease_until = UtcAttribute()


class RecentMap(Record):
    """One of a phone's last new cases; empty where there has been none."""

    request_id = UnicodeAttribute(null=True)
    reference = UnicodeAttribute(null=True)
    at = UtcAttribute(null=True)
    expected_from = UtcAttribute(null=True, attr_name="from")
    expected_to = UtcAttribute(null=True, attr_name="to")
    language = UnicodeAttribute(null=True, attr_name="lang")


class PhoneItem(Item):
    """What one phone has asked: ``PHONE#<phone_key>``, ``PHONE``.

    ``open`` holds the references of its open cases (DynamoDB keeps no empty set, so that without
    any there is no such attribute). ``recent_1`` … ``recent_5`` are its last new cases, the newest
    first.
    """

    open_cases = UnicodeSetAttribute(null=True, attr_name="open")
    recent_1 = RecentMap(null=True)
    recent_2 = RecentMap(null=True)
    recent_3 = RecentMap(null=True)
    recent_4 = RecentMap(null=True)
    recent_5 = RecentMap(null=True)
    blocked_until = UtcAttribute(null=True)
    expires_at = ExpiryAttribute(null=True)


class TicketItem(Item):
    """How many came to a line within a few seconds: ``TICKET#<line>``, their number since 1970.

    ``front`` is what the first of them saw.
    """

    drawn = NumberAttribute()
    front = TextsAttribute()
    expires_at = ExpiryAttribute()


class SnapshotItem(Item):
    """How long the lines are: ``SNAPSHOT``, ``LINES``."""

    taken_at = UtcAttribute()
    waiting = JSONAttribute()
    handling_minutes = NumberAttribute()


class OncologistItem(Item):
    """An oncologist: ``ONCOLOGIST``, the id."""

    name = UnicodeAttribute()
    registration = UnicodeAttribute()
    phone = UnicodeAttribute()
    languages = TextsAttribute()
    gender = UnicodeAttribute()
    sites = TextsAttribute(null=True)
    joined = UnicodeAttribute(null=True)
    left = UnicodeAttribute(null=True)
    version = NumberAttribute(null=True)


class ShiftMap(Record):
    """One shift of a duty day."""

    id = UnicodeAttribute()
    line = UnicodeAttribute()
    start = UtcAttribute()
    end = UtcAttribute()
    on = TextsAttribute()


class DutyDayItem(Item):
    """A published day: ``DUTY``, the date. ``turned_through`` stands once its shifts turn."""

    shifts = ListAttribute(of=ShiftMap)
    version = NumberAttribute()
    turned_through = UtcAttribute(null=True)


class HoursItem(Item):
    """The working hours: ``SETTINGS``, ``hours``."""

    hours = JSONAttribute()
    version = NumberAttribute(null=True)


class MessageItem(Item):
    """A message: its subject, ``MESSAGE#<id>``.

    ``listed_*`` put it among the owed, by the instant of its next try, or on its day, by the
    instant of its being owed, as ``day`` and ``day_order`` tell. ``try_id`` names the write that
    began the last try, so that who wrote it knows its own.
    """

    template = UnicodeAttribute()
    phone = UnicodeAttribute()
    phone_key = UnicodeAttribute()
    language = UnicodeAttribute()
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
    """What was spent on SMS in a day: ``SPEND#<day>#<name>``, ``SPEND``."""

    segments = NumberAttribute()
    expires_at = ExpiryAttribute()


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


class ParkedItem(Item):
    """A change of a case that could not be dealt with: ``PARKED``, the change's id."""

    subject = UnicodeAttribute()
    cause = UnicodeAttribute()
    at = UtcAttribute()


class SweptItem(Item):
    """Up to when the sweep has looked for lost changes: ``SWEEP``, ``UNTIL``."""

    until = UtcAttribute()
