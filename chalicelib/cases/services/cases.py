"""Cases as a patient sees their own, and as administrators list and read them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import quote

from chalicelib.cases.domain.case import Case, Status
from chalicelib.cases.domain.links import Strength
from chalicelib.cases.domain.queue import Claim, Finished, Line, Waiting, line_of
from chalicelib.cases.domain.queue_position import Place, place_in_line
from chalicelib.cases.domain.timeline import PATIENT, CloseReason, Happening
from chalicelib.cases.services.links import CaseLinks
from chalicelib.cases.services.ports import CaseStore
from chalicelib.cases.services.update_case import change_case
from chalicelib.cases.services.wait_estimate import Outlook
from chalicelib.core.component import component
from chalicelib.core.domain.working_hours import DayPart
from chalicelib.core.services.ports import Page


@dataclass(frozen=True, slots=True)
class OpenedCase:
    """A patient's own case, and the strength of the link that opened it."""

    case: Case
    strength: Strength


@dataclass(frozen=True, slots=True)
class AnotherTime:
    """How a patient wants to be called instead; ``any_doctor`` is no wish for a woman any more."""

    part: DayPart
    any_doctor: bool = False


@component
class PatientCase:
    """The patient's own case, opened by the signed token in their link.

    A wrong reference, a wrong token and one from before the phone was changed are NotFound alike. A
    link that has ended, or is too weak, is LinkRefused.
    """

    cases: CaseStore
    links: CaseLinks
    outlook: Outlook

    def get(
        self, reference: str, token: str, now: datetime, needs: Strength = Strength.WEAK
    ) -> OpenedCase:
        """Read it, by a link that is no weaker than ``needs``."""
        case = self.cases.get(reference, consistent=needs is Strength.STRONG)
        return OpenedCase(case, self.links.check(case, token, now, needs))

    def cancel(self, reference: str, token: str, now: datetime) -> Case:
        """Cancel it; once cancelled, cancelling again changes nothing."""

        def change(case: Case) -> Case:
            self.links.check(case, token, now)
            if case.closed_reason is CloseReason.CANCELLED:
                return case
            return case.close(CloseReason.CANCELLED, PATIENT, now)

        return change_case(self.cases, reference, change, now)

    def reschedule(
        self, reference: str, token: str, part: DayPart, now: datetime, *, any_doctor: bool = False
    ) -> Case:
        """Call in another part of the day, with a promise anew, while the case is in line.

        ``any_doctor`` gives up the wish for a woman doctor. The same once more, while that promise
        stands, changes nothing. Raises NotFound, IllegalTransition, Busy.
        """

        def change(case: Case) -> Case:
            self.links.check(case, token, now)
            gives_up = any_doctor and case.prefers_woman
            if _is_rescheduled(case, part, now) and not gives_up:
                return case
            if gives_up and case.can_reschedule:
                case = case.correct({"prefers_woman": False}, PATIENT, now)
            not_before, expected = self.outlook.promise(line_of(case), part, now)
            return case.reschedule(part, not_before, expected, now)

        return change_case(self.cases, reference, change, now)

    def place(self, case: Case, now: datetime) -> Place:
        """Tell where an open case stands in line, from what is known already."""
        view = self.outlook.at(now)
        line = line_of(case)
        waiting = self.outlook.ahead_of(line, now)
        return place_in_line(case, waiting, view.doctors_for(line), now)


@component
class CaseList:
    """The administrators' lists: from an index, a page at a time, nothing personal in them."""

    cases: CaseStore

    def get(self, reference: str) -> Case:
        """Read one case, whole. Raises NotFound."""
        return self.cases.get(reference)

    def waiting(self, line: Line, limit: int, cursor: str | None) -> Page[Waiting]:
        """List one line in order of calling."""
        return self.cases.list_waiting(line, limit, cursor)

    def deferred(self, limit: int, cursor: str | None) -> Page[Waiting]:
        """List the cases that wait for their time, the soonest first."""
        return self.cases.list_deferred(limit, cursor)

    def claimed(self) -> list[Claim]:
        """List who holds what."""
        return self.cases.claims()

    def finished(self, status: Status, day: date, limit: int, cursor: str | None) -> Page[Finished]:
        """List what finished on a day, the latest first."""
        return self.cases.list_finished(status, day, limit, cursor)


def own_path(reference: str, token: str) -> str:
    """Return the path of a patient's own page, below the stage's root.

    Behind ``c/`` it is 30 characters long: the variable tail of a registered address.
    """
    return f"c/{quote(reference, safe='')}?t={quote(token, safe='')}"


def _is_rescheduled(case: Case, part: DayPart, now: datetime) -> bool:
    """Whether the last that happened is this very wish: a double click, or a lost answer."""
    last = case.timeline[-1]
    same = (last.what, last.detail) == (Happening.RESCHEDULED, part.value)
    stands = case.expected is None or now < case.expected.end
    return same and case.status is Status.WAITING and stands
