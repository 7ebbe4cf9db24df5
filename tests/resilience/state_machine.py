"""The state machine: every command in any order, against a model of what must be.

Patients ask by every way in, doctors and administrators act, people leave and swap, the schedules
come round, time passes, and the stream delivers when it likes. After each step the tables are held
against :mod:`tests.resilience.reference_model`; at the end of each run nothing may be owed to
anybody.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, timedelta
from functools import partial
from http import HTTPStatus
from itertools import product
from typing import Any, ClassVar, Final, NamedTuple

from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from chalicelib.cases.domain.case import Status
from chalicelib.cases.domain.queue import Line
from chalicelib.cases.domain.timeline import CloseReason, Happening, Result
from chalicelib.cases.services.manage_cases import CLOSED_BY_HAND
from chalicelib.cases.store import keys
from chalicelib.core.domain.datetimes import IST
from chalicelib.messages.domain.delivery import MessageState
from chalicelib.messages.domain.templates import Template
from chalicelib.rota.domain.handover import on_duty_until
from tests.resilience import actors
from tests.resilience.actors import ADMINISTRATOR, DOCTORS, Asking
from tests.resilience.harness import READERS, Answer, Snapshot, World, a_world
from tests.resilience.invariants import AT_ONCE, Tables, Violation, read, violations
from tests.resilience.outcome import Outcome
from tests.resilience.reference_model import GREETING, Known, Model, Reply, Said
from tests.support import functions
from tests.support.helpline import strong_link

PHONES: Final = ("9812345670", "9812345671", "9812345672")
PICKS: Final = st.integers(0, 40)
WHO: Final = st.sampled_from(tuple(DOCTORS))
LANGUAGES: Final = ("hi", "en")
SCHEDULES: Final[Mapping[str, Callable[[], object]]] = {
    each.__name__: each
    for each in (
        functions.due_cases,
        functions.turn_shifts,
        functions.sweep_unsent,
        functions.publish_rota,
        functions.recount_cases,
        functions.remind,
        functions.watch_gaps,
        functions.purge,
    )
}
COUNTERS: Final = 9
"""The invariant of the reports."""
GREETINGS: Final = frozenset(
    {Template.RECEIVED, Template.CLOSED_NOW, Template.MISSED_CALL, Template.NO_TIME_YET}
)
RENEWED: Final = frozenset({Template.NEW_TIME, Template.NO_TIME_YET})
"""What is owed where a promise is made again."""
REFUSALS: Final = frozenset({200, 201, 204, 303, 404, 409, 422})
"""What a call about the rota may be answered; what came of it is asked of the tables."""
STEP: Final = timedelta(seconds=7)
"""What each step takes: longer than a ticket of the line counts."""


class Held(NamedTuple):
    """A link that somebody has: of which case, of which of its phones, and how strong."""

    reference: str
    serial: int
    token: str
    strong: bool


class Broken(AssertionError):
    """Something is not as it must be."""


class Helpline(RuleBasedStateMachine):
    """One helpline, from the day on which it opens."""

    steps: ClassVar[Counter[str]] = Counter()
    world: ClassVar[World]
    empty: ClassVar[Snapshot]
    """The helpline as it opens: put back before each run."""

    def __init__(self) -> None:
        """Open nothing yet."""
        super().__init__()
        self.model = Model()
        self.asked: list[tuple[str, Asking]] = []
        self.offers: list[str] = []
        self.leaves: dict[str, tuple[str, date, date]] = {}
        self.gone: set[str] = set()
        self.links: list[Held] = []
        self.lost_a_record = False

    @initialize(
        first=st.lists(
            st.tuples(st.sampled_from(("json", "web")), st.sampled_from(PHONES), st.booleans()),
            min_size=2,
            max_size=6,
        )
    )
    def open(self, first: list[tuple[str, str, bool]]) -> None:
        """Open the helpline on a Tuesday at noon, when some have asked already."""
        self.world.restore(self.empty)
        self._look()
        for way, phone, woman in first:
            self.ask(way, phone, another=True, woman=woman, language="hi", window="any")

    @rule(
        way=st.sampled_from(tuple(actors.WAYS)),
        phone=st.sampled_from(PHONES),
        another=st.booleans(),
        woman=st.booleans(),
        language=st.sampled_from(LANGUAGES),
        window=st.sampled_from(("any", "any", "morning", "afternoon")),
    )
    def ask(
        self,
        way: str,
        phone: str,
        another: bool,  # noqa: FBT001  # drawn
        woman: bool,  # noqa: FBT001  # drawn
        language: str,
        window: str,
    ) -> None:
        """Somebody asks for a callback."""
        text = {"hi": "मुझे डॉक्टर से बात करनी है", "en": "I need to talk to a doctor"}
        plain = way in ("sms", "call")
        asking = Asking(
            id=f"asking-{len(self.asked)}",
            phone=phone,
            another_person=another and not plain,
            language=language,
            prefers_woman=woman and not plain,
            window="any" if plain else window,
            message="" if way == "call" else text[language],
        )
        self.asked.append((way, asking))
        self._ask(way, asking)

    @precondition(lambda self: self.asked)
    @rule(pick=PICKS)
    def ask_the_same_again(self, pick: int) -> None:
        """A double click, a provider's retry, a lost answer."""
        self._ask(*self.asked[pick % len(self.asked)])

    @rule(phone=st.sampled_from(PHONES), word=st.sampled_from(("STOP", "START", "HELP", "STATUS")))
    def say(self, phone: str, word: str) -> None:
        """Send a word that rules. STOP is a no to what only a missed call asked for."""
        latest = self.model.latest_of(phone)
        actors.sms(self.world, phone, word, f"word-{self.steps['say']}-{word}")
        if word == "STOP" and latest is not None and self._by_missed_call(latest):
            latest.lose(self.world.clock.now)
            latest.end(Status.CLOSED, CloseReason.CANCELLED)
        self._went_on("say")

    @precondition(lambda self: self.links)
    @rule(pick=PICKS, on_page=st.booleans())
    def cancel(self, pick: int, on_page: bool) -> None:  # noqa: FBT001  # drawn
        """A patient cancels."""
        case, link = self._pick_link(pick)
        if on_page:
            answer = actors.send_form(
                self.world, f"/c/{case.reference}/cancel?t={link.token}", {"t": link.token}
            )
        else:
            answer = self._post("", f"/callbacks/{case.reference}/cancel", {"t": link.token})
        if link.serial != case.serial:
            self._expect(answer, 404)
        elif case.status.is_open:
            self._expect(answer, 303 if on_page else 200)
            case.lose(self.world.clock.now)
            case.end(Status.CLOSED, CloseReason.CANCELLED)
        else:
            already = case.reason is CloseReason.CANCELLED
            self._expect(answer, *((303, 200) if already else (409, 303)))
        self._went_on("cancel")

    @precondition(lambda self: self.links)
    @rule(pick=PICKS, window=st.sampled_from(("any", "morning", "afternoon")))
    def reschedule(self, pick: int, window: str) -> None:
        """A patient wants another part of the day."""
        case, link = self._pick_link(pick)
        path = f"/callbacks/{case.reference}/reschedule"
        answer = self._post("", path, {"t": link.token, "window": window})
        if link.serial != case.serial:
            self._expect(answer, 404)
        elif case.status is Status.WAITING:
            self._expect(answer, 200)
            case.ready, case.window = None, window
        else:
            self._expect(answer, 409)
        self._went_on("reschedule")

    @precondition(lambda self: self.links)
    @rule(pick=PICKS)
    def withdraw(self, pick: int) -> None:
        """A patient withdraws their consent."""
        case, link = self._pick_link(pick)
        answer = self._post("", f"/callbacks/{case.reference}/withdraw", {"t": link.token})
        if link.serial != case.serial or not link.strong:
            self._expect(answer, 404)
        else:
            self._expect(answer, 200)
            self.model.erase(case.reference)
        self._went_on("withdraw")

    @rule(who=WHO)
    def take_next(self, who: str) -> None:
        """A doctor takes the next case."""
        answer = self._post(who, "/duty/next")
        first = self.model.first_for(
            DOCTORS[who]["languages"], is_woman=DOCTORS[who]["gender"] == "female"
        )
        if who not in self.on_duty() or self.model.held_by(who):
            self._expect(answer, 409)
        elif first is None:
            self._expect(answer, 204)
        else:
            self._expect(answer, 200)
            if answer.body["reference"] != first:
                raise Broken("a doctor was given another case than the first that suits")
            self.model.cases[first].hold(who, self.world.clock.now)
        self._went_on("take_next")

    @rule(who=WHO, result=st.sampled_from(Result), minutes=st.integers(0, 40))
    def work(self, who: str, result: Result, minutes: int) -> None:
        """A doctor takes the next case, talks for a while, and tells what came of it."""
        self.take_next(who)
        held = self.model.held_by(who)
        if held is not None:
            self.world.clock.go(minutes=minutes)
            path = f"/cases/{held.reference}/attempts"
            answer = self._post(who, path, {"result": result.value, "note": "told"})
            if self._may_act(answer, held, who):
                self.model.attempt(held.reference, result)
            self._went_on("work")

    @precondition(lambda self: self.model.cases)
    @rule(pick=PICKS, who=WHO, result=st.sampled_from(Result), whose=st.booleans())
    def attempt(self, pick: int, who: str, result: Result, whose: bool) -> None:  # noqa: FBT001
        """A doctor tells what came of a call; now and then of a case that is another's."""
        case = self._pick_held(pick) if whose else self._pick(pick)
        who = case.owner or who if whose else who
        answer = self._post(
            who, f"/cases/{case.reference}/attempts", {"result": result.value, "note": "told"}
        )
        if case.owner != who and case.may_record_late(who, self.world.clock.now):
            self._expect(answer, 200)
            self.model.attempt_late(case.reference, who, result)
        elif self._may_act(answer, case, who):
            self.model.attempt(case.reference, result)
        self._went_on("attempt")

    @precondition(lambda self: self.model.cases)
    @rule(pick=PICKS, who=WHO, how=st.sampled_from(("release", "call", "video")))
    def act(self, pick: int, who: str, how: str) -> None:
        """A doctor calls, or gives a case back."""
        case = self._pick_held(pick)
        # With a reason, so that no number of them is refused.
        body = {"reason": "other"} if how == "release" else None
        answer = self._post(who, f"/cases/{case.reference}/{how}", body)
        if how != "release" and who not in self.on_duty():
            self._expect(answer, 409)
        elif self._may_act(answer, case, who):
            if how == "release":
                case.wait()
            else:
                # At most: a second click within a minute is the same call, and the same room.
                case.owes["calling_soon" if how == "call" else "video_link"] += 1
        self._went_on(how)

    @precondition(lambda self: self.model.cases)
    @rule(pick=PICKS, who=WHO, anyway=st.booleans())
    def assign(self, pick: int, who: str, anyway: bool) -> None:  # noqa: FBT001  # drawn
        """An administrator gives a case to somebody."""
        case = self._pick(pick)
        body = {"oncologist": who, "anyway": anyway}
        answer = self._post(ADMINISTRATOR, f"/admin/cases/{case.reference}/assign", body)
        suits = case.language in DOCTORS[who]["languages"] and (
            not case.woman or DOCTORS[who]["gender"] == "female"
        )
        held = self.model.held_by(who)
        if who not in self.on_duty() or not case.status.is_open:
            self._expect(answer, 409)
        elif held is case:
            self._expect(answer, 200)
        elif held is not None or not (suits or anyway):
            self._expect(answer, 409)
        else:
            self._expect(answer, 200)
            case.hold(who, self.world.clock.now)
        self._went_on("assign")

    @precondition(lambda self: self.model.cases)
    @rule(pick=PICKS, reason=st.sampled_from(CLOSED_BY_HAND))
    def close(self, pick: int, reason: CloseReason) -> None:
        """An administrator ends a case."""
        case = self._pick(pick)
        body = {"reason": reason.value, "note": "why"}
        answer = self._post(ADMINISTRATOR, f"/admin/cases/{case.reference}/close", body)
        if case.status.is_open:
            self._expect(answer, 200)
            case.lose(self.world.clock.now)
            case.end(Status.CLOSED, reason)
        else:
            is_so = case.status is Status.CLOSED and case.reason is reason
            self._expect(answer, 200 if is_so else 409)
        self._went_on("close")

    @precondition(lambda self: self.model.cases)
    @rule(pick=PICKS, another=st.booleans())
    def reopen(self, pick: int, another: bool) -> None:  # noqa: FBT001  # drawn
        """An administrator puts a case back in line."""
        case = self._pick(pick)
        came_back = self._tables.cases[case.reference].timeline[-1].what.value == "reopened"
        path = f"/admin/cases/{case.reference}/reopen"
        answer = self._post(ADMINISTRATOR, path, {"another_person": another})
        if case.status.is_open or case.erased:
            is_so = case.status is Status.WAITING and came_back
            self._expect(answer, 200 if is_so else 409)
        elif not self.model.may_come(case.phone, another_person=another or case.another_person):
            self._expect(answer, 409)
        else:
            self._expect(answer, 200)
            self.model.reopen(case.reference, another_person=another)
        self._went_on("reopen")

    @precondition(lambda self: self.model.cases)
    @rule(
        pick=PICKS,
        phone=st.sampled_from(PHONES) | st.none(),
        priority=st.integers(1, 9),
        woman=st.booleans(),
        stale=st.integers(0, 4),
    )
    def correct(  # what a correction says
        self,
        pick: int,
        phone: str | None,
        priority: int,
        woman: bool,  # noqa: FBT001  # drawn
        stale: int,
    ) -> None:
        """An administrator puts a case right, now and then upon a version that is no more."""
        case = self._pick(pick)
        version = self._tables.cases[case.reference].version - (stale == 1)
        body: dict[str, Any] = {"priority": priority, "prefers_woman": woman, "version": version}
        if phone:
            body["phone"] = phone
        path = f"/admin/cases/{case.reference}"
        answer = actors.call(self.world, ADMINISTRATOR, "PATCH", path, body)
        moves = phone is not None and phone != case.phone
        if (
            case.erased
            or stale == 1
            or (
                moves
                and case.status.is_open
                and not self.model.may_come(str(phone), another_person=case.another_person)
            )
        ):
            self._expect(answer, 409)
        else:
            self._expect(answer, 200)
            if (priority, woman) != (case.priority, case.woman) or moves:
                case.decide(
                    priority=priority if priority != case.priority else None,
                    woman=woman if woman != case.woman else None,
                )
                case.ready = None
            if phone:
                self.model.move(case.reference, phone)
            if moves:
                self._is_sent_the_link(case)
        self._went_on("correct")

    @precondition(lambda self: len(self.model.cases) > 1)
    @rule(pick=PICKS, other=PICKS)
    def merge(self, pick: int, other: int) -> None:
        """An administrator lets a duplicate go on in another case."""
        case, into = self._pick(pick), self._pick(other)
        merged = self._tables.cases[case.reference].merged_into == into.reference
        body = {"into": into.reference}
        answer = self._post(ADMINISTRATOR, f"/admin/cases/{case.reference}/merge", body)
        is_first = into.status is not Status.WAITING or into.asked <= case.asked
        if case is into:
            self._expect(answer, 422)
        elif merged:
            self._expect(answer, 200)
        elif case.status is not Status.WAITING or not into.status.is_open or not is_first:
            self._expect(answer, 409)
        else:
            self._expect(answer, 200)
            self.model.merge(case.reference, into.reference)
            into.ready = None if into.status is Status.WAITING else into.ready
        self._went_on("merge")

    @precondition(lambda self: self.model.cases)
    @rule(pick=PICKS)
    def erase(self, pick: int) -> None:
        """An administrator erases a person's case."""
        case = self._pick(pick)
        answer = self._post(ADMINISTRATOR, f"/admin/cases/{case.reference}/erase")
        self._expect(answer, 200)
        self.model.erase(case.reference)
        self._went_on("erase")

    @rule(phone=st.sampled_from(PHONES), lift=st.booleans())
    def block(self, phone: str, lift: bool) -> None:  # noqa: FBT001  # drawn
        """An administrator blocks a phone until midnight after next, or lets it ask again."""
        if lift:
            answer = actors.call(
                self.world, ADMINISTRATOR, "DELETE", "/admin/blocks", {"phone": phone}
            )
            self._expect(answer, 204 if phone in self.model.blocked else 404)
            self.model.blocked.pop(phone, None)
        else:
            until = self._today() + timedelta(days=2)
            body = {"phone": phone, "until": until.isoformat(), "reason": "rings all night"}
            self._expect(self._post(ADMINISTRATOR, "/admin/blocks", body), 201)
            midnight = datetime.combine(until, datetime.min.time(), tzinfo=IST)
            self.model.blocked[phone] = midnight
        self._went_on("block")

    @rule(who=WHO, ahead=st.integers(0, 3), days=st.integers(1, 3))
    def take_leave(self, who: str, ahead: int, days: int) -> None:
        """A doctor is away."""
        start = self._today() + timedelta(days=ahead)
        end = start + timedelta(days=days)
        body = {"from": start.isoformat(), "to": end.isoformat()}
        answer = self._post(who, "/leave", body)
        self._expect(answer, 201)
        self.leaves[answer.body["id"]] = (who, start, end)
        self._went_on("take_leave")

    @precondition(lambda self: self.leaves)
    @rule(pick=PICKS)
    def drop_leave(self, pick: int) -> None:
        """A doctor is back before it was meant."""
        name = sorted(self.leaves)[pick % len(self.leaves)]
        who = self.leaves.pop(name)[0]
        self._expect(actors.call(self.world, who, "DELETE", "/leave", {"id": name}), 204)
        self._went_on("drop_leave")

    @rule(who=WHO, to=WHO | st.none(), pick=st.integers(0, 3))
    def offer(self, who: str, to: str | None, pick: int) -> None:
        """A doctor offers one of their next shifts."""
        now = self.world.clock.now
        mine = [
            shift.id
            for day in self._tables.days
            for shift in day.shifts
            if who in shift.on and shift.end > now
        ]
        if mine:
            shift = mine[min(pick, len(mine) - 1)]
            answer = self._post(who, f"/shifts/{shift}/swap", {"to": to} if to else {})
            self._expect(answer, *REFUSALS)
            if answer.status == HTTPStatus.CREATED:
                self.offers.append(answer.body["id"])
        self._went_on("offer")

    @precondition(lambda self: self.offers)
    @rule(pick=PICKS, who=WHO, how=st.sampled_from(("accept", "accept", "decline", "withdraw")))
    def answer_an_offer(self, pick: int, who: str, how: str) -> None:
        """A doctor takes a shift, or does not."""
        offer = self.offers[pick % len(self.offers)]
        self._expect(self._post(who, f"/swaps/{offer}/{how}"), *REFUSALS)
        self._went_on(how)

    @rule(who=WHO, line=st.sampled_from(("all", "afternoon")), ahead=st.integers(0, 2))
    def replace_on(self, who: str, line: str, ahead: int) -> None:
        """An administrator puts somebody on a line for an hour."""
        day = self._today() + timedelta(days=ahead)
        start = datetime.combine(day, datetime.min.time(), tzinfo=IST) + timedelta(hours=14)
        body = {
            "line": line,
            "from": start.isoformat(),
            "to": (start + timedelta(hours=1)).isoformat(),
            "on": [who],
        }
        self._expect(self._post(ADMINISTRATOR, "/admin/overrides", body), *REFUSALS)
        self._went_on("replace_on")

    @rule(who=WHO, ahead=st.integers(-1, 3), back=st.booleans())
    def leave_for_good(self, who: str, ahead: int, back: bool) -> None:  # noqa: FBT001  # drawn
        """Somebody leaves the helpline, or comes back."""
        people = actors.call(self.world, ADMINISTRATOR, "GET", "/admin/oncologists").body
        known = next(each for each in people["oncologists"] if each["id"] == who)
        day = None if back else self._today() + timedelta(days=ahead)
        body = {"left": day.isoformat() if day else None, "version": known["version"]}
        path = f"/admin/oncologists/{who}"
        answer = actors.call(self.world, ADMINISTRATOR, "PATCH", path, body)
        self._expect(answer, 200)
        if day is not None and day <= self._today():
            held = self.model.held_by(who)
            if held is not None:
                held.lose(self.world.clock.now)
                held.wait()
        self._went_on("leave_for_good")

    @rule(name=st.sampled_from(("due_cases", "turn_shifts", "due_cases", *SCHEDULES)))
    def schedule(self, name: str) -> None:
        """A schedule comes round."""
        self._schedule(name)

    @rule(minutes=st.sampled_from((1, 11, 31, 61, 150, 6 * 60, 18 * 60, 24 * 60)))
    def time_passes(self, minutes: int) -> None:
        """Nobody does anything for a while."""
        self.world.clock.go(minutes=minutes)
        self._went_on("time_passes")

    @rule(
        how=st.sampled_from(("all", "all", "twice", "backwards", "some", "lost")),
        reader=st.sampled_from((0, 1)),
    )
    def stream(self, how: str, reader: int) -> None:
        """The stream delivers, in order or not; or it loses what one reader should have read."""
        records, self.world.stream = self.world.stream, []
        if how == "some":
            half = len(records) // 2
            records, self.world.stream = records[half:], records[:half]
        if how == "backwards":
            records = records[::-1]
        if how == "lost" and records:
            self.lost_a_record = True
        for number, read_them in enumerate(READERS if records else ()):
            if how == "lost" and number == reader:
                continue
            for _ in range(2 if how == "twice" else 1):
                self.world.run(partial(read_them, records))
        self._went_on("stream")

    @invariant()
    def as_it_must_be(self) -> None:
        """Hold the tables against the model."""
        if hasattr(self, "_tables"):
            _raise(violations(self._tables, AT_ONCE))
            for problem in self._differences(self._tables):
                raise Broken(problem)

    def teardown(self) -> None:
        """Let everything come to its end, and ask whether anything is still owed."""
        if hasattr(self, "_tables") and sys.exc_info()[0] is None:
            self._settle()

    def on_duty(self) -> set[str]:
        """Tell who is on duty, by what is published."""
        now = self.world.clock.now
        return {who for day in self._tables.days for who in day.on_duty_at(now)}

    def _ask(self, way: str, asking: Asking) -> None:
        now = self.world.clock.now
        key = f"{way}:{asking.id}"
        reply, reference = self.model.reply(
            asking.phone, key, another_person=asking.another_person, now=now
        )
        answer = actors.WAYS[way](self.world, asking)
        told = {
            Reply.NEW: (201, 303, 200),
            Reply.RESENT: (200, 201, 303),
            Reply.DUPLICATE: (200, 303),
            Reply.TOO_MANY_OPEN: (409, 200),
            Reply.BLOCKED: (429, 200),
            Reply.TOO_MANY: (429, 200),
        }
        self._expect(answer, *told[reply])
        if way == "json" and reply in (Reply.NEW, Reply.RESENT, Reply.DUPLICATE):
            told_so = answer.body["duplicate"]
            if told_so is not (reply is Reply.DUPLICATE):
                raise Broken(f"{reply.value} was answered with duplicate: {told_so}")
            if reply is not Reply.NEW and answer.body["reference"] != reference:
                raise Broken(f"{reply.value} was told another case than the phone's own")
        self._look()
        if reply is Reply.NEW:
            case = self._adopt(way, asking, key)
            if way == "json":
                shown = answer.body["manage_url"].rpartition("=")[2]
                self.links.append(Held(case.reference, 0, shown, strong=False))
                self._is_sent_the_link(case)
        elif reply is Reply.DUPLICATE:
            self.model.ask_again(reference, key, _said(way, asking))
        self._went_on("ask")

    def _adopt(self, way: str, asking: Asking, key: str) -> Known:
        """Find the case that came of an asking: exactly one that was not there."""
        new = self._tables.cases.keys() - self.model.cases.keys()
        if len(new) != 1:
            raise Broken(f"{len(new)} new cases came of one asking")
        (reference,) = new
        stored = self._tables.cases[reference]
        known = Known(
            reference=reference,
            phone=asking.phone,
            asked=self.world.clock.now,
            language=stored.language,
            own_woman=asking.prefers_woman,
            another_person=asking.another_person,
            key=key,
            window=asking.window,
            confirmed=way != "call",
        )
        if asking.message and stored.language != asking.language:
            raise Broken("a case waits in another language than it was asked in")
        self.model.add(known)
        return known

    def _may_act(self, answer: Answer, case: Known, who: str) -> bool:
        """Hold the answer to whoever acts on a case against whose it is."""
        if case.owner == who:
            self._expect(answer, 200)
            return True
        self._expect(answer, 404 if case.status is Status.CLAIMED else 409)
        return False

    def _schedule(self, name: str) -> None:
        self.world.run(SCHEDULES[name])
        now = self.world.clock.now
        if name == "due_cases":
            for known in self.model.cases.values():
                stored = self._tables.cases[known.reference]
                if known.status is Status.CLAIMED and (stored.lease_until or now) <= now:
                    known.lose(now)
                    known.wait()
                elif known.status is Status.WAITING and stored.not_before <= now:
                    known.ready = True
        elif name == "turn_shifts":
            for known in self.model.cases.values():
                if known.status is Status.CLAIMED and not self._throughout(known, now):
                    stored = self._tables.cases[known.reference]
                    if not stored.is_spared(self._off_duty_since(known, now), now):
                        known.lose(now)
                        known.wait()
        elif name == "purge":
            self.model.forget_erased()
        self._went_on(name)

    def _off_duty_since(self, known: Known, now: datetime) -> datetime:
        return on_duty_until(self._tables.days, known.owner or "", known.held_since or now)

    def _throughout(self, known: Known, now: datetime) -> bool:
        """Tell whether a case's owner has been on duty ever since they took it."""
        since = known.held_since or now
        edges = [
            edge
            for day in self._tables.days
            for shift in day.shifts
            for edge in (shift.start, shift.end)
            if since < edge <= now
        ]
        return all(
            any(known.owner in day.on_duty_at(at) for day in self._tables.days)
            for at in (since, *edges, now)
        )

    def _went_on(self, what: str) -> None:
        """Count a step, and look at what it has led to."""
        self.steps[what] += 1
        self._look()
        now = self.world.clock.now
        for known in self.model.cases.values():
            if known.status is Status.WAITING and known.ready is None:
                stored = self._tables.cases.get(known.reference)
                known.ready = stored is not None and stored.not_before <= now
        self.world.clock.now += STEP

    def _look(self) -> None:
        self._tables = read(self.world, getattr(self, "_tables", None))

    def _differences(self, tables: Tables) -> Iterator[str]:
        """Tell in what the tables are not what they must be."""
        if tables.cases.keys() != self.model.cases.keys():
            yield "the cases are not those that were asked for"
            return
        yield from self._wrong_cases(tables)
        yield from self._wrong_lines(tables)
        yield from self._wrong_duty(tables)

    def _wrong_cases(self, tables: Tables) -> Iterator[str]:
        for reference, known in self.model.cases.items():
            stored = tables.cases[reference]
            is_so = (stored.status, stored.owner, stored.priority, stored.is_erased)
            must = (known.status, known.owner, known.priority, known.erased)
            if is_so != must:
                yield f"a case is {_words(is_so)} and must be {_words(must)}"

    def _wrong_lines(self, tables: Tables) -> Iterator[str]:
        lines: dict[str, list[tuple[str, str]]] = {}
        for item in tables.items:
            if "queue_line" in item:
                place = (item["queue_order"]["S"], item["pk"]["S"].removeprefix("CASE#"))
                lines.setdefault(item["queue_line"]["S"], []).append(place)
        for language, woman in product(LANGUAGES, (False, True)):
            stands = sorted(lines.get(keys.ready_line(Line(language, woman)), ()))
            if [name for _, name in stands] != self.model.line(language, woman=woman):
                yield f"the line of {language} does not stand in its order"

    def _wrong_duty(self, tables: Tables) -> Iterator[str]:
        for who, start, end in self.leaves.values():
            away = (day for day in tables.days if start <= day.day < end)
            if any(
                who in shift.on and shift.start > tables.now for day in away for shift in day.shifts
            ):
                yield "somebody on leave is to be on duty"

    def _settle(self) -> None:
        """Let the schedules come round until nothing is left to do, and hold it to the end."""
        self.world.deliver()
        if self.lost_a_record:
            # What was lost of a case that waits on is made good when it is taken or ends (0020).
            for known in self.model.cases.values():
                if known.status is Status.WAITING:
                    path = f"/admin/cases/{known.reference}/close"
                    self._expect(self._post(ADMINISTRATOR, path, {"reason": "expired"}), 200)
                    known.end(Status.CLOSED, CloseReason.EXPIRED)
            self.world.stream.clear()
        else:
            self._look()
            _raise(violations(self._tables, {COUNTERS}))
        for _ in range(3):
            self.world.deliver()
            self.world.clock.now += timedelta(minutes=5)
            for name in ("due_cases", "turn_shifts", "sweep_unsent"):
                self._schedule(name)
        self.world.deliver()
        # An erasure is looked at once more when the stream can tell nothing late (0067).
        self.world.clock.go(hours=26)
        for name in ("publish_rota", "turn_shifts", "due_cases", "remind", "purge"):
            self._schedule(name)
        self.world.deliver()
        self._schedule("recount_cases")
        _raise(violations(self._tables))
        _raise_all(self._differences(self._tables))
        _raise_all(self._wrong_messages())

    def _wrong_messages(self) -> Iterator[str]:
        """Tell which messages were sent that nobody was owed, or were sent more than once."""
        sent = Counter(sms.message_id for sms in self.world.phones.sent)
        erased = {each.reference for each in self.model.cases.values() if each.erased}
        for name, count in sent.items():
            # Of an erased case nobody knows any more what it was sent.
            if count > 1 and name.partition("/")[0] not in erased:
                yield f"a message was sent {count} times"
        stored: dict[str, Counter[str]] = {}
        for item in self._tables.messages:
            if not item["sk"]["S"].startswith("MESSAGE#"):
                continue
            subject, name = item["pk"]["S"], item["sk"]["S"].removeprefix("MESSAGE#")
            if item["state"]["S"] == MessageState.SENT.value and not sent[f"{subject}/{name}"]:
                yield "a message counts as sent, and nobody was sent it"
            template = Template(item["template"]["S"])
            if template in RENEWED and f".{Happening.PROMISED.value}." in name:
                # The hours or the rota changed: its transition in the case's timeline owes it.
                continue
            kind = GREETING if template in GREETINGS else template.value
            if f".{Happening.ASKED_AGAIN.value}." in name:
                kind = Template.ALREADY_IN_LINE.value
            stored.setdefault(subject, Counter())[kind] += 1
        for reference, known in self.model.cases.items():
            more = stored.get(reference, Counter()) - known.owes
            if more:
                yield f"{sorted(more)} were owed to nobody"

    def _expect(self, answer: Answer, *statuses: int) -> None:
        if answer.status not in statuses:
            code = answer.body.get("error", {}).get("code", "")
            raise Broken(f"answered {answer.status} {code} where {statuses} must be")

    def _post(self, who: str, path: str, body: Mapping[str, Any] | None = None) -> Answer:
        return actors.call(self.world, who, "POST", path, body)

    def _pick(self, pick: int) -> Known:
        cases = list(self.model.cases.values())
        return cases[pick % len(cases)]

    def _pick_held(self, pick: int) -> Known:
        """Pick a case that somebody holds, where there is one."""
        held = [each for each in self.model.cases.values() if each.owner]
        return held[pick % len(held)] if held else self._pick(pick)

    def _pick_link(self, pick: int) -> tuple[Known, Held]:
        """Pick a case whose patient has its link."""
        link = self.links[pick % len(self.links)]
        return self.model.cases[link.reference], link

    def _is_sent_the_link(self, case: Known) -> None:
        """Have the case's phone get the link that goes by SMS."""
        token = strong_link(case.reference, case.serial)
        self.links.append(Held(case.reference, case.serial, token, strong=True))

    def _by_missed_call(self, known: Known) -> bool:
        return not known.confirmed

    def _today(self) -> date:
        return self.world.clock.now.astimezone(IST).date()


def _said(way: str, asking: Asking) -> Said:
    """Return what an asking says by its way: a form's usual answers, and a call, say nothing."""
    own, tells = way in ("sms", "call"), bool(asking.message)
    woman: bool | None = asking.prefers_woman
    window: str | None = asking.window
    language: str | None = asking.language
    if way == "web":
        woman, window = woman or None, window if window != "any" else None
    elif way == "sms":
        woman, window, language = None, None, language if language != "en" else None
    elif way == "call":
        woman = window = language = None
    return Said(own, tells, way != "call", language, woman, window)


def run(*, long: bool) -> Iterator[Outcome]:
    """Run the machine: some 10,000 steps, or a few hundred."""
    for number in range(20 if long else 1):
        yield explore(number, runs=13 if long else 3, steps=40 if long else 25)


def explore(number: int, *, runs: int, steps: int) -> Outcome:
    """Run the machine some times, each from an empty helpline; ``number`` is the dice's."""
    broken: list[str] = []
    with a_world() as world:
        actors.furnish(world)
        taken = Counter[str]()
        parts = {"steps": taken, "world": world, "empty": world.snapshot()}
        machine = seed(number)(type(f"Helpline{number}", (Helpline,), parts))
        try:
            run_state_machine_as_test(
                machine,
                settings=settings(
                    max_examples=runs,
                    stateful_step_count=steps,
                    deadline=None,
                    database=None,
                    phases=[Phase.generate],
                    suppress_health_check=list(HealthCheck),
                ),
            )
        except Broken as found:
            broken = [f"dice {number}: {found}", *getattr(found, "__notes__", ())]
    counts = {"runs": runs, "steps": taken.total()}
    return Outcome(f"commands, dice {number}", counts, broken)


def _raise(found: list[Violation]) -> None:
    _raise_all(f"invariant {each.invariant}: {each.what}" for each in found)


def _raise_all(found: Iterator[str]) -> None:
    problems = list(found)
    if problems:
        raise Broken("; ".join(problems))


def _words(state: tuple[object, ...]) -> str:
    return ", ".join(str(part) for part in state)
