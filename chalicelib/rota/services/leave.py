"""Leave: allowed at once, whatever it leaves open."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from chalicelib.core.component import component
from chalicelib.core.domain.datetimes import calendar_day
from chalicelib.core.domain.errors import InvalidField, InvalidInput, NotFound
from chalicelib.rota.domain.amendments import take_leave
from chalicelib.rota.domain.change_log import By, ChangeKind
from chalicelib.rota.domain.model import Leave, leave_problems
from chalicelib.rota.services.duty_view import DutyView
from chalicelib.rota.services.manage_rota import Applied
from chalicelib.rota.services.ports import Head, Kept, RotaEdit, RotaEdits
from chalicelib.rota.services.rota_writer import ChangeRota, effect_of

_ONE_DAY: Final = timedelta(days=1)


@component
class TakeLeave:
    """Takes oncologists off the days on which they are away."""

    edits: RotaEdits
    change: ChangeRota
    duty: DutyView
    """Forgets what a leave has changed."""

    def add(self, leave: Leave, by: By, now: datetime) -> Applied[Kept[Leave]]:
        """Keep a leave; the oncologist is taken off what is published, and the gap is told.

        An oncologist takes their own; an administrator acts for them (``By.acting_for``). A shift
        that is running is left at ``now``. Raises NotFound where it is not ``by``'s, InvalidInput:
        ``to`` ``end_before_start``, ``from`` ``in_the_past``, ``oncologist`` ``unknown``.
        """
        if by.whose != leave.oncologist:
            raise NotFound
        kept = Kept(self.change.new_id(leave.end), leave)

        def decide(_: Head) -> RotaEdit:
            documents = self.edits.documents()
            _require_sound(leave, {who.id for who in documents.people}, now)
            # A shift of the day before may run on into a leave of some hours.
            days = self.edits.duty_days(leave.start - _ONE_DAY, leave.end)
            changed = take_leave(days, leave, documents.hours.value.zone, now)
            effect = effect_of(days, changed, documents)
            record = self.change.record(ChangeKind.LEAVE, kept.id, by, now, effect)
            return RotaEdit(kept=kept, days=effect.days, lost=effect.lost, change=record)

        edit = self.change(decide, now)
        self.duty.forget()
        return Applied.of(kept, edit)

    def drop(self, leave: str, by: By, now: datetime, *, of_anybody: bool = False) -> None:
        """Drop one's own leave; published days stay. Raises NotFound, also for another's.

        An administrator drops that ``of_anybody``, in their name.
        """

        def decide(_: Head) -> RotaEdit:
            kept = self.edits.find_kept(Leave, leave)
            if kept is None or not (of_anybody or kept.value.oncologist == by.whose):
                raise NotFound
            on_behalf = By(by.who, kept.value.oncologist) if of_anybody else by
            record = self.change.record(ChangeKind.LEAVE_DROPPED, leave, on_behalf, now)
            return RotaEdit(dropped=kept, change=record)

        self.change(decide, now)


def _require_sound(leave: Leave, known: set[str], now: datetime) -> None:
    problems = list(leave_problems([leave], known, below=""))
    if leave.start < calendar_day(now):
        problems.append(InvalidField("from", "in_the_past"))
    if leave.since and leave.until and leave.since < leave.until <= now:
        problems.append(InvalidField("to", "in_the_past"))
    if problems:
        raise InvalidInput(problems)
