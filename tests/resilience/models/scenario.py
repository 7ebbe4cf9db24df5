"""Patients, strangers, doctors and administrators act; each word that somebody types is unique.

A :class:`Scenario` carries out steps on a :class:`~tests.resilience.harness.World` and notes what
follows for privacy: who typed a word, to which case it belongs, which links exist, who holds each,
and which of them must be dead. It takes this from the design and from what was answered. Of the
tables it asks only where a new word is, which cases ended, and which cases are erased.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from random import Random
from typing import Any, Final, TypeAlias
from urllib.parse import unquote

from chalicelib.cases.domain.timeline import Result
from chalicelib.cases.services.manage_cases import CLOSED_BY_HAND
from tests.resilience import actors
from tests.resilience.actors import ADMINISTRATOR, DOCTORS, Asking
from tests.resilience.harness import CASES, Answer, Image, World
from tests.support import functions

PHONES: Final = ("9812345670", "9812345671", "9812345672")
WORD: Final = re.compile(r"Qz[a-z]{6}zq")
"""What each word looks like; nothing else in the project does."""
LINK: Final = re.compile(r"/([cv])/([0-9A-Z-]+)\?t=([^\s\"&<>]+)")
STRONG_LASTS: Final = timedelta(days=90)
"""How long after a case's end its owner's link opens it (design.md, Links)."""
KEPT: Final = timedelta(days=3 * 365)
"""How long after its end a case is kept."""
STARTS: Final = (HTTPStatus.OK, HTTPStatus.CREATED, HTTPStatus.SEE_OTHER)
WRONG_NUMBER: Final = "wrong_number"
Step: TypeAlias = tuple[str, int, int, int]
"""The name of an act, and three numbers from 0 to 999 from which it takes its choices."""


@dataclass
class Word:
    """A word that somebody typed: in which act, for which case, and of what kind.

    ``kind``: ``asked`` is a patient's or asker's own, ``advice`` a doctor's, ``note`` an
    administrator's. ``homes`` are the cases to which it belongs: none where nothing stored it, two
    where it was sent twice and each became a case.
    """

    text: str
    act: int
    kind: str
    question: str
    homes: set[str] = field(default_factory=set)
    is_replaced: bool = False


@dataclass
class Link:
    """A link to a case, and how its holder came by it.

    A ``strong`` one came by SMS to ``phone``; another was shown in answer to the act ``act``. The
    one of a case that ended long ago was asked for, and lasts for one to two terms of 90 days.
    """

    reference: str
    token: str
    phone: str
    act: int
    strong: bool
    came_at: datetime
    is_dead: bool = False

    @property
    def opens(self) -> tuple[str, str]:
        """Return what the application sees of it."""
        return self.reference, self.token


@dataclass
class Record:
    """What must hold of a case: its phone, with whom it is merged, and whether it is erased."""

    reference: str
    phone: str
    merged_into: str | None = None
    phones: set[str] = field(default_factory=set)
    is_erased: bool = False
    erased_at: datetime | None = None
    ended: datetime | None = None
    status: str = "waiting"
    owner: str | None = None


class Scenario:
    """One town and its helpline, from a seed."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.words: dict[str, Word] = {}
        self.links: list[Link] = []
        self.records: dict[str, Record] = {}
        self.problems: list[str] = []
        self.answers: list[tuple[frozenset[str], Answer]] = []
        """Since the last look, what was answered, and the words that the caller may see in it."""
        self.images: dict[str, Image] = {}
        self.asked: list[tuple[str, Asking]] = []
        self.wrote_at: dict[str, datetime] = {}
        """When each phone last sent a word."""
        self.act = 0
        self.long_time_passed = False
        self._sent = 0
        self._to_erase: set[str] = set()
        self._by_purge = False

    def take(self, step: Step) -> None:
        """Carry out one step, and note what follows from it."""
        name, *numbers = step
        self.act += 1
        self.world.calls.clear()
        STEPS[name](self, *numbers)
        if name != "hold_the_stream":
            self.world.deliver()
        self._read_phones()
        self._follow()
        self.world.clock.now += timedelta(seconds=7)

    # What may be done, each with three numbers from which it takes its choices.

    def ask(self, who: int, way: int, how: int) -> None:
        """Somebody asks, for their own phone or for another's."""
        phone = PHONES[who % len(PHONES)]
        name = tuple(actors.WAYS)[way % len(actors.WAYS)]
        typed = ("message",) if name == "sms" else () if name == "call" else ("name", "message")
        words = {each: self._word("asked", each) for each in typed}
        if how % 3 == 0 and name in ("json", "web"):
            words["city"] = self._word("asked", "city")
        asking = Asking(
            id=f"asking-{self.act}",
            phone=phone,
            another_person=how % 2 == 1 and name in ("json", "web"),
            language=("hi", "en")[how // 2 % 2],
            message=words.get("message", ""),
            more={key: text for key, text in words.items() if key != "message"},
        )
        self.asked.append((name, asking))
        self._send(name, asking, frozenset(words.values()))

    def ask_the_same_again(self, which: int, *_: int) -> None:
        """A double click, or a provider's retry."""
        if self.asked:
            name, asking = self.asked[which % len(self.asked)]
            self._send(name, asking, frozenset(WORD.findall(str(asking.fields))))

    def correct_phone(self, which: int, phone: int, *_: int) -> None:
        """An administrator puts a mistyped phone right."""
        record = self._any(which)
        if record is None:
            return
        right = PHONES[phone % len(PHONES)]
        answer = self._patch(record, {"phone": right})
        if answer.status == HTTPStatus.OK and right != record.phone:
            self._kill(record)
            record.phone = right
            record.phones.add(right)

    def correct_name(self, which: int, *_: int) -> None:
        """An administrator puts a name right: what stood there is gone."""
        record = self._any(which)
        if record is None:
            return
        word = self._word("asked", "name")
        answer = self._patch(record, {"name": word})
        if answer.status == HTTPStatus.OK:
            for other in self.words.values():
                if record.reference in other.homes and other.question == "name":
                    other.is_replaced = True
            self.words[word].homes.add(record.reference)

    def work(self, who: int, how: int, *_: int) -> None:
        """A doctor takes the next case where they hold none, or records an outcome."""
        doctor = self._doctor(who)
        held = self.held(doctor)
        if held is None:
            self._taking(self._post(doctor, "/duty/next"))
            return
        result = RESULTS[how % len(RESULTS)]
        words = {name: self._word("advice", name) for name in ("note", "advice")}
        path = f"/cases/{held.reference}/attempts"
        answer = self._post(doctor, path, {"result": result, **words}, allowed=words.values())
        if answer.status == HTTPStatus.OK:
            for word in words.values():
                self.words[word].homes.add(held.reference)
            if result == WRONG_NUMBER:
                self._kill(held)

    def use_case(self, who: int, how: int, which: int) -> None:
        """A doctor calls, opens video, or releases: their own case, or one that is not theirs."""
        doctor = self._doctor(who)
        record = self.held(doctor) or self._any(which)
        if record is not None:
            act = ("call", "video", "release")[how % 3]
            body = {"reason": "other"} if act == "release" and how % 2 else None
            self._post(doctor, f"/cases/{record.reference}/{act}", body)

    def assign(self, which: int, who: int, *_: int) -> None:
        """An administrator gives a case to a doctor."""
        record = self._any(which)
        if record is not None:
            body = {"oncologist": self._doctor(who), "anyway": True}
            self._admin(record, "assign", body)

    def close(self, which: int, how: int, *_: int) -> None:
        """An administrator ends a case, with a note."""
        record = self._any(which)
        if record is None:
            return
        reason = CLOSED_BY_HAND[how % len(CLOSED_BY_HAND)].value
        word = self._word("note", "note")
        if self._admin(record, "close", {"reason": reason, "note": word}).status == HTTPStatus.OK:
            if word in str(self._read_cases().get(record.reference)):
                self.words[word].homes.add(record.reference)
            if reason == WRONG_NUMBER and record.status in ("waiting", "claimed"):
                self._kill(record)

    def reopen(self, which: int, how: int, *_: int) -> None:
        """An administrator reopens a case: if it was merged, it is on its own again."""
        ended = [each for each in self.records.values() if each.ended]
        merged = [each for each in ended if each.merged_into]
        record = _one_of(merged if how % 3 else ended, which) or _one_of(ended, which)
        if record is not None:
            answer = self._admin(record, "reopen", {"another_person": how % 2 == 0})
            if answer.status == HTTPStatus.OK:
                record.merged_into = None

    def merge(self, which: int, into: int, *_: int) -> None:
        """An administrator merges a case into another one, as a rule into an earlier one."""
        waiting = [each for each in self.records.values() if each.status == "waiting"]
        record = _one_of(waiting, which) or self._any(which)
        open_ = [each for each in self.records.values() if each.status in ("waiting", "claimed")]
        earlier = open_[: open_.index(record)] if record in open_ else []
        other = _one_of(earlier if into % 5 else open_, into) or self._any(into)
        if record is None or other is None:
            return
        answer = self._admin(record, "merge", {"into": other.reference})
        if answer.status == HTTPStatus.OK:
            record.merged_into = other.reference

    def erase(self, which: int, *_: int) -> None:
        """An administrator erases a case for somebody who called."""
        record = self._any(which)
        if record is not None:
            self._to_erase = self.one_person(record.reference)
            self._admin(record, "erase")

    def search(self, which: int, how: int, *_: int) -> None:
        """An administrator searches by a phone, or by a name that somebody typed."""
        names = [word.text for word in self.words.values() if word.question == "name"]
        phone = PHONES[which % len(PHONES)]
        body, allowed = {"phone": phone}, self.names_at(phone)
        if names and how % 2:
            name = names[which % len(names)]
            body, allowed = {"name": name}, frozenset({name})
        answer = self._call("POST", "/admin/cases/search", body, who=ADMINISTRATOR)
        self.answers.append((allowed, answer))

    def use_link(self, which: int, how: int, *_: int) -> None:
        """Somebody cancels, withdraws, or asks for a new link, by a link that they have."""
        if not self.links:
            return
        link = self.links[which % len(self.links)]
        act = ("cancel", "withdraw", "link", "withdraw", "link")[how % 5]
        before = self._read_cases().get(link.reference)
        if act == "withdraw":
            self._to_erase = self.one_person(link.reference)
        answer = self._call("POST", f"/callbacks/{link.reference}/{act}", {"t": link.token})
        self._keep(answer)
        after = self._read_cases().get(link.reference)
        if before == after:
            return
        if not self.is_alive(link):
            self.problems.append(f"a link that must be dead can {act}")
        elif act == "withdraw" and not link.strong:
            self.problems.append("a link that was only shown erases the case")

    def send_word(self, who: int, how: int, *_: int) -> None:
        """A phone sends STOP, START, HELP or STATUS, or somebody forges it."""
        word = ("STOP", "START", "START", "HELP", "STATUS")[how % 5]
        phone = PHONES[who % len(PHONES)]
        self.wrote_at[phone] = self._now
        actors.sms(self.world, phone, word, f"word-{self.act}")

    def minutes_pass(self, how: int, *_: int) -> None:
        """Some minutes go by, and the schedules come round."""
        self.world.clock.go(minutes=(1, 11, 31, 45)[how % 4])
        for schedule in (functions.due_cases, functions.sweep_unsent, functions.turn_shifts):
            self.world.run(schedule)

    def days_pass(self, how: int, *_: int) -> None:
        """Days go by, or years; each ends with the schedules of the night."""
        days = (1, 1, 2, 7, 91, 400, 1_100)[how % 7]
        noon = datetime(2026, 12, 1, 6, 30, tzinfo=UTC)
        gone = (self.world.clock.now - noon).days + days
        self.world.clock.now = noon + timedelta(days=gone)
        self.world.run(functions.publish_rota)
        self.purge()
        self.world.run(functions.due_cases)
        self.long_time_passed = True

    def purge(self, *_: int) -> None:
        """The purge comes round: old cases are erased, and erasures are proven."""
        self._by_purge = True
        self._to_erase = {
            reference
            for reference, record in self.records.items()
            if record.ended and self._now - record.ended >= KEPT - timedelta(days=1)
        }
        self.world.run(functions.purge)

    def hold_the_stream(self, *_: int) -> None:
        """The stream delivers nothing yet: what it holds comes later."""

    # What follows.

    def is_alive(self, link: Link) -> bool:
        """Whether a link may open its case at all, by the design."""
        record = self.records[link.reference]
        if link.is_dead or record.is_erased or (link.strong and record.phone != link.phone):
            return False
        return not link.strong or self._now < self._ends(link, record, 2 * STRONG_LASTS)

    def words_of(self, reference: str, *kinds: str) -> frozenset[str]:
        """Return the words of a case, and of those that are merged into it now."""
        cases = self.merged_with(reference)
        return frozenset(
            word.text for word in self.words.values() if word.homes & cases and word.kind in kinds
        )

    def merged_with(self, reference: str) -> set[str]:
        """Return a case and those whose words it took in, one through another."""
        found, left = {reference}, [reference]
        while left:
            into = left.pop()
            more = {
                each.reference for each in self.records.values() if each.merged_into == into
            } - found
            found |= more
            left += more
        return found

    def one_person(self, reference: str) -> set[str]:
        """Return the cases that merges make one person's: either way, one through another."""
        found: set[str] = set()
        left = {reference}
        while left:
            found |= left
            into = {self.records[each].merged_into for each in left}
            from_ = {name for name, each in self.records.items() if each.merged_into in left}
            left = ({each for each in into if each} | from_) - found
        return found

    def may_see(self, link: Link) -> frozenset[str]:
        """Return the words that a link may show.

        A link that was shown in answer to a request shows at most what was typed in it; one that
        went to the phone shows the case to the phone's owner.
        """
        if not self.is_alive(link):
            return frozenset()
        if link.strong:
            return self.words_of(link.reference, "asked", "advice")
        return frozenset(word.text for word in self.words.values() if word.act == link.act)

    def must_see(self, link: Link) -> frozenset[str]:
        """Return the words that a link must show on its page of own data."""
        ends = self._ends(link, self.records[link.reference], STRONG_LASTS)
        if not link.strong or not self.is_alive(link) or self._now >= ends:
            return frozenset()
        return self.own_words(link.reference)

    def own_words(self, reference: str) -> frozenset[str]:
        """Return the words that a case must have: typed for it by who asked, and not replaced."""
        return frozenset(
            word.text
            for word in self.words.values()
            if reference in word.homes and word.kind == "asked" and not word.is_replaced
        )

    def names_at(self, phone: str) -> frozenset[str]:
        """Return the names of the cases of a phone."""
        cases = {
            reference
            for each in self.records.values()
            if phone in each.phones
            for reference in self.merged_with(each.reference)
        }
        return frozenset(
            word.text
            for word in self.words.values()
            if word.homes & cases and word.question == "name"
        )

    @property
    def _now(self) -> datetime:
        return self.world.clock.now

    def _ends(self, link: Link, record: Record, asked_for: timedelta) -> datetime:
        """Return when a strong link ends; one that was ``asked_for`` late lasts so long."""
        if record.ended is None:
            return self._now + STRONG_LASTS
        ends = record.ended + STRONG_LASTS
        return ends if link.came_at < ends else link.came_at + asked_for

    def _any(self, which: int) -> Record | None:
        return _one_of(list(self.records.values()), which)

    def _doctor(self, who: int) -> str:
        return tuple(DOCTORS)[who % len(DOCTORS)]

    def held(self, doctor: str) -> Record | None:
        """Return the case that a doctor holds."""
        held = (each for each in self.records.values() if each.owner == doctor)
        return next(held, None)

    def _word(self, kind: str, where: str) -> str:
        """Make a word that nobody typed before."""
        letters = Random(f"{self.act}.{len(self.words)}").choices(
            "bcdfghjklmnprstvwx", k=6
        )  # the same each time
        text = f"Qz{''.join(letters)}zq"
        self.words[text] = Word(text, self.act, kind, where)
        return text

    def _send(self, way: str, asking: Asking, words: frozenset[str]) -> None:
        before = self._read_cases()
        answer = actors.WAYS[way](self.world, asking)
        self.answers.append((words, answer))
        cases = self._read_cases()
        for reference in cases.keys() - before.keys():
            self.records[reference] = Record(reference, asking.phone, phones={asking.phone})
        for text in words:
            self.words[text].homes |= {
                name
                for name, image in cases.items()
                if text in str(image) and text not in str(before.get(name))
            }
        shown = f"{answer.headers.get('Location', '')} {answer.text}"
        if answer.status in STARTS:
            self._note_links(shown, asking.phone, strong=False)

    def _note_links(self, text: str, phone: str, *, strong: bool) -> None:
        for _, reference, token in LINK.findall(text):
            link = Link(reference, unquote(token), phone, self.act, strong, self._now)
            record = self.records.get(reference)
            if record is None:
                continue
            # An SMS that comes late can go to a phone that is the case's no more.
            link.is_dead = record.phone != phone
            known = [(each.opens, each.act, each.strong, each.phone) for each in self.links]
            if (link.opens, link.act, link.strong, link.phone) not in known:
                self.links.append(link)

    def _kill(self, record: Record) -> None:
        for link in self.links:
            if link.reference == record.reference:
                link.is_dead = True

    def _taking(self, answer: Answer) -> None:
        if answer.status == HTTPStatus.OK:
            self.answers.pop()
            allowed = self.words_of(answer.body["reference"], "asked", "advice")
            self.answers.append((allowed, answer))

    def _post(
        self,
        who: str,
        path: str,
        body: Mapping[str, Any] | None = None,
        *,
        allowed: Any = (),  # noqa: ANN401  # words
    ) -> Answer:
        held = self.held(who)
        answer = self._call("POST", path, body, who=who)
        own = self.words_of(held.reference, "asked", "advice") if held else frozenset()
        self.answers.append((own | frozenset(allowed), answer))
        return answer

    def _admin(self, record: Record, act: str, body: Mapping[str, Any] | None = None) -> Answer:
        path = f"/admin/cases/{record.reference}/{act}"
        answer = self._call("POST", path, body, who=ADMINISTRATOR)
        typed = frozenset(WORD.findall(json.dumps(body)))
        others = {record.reference, (body or {}).get("into", record.reference)}
        seen = [self.words_of(each, "asked", "advice", "note") for each in others]
        self.answers.append((typed.union(*seen), answer))
        return answer

    def _patch(self, record: Record, changes: Mapping[str, Any]) -> Answer:
        version = int(self._read_cases()[record.reference]["version"]["N"])
        body = {**changes, "version": version}
        path = f"/admin/cases/{record.reference}"
        answer = self._call("PATCH", path, body, who=ADMINISTRATOR)
        typed = frozenset(WORD.findall(json.dumps(body)))
        seen = self.words_of(record.reference, "asked", "advice", "note")
        self.answers.append((typed | seen, answer))
        return answer

    def _call(
        self, method: str, path: str, body: Mapping[str, Any] | None = None, *, who: str = ""
    ) -> Answer:
        return actors.call(self.world, who, method, path, body)

    def _keep(self, answer: Answer) -> None:
        self.answers.append((frozenset(), answer))

    def _read_cases(self) -> dict[str, Image]:
        self.images = {
            item["pk"]["S"].removeprefix("CASE#"): item
            for item in self.world.items(CASES)
            if item["sk"]["S"] == "CASE"
        }
        return self.images

    def _read_phones(self) -> None:
        """Read the SMS that came: links that were sent are their phone's owner's."""
        for sms in self.world.phones.sent[self._sent :]:
            self._note_links(sms.text, sms.phone.removeprefix("+91"), strong=True)
        self._sent = len(self.world.phones.sent)

    def _follow(self) -> None:
        """Note which cases ended and which are held; and hold erasures against what may be."""
        images = self._read_cases()
        gone = set()
        for reference, record in self.records.items():
            image = images.get(reference, {})
            record.status = image.get("status", {}).get("S", "")
            record.owner = image.get("owner", {}).get("S")
            ended = image.get("finished_at", {}).get("N")
            record.ended = datetime.fromtimestamp(int(ended) / 1e6, UTC) if ended else None
            if "erased_at" in image and not record.is_erased:
                gone.add(reference)
        if gone - self._to_erase:
            self.problems.append("an erasure took a case that was not to be erased")
        for reference in gone:
            self.records[reference].is_erased = True
            self.records[reference].erased_at = self._now
        left = any(not self.records[each].is_erased for each in self._to_erase)
        # One run of the purge goes through so many days only: what is left is for the next.
        if gone and left and not self._by_purge:
            self.problems.append("an erasure left a case that is the same person's")
        self._to_erase, self._by_purge = set(), False


def _one_of(records: Sequence[Record], which: int) -> Record | None:
    return records[which % len(records)] if records else None


RESULTS: Final = (
    Result.ANSWERED.value,
    Result.NO_ANSWER.value,
    Result.WRONG_NUMBER.value,
    Result.ANSWERED.value,
    Result.BUSY.value,
)
STEPS: Final[Mapping[str, Callable[..., None]]] = {
    each.__name__: each
    for each in (
        Scenario.ask,
        Scenario.ask_the_same_again,
        Scenario.correct_phone,
        Scenario.correct_name,
        Scenario.work,
        Scenario.use_case,
        Scenario.assign,
        Scenario.close,
        Scenario.reopen,
        Scenario.merge,
        Scenario.erase,
        Scenario.search,
        Scenario.use_link,
        Scenario.send_word,
        Scenario.minutes_pass,
        Scenario.days_pass,
        Scenario.purge,
        Scenario.hold_the_stream,
    )
}
Weights: TypeAlias = Mapping[str, int]


def draw(seed: int, steps: int, weights: Weights) -> list[Step]:
    """Draw a sequence of steps; it always begins with somebody who asks."""
    dice = Random(seed)  # the same each time
    names = dice.choices(list(weights), list(weights.values()), k=steps - 1)
    return [
        (name, dice.randrange(1_000), dice.randrange(1_000), dice.randrange(1_000))
        for name in ("ask", *names)
    ]


def furnish(world: World) -> None:
    """Add three doctors, who are on duty together through the day."""
    actors.furnish(world, actors.a_line("all", "10:00", "17:00", tuple(DOCTORS), people=3))
