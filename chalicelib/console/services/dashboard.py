"""The administrators' board: how the helpline stands, by reads that grow with nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from chalicelib.cases.domain.queue import Claim, Line, line_name, line_named, unserved_in
from chalicelib.cases.services.ports import CaseStore, WholeCases
from chalicelib.cases.services.retry_messages import MessageList
from chalicelib.cases.services.wait_estimate import Outlook
from chalicelib.core.domain.working_hours import NeverOpen, WorkingHours
from chalicelib.messages.domain.delivery import MessageState
from chalicelib.reports.services.reports import ReadReports
from chalicelib.rota.domain.duty import Oncologist, Shift
from chalicelib.rota.domain.quality import Gap
from chalicelib.rota.services.read_rota import RotaView

GAPS_AHEAD: Final = timedelta(days=28)
MESSAGES_LOOKED_AT: Final = 100
FAILING_LOOKED_AT: Final = 25
NOT_ARRIVED: Final = frozenset({MessageState.FAILED, MessageState.UNDELIVERED})
# What changes by a person's hand, and seldom, is read once a minute for all who look.
FRESH_FOR: Final = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Queue:
    """Those who wait in one language; ``asked_at`` is when the first of them asked."""

    language: str
    waiting: int
    asked_at: datetime | None
    waited: timedelta


@dataclass(frozen=True, slots=True)
class UnservedQueue:
    """Those who wait where nobody on the published days can take them."""

    language: str
    woman_only: bool
    waiting: int


@dataclass(frozen=True, slots=True)
class AtWork:
    """Somebody on duty, and the case in their hands."""

    oncologist: Oncologist
    shift: Shift
    claim: Claim | None


@dataclass(frozen=True, slots=True)
class Trouble:
    """Messages that did not arrive, among the last of today, and changes that are stuck."""

    not_arrived: int
    stuck: int


@dataclass(frozen=True, slots=True)
class Board:
    """How the helpline stands. ``waited`` is in working time; ``unpublished`` counts days.

    ``nobody_is_told``: there are gaps, and no recipient of gap alerts is entered.

    ``failing`` are the references of cases whose last call failed by a fault of ours, among those
    that are called again soonest.
    """

    is_open: bool
    changes_at: datetime | None
    counted_at: datetime | None
    queues: tuple[Queue, ...]
    unserved: tuple[UnservedQueue, ...]
    at_work: tuple[AtWork, ...]
    left_over: tuple[Claim, ...]
    kept: int
    late: int
    gaps: tuple[Gap, ...]
    nobody_is_told: bool
    unpublished: int
    trouble: Trouble
    failing: tuple[str, ...]

    @property
    def waiting(self) -> int:
        """All who wait."""
        return sum(queue.waiting for queue in self.queues)


class ReadBoard:
    """Reads the board."""

    def __init__(
        self,
        cases: CaseStore,
        outlook: Outlook,
        rota: RotaView,
        messages: MessageList,
        reports: ReadReports,
        whole_cases: WholeCases,
    ) -> None:
        """Bind what is looked at."""
        self._whole_cases = whole_cases
        self._cases = cases
        self._outlook = outlook
        self._rota = rota
        self._messages = messages
        self._reports = reports
        self._ahead: tuple[datetime, tuple[tuple[Gap, ...], int, bool]] | None = None

    def __call__(self, now: datetime) -> Board:
        """Tell how it stands."""
        hours = self._outlook.duty.hours(now)
        is_open = hours.is_open(now)
        work = self._reports.day(now.astimezone(hours.zone).date()).all_work
        claims = {claim.oncologist: claim for claim in self._cases.claims()}
        at_work = self._at_work(claims, now)
        on_duty = {each.oncologist.id for each in at_work}
        gaps, unpublished, has_recipients = self._gaps(now)
        gaps = tuple(gap for gap in gaps if gap.end > now)
        view = self._outlook.at(now)
        return Board(
            is_open=is_open,
            changes_at=hours.next_closing(now) if is_open else _opening(hours, now),
            counted_at=view.lines.taken_at if view.lines else None,
            queues=self._queues(now),
            unserved=self._unserved(now),
            at_work=at_work,
            left_over=tuple(each for who, each in sorted(claims.items()) if who not in on_duty),
            kept=work.kept,
            late=work.late,
            gaps=gaps,
            nobody_is_told=bool(gaps) and not has_recipients,
            unpublished=unpublished,
            trouble=self._trouble(now),
            failing=self._failing(),
        )

    def _queues(self, now: datetime) -> tuple[Queue, ...]:
        """Count by the snapshot, and look at the first of each line in which somebody waits."""
        snapshot = self._outlook.at(now).lines
        counted = snapshot.waiting if snapshot else {}
        hours = self._outlook.duty.hours(now)
        queues = []
        for language in dict.fromkeys(name.partition("#")[0] for name in counted):
            lines = [Line(language), Line(language, woman_only=True)]
            waiting = [line for line in lines if counted.get(line_name(line))]
            first = [
                each.requested_at
                for line in waiting
                for each in self._cases.list_waiting(line, 1, None).items
            ]
            if waiting:
                asked_at = min(first, default=None)
                queues.append(
                    Queue(
                        language,
                        sum(counted[line_name(line)] for line in waiting),
                        asked_at,
                        hours.between(asked_at, now) if asked_at else timedelta(0),
                    )
                )
        return tuple(sorted(queues, key=lambda queue: queue.waited, reverse=True))

    def _unserved(self, now: datetime) -> tuple[UnservedQueue, ...]:
        counted = unserved_in(self._outlook.at(now).lines, self._outlook.served(now))
        return tuple(
            UnservedQueue(line.language, line.woman_only, waiting)
            for line, waiting in ((line_named(name), count) for name, count in counted.items())
        )

    def _at_work(self, claims: dict[str, Claim], now: datetime) -> tuple[AtWork, ...]:
        day = self._outlook.duty.duty_day(now)
        shifts = [shift for shift in (day.shifts if day else ()) if shift.covers(now)]
        found = {
            who: AtWork(oncologist, shift, claims.get(who))
            for shift in shifts
            for who in shift.on
            if (oncologist := self._outlook.duty.oncologist(who, now)) is not None
        }
        return tuple(found.values())

    def _gaps(self, now: datetime) -> tuple[tuple[Gap, ...], int, bool]:
        """Return the gaps ahead, how many days are not published, and whether anybody is told."""
        if self._ahead is None or not timedelta(0) <= now - self._ahead[0] < FRESH_FOR:
            today = now.astimezone(self._outlook.duty.hours(now).zone).date()
            end = today + GAPS_AHEAD
            unpublished = GAPS_AHEAD.days - len(self._rota.days(today, end))
            gaps = tuple(self._rota.gaps(today, end))
            self._ahead = (now, (gaps, unpublished, self._rota.has_recipients()))
        return self._ahead[1]

    def _failing(self) -> tuple[str, ...]:
        soonest = self._cases.list_deferred(FAILING_LOOKED_AT, None).items
        tried = [each.reference for each in soonest if each.tries]
        cases = self._whole_cases.read(tried) if tried else []
        return tuple(case.reference for case in cases if case.failures_in_a_row)

    def _trouble(self, now: datetime) -> Trouble:
        today = now.astimezone(self._outlook.duty.hours(now).zone).date()
        last = self._messages.settled(today, MESSAGES_LOOKED_AT, None).items
        stuck = self._messages.parked(MESSAGES_LOOKED_AT, None).items
        return Trouble(sum(each.state in NOT_ARRIVED for each in last), len(stuck))


def _opening(hours: WorkingHours, now: datetime) -> datetime | None:
    try:
        return hours.next_opening(now)
    except NeverOpen:
        return None
