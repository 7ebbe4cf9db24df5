"""A change of a case, as the stream tells of it: its messages are sent, or it is parked.

A change that can't be dealt with holds no other up, and is not lost: it is parked with its cause,
the sweep tries it again, and a person sees it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from chalicelib.cases.domain.case import Case
from chalicelib.cases.domain.notifications import messages_owed
from chalicelib.cases.domain.promise import promise_kept
from chalicelib.cases.services.ports import CaseStore
from chalicelib.cases.services.renew_promise import as_of_now, is_outdated
from chalicelib.cases.services.wait_estimate import Outlook
from chalicelib.core.component import component
from chalicelib.core.domain.errors import NotFound, cause_of
from chalicelib.messages.services.ports import OutboxStore, Parked
from chalicelib.messages.services.send_messages import Outcome, SendMessages

TRIES: Final = 2


@dataclass(frozen=True, slots=True)
class CaseChange:
    """A change of one case: its own id, the case's reference, and how to read both images."""

    id: str
    reference: str
    read: Callable[[], tuple[Case | None, Case | None]]


@dataclass(frozen=True, slots=True)
class Told:
    """What became of a change: its messages' outcomes, or why it was parked.

    ``promise_kept`` is told at a case's first call.
    """

    outcomes: tuple[Outcome, ...] = ()
    parked: str | None = None
    promise_kept: bool | None = None


@component
class TellOfChanges:
    """The outbox's first half, with its end for what fails."""

    send: SendMessages
    cases: CaseStore
    outbox: OutboxStore
    outlook: Outlook

    def __call__(self, change: CaseChange, now: datetime) -> Told:
        """Deal with one change. Raises only where it can't even be parked."""
        for _ in range(TRIES - 1):
            try:
                return self._tell(change, now)
            except Exception:  # noqa: BLE001, S112  # tried again below, and told of there
                continue
        try:
            return self._tell(change, now)
        except Exception as error:  # noqa: BLE001  # one change's trouble holds no other back
            cause = cause_of(error)
            self.outbox.park(Parked(change.id, change.reference, cause, now))
            return Told(parked=cause)

    def _tell(self, change: CaseChange, now: datetime) -> Told:
        before, after = change.read()
        if after is None:
            return Told()
        hours = self.outlook.duty.hours(now)
        owed = messages_owed(before, after, hours)
        if any(is_outdated(message, hours, now) for message in owed):
            case = self._as_it_stands(after)
            owed = [as_of_now(message, case, self.outlook, now) for message in owed]
        return Told(outcomes=tuple(self.send(owed, now)), promise_kept=promise_kept(before, after))

    def _as_it_stands(self, after: Case) -> Case:
        """Read what has become of a case since: whoever was called is promised no call."""
        try:
            return self.cases.get(after.reference, consistent=True)
        except NotFound:
            return after
