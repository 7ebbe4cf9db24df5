"""Patients and oncologists, many at once, at the door of a running stack, and their account of it.

Each patient's thread asks, and asks again as soon as it is answered; each oncologist's takes a case
and tells of the call. What they were answered is noted with its beginning and end, by one clock.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from functools import partial
from http import HTTPStatus
from itertools import count, pairwise
from typing import Final

import requests

from tests.resilience import linearizability
from tests.resilience.linearizability import CLAIMED, DONE, REFUSED, Act
from tests.resilience.outcome import Outcome, show

PATIENCE: Final = 60.0
COMINGS: Final = 3
DEVICES: Final = 2


@dataclass
class Account:
    """What came of it: references by what was told of them, seconds, and what was no success.

    So often did patients ask ``again``, because of an answer that told them nothing. ``acts`` are
    the oncologists'.
    """

    asked: list[str] = field(default_factory=list)
    worked: list[str] = field(default_factory=list)
    asking: list[float] = field(default_factory=list)
    working: list[float] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    acts: list[Act] = field(default_factory=list)
    again: int = 0


@dataclass(frozen=True)
class Oncologist:
    """Somebody at one of their devices; ``alone``: they have no other."""

    url: str
    token: str
    name: str
    account: Account
    alone: bool = True

    def work(self, rounds: Iterable[object]) -> None:
        """Claim a case and record its call, in each of the rounds."""
        session = requests.Session()
        session.headers["Authorization"] = f"Bearer {self.token}"
        for _ in rounds:
            start = time.perf_counter()
            taken = _send(session, f"{self.url}/duty/next", {})
            if taken is not None and taken.status_code == HTTPStatus.OK:
                case = str(taken.json()["reference"])
                self._note(CLAIMED, case, start)
            elif _has_case(taken):
                self._note(REFUSED, "", start)
                # An answer about it was lost, or it is in the hand of the other device.
                duty = session.get(f"{self.url}/duty", timeout=PATIENCE) if self.alone else None
                held = duty.json().get("case") if duty is not None else None
                if not held:
                    continue
                case = str(held["reference"])
            else:
                if taken is None or taken.status_code != HTTPStatus.NO_CONTENT:
                    self.account.refused.append(f"claiming: {_why(taken)}")
                time.sleep(0.1 if self.alone else 0.0)
                continue
            told_at = time.perf_counter()
            path = f"{self.url}/cases/{case}/attempts"
            told = _send(session, path, {"result": "answered"})
            self.account.working.append(time.perf_counter() - start)
            if told is not None and told.status_code == HTTPStatus.OK:
                self.account.worked.append(case)
                self._note(DONE, case, told_at)
            else:
                self.account.refused.append(f"telling of a call: {_why(told)}")

    def _note(self, what: str, case: str, start: float) -> None:
        self.account.acts.append(Act(self.name, what, case, start, time.perf_counter()))


def call(url: str, seconds: float, patients: int, tokens: Sequence[str], first: int) -> Account:
    """Run so many patients who ask for so long, and each oncologist who works.

    ``first`` is the number from which phones are counted, so that no two calls have the same.
    """
    account, end = Account(), time.monotonic() + seconds
    # One is drawn at a time: a count is one step of the interpreter.
    numbers = count(first)
    works: list[Callable[[], None]] = [partial(_ask, url, end, account, numbers.__next__)]
    works *= patients
    works += [
        partial(
            Oncologist(url, token, f"doctor {number}", account).work,
            iter(lambda: time.monotonic() < end, False),  # noqa: FBT003  # as iter has it
        )
        for number, token in enumerate(tokens)
    ]
    with ThreadPoolExecutor(len(works)) as people:
        under_way = {people.submit(work) for work in works}
        while under_way:
            done, under_way = wait(under_way, timeout=1)
            for each in done:
                each.result()
            gone = seconds - max(0.0, end - time.monotonic())
            show(f"{len(account.asked):,} acknowledged; seconds", int(gone), int(seconds))
    return account


def contended(url: str, tokens: Sequence[str], rounds: int) -> Outcome:
    """Run all oncologists, on two devices each: they claim and record a call so often.

    Each case's acts, and each oncologist's, must fit into some order of one after the other.
    """
    account = Account()
    with ThreadPoolExecutor(DEVICES * len(tokens)) as people:
        works = [
            people.submit(
                Oncologist(url, token, f"doctor {number}", account, alone=False).work,
                range(rounds),
            )
            for number, token in enumerate(tokens)
            for _ in range(DEVICES)
        ]
        for work in works:
            work.result()
    broken = [*account.refused, *linearizability.violations(account.acts)]
    in_order = sorted(account.acts, key=lambda act: act.start)
    met = sum(one.end is None or other.start < one.end for one, other in pairwise(in_order))
    if not met:
        broken.append("none met another, so that nothing was tried")
    counts = Counter(act.what for act in account.acts)
    return Outcome("claims on two devices", {**counts, "met": met}, broken)


def _ask(url: str, end: float, account: Account, draw: Callable[[], int]) -> None:
    session = requests.Session()
    while time.monotonic() < end:
        number = draw()
        body = {"phone": f"+9198{number:08d}", "consent": True, "request_id": f"load-{number:08d}"}
        start = time.monotonic()
        answer = _send(session, f"{url}/callbacks", body)
        account.asking.append(time.monotonic() - start)
        for _ in range(COMINGS):
            if answer is not None and answer.status_code < HTTPStatus.INTERNAL_SERVER_ERROR:
                break
            # Nobody knows whether it was stored: asked again, it is the same request.
            account.again += 1
            answer = _send(session, f"{url}/callbacks", body)
        if answer is not None and answer.ok and not answer.json()["duplicate"]:
            account.asked.append(answer.json()["reference"])
        else:
            account.refused.append(_why(answer))


def _has_case(taken: requests.Response | None) -> bool:
    """Whether somebody is told that they have a case."""
    if taken is None or taken.status_code != HTTPStatus.CONFLICT:
        return False
    return bool(taken.json()["error"]["code"] == "has_open_case")


def _send(
    session: requests.Session, address: str, body: dict[str, object]
) -> requests.Response | None:
    try:
        return session.post(address, json=body, timeout=PATIENCE)
    except requests.RequestException:
        return None


def _why(answer: requests.Response | None) -> str:
    return "no answer" if answer is None else str(answer.status_code)
