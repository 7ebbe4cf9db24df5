"""What one phone may ask: a condition on its item, and what a failed condition means.

The item carries the lock (its open cases), the block, and the last new cases, so that one
conditional write asks all of it, and the item that comes back from a refusal answers without
another read.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from itertools import pairwise
from typing import Any, Final

from pynamodb.expressions.condition import Condition
from pynamodb.expressions.operand import Path
from pynamodb.expressions.update import Action

from chalicelib.cases.domain.case import Case
from chalicelib.cases.domain.phone_limits import (
    A_DAY,
    PHONE_KEPT,
    REMEMBERED,
    Opened,
    PhoneHistory,
    PhoneLimits,
)
from chalicelib.cases.store import keys
from chalicelib.cases.store.models import PhoneItem, RecentMap
from chalicelib.core.domain.errors import Busy
from chalicelib.core.dynamodb.conditions import absent_or, all_of, fewer_than
from chalicelib.core.dynamodb.errors import ConditionFailed, Image
from chalicelib.core.dynamodb.prepared_expressions import Expressions, Prepared, later, written
from chalicelib.core.dynamodb.table import Key, Table

_RECENT_NAMES: Final = tuple(f"recent_{place}" for place in range(1, REMEMBERED + 1))
_RECENT: Final = tuple(Path([name]) for name in _RECENT_NAMES)
_NOTHING: Final[dict[str, object]] = {"M": {}}
# What each use tells.
_NOW: Final = later("now", PhoneItem.blocked_until)
_A_DAY_AGO: Final = later("a_day_ago", RecentMap.at)
_REQUEST: Final = later("request_id", RecentMap.request_id)
_REFERENCES: Final = later("references", PhoneItem.open_cases)
_NEWEST: Final = later("newest", PhoneItem.recent_1)


@dataclass(frozen=True, slots=True)
class Move:
    """A change of one phone's item, and under which condition: part of a case's transaction."""

    key: Key
    expressions: Expressions


def asking(case: Case, limits: PhoneLimits, digest: str | None = None) -> Expressions:
    """Add a new case to its phone's open ones, as the newest, if the phone may have it now."""
    return _asking(limits, another_person=case.another_person).filled(
        now=case.requested_at,
        a_day_ago=case.requested_at - A_DAY,
        **telling(case, digest),
    )


def coming(case: Case, limits: PhoneLimits) -> Expressions:
    """Add a case that was stored before, if the phone may have it open beside those it has."""
    return _coming(limits, another_person=case.another_person).filled(**telling(case))


def remembering(case: Case, now: datetime) -> Expressions:
    """Note a finished case, of which it turned out that this phone asked for it."""
    newest = _newest(case)
    kept = PhoneItem.expires_at.set(now + PHONE_KEPT)
    return written([*_shifting({"M": newest.serialize(newest)}), kept])


def closing(reference: str, now: datetime) -> Expressions:
    """Take a case from its phone's open ones, and let the item go some time after."""
    gone = PhoneItem.open_cases.delete({reference})
    return written([gone, PhoneItem.expires_at.set(now + PHONE_KEPT)])


def blocking(until: datetime, now: datetime) -> Expressions:
    """Let nobody ask from this phone for a while; a block is never longer than its item stands."""
    kept = PhoneItem.expires_at.set(now + PHONE_KEPT)
    return written([PhoneItem.blocked_until.set(until), kept])


def unblocking() -> Expressions:
    """Let this phone ask again."""
    return written([PhoneItem.blocked_until.remove()])


def moves(before: Case, after: Case, now: datetime, limits: PhoneLimits) -> Iterator[Move]:
    """Tell what a transition does to the items of the phones that it touches."""
    old, new = keys.phone_key(before.phone_key), keys.phone_key(after.phone_key)
    leaves = before.status.is_open and (old != new or not after.status.is_open)
    comes = after.status.is_open and (old != new or not before.status.is_open)
    if leaves:
        yield Move(old, closing(before.reference, now))
    if comes:
        # Stored as the newest case: a patient who asks again then reads the promise of today.
        yield Move(new, coming(after, limits))
    elif old != new and not after.is_erased:
        yield Move(new, remembering(after, now))


def forget_asking(table: Table, key: Key, reference: str) -> Image | None:
    """Forget a case in its phone's item, and return the item as it stood; None: there is none.

    The time of the request stays, and still counts against the day's limit. If another case has
    taken the place since it was read, the place stays: a patient who asks again needs it.
    """
    image = table.get(key, consistent=True)
    for name in places_of(image, reference) if image else ():
        place = Path([name])
        at = {"M": {"at": image[name]["M"]["at"]}}  # type: ignore[index]  # it has places
        with suppress(ConditionFailed):
            table.update(key, [place.set(at)], place["reference"] == reference)
    return image


@cache
def _asking(limits: PhoneLimits, *, another_person: bool) -> Prepared:
    return Prepared(opening(), _may_open(limits, another_person=another_person))


@cache
def _coming(limits: PhoneLimits, *, another_person: bool) -> Prepared:
    return Prepared(opening(), _has_place(limits, another_person=another_person))


def _may_open(limits: PhoneLimits, *, another_person: bool) -> Condition:
    return all_of(
        absent_or(PhoneItem.blocked_until, PhoneItem.blocked_until <= _NOW),
        _has_place(limits, another_person=another_person),
        _in_time(limits),
        *(absent_or(recent["request_id"], recent["request_id"] != _REQUEST) for recent in _RECENT),
    )


def _has_place(limits: PhoneLimits, *, another_person: bool) -> Condition:
    if another_person:
        return fewer_than(PhoneItem.open_cases, limits.open_cases)
    return PhoneItem.open_cases.does_not_exist()


def _in_time(limits: PhoneLimits) -> Condition:
    at = _RECENT[limits.new_cases_a_day - 1]["at"]
    return absent_or(at, at <= _A_DAY_AGO)


def opening() -> list[Action]:
    """Return the actions that note a new case in its phone's item."""
    return [
        *_shifting(_NEWEST),
        PhoneItem.open_cases.add(_REFERENCES),
        PhoneItem.expires_at.remove(),
    ]


def _shifting(newest: dict[str, Any]) -> list[Action]:
    """Shift the last new cases by one place, and put the newest first.

    The oldest place is written first: DynamoDB reads the item as it was for each of them, and an
    engine that writes one after the other comes to the same.
    """
    shifts: list[Action] = [
        older.set(newer | _NOTHING) for newer, older in reversed(list(pairwise(_RECENT)))
    ]
    return [*shifts, _RECENT[0].set(newest)]


def telling(case: Case, digest: str | None = None) -> dict[str, Any]:
    """Return the values of a new case that :func:`opening` notes."""
    return {
        "request_id": case.request_id,
        "references": {case.reference},
        "newest": _newest(case, digest),
    }


def _newest(case: Case, digest: str | None = None) -> RecentMap:
    return RecentMap(
        request_id=case.request_id,
        reference=case.reference,
        at=case.requested_at,
        expected_from=case.expected and case.expected.start,
        expected_to=case.expected and case.expected.end,
        language=case.language,
        digest=digest,
    )


def answer_from(image: Image, case: Case, limits: PhoneLimits, digest: str | None = None) -> Opened:
    """Return why :func:`asking` was refused on this image; see PhoneHistory.answer.

    Raises Busy where the image shows no reason: the caller may ask again.
    """
    answer = history(image).answer(case, limits, digest)
    if answer is None:
        raise Busy
    return answer


def history(image: Image) -> PhoneHistory:
    """Read what a phone asked for."""
    phone = PhoneItem.from_raw_data(image)
    recent = [place for name in _RECENT_NAMES if (place := getattr(phone, name)) is not None]
    return PhoneHistory(recent, frozenset(phone.open_cases or ()), phone.blocked_until)


def all_known(image: Image) -> list[str]:
    """List the references of a phone's open cases and of its last few others."""
    phone = history(image)
    return list(
        dict.fromkeys([*(each.reference for each in phone.known()), *sorted(phone.open_cases)])
    )


def open_references(image: Image) -> list[str]:
    """List the references of a phone's open cases, in order."""
    return sorted(image.get("open", {}).get("SS", ()))


def places_of(image: Image, reference: str) -> list[str]:
    """Name the places among the last new cases where this one stands."""
    recent = {name: image.get(name, {}).get("M", {}) for name in _RECENT_NAMES}
    return [
        name for name, each in recent.items() if each.get("reference", {}).get("S") == reference
    ]
