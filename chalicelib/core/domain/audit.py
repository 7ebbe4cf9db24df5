"""One entry of the audit: who did what, when, about whom, from where.

An entry outlives the data that it speaks of, so that nothing personal may stand in it: a subject is
a reference or an id, and ``detail`` holds codes and counts. Both are refused where they are not.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final

from chalicelib.core.domain.datetimes import require_aware

PATIENTS: Final = "patients"
"""The role of whoever opens their own case by its link; who that is, nobody knows."""
SYSTEM_ROLE: Final = "system"

_ACTION: Final = re.compile(r"[a-z_]{2,30}\.[a-z_]{2,30}")
_SUBJECT: Final = re.compile(r"[A-Za-z0-9._:=+/@-]{1,128}")
_NAME: Final = re.compile(r"[a-z_]{1,30}")
_CODE: Final = re.compile(r"[A-Za-z0-9._:-]{0,200}")
_OWN: Final = "own:"
# A phone has ten digits; a count, a version or a date has fewer in a row.
_PHONE: Final = re.compile(r"[0-9]{9,}")


OUTCOME: Final = "outcome"
REFUSED: Final = "refused"


class Axis(StrEnum):
    """By what the audit is searched."""

    SUBJECT = "subject"
    PERSON = "person"
    DAY = "day"


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One entry. ``id`` begins with the time, so that ids in order are entries in order.

    ``who`` is a user's id, ``patient`` or a function's name. ``subject`` is a case's reference, or
    another thing by its kind and id; None where the action is about no single one. ``address`` and
    ``agent`` tell from where the request came, ``request_id`` where its log lines are. Raises
    ValueError for what could be personal.
    """

    id: str
    at: datetime
    who: str
    role: str
    action: str
    subject: str | None = None
    address: str = ""
    agent: str = ""
    request_id: str = ""
    detail: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse what is no code."""
        require_aware(self.at)
        codes = all(
            _NAME.fullmatch(name) and _CODE.fullmatch(value) and not _PHONE.search(value)
            for name, value in self.detail.items()
        )
        sound = self.subject is None or _SUBJECT.fullmatch(self.subject)
        if not (codes and sound and _ACTION.fullmatch(self.action)):
            raise ValueError(f"no code in an audit entry of {self.action}")

    @property
    def is_refused(self) -> bool:
        """Whether it was refused, and so changed and showed nothing."""
        return self.detail.get(OUTCOME) == REFUSED or REFUSED in self.detail


def own_subject(reference: str) -> str:
    """Return the subject of what patients do with a case by its link.

    It is another one than the case's, so that no number of their readings hides those of staff.
    """
    return f"{_OWN}{reference}"


def with_outcomes(entries: Iterable[AuditEntry]) -> tuple[AuditEntry, ...]:
    """Return the entries without those to which another one tells the outcome.

    A change is recorded before it is made. What came of it is a second entry of the same request,
    where it was refused or where there is more to tell.
    """
    known = tuple(entries)
    told = {_act(each) for each in known if OUTCOME in each.detail}
    return tuple(each for each in known if OUTCOME in each.detail or _act(each) not in told)


def _act(entry: AuditEntry) -> tuple[str, str, str, str | None]:
    # Without a request's id each entry stands for itself.
    return entry.request_id or entry.id, entry.who, entry.action, entry.subject
