"""The items of cases and of who is on duty, as PynamoDB models.

What is empty is left out of an item, which keeps an ordinary case near 1 KB: one write unit. What
no first request for a callback needs stands apart, as defining these takes a cold start its time.
"""

from __future__ import annotations

from typing import Any, assert_never

from pynamodb.attributes import (
    Attribute,
    BooleanAttribute,
    JSONAttribute,
    NumberAttribute,
    UnicodeAttribute,
    UnicodeSetAttribute,
)
from pynamodb.constants import LIST, MAP

from chalicelib.cases.domain.questionnaire import (
    QUESTIONS,
    ChoiceAnswer,
    NumberAnswer,
    Question,
    TextAnswer,
)
from chalicelib.core.dynamodb.attributes import (
    ExpiryAttribute,
    NamesAttribute,
    RawAttribute,
    TextsAttribute,
    UtcAttribute,
)
from chalicelib.core.dynamodb.base_model import Item, Record


class ConsentMap(Record):
    """What the person agreed to; what the case says already is left out."""

    version = UnicodeAttribute()
    language = UnicodeAttribute(null=True)
    at = UtcAttribute(null=True)
    given_by = UnicodeAttribute(null=True, attr_name="by")
    withdrawn_at = UtcAttribute(null=True)


def _attribute_of(question: Question) -> Attribute[Any]:
    """Return the attribute that stores what was answered."""
    if question.is_list:
        return TextsAttribute(null=True)
    match question.answer:
        case NumberAnswer():
            return NumberAttribute(null=True)
        case TextAnswer() | ChoiceAnswer():
            return UnicodeAttribute(null=True)
        case _:
            assert_never(question.answer)


_Answers: Any = type("_Answers", (), {name: _attribute_of(row) for name, row in QUESTIONS.items()})


class CaseItem(_Answers, Item):  # type: ignore[misc]  # made while the program runs
    """A case: ``CASE#<reference>``, ``CASE``.

    ``queue_*`` stand while it waits, ``finished_*`` once it has ended, and put it into the indexes
    of these names; ``name_key`` and ``requested_at`` put it into ``named``, ``phone_key`` and
    ``requested_at`` into ``phoned``. An index takes no empty key: an erased case has no
    ``phone_key``. ``tries`` is the number of attempts and ``handling_minutes`` the last call's
    length, for those indexes.

    Each answer of the first request is under its question's name. What later ones told is in
    ``told_phone`` (from the phone itself), ``told_others`` and ``told_merged``, in one list each so
    that a condition can count it. ``name_key`` is that of the first name that was told.
    """

    request_id = UnicodeAttribute()
    request_ids = NamesAttribute()
    phone_request_ids = NamesAttribute("phone_ids")
    digests = NamesAttribute()
    not_counted = NumberAttribute(null=True)
    phone = UnicodeAttribute()
    phone_key = UnicodeAttribute(null=True)
    language = UnicodeAttribute()
    channel = UnicodeAttribute()
    requested_at = UtcAttribute()
    not_before = UtcAttribute()
    expected_from = UtcAttribute(null=True)
    expected_to = UtcAttribute(null=True)
    consent = ConsentMap()
    name_key = UnicodeAttribute(null=True)
    told_phone = TextsAttribute(null=True)
    told_others = TextsAttribute(null=True)
    told_merged = TextsAttribute(null=True)
    another_person = BooleanAttribute(null=True)
    mode = UnicodeAttribute()
    part_of_day = UnicodeAttribute(null=True, attr_name="part")
    prefers_woman = BooleanAttribute(null=True)
    priority = NumberAttribute()
    status = UnicodeAttribute()
    closed_reason = UnicodeAttribute(null=True)
    finished_at = UtcAttribute(null=True)
    owner = UnicodeAttribute(null=True)
    claimed_at = UtcAttribute(null=True)
    lease_until = UtcAttribute(null=True)
    call = RawAttribute(MAP)
    video = RawAttribute(MAP)
    attempts = RawAttribute(LIST)
    timeline = TextsAttribute(null=True)
    notes = RawAttribute(LIST)
    merged_into = UnicodeAttribute(null=True)
    merges = TextsAttribute(null=True)
    erased_at = UtcAttribute(null=True)
    earlier_phone_keys = NamesAttribute()
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
    digest = UnicodeAttribute(null=True, attr_name="d")


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
    later = JSONAttribute(null=True)
    grown = JSONAttribute(null=True)
    handling_minutes = NumberAttribute()
