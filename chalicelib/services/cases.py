"""Cases as a patient sees their own, and as administrators list and read them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

from chalicelib.domain.case import PATIENT, Case, CloseReason, Status
from chalicelib.domain.errors import NotFound
from chalicelib.domain.queue import Claim, Finished, Line, Waiting
from chalicelib.services.change import change_case
from chalicelib.services.ports import CaseStore, Page, Secrets


class OwnCase:
    """The patient's own case, opened by the signed token in their link."""

    def __init__(self, cases: CaseStore, secrets: Secrets) -> None:
        """Bind the store and the keys."""
        self._cases = cases
        self._secrets = secrets

    def get(self, reference: str, token: str) -> Case:
        """Read it; a wrong reference and a wrong token are NotFound alike."""
        self._check(reference, token)
        return self._cases.get(reference)

    def cancel(self, reference: str, token: str, now: datetime) -> Case:
        """Cancel it; once cancelled, cancelling again changes nothing."""
        self._check(reference, token)
        return change_case(self._cases, reference, _cancel(now), now)

    def _check(self, reference: str, token: str) -> None:
        if not self._secrets.link_token_holds(reference, token):
            raise NotFound


class CaseList:
    """The administrators' lists: from an index, a page at a time, nothing personal in them."""

    def __init__(self, cases: CaseStore) -> None:
        """Bind the store."""
        self._cases = cases

    def get(self, reference: str) -> Case:
        """Read one case, whole. Raises NotFound."""
        return self._cases.get(reference)

    def waiting(self, line: Line, limit: int, cursor: str | None) -> Page[Waiting]:
        """List one line in order of calling."""
        return self._cases.list_waiting(line, limit, cursor)

    def deferred(self, limit: int, cursor: str | None) -> Page[Waiting]:
        """List the cases that wait for their time, the soonest first."""
        return self._cases.list_deferred(limit, cursor)

    def claimed(self) -> list[Claim]:
        """List who holds what."""
        return self._cases.claims()

    def finished(self, status: Status, day: date, limit: int, cursor: str | None) -> Page[Finished]:
        """List what finished on a day, the latest first."""
        return self._cases.list_finished(status, day, limit, cursor)


def _cancel(now: datetime) -> Callable[[Case], Case]:
    def change(case: Case) -> Case:
        if case.closed_reason is CloseReason.CANCELLED:
            return case
        return case.close(CloseReason.CANCELLED, PATIENT, now)

    return change
