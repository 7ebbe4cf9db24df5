"""In-memory fakes of the ports over the rota's table, beside FakeRotaStore and on its content."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from chalicelib.core.domain.datetimes import IST
from chalicelib.core.domain.working_hours import DEFAULT_HOURS
from chalicelib.core.services.ports import Stale
from chalicelib.rota.domain.change_log import RotaChange
from chalicelib.rota.domain.duty import DutyDay
from chalicelib.rota.domain.model import Leave, Line, Override, Temporary
from chalicelib.rota.domain.round_robin import RotationState
from chalicelib.rota.domain.swaps import SwapOffer
from chalicelib.rota.services.ports import (
    AnyKept,
    Confirmation,
    Dated,
    Documents,
    Head,
    Kept,
    Recipient,
    RotaEdit,
    ShiftLink,
    Versioned,
)
from tests.support.fakes import FakeRotaStore, _Fake

TICK = timedelta(microseconds=1)


class FakeRotaEdits(_Fake):
    """The port RotaEdits. ``before_commit`` runs once, before the next commit looks at the head."""

    def __init__(self, rota: FakeRotaStore, lines: tuple[Line, ...] = ()) -> None:
        super().__init__()
        self.rota = rota
        self.kept: dict[str, AnyKept] = {}
        self.history: list[RotaChange] = []
        self.before_commit: list[Any] = []
        self._head = Head()
        self._versions: dict[str, int] = {}
        self._lines = Versioned(lines, 1 if lines else 0)
        self._recipients: Versioned[tuple[Recipient, ...]] = Versioned((), 0)
        self._rotation: RotationState | None = None
        self._offers: dict[str, SwapOffer] = {}
        self._untold: dict[str, RotaChange] = {}

    def somebody_writes(self) -> None:
        """Move the head on, as any change does."""
        self._head = replace(self._head, version=self._head.version + 1)

    def head(self) -> Head:
        with self._call("head"):
            return self._head

    def documents(self) -> Documents:
        with self._call("documents"):
            hours = self.rota._hours
            return Documents(
                hours=Versioned(hours or DEFAULT_HOURS, self._version("hours", hours)),
                lines=self._lines,
                oncologists=tuple(
                    Versioned(each, self._version(f"oncologist {who}", each))
                    for who, each in sorted(self.rota._oncologists.items())
                ),
            )

    def recipients(self) -> Versioned[tuple[Recipient, ...]]:
        with self._call("recipients"):
            return self._recipients

    def dated(self, start: date, end: date) -> Dated:
        with self._call("dated"):
            touching = [
                kept
                for _, kept in sorted(self.kept.items())
                if _first(kept) < end and start <= _last(kept)
            ]
            return Dated(
                leave=tuple(kept for kept in touching if isinstance(kept.value, Leave)),
                overrides=tuple(kept for kept in touching if isinstance(kept.value, Override)),
                temporary=tuple(kept for kept in touching if isinstance(kept.value, Temporary)),
            )

    def find_kept(self, kind: type[Any], source: str) -> Kept[Any] | None:
        with self._call("find_kept"):
            kept = self.kept.get(source)
            return kept if kept and isinstance(kept.value, kind) else None

    def duty_days(self, start: date, end: date) -> list[DutyDay]:
        with self._call("duty_days"):
            days = self.rota._duty_days
            return [days[day] for day in sorted(days) if start <= day < end]

    def rotation(self) -> RotationState | None:
        with self._call("rotation"):
            return self._rotation

    def commit(self, head: Head, edit: RotaEdit) -> None:
        if self.before_commit:
            self.before_commit.pop(0)()
        with self._call("commit"):
            days = self.rota._duty_days
            stale = head != self._head
            for day in edit.days:
                stale |= (days[day.day].version if day.day in days else 0) != day.version - 1
            for offer in edit.offers:
                known = self._offers.get(offer.id)
                stale |= (known.version if known else 0) != offer.version - 1
            if edit.dropped is not None:
                stale |= edit.dropped.id not in self.kept
            if stale:
                raise Stale
            self._write(edit)
            self._head = replace(self._head, version=self._head.version + 1)

    def find_offer(self, offer: str) -> SwapOffer | None:
        with self._call("find_offer"):
            return self._offers.get(offer)

    def offers(self, start: datetime, end: datetime) -> list[SwapOffer]:
        with self._call("offers"):
            found = [each for each in self._offers.values() if start <= each.shift.start < end]
            return sorted(found, key=lambda each: each.id)

    def untold(self, limit: int) -> list[RotaChange]:
        with self._call("untold"):
            return [self._untold[id_] for id_ in sorted(self._untold)][:limit]

    def mark_told(self, change: RotaChange) -> None:
        with self._call("mark_told"):
            self._untold.pop(change.id, None)

    def changes(self, start: datetime, end: datetime) -> list[RotaChange]:
        with self._call("changes"):
            return [each for each in self.history if start <= each.at < end]

    def _write(self, edit: RotaEdit) -> None:
        if edit.hours is not None:
            self.rota._hours = edit.hours.value
            self._versions["hours"] = edit.hours.version
        if edit.lines is not None:
            self._lines = edit.lines
        if edit.recipients is not None:
            self._recipients = edit.recipients
        if edit.oncologist is not None:
            who = edit.oncologist.value
            self.rota._oncologists[who.id] = who
            self._versions[f"oncologist {who.id}"] = edit.oncologist.version
        if edit.kept is not None:
            self.kept[edit.kept.id] = edit.kept
        if edit.dropped is not None:
            del self.kept[edit.dropped.id]
        self.rota._duty_days.update({day.day: day for day in edit.days})
        self._offers.update({offer.id: offer for offer in edit.offers})
        if edit.change is not None:
            self.history.append(edit.change)
            if edit.change.owes:
                self._untold[edit.change.id] = edit.change
        if edit.published is not None:
            through, self._rotation = edit.published
            self._head = replace(self._head, published_through=through)

    def _version(self, name: str, stored: object) -> int:
        return self._versions.get(name, 1 if stored else 0)


class FakeRotaLinks(_Fake):
    """The port RotaLinks."""

    def __init__(self) -> None:
        super().__init__()
        self.shift_links: dict[str, ShiftLink] = {}
        self.feeds: dict[str, str] = {}
        self._confirmed: dict[tuple[date, str, str], Confirmation] = {}
        self._reminded: datetime | None = None

    def put_shift_link(self, key: str, link: ShiftLink) -> None:
        with self._call("put_shift_link"):
            self.shift_links[key] = link

    def find_shift_link(self, key: str) -> ShiftLink | None:
        with self._call("find_shift_link"):
            return self.shift_links.get(key)

    def put_confirmation(self, confirmation: Confirmation) -> None:
        with self._call("put_confirmation"):
            key = (confirmation.day, confirmation.shift, confirmation.oncologist)
            self._confirmed[key] = confirmation

    def confirmations(self, start: date, end: date) -> list[Confirmation]:
        with self._call("confirmations"):
            return [
                self._confirmed[key] for key in sorted(self._confirmed) if start <= key[0] < end
            ]

    def replace_feed(self, oncologist: str, key: str | None) -> None:
        with self._call("replace_feed"):
            self.feeds = {hash_: who for hash_, who in self.feeds.items() if who != oncologist}
            if key is not None:
                self.feeds[key] = oncologist

    def find_feed(self, key: str) -> str | None:
        with self._call("find_feed"):
            return self.feeds.get(key)

    def reminded_through(self) -> datetime | None:
        with self._call("reminded_through"):
            return self._reminded

    def record_reminded(self, through: datetime) -> None:
        with self._call("record_reminded"):
            if self._reminded is None or self._reminded < through:
                self._reminded = through


def _first(kept: AnyKept) -> date:
    start = kept.value.start
    return start.astimezone(IST).date() if isinstance(start, datetime) else start


def _last(kept: AnyKept) -> date:
    end = kept.value.end
    if isinstance(end, datetime):
        return (end - TICK).astimezone(IST).date()
    return end - timedelta(days=1)
