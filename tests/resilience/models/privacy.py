"""Privacy: after every step, who can see which word is held against who may.

Patients, strangers, doctors and administrators act in any order (:mod:`~.scenario`). Then every
link that anybody has is opened, as are the doctors' and administrators' pages, downloads and
exports. The rules come from the design: a link that was shown in answer to a request shows at most
what was typed in it. A link that was sent to the phone shows the case to the phone's owner, until
the phone is corrected or turns out wrong, or 90 days have passed since the case's end. A doctor
sees the case that they hold, an administrator each case by itself, and every such look is recorded.
Words and phones are in no log, path, SMS, report or audit entry.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator
from functools import partial
from typing import ClassVar, Final
from urllib.parse import quote

from tests.resilience.actors import ADMINISTRATOR, DOCTORS
from tests.resilience.entry_points import signed_in
from tests.resilience.harness import CASES, Answer
from tests.resilience.models.scenario import WORD, Link, Record, Scenario, Weights
from tests.resilience.models.sequences import Model, again, outcome
from tests.resilience.outcome import Outcome

DIALLED: Final = re.compile(r"98123[ -]?4567([0-9])")
RECORDED: Final = "dynamodb:ExecuteStatement"
"""The call by which an audit entry is added."""
OWN_DATA: Final = "/callbacks/{}/data?t={}"
QUICK: Final = ("/callbacks/{}?t={}", OWN_DATA)
PAGES: Final = ("/c/{}?t={}", "/c/{}/data?t={}", "/c/{}/withdraw?t={}", "/v/{}?t={}")
OF_A_CASE: Final = ("/admin/cases/{}", "/admin/cases/{}/fhir")
PAGE_OF_A_CASE: Final = "/console/cases/{}"
OF_EVERYBODY: Final = ("/", "/request", "/hours")
OF_NOBODY: Final = (
    "/admin/reports?from=2026-12-01&to=2026-12-03",
    "/admin/audit?day=2026-12-01",
    "/admin/cases?status=waiting",
)
EVERY: Final = 12
"""After so many steps, everything is looked at, whether or not it changed."""


class Privacy(Model):
    """The model of one scenario."""

    weights: ClassVar[Weights] = {
        "ask": 20,
        "ask_the_same_again": 2,
        "correct_phone": 6,
        "correct_name": 2,
        "work": 20,
        "use_case": 5,
        "assign": 2,
        "close": 4,
        "reopen": 8,
        "merge": 8,
        "erase": 2,
        "search": 2,
        "use_link": 6,
        "send_word": 4,
        "minutes_pass": 6,
        "days_pass": 2,
        "purge": 1,
        "hold_the_stream": 3,
    }

    def __init__(self, town: Scenario) -> None:
        super().__init__(town)
        self._seen: dict[str, int] = {}
        self._held: dict[str, str] = {}
        self._lines = self._texts = 0
        self._paths: set[str] = set()
        self._steps = 0

    def after_step(self) -> Iterator[str]:
        """Return what is wrong after a step; only of cases that changed everything is asked."""
        self._steps += 1
        yield from self._answers()
        yield from self._said()
        everything = self._steps % EVERY == 0 or self._town.long_time_passed
        self._town.long_time_passed = False
        changed = list(self._changed())
        with self._world.undoing():
            yield from self._look_at(self._town.records if everything else changed, everything)

    def at_end(self) -> Iterator[str]:
        """Look at everything."""
        with self._world.undoing():
            yield from self._look_at(self._town.records, everything=True)
        for name, items in self._world.tables().items():
            if name != CASES and any(WORD.search(str(item)) for item in items):
                yield f"a word is in the table {name}"

    def _changed(self) -> Iterator[str]:
        """Return the cases that are not as they were when they were last looked at."""
        links: dict[str, list[tuple[str, bool]]] = {}
        for link in self._town.links:
            links.setdefault(link.reference, []).append((link.token, link.is_dead))
        for reference, image in self._town.images.items():
            record = self._town.records.get(reference)
            state = hash(f"{image} {record} {links.get(reference)}")
            if self._seen.get(reference) != state:
                self._seen[reference] = state
                yield reference

    def _answers(self) -> Iterator[str]:
        for allowed, answer in self._town.answers:
            if _words(answer.text) - allowed:
                yield "an answer shows words to somebody who may not see them"
            if _words(str(answer.headers.get("Location", ""))):
                yield "a word is in an address"
        self._town.answers.clear()
        yield from self._town.problems
        self._town.problems.clear()

    def _said(self) -> Iterator[str]:
        lines, texts = self._world.logs, self._world.phones.sent
        if any(_personal(line) for line in lines[self._lines :]):
            yield "a word or a phone is in a log"
        if any(_words(sms.text) for sms in texts[self._texts :]):
            yield "a word is in an SMS"
        self._lines, self._texts = len(lines), len(texts)
        if any(_personal(path) for path in self._world.addresses - self._paths):
            yield "a word or a phone is in a path"
        self._paths |= self._world.addresses

    def _look_at(self, references: Iterable[str], everything: bool) -> Iterator[str]:  # noqa: FBT001
        wanted = set(references)
        for link in _each_once(self._town.links):
            if link.reference in wanted:
                yield from self._open(link, (*QUICK, *PAGES) if everything else QUICK)
        for reference in sorted(wanted):
            yield from self._as_administrator(self._town.records.get(reference), everything)
        for doctor in DOCTORS:
            held = self._town.held(doctor)
            holds = held.reference if held else ""
            if everything or holds in wanted or holds != self._held.get(doctor, ""):
                yield from self._as_doctor(doctor, held, everything)
            self._held[doctor] = holds
        if everything:
            yield from self._as_anybody()

    def _open(self, link: Link, pages: Iterable[str]) -> Iterator[str]:
        """Open a link by each of its pages, for each who has it."""
        same = [each for each in self._town.links if each.opens == link.opens]
        for page in pages:
            self._world.calls.clear()
            answer = self._get(page.format(link.reference, quote(link.token)))
            words = _words(answer.text)
            is_recorded = RECORDED in self._world.calls
            if words and not is_recorded:
                yield "words are shown and nobody recorded it"
            phones = set(DIALLED.findall(answer.text))
            for each in same:
                yield from self._judge(each, words, phones)
                if page is OWN_DATA and self._town.must_see(each) - words:
                    yield "a phone's owner does not see their own words"

    def _judge(self, link: Link, words: frozenset[str], phones: set[str]) -> Iterator[str]:
        record = self._town.records[link.reference]
        if not words and not phones:
            return
        if link.is_dead or (link.strong and record.phone != link.phone):
            yield "a link opens a case although its phone was corrected or was wrong"
        elif not self._town.is_alive(link):
            yield "a link opens a case after its time"
        elif words - self._town.may_see(link) and link.strong:
            yield "a link shows words of another case"
        elif words - self._town.may_see(link):
            yield "a link that was only shown shows what others typed"
        elif phones - {record.phone[-1]}:
            yield "a link shows the phone of another case"

    def _as_administrator(self, record: Record | None, everything: bool) -> Iterator[str]:  # noqa: FBT001
        if record is None:
            return
        allowed = self._town.words_of(record.reference, "asked", "advice", "note")
        # The page lists the other cases of the phone: they may be the same person's.
        beside = self._town.names_at(record.phone)
        own = self._town.own_words(record.reference)
        cookie, _ = signed_in(ADMINISTRATOR)
        pages = [PAGE_OF_A_CASE, f"{PAGE_OF_A_CASE}/correct"] if everything else []
        for page in (*OF_A_CASE, *pages):
            self._world.calls.clear()
            who = {"cookie": cookie} if page.startswith("/console") else {"who": ADMINISTRATOR}
            answer = self._get(page.format(record.reference), **who)
            words = _words(answer.text)
            if words and RECORDED not in self._world.calls:
                yield "words are shown and nobody recorded it"
            if record.is_erased and words:
                yield "an administrator sees words of an erased case"
            elif words - allowed - (beside if page is PAGE_OF_A_CASE else frozenset()):
                yield "an administrator sees one case's words in another's"
            elif page == OF_A_CASE[0] and not record.is_erased and own - words:
                yield "an administrator does not see a case's words"

    def _as_doctor(self, doctor: str, held: Record | None, everything: bool) -> Iterator[str]:  # noqa: FBT001
        allowed = (
            self._town.words_of(held.reference, "asked", "advice") if held else frozenset[str]()
        )
        answers = [self._get("/duty", who=doctor)]
        if everything:
            answers.append(self._get("/desk", cookie=signed_in(doctor)[0]))
        for answer in answers:
            words = _words(answer.text)
            if words - allowed:
                yield "a doctor sees words of a case that they do not hold"
            if held and answer.status == 200 and self._town.own_words(held.reference) - words:  # noqa: PLR2004
                yield "a doctor does not see the words of the case that they hold"

    def _as_anybody(self) -> Iterator[str]:
        answers = [self._get(page) for page in OF_EVERYBODY]
        answers += [self._get(page, who=ADMINISTRATOR) for page in OF_NOBODY]
        if any(_words(answer.text) for answer in answers):
            yield "a page that is for everybody, or about nobody, shows words"

    def _get(self, path: str, *, who: str = "", cookie: str = "") -> Answer:
        send = partial(self._world.send, "GET", path, who=who, cookie=cookie)
        return self._world.run(send)


def run(*, long: bool) -> Iterator[Outcome]:
    """Run some 20,000 steps, or a few hundred."""
    for number in range(20 if long else 1):
        count = 34 if long else 10
        yield outcome("privacy", Privacy, range(number * count, (number + 1) * count))


def _words(text: str) -> frozenset[str]:
    return frozenset(WORD.findall(text))


def _personal(text: str) -> bool:
    return bool(WORD.search(text) or DIALLED.search(text))


def _each_once(links: Iterable[Link]) -> list[Link]:
    return list({link.opens: link for link in links}.values())


if __name__ == "__main__":
    sys.exit(again(Privacy))
