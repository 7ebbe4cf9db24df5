"""What becomes of a phone's open cases when one of its cases ends, comes back, or changes phones.

Each is a part of the transaction that stores the case, with the condition under which it may be.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from chalicelib.cases.domain.case import Case
from chalicelib.cases.services.ports import PhoneLimits
from chalicelib.cases.store import keys, phone_record
from chalicelib.core.domain.errors import TooManyOpenCases
from chalicelib.core.dynamodb.prepared_expressions import Expressions
from chalicelib.core.dynamodb.table import Key


@dataclass(frozen=True, slots=True)
class Move:
    """A change of one phone's item, and under which condition."""

    key: Key
    expressions: Expressions


def moves(before: Case, after: Case, now: datetime, limits: PhoneLimits) -> Iterator[Move]:
    """Tell what a transition does to the items of the phones that it touches."""
    old, new = keys.phone_key(before.phone_key), keys.phone_key(after.phone_key)
    leaves = before.status.is_open and (old != new or not after.status.is_open)
    comes = after.status.is_open and (old != new or not before.status.is_open)
    if leaves:
        yield Move(old, phone_record.closing(before.reference, now))
    if comes:
        # As the newest, so that whoever asks again is told what is promised now.
        yield Move(new, phone_record.coming(after, limits))
    elif old != new and not after.is_erased:
        yield Move(new, phone_record.remembering(after, now))


def too_many(case: Case, limits: PhoneLimits) -> TooManyOpenCases:
    """Tell that the phone of a case that came has no place for it."""
    return TooManyOpenCases(limit=limits.open_cases if case.another_person else 1)
