"""Where items stand: the keys of the cases table and of its indexes.

A waiting case is in one partition of the queue index: its line, or, while its time is still to
come, ``later``. The order within a partition is text, so that numbers are written with their zeros.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Final

from chalicelib.cases.domain.case import Case, Status
from chalicelib.cases.domain.queue import TICKETS_LAST, Line, Waiting
from chalicelib.core.dynamodb.attributes import sortable
from chalicelib.core.dynamodb.table import Key

LATER: Final = "later"
CASE: Final = "CASE"
CLAIMS: Final = "CLAIM"
SNAPSHOT: Final = Key("SNAPSHOT", "LINES")

# A line that outgrows one partition (1,000 writes a second) is spread over more of them here.
_SHARD: Final = 0


def case_key(reference: str) -> Key:
    """Place a case."""
    return Key(f"CASE#{reference}", CASE)


def reference_in(pk: str) -> str:
    """Read the reference out of a case's partition key."""
    return pk.removeprefix("CASE#")


def phone_key(key: str) -> Key:
    """Place what a phone has asked."""
    return Key(f"PHONE#{key}", "PHONE")


def claim_key(oncologist: str) -> Key:
    """Place an oncologist's claim; all of them share one partition, which is their list."""
    return Key(CLAIMS, oncologist)


def ticket_key(line: Line, now: datetime) -> Key:
    """Place the counter of those who come to this line within the same few seconds."""
    return Key(f"TICKET#{ready_line(line)}", str(int(now.timestamp()) // TICKETS_LAST.seconds))


def ready_line(line: Line) -> str:
    """Name the partition of a line."""
    return f"ready#{line.language}#{'woman' if line.woman_only else 'any'}#{_SHARD}"


def ready_order(case: Case | Waiting) -> str:
    """Order a line: priority, the first asking, the reference."""
    return f"{case.priority:02d}#{sortable(case.requested_at)}#{case.reference}"


def later_order(case: Case) -> str:
    """Order the deferred: the time that they wait for."""
    return f"{sortable(case.not_before)}#{case.reference}"


def finished_day(status: Status, day: date) -> str:
    """Name the partition of what finished on a day."""
    return f"{status.value}#{day.isoformat()}"


def finished_order(reference: str, finished_at: datetime) -> str:
    """Order what finished on a day."""
    return f"{sortable(finished_at)}#{reference}"
