"""Erasures in DynamoDB: the port ErasureStore, over the tables of cases and messages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any, Final

from pynamodb.attributes import UnicodeAttribute, UnicodeSetAttribute

from chalicelib.cases.domain.case import ERASED
from chalicelib.cases.domain.questionnaire import QUESTIONS
from chalicelib.cases.store import keys, phone_record
from chalicelib.cases.store.models import PhoneItem
from chalicelib.cases.store.phone_record import forget_asking
from chalicelib.core.component import component
from chalicelib.core.dynamodb.attributes import UtcAttribute, to_micros
from chalicelib.core.dynamodb.base_model import Item
from chalicelib.core.dynamodb.errors import Image
from chalicelib.core.dynamodb.schema import LISTED
from chalicelib.core.dynamodb.table import Key, Table
from chalicelib.messages.domain.templates import subject_of_phone
from chalicelib.privacy.services.ports import Erasure

ERASURES: Final = "ERASURE"
_PURGED: Final = "PURGED"
_PARKED: Final = "PARKED"

KEPT: Final = frozenset(
    {
        "pk",
        "sk",
        "request_id",
        "phone",
        "phone_key",
        "language",
        "channel",
        "requested_at",
        "not_before",
        "expected_from",
        "expected_to",
        "consent",
        *(question.name for question in QUESTIONS.values() if question.groups),
        "another_person",
        "mode",
        "part",
        "not_counted",
        "prefers_woman",
        "priority",
        "status",
        "closed_reason",
        "finished_at",
        "claimed_at",
        "attempts",
        "timeline",
        "merged_into",
        "erased_at",
        "version",
        "tries",
        "handling_minutes",
        "finished_day",
        "finished_order",
    }
)
"""What an erased case's item may have; ``phone`` is empty in it, ``phone_key`` empty or absent."""
_EMPTY: Final[Mapping[str, str]] = {"phone": "", "phone_key": "", "request_id": ERASED}
_OF_AN_ATTEMPT: Final = frozenset({"at", "by", "result"})


class ErasureItem(Item):
    """An erasure that is not proven yet: ``ERASURE``, the case's reference."""

    phone_key = UnicodeAttribute()
    phone_keys = UnicodeSetAttribute(null=True)
    asked_at = UtcAttribute()
    why = UnicodeAttribute()


class PurgedItem(Item):
    """Through which day was purged: ``PURGED``, of what."""

    through = UnicodeAttribute()


@component
class DynamoErasures:
    """The port ErasureStore. Calls nothing until it is used."""

    cases: Table
    messages: Table

    def begin(self, erasure: Erasure) -> None:
        """Note an erasure; see the port."""
        first: tuple[tuple[Any, object], ...] = (
            (ErasureItem.phone_key, erasure.phone_key),
            (ErasureItem.asked_at, erasure.asked_at),
            (ErasureItem.why, erasure.why),
        )
        actions = [attribute.set(attribute | value) for attribute, value in first]
        actions.append(ErasureItem.phone_keys.add(set(erasure.phone_keys)))
        self.cases.update(Key(ERASURES, erasure.reference), actions)

    def pending(self, limit: int) -> list[Erasure]:
        """List erasures that are not finished."""
        found = self.cases.query(ERASURES, limit=limit, consistent=True)
        return [erasure_from_image(image) for image in found.images]

    def finish(self, reference: str) -> None:
        """Forget an erasure."""
        self.cases.delete(Key(ERASURES, reference))

    def clear(self, erasure: Erasure) -> Erasure:
        """Delete what belongs to the case; see the port.

        A phone that only the case's messages name is noted before they are deleted.
        """
        sent = self.messages.query_all(erasure.reference, consistent=True)
        sent_to = {each["phone_key"]["S"] for each in sent if "phone_key" in each}
        if not sent_to <= set(erasure.phone_keys):
            known = (*erasure.earlier_phone_keys, *sorted(sent_to))
            erasure = replace(erasure, earlier_phone_keys=known)
            self.begin(erasure)
        for image in self._of_messages(erasure):
            self.messages.delete(Key(image["pk"]["S"], image["sk"]["S"]))
        for phone_key in erasure.phone_keys:
            self._forget_in_phone(erasure.reference, phone_key)
        return erasure

    def traces(self, erasure: Erasure) -> Mapping[str, int]:
        """Count what is left in each place; see the port."""
        case = self.cases.get(keys.case_key(erasure.reference), consistent=True)
        claims = self.cases.query_all(keys.CLAIMS, consistent=True)
        phones = [
            self.cases.get(keys.phone_key(each), consistent=True) for each in erasure.phone_keys
        ]
        return {
            "case": len(list(_personal(case))) if case else 0,
            "claims": sum(each["reference"]["S"] == erasure.reference for each in claims),
            "phone": sum(
                phone_record.all_known(each).count(erasure.reference) for each in phones if each
            ),
            "messages": len(self._of_messages(erasure)),
        }

    def drop_messages(self, day: date, limit: int) -> int:
        """Delete some messages of a day; see the port."""
        found = self.messages.query(day.isoformat(), index=LISTED, limit=limit)
        for image in found.images:
            self.messages.delete(Key(image["pk"]["S"], image["sk"]["S"]))
        return len(found.images)

    def find_purged(self, what: str) -> date | None:
        """Tell through which day was purged."""
        image = self.cases.get(Key(_PURGED, what), consistent=True)
        return date.fromisoformat(image["through"]["S"]) if image else None

    def put_purged(self, what: str, through: date) -> None:
        """Note through which day was purged."""
        self.cases.put(PurgedItem(pk=_PURGED, sk=what, through=through.isoformat()))

    def _of_messages(self, erasure: Erasure) -> list[Image]:
        """Find the case's messages and parked changes, and the answers to its phones' words."""
        answers = (
            answer
            for phone_key in erasure.phone_keys
            for answer in self.messages.query_all(subject_of_phone(phone_key), consistent=True)
        )
        parked = self.messages.query_all(_PARKED, consistent=True)
        return [
            *self.messages.query_all(erasure.reference, consistent=True),
            *(each for each in answers if _is_before(each, erasure.asked_at)),
            *(each for each in parked if each["subject"]["S"] == erasure.reference),
        ]

    def _forget_in_phone(self, reference: str, phone_key: str) -> None:
        """Remove the case from a phone's item; what moved on meanwhile is for the next run."""
        key = keys.phone_key(phone_key)
        image = forget_asking(self.cases, key, reference)
        if image and reference in image.get("open", {}).get("SS", ()):
            self.cases.update(
                key, [PhoneItem.open_cases.delete({reference})], PhoneItem.pk.exists()
            )


def _personal(image: Image) -> Iterator[str]:
    """Name what an erased case's item should not hold."""
    yield from image.keys() - KEPT
    yield from (
        name for name, empty in _EMPTY.items() if image.get(name, {"S": empty})["S"] != empty
    )
    for attempt in image.get("attempts", {}).get("L", ()):
        yield from attempt["M"].keys() - _OF_AN_ATTEMPT


def _is_before(image: Image, asked_at: datetime) -> bool:
    """Whether a message was owed when the erasure was asked for, and not to who asked anew."""
    return "owed_at" in image and int(image["owed_at"]["N"]) <= to_micros(asked_at)


def erasure_from_image(image: Image) -> Erasure:
    """Read an erasure from its item."""
    item: Any = ErasureItem.from_raw_data(image)
    earlier = tuple(sorted(set(item.phone_keys or ()) - {item.phone_key}))
    return Erasure(item.sk, item.phone_key, item.asked_at, item.why, earlier)
