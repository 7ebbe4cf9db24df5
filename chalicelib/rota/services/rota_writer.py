"""The one way in which the rota is changed: read, decide, write upon what was read, tell.

Whoever wrote in between makes the decision be taken again on what stands then. Whom a change moves
is told after it is written; what a crash leaves untold is found by the next reminders' run.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final

from chalicelib.core.component import component
from chalicelib.core.domain.datetimes import IST, to_utc
from chalicelib.core.domain.errors import Busy, HelplineError
from chalicelib.core.services.ports import READS, Stale
from chalicelib.messages.domain.templates import OwedMessage
from chalicelib.messages.services.send_messages import SendMessages
from chalicelib.rota.domain.amendments import moved, opened_gaps
from chalicelib.rota.domain.change_log import By, ChangeKind, Notice, RotaChange
from chalicelib.rota.domain.duty import DutyDay
from chalicelib.rota.domain.notifications import change_owed, gaps_owed
from chalicelib.rota.domain.swaps import Place, overtaken, places
from chalicelib.rota.services.ports import Documents, Head, RotaEdit, RotaEdits
from chalicelib.rota.services.recipients import Addresses

ONE_DAY = timedelta(days=1)
BATCH = 25
DAYS_WATCHED: Final = 28
# A change younger than this is most likely being told by whoever made it.
STILL_TELLING = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class ChangeEffect:
    """The changed days at their next versions, whom to tell, and whether a gap was opened.

    ``lost`` are the places in shifts that are no more as they were.
    """

    days: tuple[DutyDay, ...] = ()
    lost: frozenset[Place] = frozenset()
    notices: tuple[Notice, ...] = ()
    gap: bool = False


NO_EFFECT: Final = ChangeEffect()


@component
class TellChange:
    """Tells those whom changes move, and the administrators where a gap was opened."""

    edits: RotaEdits
    addresses: Addresses
    send: SendMessages

    def __call__(self, change: RotaChange, now: datetime) -> None:
        """Store and send what a change owes, and note that it is told. Raises Busy."""
        owed = change_owed(change, self.addresses.everybody())
        if change.gap:
            owed += self._gaps(change, now)
        self.send(owed, now)
        self.edits.mark_told(change)

    def sweep(self, now: datetime) -> int:
        """Tell what was written and never told; return how many changes it was."""
        left = [each for each in self.edits.untold(BATCH) if each.at < now - STILL_TELLING]
        for change in left:
            self(change, now)
        return len(left)

    def _gaps(self, change: RotaChange, now: datetime) -> list[OwedMessage]:
        days = {notice.shift.start.astimezone(IST).date() for notice in change.notices}
        if not days:
            # A day that opens again moves nobody: all that stands open from now on is told.
            today = now.astimezone(IST).date()
            days = {today + number * ONE_DAY for number in range(DAYS_WATCHED)}
        first, last = min(days), max(days)
        changed = [day for day in self.edits.duty_days(first, last + ONE_DAY) if day.day in days]
        found = self.edits.documents().gap_finder.in_days(changed)
        recipients = self.addresses.of(self.edits.recipients().value)
        gaps = [gap for gap in found if gap.end > now]
        return gaps_owed(gaps, f"rota-{change.id}", first, recipients, now)


@component
class ChangeRota:
    """Changes the rota."""

    edits: RotaEdits
    tell_change: TellChange
    draw: Callable[[], str]
    """Draws the part of an id that nobody can guess twice."""

    def __call__(self, decide: Callable[[Head], RotaEdit], now: datetime) -> RotaEdit:
        """Write what ``decide`` says of the rota as it stands, and tell. Raises as it, and Busy.

        ``decide`` may be asked several times and reads by itself, after the head.
        """
        for _ in range(READS):
            head = self.edits.head()
            try:
                edit = self._without_overtaken_offers(decide(head), now)
                self.edits.commit(head, edit)
            except Stale:
                continue
            self._tell(edit, now)
            return edit
        raise Busy

    def _without_overtaken_offers(self, edit: RotaEdit, now: datetime) -> RotaEdit:
        """Withdraw the offers of shifts that their givers lose by this change."""
        starts = [start for _, start, _, _ in edit.lost]
        if not starts or edit.change is None:
            return edit
        answered = {offer.id for offer in edit.offers}
        known = self.edits.offers(min(starts), max(starts) + timedelta(minutes=1))
        open_ = [offer for offer in known if offer.id not in answered]
        withdrawn = overtaken(open_, edit.lost, edit.change.by.who, now)
        return replace(edit, offers=(*edit.offers, *withdrawn))

    def record(
        self,
        kind: ChangeKind,
        subject: str,
        by: By,
        now: datetime,
        effect: ChangeEffect = NO_EFFECT,
    ) -> RotaChange:
        """Make the record of a change."""
        id_ = f"{to_utc(now):%Y%m%dT%H%M%S%f}-{self.draw()}"
        return RotaChange(id_, now, by, kind, subject, effect.notices, effect.gap)

    def new_id(self, at: date) -> str:
        """Draw the id of something that ends, or starts, on a date or at an instant."""
        if isinstance(at, datetime):
            return f"{to_utc(at):%Y%m%dT%H%M}-{self.draw()}"
        return f"{at:%Y%m%d}-{self.draw()}"

    def _tell(self, edit: RotaEdit, now: datetime) -> None:
        if edit.change is None or not edit.change.owes:
            return
        try:
            self.tell_change(edit.change, now)
        except HelplineError:
            # It is written, and that is what was asked for: the sweep tells it.
            return


def effect_of(
    before: Iterable[DutyDay], changed: Iterable[DutyDay], documents: Documents
) -> ChangeEffect:
    """Tell what becomes of the days ``before`` where those ``changed`` take their place."""
    old = {day.day: day for day in before}
    after = list(changed)
    replaced = [old[day.day] for day in after]
    return ChangeEffect(
        days=tuple(replace(day, version=old[day.day].version + 1) for day in after),
        lost=places(replaced) - places(after),
        notices=tuple(notice for day in after for notice in moved(old[day.day], day)),
        gap=bool(opened_gaps(replaced, after, documents.gap_finder)),
    )
