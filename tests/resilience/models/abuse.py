"""Abuse: what strangers, forgers and a curious doctor can cause, measured against its budgets.

Each attack runs on an open helpline, in an order that follows from its seed. What it causes is
counted at the SMS network, in the answers and in the tables; the budgets are in
:mod:`~tests.resilience.models.budgets`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from http import HTTPStatus
from random import Random
from typing import Any, Final, TypeAlias
from urllib.parse import urlencode

from chalicelib.core.domain import roles
from chalicelib.messages.domain.sms_segments import count_segments
from chalicelib.messages.services.ports import OutgoingMessage
from tests.resilience import actors
from tests.resilience.actors import ADMINISTRATOR, Asking
from tests.resilience.harness import CASES, Answer, World
from tests.resilience.models import budgets
from tests.resilience.models.budgets import BUDGETS
from tests.resilience.models.scenario import LINK
from tests.resilience.models.sequences import Runner, runner
from tests.resilience.outcome import Outcome
from tests.support import functions

VICTIM: Final = "9812345670"
DOCTOR: Final = "asha"
WORK: Final = ("calling_soon", "video_link", "finished")
"""What a doctor's work owes the patient."""
Measured: TypeAlias = Iterator[tuple[str, int]]
BY_WEB: Final = ("ask", "ask", "ask", "another", "cancel", "link", "reschedule")
BY_FORGING: Final = ("sms", "sms", "word", "word", "call")
FORM: Final = "application/x-www-form-urlencoded"


@dataclass
class Flood:
    """Somebody who knows a phone, and acts as often as they can."""

    world: World
    dice: Random
    forges: bool = False
    links: list[tuple[str, str]] = field(default_factory=list)
    acts: int = 0

    def act(self) -> None:
        """Do one thing more, and let the stream deliver."""
        self.acts += 1
        name = self.dice.choice((*BY_WEB, *BY_FORGING) if self.forges else BY_WEB)
        asking = Asking(
            f"flood-{self.acts}",
            VICTIM,
            another_person=name == "another",
            language=self.dice.choice(("hi", "en")),
            message=f"text {self.acts}",
        )
        match name:
            case "ask" | "another":
                answer = actors.by_json(self.world, asking)
                self.links += _links(answer)
            case "sms":
                actors.by_sms(self.world, asking)
            case "call":
                actors.by_missed_call(self.world, asking)
            case "word":
                word = self.dice.choice(("STATUS", "HELP", "START", "स्थिति", "मदद"))
                actors.sms(self.world, VICTIM, word, asking.id)
            case _ if self.links:
                reference, token = self.dice.choice(self.links)
                body = {"t": token, **({"window": "any"} if name == "reschedule" else {})}
                actors.call(self.world, "", "POST", f"/callbacks/{reference}/{name}", body)
        self.world.deliver()

    def for_minutes(self, minutes: int, every_seconds: int) -> None:
        """Act all the time."""
        ends = self.world.clock.now + timedelta(minutes=minutes)
        while self.world.clock.now < ends:
            self.act()
            self.world.clock.now += timedelta(seconds=every_seconds)


def flood_by_web(world: World, dice: Random) -> Measured:
    """Ask in a victim's name for a day, by the web alone; then a doctor works on their case."""
    yield from _flooded(Flood(world, dice), budgets.SEGMENTS_IN_A_DAY)


def flood_with_forged_senders(world: World, dice: Random) -> Measured:
    """Ask, text and ring in a victim's name for a day; no STOP, which ends all SMS by law."""
    yield from _flooded(Flood(world, dice, forges=True), budgets.SEGMENTS_WITH_FORGED_SENDERS)


def browse_cases(world: World, dice: Random) -> Measured:
    """A doctor reads down the queue: takes a case and releases it, as often as they can."""
    for number in range(25):
        _ask(world, f"98123457{number:02d}", f"browse-{number}")
    read: set[str] = set()
    released = 0
    ends = world.clock.now + timedelta(hours=1)
    while world.clock.now < ends:
        taken = actors.call(world, DOCTOR, "POST", "/duty/next")
        if taken.status == HTTPStatus.OK:
            read.add(taken.body["reference"])
        held = actors.call(world, DOCTOR, "GET", "/duty").body.get("case")
        if held:
            path = f"/cases/{held['reference']}/release"
            if actors.call(world, DOCTOR, "POST", path).status == HTTPStatus.OK:
                released += 1
            else:
                actors.call(world, DOCTOR, "POST", path, {"reason": "other", "note": "looked"})
        hurried = world.clock.now < ends - timedelta(minutes=59)
        world.clock.go(seconds=2 if hurried else dice.randrange(60, 240))
    yield budgets.CASES_READ_IN_AN_HOUR, len(read)
    yield budgets.RELEASES_WITHOUT_A_REASON, released


def download_often(world: World, dice: Random) -> Measured:
    """Somebody downloads their own data for an hour, after the staff looked at it."""
    answer = _ask(world, VICTIM, "download")
    reference = answer.body["reference"]
    links = _links(answer) + [
        (found, token) for sms in world.phones.sent for _, found, token in LINK.findall(sms.text)
    ]
    actors.call(world, ADMINISTRATOR, "GET", f"/admin/cases/{reference}")
    before = world.count("audit")
    ends = world.clock.now + timedelta(minutes=58)
    while world.clock.now < ends:
        world.clock.go(seconds=dice.randrange(10, 40))
        for found, token in links[-1:]:
            actors.call(world, "", "GET", f"/callbacks/{found}/data?t={token}")
    yield budgets.ENTRIES_OF_A_LINK, world.count("audit") - before
    world.clock.go(hours=24)
    data = [actors.call(world, "", "GET", f"/callbacks/{each}/data?t={t}") for each, t in links]
    readings = [answer.body["readings"] for answer in data if answer.status == HTTPStatus.OK]
    by_staff = [each for found in readings for each in found if each["role"] == roles.ADMINISTRATOR]
    yield budgets.STAFF_PUSHED_OUT, int(not by_staff)


def try_passwords(world: World, dice: Random) -> Measured:
    """Somebody guesses: one name often, and then a name after the other."""
    refused = {
        budgets.TRIES_OF_A_NAME: ["nobody"] * 30,
        budgets.TRIES_OF_AN_ADDRESS: [f"name{dice.randrange(10_000)}" for _ in range(90)],
    }
    for name, people in refused.items():
        yield name, sum(_tried(world, person) for person in people)
        world.clock.go(minutes=16)


def _flooded(flood: Flood, of_a_day: str) -> Measured:
    """Flood a phone on which somebody waits, and let a doctor do the work on their case."""
    world = flood.world
    reference = _ask(world, VICTIM, "own").body["reference"]
    world.clock.go(minutes=1)
    start = len(world.phones.sent)
    flood.for_minutes(10, every_seconds=10)
    if not flood.forges:
        yield budgets.SMS_IN_TEN_MINUTES, len(_to_victim(world, start))
    yield budgets.OPEN_CASES, _most_open(world)
    for _ in range(3):
        world.clock.go(minutes=50)
        flood.for_minutes(2, every_seconds=10)
    sent = _to_victim(world, start)
    yield of_a_day, sum(count_segments(sms.text) for sms in sent)
    repeats = Counter(_case_of(sms) for sms in sent if _kind(sms) == "already_in_line")
    yield budgets.REPEATS_IN_SIX_HOURS, max(repeats.values(), default=0)
    yield budgets.NEW_CASES_IN_A_DAY, sum(_is_of_flood(item) for item in world.items(CASES)) + 1
    start = len(world.phones.sent)
    _work_on(world, reference)
    came = {_kind(sms) for sms in _to_victim(world, start)}
    yield budgets.WHAT_MATTERS_LOST, len(set(WORK) - came)


def _work_on(world: World, reference: str) -> None:
    """Call, open video, and complete a case."""
    body = {"oncologist": DOCTOR, "anyway": True}
    actors.call(world, ADMINISTRATOR, "POST", f"/admin/cases/{reference}/assign", body)
    for act, sent in (("call", None), ("video", None), ("attempts", {"result": "answered"})):
        actors.call(world, DOCTOR, "POST", f"/cases/{reference}/{act}", sent)
        world.deliver()
        world.clock.go(minutes=2)
        world.run(functions.sweep_unsent)


def _ask(world: World, phone: str, name: str) -> Answer:
    answer = actors.by_json(world, Asking(name, phone, language="en", message="words"))
    world.deliver()
    return answer


def _tried(world: World, person: str) -> bool:
    """Try to sign in; return whether the password was looked at."""
    form = urlencode({"username": person, "password": "a wrong one"}).encode()
    answer = world.run(partial(world.send, "POST", "/sign-in", form, kind=FORM))
    return answer.status != HTTPStatus.TOO_MANY_REQUESTS


def _links(answer: Answer) -> list[tuple[str, str]]:
    return [(reference, token) for _, reference, token in LINK.findall(answer.text)]


def _to_victim(world: World, since: int) -> list[OutgoingMessage]:
    return [sms for sms in world.phones.sent[since:] if sms.phone.endswith(VICTIM)]


def _kind(sms: OutgoingMessage) -> str:
    return _KINDS.get(sms.message_id.rpartition("/")[2].split(".")[1], "")


def _case_of(sms: OutgoingMessage) -> str:
    return sms.message_id.partition("/")[0]


def _most_open(world: World) -> int:
    return max(len(item.get("open", {}).get("SS", ())) for item in world.items(CASES))


def _is_of_flood(item: Mapping[str, Any]) -> bool:
    """Whether a case began with one of the flood's requests."""
    return item["sk"]["S"] == "CASE" and "flood" in item["request_id"]["S"]


_KINDS: Final = {
    "asked_again": "already_in_line",
    "calling": "calling_soon",
    "video_opened": "video_link",
    "attempted": "finished",
}
Attack: TypeAlias = Callable[[World, Random], Measured]
ATTACKS: Final[tuple[Attack, ...]] = (
    flood_by_web,
    flood_with_forged_senders,
    browse_cases,
    download_often,
    try_passwords,
)


def attack(runs: Runner, by: Attack, seed: int) -> Outcome:
    """Run one attack on an empty helpline; return what it caused, and the budgets it went over."""
    measured: dict[str, int] = {}
    broken: list[str] = []

    def run() -> None:
        for name, amount in by(runs.world, Random(seed)):  # the same each time
            measured[name] = amount
            most = BUDGETS[name].most
            if amount > most:
                broken.append(f"seed {seed}: {amount} {name}, and at most {most} may be")

    runs.world.restore(runs.empty)
    runs.world.run(run)
    return Outcome(f"{by.__name__}, seed {seed}", {"attacks": 1}, broken, measured)


def run(*, long: bool) -> Iterator[Outcome]:
    """Run each attack with some seeds, or with one."""
    with runner() as runs:
        for by in ATTACKS:
            for seed in range(10 if long else 1):
                yield attack(runs, by, seed)
