"""In-memory fakes of the ports, with the semantics that the stores have.

Safe to be called from several threads. What a test wants to see or to break is a public
attribute: ``calls`` names each call in order, ``fail_next`` makes the next ones fail.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from math import ceil
from typing import Any

from chalicelib.cases.domain.answers import Asking
from chalicelib.cases.domain.case import LEASE, Case, Status
from chalicelib.cases.domain.links import Link, Strength
from chalicelib.cases.domain.phone_limits import (
    A_DAY,
    REMEMBERED,
    Intake,
    KnownPhone,
    Opened,
    PhoneLimits,
)
from chalicelib.cases.domain.queue import (
    TICKETS_LAST,
    Claim,
    Finished,
    Line,
    LineSnapshot,
    Ticket,
    Waiting,
    in_order,
    line_of,
)
from chalicelib.cases.services.ports import Front, ReferenceTaken
from chalicelib.core.domain.audit import AuditEntry, Axis
from chalicelib.core.domain.datetimes import IST
from chalicelib.core.domain.errors import (
    AlreadyClaimed,
    Blocked,
    HasOpenCase,
    InvalidField,
    InvalidInput,
    NotFound,
    RequestIdReused,
    TooManyOpenCases,
    TooManyRequests,
)
from chalicelib.core.domain.working_hours import WorkingHours
from chalicelib.core.gateways.ssm_credentials import CredentialsMissing
from chalicelib.core.services.audit_log import AuditPage
from chalicelib.core.services.ports import Page, Stale
from chalicelib.messages.domain.delivery import TRY_LASTS, MessageState, Receipt, Try
from chalicelib.messages.domain.templates import MessageClass, OwedMessage
from chalicelib.messages.services.ports import (
    OVER_CAP,
    OutgoingMessage,
    SendFailed,
    Share,
    StoredMessage,
)
from chalicelib.rota.domain.duty import DutyDay, Oncologist
from chalicelib.rota.services.duty_ports import Turning

NEVER = datetime.min.replace(tzinfo=UTC)


class _Fake:
    """Counts calls, takes one at a time, and fails where it is told to."""

    def __init__(self) -> None:
        self.calls: list[str] = []
        self.fail_next: list[Exception] = []
        self._lock = threading.RLock()

    @contextmanager
    def _call(self, name: str) -> Iterator[None]:
        with self._lock:
            self.calls.append(name)
            if self.fail_next:
                raise self.fail_next.pop(0)
            yield


class FakeCaseStore(_Fake):
    """The port CaseStore."""

    def __init__(self, cases: Iterable[Case] = ()) -> None:
        super().__init__()
        self.cases: dict[str, Case] = {}
        self.deferred: set[str] = set()
        self.blocked_until: dict[str, datetime] = {}
        self._asked: dict[str, list[Case]] = {}
        self._digests: dict[str, str | None] = {}
        self._claims: dict[str, Claim] = {}
        self._tickets: Counter[tuple[Line, int]] = Counter()
        self._fronts: dict[tuple[Line, int], tuple[str, ...]] = {}
        self._snapshot: LineSnapshot | None = None
        for case in cases:
            self.put(case)

    def put(self, case: Case, now: datetime | None = None) -> Case:
        """Place a case as it is, with all that hangs on it."""
        self.cases[case.reference] = case
        self._asked.setdefault(case.phone_key, []).append(case)
        self._follow(case, now or case.requested_at)
        return case

    def waiting(self) -> list[str]:
        """Tell the references of all who wait and may be offered, in order."""
        return [each.reference for each in in_order(map(self._line, self._lines()))]

    def open(self, case: Case, limits: PhoneLimits, digest: str | None = None) -> Opened:
        with self._call("open"):
            answer = self._answer(case, limits)
            if answer is not None:
                known = self._digests.get(case.request_id) or digest
                if answer.intake is Intake.RESENT and digest not in (known, None):
                    raise RequestIdReused
                return answer
            self._digests[case.request_id] = digest
            if case.reference in self.cases:
                raise ReferenceTaken
            self.put(case)
            return Opened(Intake.NEW, case.reference, case.expected)

    def find_open(self, phone_key: str) -> Opened | None:
        with self._call("find_open"):
            return next(iter(self._open_of(phone_key)), None)

    def find_phone(self, phone_key: str) -> KnownPhone | None:
        with self._call("find_phone"):
            recent = self._recent(phone_key)
            if phone_key not in self._asked:
                return None
            return KnownPhone(tuple(each.reference for each in recent), recent[0].language)

    def add(self, reference: str, asking: Asking) -> Case:
        with self._call("add"):
            case = self._get(reference)
            if case.knows(asking.request_id):
                return case
            if not case.status.is_open:
                raise NotFound
            full = not case.takes(asking) or (asking.tells and not case.has_room(asking))
            if not full and not case.changed_by(asking):
                self.cases[reference] = case.ask_again(asking)
            return self.cases[reference]

    def get(self, reference: str, *, consistent: bool = False) -> Case:
        with self._call("get"):
            return self._get(reference)

    def save(self, before: Case, after: Case, now: datetime) -> Case:
        with self._call("save"):
            stored = self.cases.get(before.reference)
            if after in (before, stored):
                return after
            if stored is None or stored.version != before.version:
                raise Stale
            held = self._claims.get(after.owner or "")
            if held is not None and held.reference != after.reference:
                raise HasOpenCase
            self._move(before, after)
            self.cases[after.reference] = after
            self._follow(after, now)
            return after

    def front(self, oncologist: str, lines: Sequence[Line], limit: int) -> Front:
        with self._call("front"):
            fronts = [self._line(line)[:limit] for line in lines]
            return Front(in_order(fronts), self._claims.get(oncologist))

    def draw_ticket(self, line: Line, front: Sequence[str], now: datetime) -> Ticket:
        with self._call("draw_ticket"):
            moment = (line, int(now.timestamp()) // TICKETS_LAST.seconds)
            self._tickets[moment] += 1
            seen = self._fronts.setdefault(moment, tuple(front))
            return Ticket(self._tickets[moment] - 1, seen)

    def claim(self, reference: str, oncologist: str, now: datetime) -> Case:
        with self._call("claim"):
            case = self.cases.get(reference)
            held = self._claims.get(oncologist)
            if held is not None:
                if held.reference == reference and held.claimed_at == now:
                    return self._get(reference)
                raise HasOpenCase
            if case is None or case.status is not Status.WAITING or case.not_before > now:
                raise AlreadyClaimed
            claimed = case.claim(oncologist, now)
            self.cases[reference] = claimed
            self._follow(claimed, now)
            return claimed

    def find_claim(self, oncologist: str) -> Claim | None:
        with self._call("find_claim"):
            return self._claims.get(oncologist)

    def claims(self) -> list[Claim]:
        with self._call("claims"):
            return [self._claims[who] for who in sorted(self._claims)]

    def due(self, now: datetime, limit: int) -> list[Waiting]:
        with self._call("due"):
            return [each for each in self._later() if each.not_before <= now][:limit]

    def make_ready(self, waiting: Waiting) -> bool:
        with self._call("make_ready"):
            case = self.cases[waiting.reference]
            if waiting.reference not in self.deferred or case.not_before != waiting.not_before:
                return False
            self.deferred.discard(waiting.reference)
            return True

    def list_waiting(self, line: Line, limit: int, cursor: str | None) -> Page[Waiting]:
        with self._call("list_waiting"):
            return _page(self._line(line), limit, cursor)

    def list_deferred(self, limit: int, cursor: str | None) -> Page[Waiting]:
        with self._call("list_deferred"):
            return _page(self._later(), limit, cursor)

    def list_finished(
        self, status: Status, day: date, limit: int, cursor: str | None
    ) -> Page[Finished]:
        with self._call("list_finished"):
            ended = [
                _finished(case, case.finished_at)
                for case in self.cases.values()
                if case.status is status
                and case.finished_at is not None
                and case.finished_at.astimezone(IST).date() == day
            ]
            ended.sort(key=lambda each: (each.finished_at, each.reference), reverse=True)
            return _page(ended, limit, cursor)

    def count_waiting(self, line: Line, at_most: int) -> int:
        with self._call("count_waiting"):
            return min(len(self._line(line)), at_most)

    def find_snapshot(self) -> LineSnapshot | None:
        with self._call("find_snapshot"):
            return self._snapshot

    def put_snapshot(self, snapshot: LineSnapshot) -> None:
        with self._call("put_snapshot"):
            self._snapshot = snapshot

    def _move(self, before: Case, after: Case) -> None:
        """Let a case that comes (back) to a phone take its place there, if there is one."""
        moved = before.phone_key != after.phone_key
        if after.status.is_open and (moved or not before.status.is_open):
            most = PhoneLimits().open_cases if after.another_person else 1
            if len(self._open_of(after.phone_key)) >= most:
                raise TooManyOpenCases(limit=most)
        if moved and not after.is_erased:
            self._asked.setdefault(after.phone_key, []).append(after)

    def _answer(self, case: Case, limits: PhoneLimits) -> Opened | None:
        """Tell what stands in the way of a new case; raises where it is an error."""
        now, recent = case.requested_at, self._recent(case.phone_key)
        for known in recent:
            if known.request_id == case.request_id:
                return Opened(Intake.RESENT, known.reference, known.expected)
        blocked_until = self.blocked_until.get(case.phone_key)
        if blocked_until is not None and blocked_until > now:
            raise Blocked(retry_after=_seconds(blocked_until - now))
        open_cases = self._open_of(case.phone_key)
        if open_cases and not case.another_person:
            return open_cases[0]
        if len(open_cases) >= limits.open_cases:
            raise TooManyOpenCases(limit=limits.open_cases)
        if len(recent) >= limits.new_cases_a_day:
            again_at = recent[limits.new_cases_a_day - 1].requested_at + A_DAY
            if again_at > now:
                raise TooManyRequests(retry_after=_seconds(again_at - now))
        return None

    def _recent(self, phone_key: str) -> list[Case]:
        return self._asked.get(phone_key, [])[: -REMEMBERED - 1 : -1]

    def _open_of(self, phone_key: str) -> list[Opened]:
        """List a phone's open cases, the last asked first; only the last few have their window."""
        asked = self._asked.get(phone_key, [])[::-1]
        return [
            Opened(Intake.DUPLICATE, case.reference, case.expected if place < REMEMBERED else None)
            for place, case in enumerate(asked)
            if self.cases[case.reference].status.is_open
            and self.cases[case.reference].phone_key == phone_key
        ]

    def _get(self, reference: str) -> Case:
        try:
            return self.cases[reference]
        except KeyError:
            raise NotFound from None

    def _follow(self, case: Case, now: datetime) -> None:
        """Let the claims and the deferred follow from a case that was just written."""
        for who, claim in list(self._claims.items()):
            if claim.reference == case.reference and who != case.owner:
                del self._claims[who]
        if case.owner is not None and case.claimed_at is not None:
            lease_until = case.lease_until or case.claimed_at + LEASE
            self._claims[case.owner] = Claim(
                case.owner, case.reference, case.claimed_at, lease_until
            )
        self.deferred.discard(case.reference)
        if case.status is Status.WAITING and case.not_before > now:
            self.deferred.add(case.reference)

    def _lines(self) -> set[Line]:
        return {line_of(case) for case in self.cases.values()}

    def _line(self, line: Line) -> list[Waiting]:
        ready = (
            _waiting(case)
            for case in self.cases.values()
            if case.status is Status.WAITING
            and line_of(case) == line
            and case.reference not in self.deferred
        )
        return sorted(ready, key=lambda each: each.place)

    def _later(self) -> list[Waiting]:
        later = (_waiting(self.cases[reference]) for reference in self.deferred)
        return sorted(later, key=lambda each: (each.not_before, each.reference))


class FakeRotaStore(_Fake):
    """The port RotaStore."""

    def __init__(
        self,
        oncologists: Iterable[Oncologist] = (),
        duty_days: Iterable[DutyDay] = (),
        hours: WorkingHours | None = None,
    ) -> None:
        super().__init__()
        self._oncologists = {each.id: each for each in oncologists}
        self._duty_days = {each.day: each for each in duty_days}
        self._hours = hours
        self.turned: dict[date, datetime] = {}

    def find_oncologist(self, oncologist: str) -> Oncologist | None:
        with self._call("find_oncologist"):
            return self._oncologists.get(oncologist)

    def oncologists(self) -> list[Oncologist]:
        with self._call("oncologists"):
            return [self._oncologists[who] for who in sorted(self._oncologists)]

    def put_oncologist(self, oncologist: Oncologist) -> None:
        with self._call("put_oncologist"):
            self._oncologists[oncologist.id] = oncologist

    def find_duty_day(self, day: date) -> DutyDay | None:
        with self._call("find_duty_day"):
            return self._duty_days.get(day)

    def put_duty_day(self, duty_day: DutyDay) -> None:
        with self._call("put_duty_day"):
            self._duty_days[duty_day.day] = duty_day

    def find_duty_days(self, start: date, end: date) -> list[DutyDay]:
        with self._call("find_duty_days"):
            return [self._duty_days[day] for day in sorted(self._duty_days) if start <= day < end]

    def find_hours(self) -> WorkingHours | None:
        with self._call("find_hours"):
            return self._hours

    def put_hours(self, hours: WorkingHours) -> None:
        with self._call("put_hours"):
            self._hours = hours

    def turnings_before(self, day: date, limit: int) -> list[Turning]:
        with self._call("turnings_before"):
            earlier = [each for each in sorted(self._duty_days) if each < day]
            return [self._turning(each) for each in earlier[: -limit - 1 : -1]]

    def record_turned(self, day: date, through: datetime) -> bool:
        with self._call("record_turned"):
            if day not in self._duty_days or self.turned.get(day, NEVER) >= through:
                return False
            self.turned[day] = through
            return True

    def _turning(self, day: date) -> Turning:
        return Turning(self._duty_days[day], self.turned.get(day))


class FakeMessageStore(_Fake):
    """The port MessageStore."""

    def __init__(self) -> None:
        super().__init__()
        self.messages: dict[tuple[str, str], StoredMessage] = {}
        self.next_try: dict[tuple[str, str], datetime] = {}
        self.tries: dict[tuple[str, str], Try] = {}
        self.opted_out: dict[str, datetime] = {}
        self.inbound: dict[str, str] = {}

    def store_once(self, message: OwedMessage, now: datetime, *, begun: bool = True) -> bool:
        with self._call("store_once"):
            if _key(message) in self.messages:
                return False
            state = MessageState.OVERTAKEN if message.is_overtaken else MessageState.OWED
            self.messages[_key(message)] = StoredMessage(message, state, now)
            self.next_try[_key(message)] = now + TRY_LASTS if begun else now
            self.tries[_key(message)] = Try(number=int(begun))
            return True

    def begin_try(self, message: OwedMessage, now: datetime) -> Try | None:
        with self._call("begin_try"):
            key = _key(message)
            if not self._is_owed(message) or self.next_try[key] > now:
                return None
            self.next_try[key] = now + TRY_LASTS
            self.tries[key] = replace(self.tries[key], number=self.tries[key].number + 1)
            self.messages[key] = replace(self.messages[key], tries=self.tries[key].number)
            return self.tries[key]

    def put_off(self, message: OwedMessage, cause: str, tried: Try, until: datetime) -> None:
        with self._call("put_off"):
            if self._is_owed(message):
                self.messages[_key(message)] = replace(self.messages[_key(message)], cause=cause)
                self.next_try[_key(message)] = until
                self.tries[_key(message)] = tried

    def due(self, now: datetime, limit: int) -> list[OwedMessage]:
        with self._call("due"):
            due = [
                (self.next_try[key], key)
                for key, stored in self.messages.items()
                if stored.state is MessageState.OWED and self.next_try[key] <= now
            ]
            return [self.messages[key].message for _, key in sorted(due)][:limit]

    def standing(self, names: Collection[tuple[str, str]]) -> set[tuple[str, str]]:
        with self._call("standing"):
            return set(names).intersection(self.messages)

    def is_owed(self, message: OwedMessage) -> bool:
        with self._call("is_owed"):
            return self._is_owed(message)

    def mark_sent(self, message: OwedMessage, provider_id: str, now: datetime) -> None:
        with self._call("mark_sent"):
            self._settle(message, MessageState.SENT, now, provider_id=provider_id)

    def mark_failed(self, message: OwedMessage, cause: str, now: datetime) -> None:
        with self._call("mark_failed"):
            self._settle(message, MessageState.FAILED, now, cause=cause)

    def mark_suppressed(self, message: OwedMessage, now: datetime) -> None:
        with self._call("mark_suppressed"):
            self._settle(message, MessageState.SUPPRESSED, now)

    def mark_overtaken(self, message: OwedMessage, now: datetime) -> None:
        with self._call("mark_overtaken"):
            self._settle(message, MessageState.OVERTAKEN, now)

    def note_receipt(self, subject: str, id_: str, receipt: Receipt, now: datetime) -> bool:
        with self._call("note_receipt"):
            stored = self.messages.get((subject, id_))
            if stored is None:
                return False
            state = MessageState.DELIVERED if receipt.delivered else MessageState.UNDELIVERED
            on_its_way = stored.state in (MessageState.OWED, MessageState.SENT)
            if on_its_way or (receipt.delivered and stored.state is not state):
                self.messages[subject, id_] = replace(
                    stored,
                    state=state,
                    since=now,
                    provider_id=receipt.provider_id or stored.provider_id,
                    cause=receipt.cause or None,
                )
            return True

    def owed_before(self, before: datetime, limit: int) -> list[OwedMessage]:
        with self._call("owed_before"):
            owed = [
                stored.message
                for stored in self.messages.values()
                if stored.state is MessageState.OWED
                and stored.message.owed_at < before
                and stored.cause != OVER_CAP
            ]
            return sorted(owed, key=lambda each: each.owed_at)[:limit]

    def list_for(self, subject: str) -> list[StoredMessage]:
        with self._call("list_for"):
            return [self.messages[key] for key in sorted(self.messages) if key[0] == subject]

    def opt_out(self, phone_key: str, now: datetime) -> None:
        with self._call("opt_out"):
            self.opted_out[phone_key] = now

    def opt_in(self, phone_key: str) -> None:
        with self._call("opt_in"):
            self.opted_out.pop(phone_key, None)

    def is_opted_out(self, phone_key: str) -> bool:
        with self._call("is_opted_out"):
            return phone_key in self.opted_out

    def opted_out_of(self, phone_keys: Collection[str]) -> set[str]:
        with self._call("opted_out_of"):
            return set(phone_keys).intersection(self.opted_out)

    def record_inbound(self, message_id: str, outcome: str, now: datetime) -> None:
        with self._call("record_inbound"):
            self.inbound[message_id] = outcome

    def _is_owed(self, message: OwedMessage) -> bool:
        stored = self.messages.get(_key(message))
        return stored is not None and stored.state is MessageState.OWED

    def _settle(
        self, message: OwedMessage, state: MessageState, now: datetime, **more: str
    ) -> None:
        stored = self.messages.get(_key(message))
        if stored is None:
            raise NotFound
        if stored.state is MessageState.OWED:
            self.messages[_key(message)] = replace(stored, state=state, since=now, **more)


class FakeAudit(_Fake):
    """The port AuditStore; ``entries`` in the order in which they were stored."""

    def __init__(self) -> None:
        super().__init__()
        self.entries: list[AuditEntry] = []

    def begin(self, entry: AuditEntry, kept_until: datetime) -> Callable[[], None]:
        assert kept_until > entry.at
        failure: Exception | None = None
        try:
            with self._call("begin"):
                self.entries.append(entry)
        except Exception as error:  # noqa: BLE001  # told to whoever waits
            failure = error

        def wait() -> None:
            if failure is not None:
                raise failure

        return wait

    def find(self, wanted: AuditPage) -> Page[AuditEntry]:
        with self._call("find"):
            of = {
                Axis.SUBJECT: lambda entry: entry.subject,
                Axis.PERSON: lambda entry: entry.who,
                Axis.DAY: lambda entry: entry.at.astimezone(IST).date().isoformat(),
            }[wanted.axis]
            found = [
                entry
                for entry in self.entries
                if of(entry) == wanted.value and wanted.start <= entry.at < wanted.end
            ]
            found.sort(key=lambda entry: entry.id, reverse=True)
            rest = [each for each in found if wanted.cursor is None or each.id < wanted.cursor]
            shown = rest[: wanted.limit]
            return Page(tuple(shown), shown[-1].id if len(rest) > wanted.limit else None)

    def actions(self) -> list[str]:
        """Tell the actions recorded, in order."""
        return [entry.action for entry in self.entries]


class FakeSecrets:
    """The port Secrets: readable, and of no use to anybody."""

    def phone_key(self, e164: str) -> str:
        return f"key-of-{e164[1:]}".ljust(22, "=")

    def name_key(self, name: str) -> str:
        return f"key-of-name-{name}"

    def tries_key(self, source: str) -> str:
        return sha256(source.encode()).hexdigest()

    def link_token(self, signed: str) -> str:
        return f"token-of-{signed}"

    def find_signed(self, token: str, *texts: str) -> str | None:
        return next((text for text in texts if token == self.link_token(text)), None)


def strong_token(reference: str, serial: int = 0, term: int = 0) -> str:
    """The token of the link that goes by SMS, as FakeSecrets sign it."""
    link = Link(Strength.STRONG, serial, term)
    return FakeSecrets().link_token(link.signed_text(reference))


def weak_token(reference: str, serial: int = 0) -> str:
    """The token of the link that is shown at asking, as FakeSecrets sign it."""
    return FakeSecrets().link_token(Link(Strength.WEAK, serial).signed_text(reference))


class FakeMessageGateway:
    """The port MessageGateway: keeps what it sends; ``failures`` come first, one for each call."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, str]] = []
        self.message_ids: list[str] = []
        self.template_ids: list[str] = []
        self.failures: list[SendFailed] = []

    def send(self, sms: OutgoingMessage) -> str:
        if self.failures:
            raise self.failures.pop(0)
        self.sent.append((sms.phone, sms.text))
        self.message_ids.append(sms.message_id)
        self.template_ids.append(sms.template_id)
        return f"provider-{len(self.sent)}"


class FakeSpendStore:
    """The port SpendStore."""

    def __init__(self) -> None:
        self.spent: Counter[tuple[str, date]] = Counter()
        self.shares: Counter[tuple[str, date, MessageClass]] = Counter()

    def spend(
        self, name: str, day: date, segments: int, cap: int, share: Share | None = None
    ) -> bool:
        if self.spent[name, day] + segments > cap:
            return False
        if share is not None:
            if self.shares[name, day, share.message_class] + segments > share.cap:
                return False
            self.shares[name, day, share.message_class] += segments
        self.spent[name, day] += segments
        return True

    def give_back(self, name: str, day: date, segments: int, share: Share | None = None) -> None:
        self.spent[name, day] -= segments
        if share is not None:
            self.shares[name, day, share.message_class] -= segments


class FakeCredentials:
    """What other companies gave us: each name's values, as a test puts them there."""

    def __init__(self, **values: tuple[str, ...]) -> None:
        self.values = {name.replace("_", "-"): lines for name, lines in values.items()}
        self.forgotten = 0
        self.replaced: dict[str, tuple[str, ...]] | None = None
        """What stands there now, where the process has not read it yet."""
        self.fail_next: list[Exception] = []

    def get(self, *names: str) -> tuple[tuple[str, ...], ...]:
        if self.fail_next:
            raise self.fail_next.pop(0)
        missing = tuple(name for name in names if name not in self.values)
        if missing:
            raise CredentialsMissing(missing)
        return tuple(self.values[name] for name in names)

    def renewed(self, *names: str) -> tuple[tuple[str, ...], ...] | None:
        if self.replaced is None:
            return None
        self.values, self.replaced = {**self.values, **self.replaced}, None
        return tuple(self.values[name] for name in names)

    def forget(self) -> None:
        self.forgotten += 1


class FakeClock:
    """A clock that stands still until it is moved."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def advance(self, by: timedelta) -> datetime:
        self.now += by
        return self.now


def counting_bytes() -> Callable[[int], bytes]:
    """Make a source of bytes that gives other ones at each call, the same in each run."""
    state = {"count": 0}

    def draw(length: int) -> bytes:
        state["count"] += 1
        return (state["count"] * 0x9E3779B97F4A7C15 % 256**length).to_bytes(length, "big")

    return draw


def _waiting(case: Case) -> Waiting:
    return Waiting(
        reference=case.reference,
        language=case.language,
        prefers_woman=case.prefers_woman,
        priority=case.priority,
        requested_at=case.requested_at,
        not_before=case.not_before,
        mode=case.mode,
        tries=len(case.attempts),
    )


def _finished(case: Case, at: datetime) -> Finished:
    return Finished(
        reference=case.reference,
        status=case.status,
        closed_reason=case.closed_reason.value if case.closed_reason else None,
        language=case.language,
        requested_at=case.requested_at,
        finished_at=at,
        tries=len(case.attempts),
        handling_minutes=case.handling_minutes,
    )


def _page(items: Sequence[Any], limit: int, cursor: str | None) -> Page[Any]:
    """Cut one page; the cursor names the last item shown, as the store's does."""
    references = [each.reference for each in items]
    start = 0
    if cursor is not None:
        last = cursor.removeprefix("after-")
        if last == cursor or last not in references:
            raise InvalidInput([InvalidField("cursor", "invalid")])
        start = references.index(last) + 1
    shown = tuple(items[start : start + limit])
    more = len(items) > start + limit
    return Page(shown, f"after-{shown[-1].reference}" if more else None)


def _key(message: OwedMessage) -> tuple[str, str]:
    return message.subject, message.id


def _seconds(left: timedelta) -> int:
    return ceil(left.total_seconds())
