"""What must be, by the rules alone: the cases, each phone's, who holds what, what was owed.

It is told what was done and what it led to by the rules; it reads nothing, and knows no table.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum
from typing import Final

from chalicelib.cases.domain.case import DEFAULT_PRIORITY, Status
from chalicelib.cases.domain.timeline import CloseReason, Result

DAY: Final = timedelta(hours=24)
OPEN_AT_ONCE: Final = 3
NEW_IN_A_DAY: Final = 5
TRIES: Final = 3
GREETING: Final = "greeting"
AGAIN: Final = "already_in_line"
FINISHED: Final = "finished"
ASKINGS: Final = 20
ADDITIONS: Final = 6


class Reply(Enum):
    """What whoever asks must be told; the last three are the codes of refusals."""

    NEW = "new"
    RESENT = "resent"
    DUPLICATE = "duplicate"
    BLOCKED = "blocked"
    TOO_MANY_OPEN = "too_many_open_cases"
    TOO_MANY = "too_many_requests"


@dataclass
class Known:
    """A case as it must be. ``ready``: it stands in its line, None: that is still to be seen."""

    reference: str
    phone: str
    asked: datetime
    language: str
    own_woman: bool
    another_person: bool
    key: str = ""
    window: str = "any"
    confirmed: bool = True
    own_priority: int = DEFAULT_PRIORITY
    brought: dict[str, tuple[int | None, bool | None]] = field(default_factory=dict)
    status: Status = Status.WAITING
    reason: CloseReason | None = None
    owner: str | None = None
    held_since: datetime | None = None
    tries: int = 0
    ready: bool | None = None
    erased: bool = False
    askings: set[str] = field(default_factory=set)
    noted: Counter[bool] = field(default_factory=Counter)
    told: Counter[bool] = field(default_factory=Counter)
    owes: Counter[str] = field(default_factory=Counter)
    lost: dict[str, datetime] = field(default_factory=dict)
    taken_since: set[str] = field(default_factory=set)
    serial: int = 0
    refuted: set[str] = field(default_factory=set)

    @property
    def priority(self) -> int:
        """The most urgent of its own and of those that were merged into it."""
        return min([self.own_priority, *(each for each, _ in self.brought.values() if each)])

    @property
    def woman(self) -> bool:
        """Whether it asks for a woman, by itself or by one that was merged into it."""
        return self.own_woman or any(each for _, each in self.brought.values())

    def decide(self, *, priority: int | None = None, woman: bool | None = None) -> None:
        """Be what somebody says, whatever was merged."""
        if priority is not None:
            self.own_priority = priority
            self.brought = {name: (None, each) for name, (_, each) in self.brought.items()}
        if woman is not None:
            self.own_woman = woman
            self.brought = {name: (each, None) for name, (each, _) in self.brought.items()}

    def written(self) -> None:
        """Be stored whole: it stands where its time says then."""
        if self.status is Status.WAITING:
            self.ready = None

    @property
    def place(self) -> tuple[int, datetime, str]:
        """Its place in line."""
        return (self.priority, self.asked, self.reference)

    def wait(self) -> None:
        """Go (back) in line."""
        self.status, self.reason, self.ready = Status.WAITING, None, None
        self.owner = self.held_since = None

    def lose(self, now: datetime) -> None:
        """Be taken from its owner, who may record the outcome for a day."""
        if self.owner:
            self.lost[self.owner] = now
            self.taken_since.discard(self.owner)

    def may_record_late(self, who: str, now: datetime) -> bool:
        """Whether somebody who has lost it may still record."""
        return not self.erased and who in self.lost and now - self.lost[who] <= DAY

    def hold(self, who: str, now: datetime) -> None:
        """Be somebody's."""
        if self.owner != who:
            self.lose(now)
        self.lost.pop(who, None)
        self.refuted.discard(who)
        self.taken_since |= self.lost.keys()
        self.status, self.owner, self.held_since = Status.CLAIMED, who, now

    def end(self, status: Status, reason: CloseReason | None = None) -> None:
        """Be over, and owe a word about it where there is one."""
        self.wait()
        self.status, self.reason = status, reason
        self.serial += reason is CloseReason.WRONG_NUMBER
        if status is Status.COMPLETED:
            self.owes[FINISHED] += 1
        elif reason in (CloseReason.CANCELLED, CloseReason.UNREACHABLE, CloseReason.EXPIRED):
            self.owes[reason.value] += 1

    def erase(self) -> None:
        """Be nobody's any more."""
        if self.status.is_open:
            self.end(Status.CLOSED, CloseReason.ERASED)
        self.erased = True


@dataclass(frozen=True)
class Said:
    """What a further asking says; None: nothing about that."""

    own_phone: bool
    tells: bool
    confirms: bool
    language: str | None = None
    woman: bool | None = None
    window: str | None = None


@dataclass
class Recent:
    """A phone's new case of late; of one that was erased only its time counts."""

    reference: str
    key: str
    at: datetime


class Model:
    """The helpline as it must be."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self.cases: dict[str, Known] = {}
        self.blocked: dict[str, datetime] = {}
        self._recent: dict[str, list[Recent]] = {}
        self._merged: list[tuple[str, str]] = []

    def reply(
        self, phone: str, key: str, *, another_person: bool, now: datetime
    ) -> tuple[Reply, str]:
        """Tell what somebody who asks now is told, and of which case; ``key`` names the asking."""
        recent = self._recent.get(phone, [])
        for each in recent:
            if each.key == key:
                return Reply.RESENT, each.reference
        if self.blocked.get(phone, now) > now:
            return Reply.BLOCKED, ""
        open_now = self.open_of(phone)
        latest = self.latest_of(phone)
        if latest is not None and not another_person:
            return Reply.DUPLICATE, latest.reference
        if len(open_now) >= OPEN_AT_ONCE:
            return Reply.TOO_MANY_OPEN, ""
        if len(recent) >= NEW_IN_A_DAY and recent[NEW_IN_A_DAY - 1].at > now - DAY:
            return Reply.TOO_MANY, ""
        return Reply.NEW, ""

    def add(self, case: Known) -> None:
        """Take in a new case."""
        case.askings.add(case.key)
        case.owes[GREETING] += 1
        self.cases[case.reference] = case
        self._remember(case)

    def ask_again(self, reference: str, key: str, said: Said) -> None:
        """Note a further asking; the same once more says nothing.

        One that only adds does not touch where the case stands; another is stored with it.
        """
        case = self.cases[reference]
        if key in case.askings:
            return
        changed = (
            said.language not in (None, case.language)
            or said.woman not in (None, case.woman)
            or said.window not in (None, case.window)
            or (said.confirms and not case.confirmed)
        )
        most = ASKINGS if said.tells or changed else ASKINGS - ADDITIONS
        if case.noted[said.own_phone] >= most:
            case.written()
            return
        full = said.tells and case.told[said.own_phone] >= ADDITIONS
        brought = bool(case.brought) and said.woman is not None
        if changed or full or brought:
            case.written()
        case.askings.add(key)
        case.noted[said.own_phone] += 1
        case.told[said.own_phone] += said.tells and not full
        case.owes[AGAIN] += said.tells or changed
        case.language = said.language or case.language
        case.window = said.window or case.window
        case.confirmed |= said.confirms
        case.decide(woman=said.woman)

    def attempt(self, reference: str, result: Result) -> None:
        """Take in what came of a call."""
        case = self.cases[reference]
        case.tries += result is not Result.FAILED
        if result is Result.FAILED:
            case.wait()
        elif result is Result.ANSWERED:
            case.refuted |= case.lost.keys()
            case.end(Status.COMPLETED)
        elif result is Result.WRONG_NUMBER:
            case.end(Status.CLOSED, CloseReason.WRONG_NUMBER)
        elif case.tries >= TRIES:
            case.end(Status.CLOSED, CloseReason.UNREACHABLE)
        else:
            case.wait()

    def attempt_late(self, reference: str, who: str, result: Result) -> None:
        """Note what somebody records who has lost the case: as its owner, or beside it."""
        case = self.cases[reference]
        del case.lost[who]
        if case.status is Status.WAITING and who not in case.taken_since:
            self.attempt(reference, result)
        else:
            case.tries += result is not Result.FAILED
            case.serial += result is Result.WRONG_NUMBER and who not in case.refuted

    def may_come(self, phone: str, *, another_person: bool) -> bool:
        """Tell whether a phone has a place for a case that comes (back) to it."""
        standing = self.open_of(phone)
        return len(standing) < OPEN_AT_ONCE if another_person else not standing

    def reopen(self, reference: str, *, another_person: bool) -> None:
        """Put a case back in line, with tries anew."""
        case = self.cases[reference]
        self._separate(case)
        case.another_person |= another_person
        case.tries = 0
        case.wait()
        case.owes[GREETING] += 1
        self._remember(case)

    def move(self, reference: str, phone: str) -> None:
        """Let a case be another phone's."""
        case = self.cases[reference]
        if case.phone == phone:
            return
        self._forget(case.phone, reference)
        case.phone = phone
        case.serial += 1
        case.refuted |= {*case.lost, *([case.owner] if case.owner else [])}
        if case.status.is_open:
            case.owes[GREETING] += 1
        self._remember(case)

    def merge(self, reference: str, into: str) -> None:
        """Let a case go on in another."""
        duplicate, case = self.cases[reference], self.cases[into]
        case.brought[reference] = (duplicate.priority, duplicate.woman)
        case.written()
        duplicate.end(Status.CLOSED, CloseReason.DUPLICATE)
        self._merged.append((reference, into))

    def _separate(self, case: Known) -> None:
        """Undo a merge, in all the cases that it reached."""
        into = dict(self._merged)
        target = into.get(case.reference)
        if target is None:
            return
        self._merged.remove((case.reference, target))
        via = self.cases[target]
        via.brought.pop(case.reference, None)
        via.written()
        while (target := into.get(via.reference)) is not None:
            above = self.cases[target]
            if via.reference in above.brought and not above.erased:
                above.brought[via.reference] = (via.priority, via.woman)
            above.written()
            via = above

    def erase(self, reference: str) -> None:
        """Erase a case, and all that were merged with it, or with one of those."""
        person = {reference}
        for _ in self._merged:
            for pair in self._merged:
                if person & set(pair):
                    person |= set(pair)
        for each in person:
            if not self.cases[each].erased:
                self.cases[each].erase()

    def held_by(self, who: str) -> Known | None:
        """Find what somebody holds."""
        return next((each for each in self.cases.values() if each.owner == who), None)

    def latest_of(self, phone: str) -> Known | None:
        """Find the open case that a phone asked for last."""
        open_now = self.open_of(phone)
        recent = [each.reference for each in self._recent.get(phone, [])]
        known = [reference for reference in recent if reference in open_now]
        return self.cases[known[0] if known else min(open_now)] if open_now else None

    def open_of(self, phone: str) -> set[str]:
        """Name a phone's open cases."""
        return {
            each.reference
            for each in self.cases.values()
            if each.phone == phone and each.status.is_open and not each.erased
        }

    def line(self, language: str, *, woman: bool) -> list[str]:
        """Name who stands in a line, in order."""
        here = [
            each
            for each in self.cases.values()
            if each.status is Status.WAITING
            and each.ready
            and (each.language, each.woman) == (language, woman)
        ]
        return [each.reference for each in sorted(here, key=lambda each: each.place)]

    def first_for(self, languages: Iterable[str], *, is_woman: bool) -> str | None:
        """Name whose turn it is with a doctor."""
        lines = [
            self.line(language, woman=woman)
            for language in languages
            for woman in ((False, True) if is_woman else (False,))
        ]
        fronts = [self.cases[line[0]] for line in lines if line]
        return min(fronts, key=lambda each: each.place).reference if fronts else None

    def forget_erased(self) -> None:
        """Let a phone's item forget the erased, but for when they asked."""
        for case in self.cases.values():
            if case.erased:
                self._forget(case.phone, case.reference)

    def _forget(self, phone: str, reference: str) -> None:
        for each in self._recent.get(phone, []):
            if each.reference == reference:
                each.reference = each.key = ""

    def _remember(self, case: Known) -> None:
        recent = self._recent.setdefault(case.phone, [])
        recent.insert(0, Recent(case.reference, case.key, case.asked))
        del recent[NEW_IN_A_DAY:]
