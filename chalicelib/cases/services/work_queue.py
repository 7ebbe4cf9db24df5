"""The oncologist's work: take the next case, tell what came of it, give it back."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from chalicelib.cases.domain.case import Case
from chalicelib.cases.domain.queue import Waiting, line_name, lines_for
from chalicelib.cases.domain.retry_policy import RetryPolicy
from chalicelib.cases.domain.timeline import Attempt, Result
from chalicelib.cases.services.ports import CaseStore
from chalicelib.cases.services.update_case import change_case
from chalicelib.cases.services.wait_estimate import Outlook
from chalicelib.core.component import component
from chalicelib.core.domain.errors import (
    AlreadyClaimed,
    Forbidden,
    HasOpenCase,
    InvalidField,
    NotOnDuty,
)
from chalicelib.rota.domain.duty import Oncologist, Shift
from chalicelib.rota.services.duty_ports import RotaStore
from chalicelib.rota.services.duty_view import DutyView

log = logging.getLogger(__name__)

CHOICE = 20
KEEPS_FAILING = 3
NEXT_SHIFTS = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Duty:
    """What an oncologist sees first: the shift, the case in hand, who waits, the next shifts."""

    oncologist: Oncologist
    shift: Shift | None
    case: Case | None
    waiting: dict[str, int]
    next_shifts: tuple[Shift, ...]


@component
class WorkQueue:
    """The cases as an oncologist works through them."""

    cases: CaseStore
    rota: RotaStore
    outlook: Outlook
    retries: RetryPolicy = RetryPolicy()

    def duty(self, who: str, now: datetime) -> Duty:
        """Tell an oncologist how things stand. Raises Forbidden for one who is unknown."""
        doctor = known_doctor(self.outlook.duty, who, now)
        claim = self.cases.find_claim(who)
        view = self.outlook.at(now)
        names = {line_name(line) for line in lines_for(doctor)}
        waiting = view.lines.waiting if view.lines else {}
        today = now.astimezone(view.hours.zone).date()
        # A shift of the day before may run over midnight.
        days = self.rota.find_duty_days(today - timedelta(days=1), today + NEXT_SHIFTS)
        return Duty(
            oncologist=doctor,
            shift=shift_of(self.outlook.duty, doctor, now),
            case=self.cases.get(claim.reference, consistent=True) if claim else None,
            waiting={name: count for name, count in waiting.items() if name in names},
            next_shifts=tuple(
                shift for day in days for shift in day.shifts if who in shift.on and shift.end > now
            ),
        )

    def next(self, who: str, now: datetime) -> Case | None:
        """Claim the first case that suits, or None. Raises NotOnDuty, HasOpenCase, Forbidden.

        Doctors who come to the same line together begin at different cases, by ticket, so that
        they seldom meet at one; whoever loses a case goes to the next.
        """
        doctor = doctor_on_duty(self.outlook.duty, who, now)
        front = self.cases.front(who, lines_for(doctor), CHOICE)
        if front.held is not None:
            raise HasOpenCase
        for waiting in self._by_ticket(front.waiting, doctor, now):
            try:
                return self.cases.claim(waiting.reference, who, now)
            except AlreadyClaimed:
                continue
        return None

    def record(self, reference: str, attempt: Attempt) -> Case:
        """Note an attempt by the case's owner, or by one who lost it in the last 24 hours.

        See :meth:`~chalicelib.cases.domain.case.Case.record`. A talk about somebody under age names
        the adult who was there, in the note. Raises NotFound, IllegalTransition, NotYourCase,
        InvalidField (``note``), Busy.
        """
        hours = self.outlook.duty.hours(attempt.at)

        def change(case: Case) -> Case:
            recorded = case.record(attempt, retries=self.retries, hours=hours)
            if case.is_minor and attempt.result is Result.ANSWERED and not attempt.note:
                raise InvalidField("note", "adult_needed")
            return recorded

        case = change_case(self.cases, reference, change, attempt.at)
        if attempt.result is Result.FAILED and case.failures_in_a_row >= KEEPS_FAILING:
            # Nothing else tells that somebody waits because of a fault of ours.
            log.error("calls_keep_failing", extra={"failures": case.failures_in_a_row})
        return case

    def keep(self, reference: str, who: str, now: datetime) -> Case:
        """Renew the lease of who is at work on the case. Raises as :meth:`record` does."""
        return change_case(self.cases, reference, lambda case: case.keep(who, now), now)

    def release(self, reference: str, who: str, now: datetime, reason: str = "") -> Case:
        """Return the case to its place in the queue. Raises as :meth:`record` does.

        ``reason`` is a code, which its timeline keeps.
        """
        return change_case(self.cases, reference, lambda case: case.release(who, now, reason), now)

    def _by_ticket(self, front: list[Waiting], doctor: Oncologist, now: datetime) -> list[Waiting]:
        """Put the front in the order in which to try it; look further where many came before."""
        if not front:
            return front
        seen = [waiting.reference for waiting in front[:CHOICE]]
        ticket = self.cases.draw_ticket(front[0].line, seen, now)
        if ticket.number >= len(ticket.front) >= CHOICE:
            further = self.cases.front(doctor.id, lines_for(doctor), CHOICE + ticket.number)
            front = further.waiting
        return ticket.arrange(front)


def doctor_on_duty(duty: DutyView, who: str, now: datetime) -> Oncologist:
    """Give the oncologist, who is on duty. Raises Forbidden (unknown), NotOnDuty."""
    doctor = known_doctor(duty, who, now)
    if shift_of(duty, doctor, now) is None:
        raise NotOnDuty
    return doctor


def known_doctor(duty: DutyView, who: str, now: datetime) -> Oncologist:
    """Give an oncologist. Raises Forbidden for one who is unknown."""
    doctor = duty.oncologist(who, now)
    if doctor is None:
        raise Forbidden
    return doctor


def shift_of(duty: DutyView, doctor: Oncologist, now: datetime) -> Shift | None:
    """Find the shift that a doctor serves now; the last minute of who has left is none."""
    day = duty.duty_day(now)
    if day is None or not doctor.is_there(day.day):
        return None
    return day.shift_of(doctor.id, now)
