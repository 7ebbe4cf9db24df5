"""The rota's sources as administrators edit them: hours, lines, people, overrides.

Every document is edited upon the version that the editor saw; whoever saw an older one is refused
with VersionConflict, which carries the newer document. Nothing half stored: an edit, its effect on
published days and its record are one transaction.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final, Generic, NamedTuple, Self, TypeVar

from chalicelib.core.component import component
from chalicelib.core.domain.datetimes import calendar_day
from chalicelib.core.domain.errors import InvalidField, InvalidInput, NotFound, VersionConflict
from chalicelib.core.domain.phone import OWN_NUMBER
from chalicelib.core.domain.working_hours import WorkingHours
from chalicelib.rota.domain.amendments import apply_exception, apply_hours, take_leave
from chalicelib.rota.domain.change_log import By, ChangeKind, Notice
from chalicelib.rota.domain.duty import Oncologist
from chalicelib.rota.domain.errors import AlreadyThere
from chalicelib.rota.domain.model import (
    Leave,
    Line,
    Override,
    RotaException,
    Temporary,
    check,
    last_day,
)
from chalicelib.rota.domain.overrides import edits_of, not_on
from chalicelib.rota.domain.planner import plan
from chalicelib.rota.domain.round_robin import RotationState
from chalicelib.rota.services.duty_view import DutyView
from chalicelib.rota.services.ports import (
    Dated,
    Documents,
    Head,
    Kept,
    Recipient,
    RotaEdit,
    RotaEdits,
    Versioned,
)
from chalicelib.rota.services.publish_rota import LOOK_BACK, rotation_at, sources_of
from chalicelib.rota.services.rota_writer import ChangeEffect, ChangeRota, effect_of

T = TypeVar("T")
E = TypeVar("E", Override, Temporary)

# As far as anything is published.
PUBLISHED_AHEAD: Final = timedelta(days=62)
_ONE_DAY: Final = timedelta(days=1)


class _Kinds(NamedTuple):
    """What it is to add an exception, and to drop it."""

    added: ChangeKind
    dropped: ChangeKind


_KINDS: Final[dict[type[RotaException], _Kinds]] = {
    Override: _Kinds(ChangeKind.OVERRIDE, ChangeKind.OVERRIDE_DROPPED),
    Temporary: _Kinds(ChangeKind.TEMPORARY, ChangeKind.TEMPORARY_DROPPED),
}


@dataclass(frozen=True, slots=True)
class Applied(Generic[T]):
    """What is kept, and what it did to the days that were published already."""

    kept: T
    notices: tuple[Notice, ...]
    gap: bool

    @classmethod
    def of(cls, kept: T, edit: RotaEdit) -> Self:
        """Return what an edit did, by its record."""
        return cls(kept, edit.notices, edit.gap)


@component
class ManageRota:
    """Edits the sources. Whatever changes something raises Busy where others keep writing."""

    edits: RotaEdits
    change: ChangeRota
    duty: DutyView
    """Forgets what an edit has changed."""
    own_numbers: Collection[str] = ()
    """The helpline's own phone numbers, as E.164. Nobody is reached by them."""

    def hours(self) -> Versioned[WorkingHours]:
        """Read the working hours; version 0 while they are the default."""
        return self.edits.documents().hours

    def put_hours(
        self, hours: WorkingHours, version: int, by: By, now: datetime
    ) -> Applied[Versioned[WorkingHours]]:
        """Change the hours, and the published days with them: see ``apply_hours``.

        Raises VersionConflict, InvalidInput where a line lies outside.
        """
        stored = Versioned(hours, version + 1)

        def decide(_: Head) -> RotaEdit:
            effect = self._effect_of_hours(stored, version, now)
            record = self.change.record(ChangeKind.HOURS, "hours", by, now, effect)
            return RotaEdit(hours=stored, days=effect.days, lost=effect.lost, change=record)

        return Applied.of(stored, self._edit(decide, now))

    def preview_hours(self, hours: WorkingHours, version: int, now: datetime) -> tuple[Notice, ...]:
        """Return what ``put_hours`` would tell of published shifts. Raises as it does."""
        return self._effect_of_hours(Versioned(hours, version + 1), version, now).notices

    def _effect_of_hours(
        self, stored: Versioned[WorkingHours], version: int, now: datetime
    ) -> ChangeEffect:
        documents = self.edits.documents()
        _require_seen(version, documents.hours)
        check(sources_of(replace(documents, hours=stored), Dated()))
        first = calendar_day(now) - _ONE_DAY
        end = first + PUBLISHED_AHEAD
        dated, days = self.edits.dated(first, end), self.edits.duty_days(first, end)
        before = sources_of(documents, dated)
        changed = apply_hours(days, before, replace(before, hours=stored.value), now)
        return effect_of(days, changed, documents)

    def lines(self) -> Versioned[tuple[Line, ...]]:
        """Read the lines in their order of precedence."""
        return self.edits.documents().lines

    def put_lines(
        self, lines: tuple[Line, ...], version: int, by: By, now: datetime
    ) -> Versioned[tuple[Line, ...]]:
        """Change the lines; published days stay. Raises VersionConflict, InvalidInput."""
        stored = Versioned(lines, version + 1)

        def decide(_: Head) -> RotaEdit:
            documents = self.edits.documents()
            _require_seen(version, documents.lines)
            check(sources_of(replace(documents, lines=stored), Dated()))
            return RotaEdit(
                lines=stored, change=self.change.record(ChangeKind.LINES, "lines", by, now)
            )

        self._edit(decide, now)
        return stored

    def recipients(self) -> Versioned[tuple[Recipient, ...]]:
        """Read which phones of administrators are told of gaps."""
        return self.edits.recipients()

    def put_recipients(
        self, recipients: tuple[Recipient, ...], version: int, by: By, now: datetime
    ) -> Versioned[tuple[Recipient, ...]]:
        """Change who is told of gaps. Raises VersionConflict, InvalidInput."""
        self._refuse_own_numbers(
            {f"recipients[{place}].phone": each.phone for place, each in enumerate(recipients)}
        )
        stored = Versioned(recipients, version + 1)

        def decide(_: Head) -> RotaEdit:
            _require_seen(version, self.edits.recipients())
            record = self.change.record(ChangeKind.RECIPIENTS, "recipients", by, now)
            return RotaEdit(recipients=stored, change=record)

        self._edit(decide, now)
        return stored

    def oncologists(self) -> list[Versioned[Oncologist]]:
        """List everybody by id, those who have left too."""
        return list(self.edits.documents().oncologists)

    def add_oncologist(
        self, oncologist: Oncologist, by: By, now: datetime
    ) -> Versioned[Oncologist]:
        """Add somebody; it reshuffles nothing that is published.

        Raises AlreadyThere, InvalidInput.
        """
        self._refuse_own_numbers({"phone": oncologist.phone})
        stored = Versioned(oncologist, 1)

        def decide(_: Head) -> RotaEdit:
            documents = self.edits.documents()
            if _find(documents, oncologist.id) is not None:
                raise AlreadyThere
            _require_sound(oncologist)
            record = self.change.record(ChangeKind.ONCOLOGIST, oncologist.id, by, now)
            return RotaEdit(oncologist=stored, change=record)

        self._edit(decide, now)
        return stored

    def change_oncologist(
        self,
        who: str,
        version: int,
        change: Callable[[Oncologist], Oncologist],
        by: By,
        now: datetime,
    ) -> Versioned[Oncologist]:
        """Change somebody; published days on which they are not there are left by them.

        Raises NotFound, VersionConflict, InvalidInput.
        """

        def decide(head: Head) -> RotaEdit:
            documents = self.edits.documents()
            known = _find(documents, who)
            if known is None:
                raise NotFound
            _require_seen(version, known)
            stored = Versioned(replace(change(known.value), id=who), version + 1)
            _require_sound(stored.value)
            if stored.value.phone != known.value.phone:
                self._refuse_own_numbers({"phone": stored.value.phone})
            effect = self._without(stored.value, head, documents, now)
            record = self.change.record(ChangeKind.ONCOLOGIST, who, by, now, effect)
            return RotaEdit(oncologist=stored, days=effect.days, lost=effect.lost, change=record)

        edit = self._edit(decide, now)
        if edit.oncologist is None:
            raise NotFound
        return edit.oncologist

    def _refuse_own_numbers(self, phones: Mapping[str, str]) -> None:
        """Refuse phones, by the paths of their fields, that are the helpline's own."""
        refused = [path for path, phone in phones.items() if phone in self.own_numbers]
        if refused:
            raise InvalidInput([InvalidField(path, OWN_NUMBER) for path in refused])

    def dated(self, start: date, end: date) -> Dated:
        """List the leave, overrides and temporary schedules that touch ``[start, end)``."""
        return self.edits.dated(start, end)

    def add_exception(self, exception: E, by: By, now: datetime) -> Applied[Kept[E]]:
        """Keep an override or a temporary schedule.

        Published days change at once, later ones when they are published. Raises InvalidInput
        (field paths begin with ``overrides[0]`` or ``temporary[0]``).
        """
        kept = Kept(self.change.new_id(last_day(exception.end)), exception)
        start, end = calendar_day(exception.start), last_day(exception.end) + _ONE_DAY
        kind = _KINDS[type(exception)].added

        def decide(head: Head) -> RotaEdit:
            if exception.end <= exception.start:
                # Before anything is read by a span that is none.
                path = f"{exception.listed}[0].to"
                raise InvalidInput([InvalidField(path, "end_before_start")])
            documents, dated = self.edits.documents(), self.edits.dated(start, end)
            sources = sources_of(documents, dated)
            days = self.edits.duty_days(start - _ONE_DAY, end + _ONE_DAY)
            first = head.published_through or calendar_day(now)
            goes_on = end > first
            changed = apply_exception(days, sources, exception, now, goes_on=goes_on)
            effect = effect_of(days, changed, documents)
            if goes_on:
                state = rotation_at(self.edits, head)
                touched = bool(changed)
                self._require_plannable(exception, (first, end), documents, state, touched=touched)
            record = self.change.record(kind, kept.id, by, now, effect)
            return RotaEdit(kept=kept, days=effect.days, lost=effect.lost, change=record)

        return Applied.of(kept, self._edit(decide, now))

    def drop_exception(self, exception: str, by: By, now: datetime) -> None:
        """Drop an override or a temporary schedule from the days that are not yet published.

        Raises NotFound.
        """

        def decide(_: Head) -> RotaEdit:
            override = self.edits.find_kept(Override, exception)
            temporary = None if override else self.edits.find_kept(Temporary, exception)
            kept = override or temporary
            if kept is None:
                raise NotFound
            kind = _KINDS[type(kept.value)].dropped
            return RotaEdit(dropped=kept, change=self.change.record(kind, exception, by, now))

        self._edit(decide, now)

    def _require_plannable(
        self,
        exception: RotaException,
        span: tuple[date, date],
        documents: Documents,
        state: RotationState | None,
        *,
        touched: bool,
    ) -> None:
        """Refuse what could not stand on the days of a span, which are still to be published.

        ``touched``: it changes a published day, and so need not change any of these.
        """
        first, end = span
        sources = sources_of(documents, self.edits.dated(first - LOOK_BACK, end))
        sources, mine = sources.with_exception(exception)
        planned = plan(sources, first, end, state, strict=False)
        refused = list(planned.refused)
        if touched:
            refused = [problem for problem in refused if problem.field_code != "not_on"]
        elif mine not in planned.touched:
            refused += [
                not_on(edit) for edit in edits_of(sources) if edit.path == mine and edit.on is None
            ]
        problems = [
            InvalidField(
                problem.field.replace(mine, f"{exception.listed}[0]"),
                problem.field_code,
                **problem.params,
            )
            for problem in refused
            if problem.field.startswith(mine)
        ]
        if problems:
            raise InvalidInput({each.field: each for each in problems}.values())

    def _without(
        self, oncologist: Oncologist, head: Head, documents: Documents, now: datetime
    ) -> ChangeEffect:
        """Take somebody off the published days on which they are not, or not yet, there."""
        today = calendar_day(now)
        if head.published_through is None or not (oncologist.joined or oncologist.left):
            return ChangeEffect()
        days = self.edits.duty_days(today, head.published_through)
        changed = {day.day: day for day in days}
        away = [
            (today, oncologist.joined or today),
            (max(oncologist.left or date.max, today), date.max),
        ]
        for start, end in away:
            if start < end:
                leave = Leave(oncologist.id, start, end)
                zone = documents.hours.value.zone
                changed |= {day.day: day for day in take_leave(changed.values(), leave, zone, now)}
        return effect_of(days, [day for day in changed.values() if day not in days], documents)

    def _edit(self, decide: Callable[[Head], RotaEdit], now: datetime) -> RotaEdit:
        edit = self.change(decide, now)
        self.duty.forget()
        return edit


def _require_seen(version: int, stored: Versioned[T]) -> None:
    if stored.version != version:
        raise VersionConflict(stored.value, stored.version)


def _require_sound(who: Oncologist) -> None:
    """Refuse an oncologist who leaves before joining."""
    if who.leaves_before_joining:
        raise InvalidInput([InvalidField("left", "end_before_start")])


def _find(documents: Documents, who: str) -> Versioned[Oncologist] | None:
    return next((each for each in documents.oncologists if each.value.id == who), None)
