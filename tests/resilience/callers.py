"""Patients and oncologists, many at once, in a process of their own.

Each patient's thread asks, and asks again as soon as it is answered; each oncologist's takes a case
and tells of the call. On its standard input comes what to do, on its output what came of it.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import asdict, dataclass, field
from functools import partial
from http import HTTPStatus
from itertools import count
from threading import Lock
from typing import Final

import requests

from tests.resilience.outcome import show

PATIENCE: Final = 60.0
COMINGS: Final = 3


@dataclass(frozen=True)
class Orders:
    """Where, for how long, how many patients ask at a time, and the tokens of those who work.

    ``first`` is the number from which phones are counted, so that no two calls have the same.
    """

    url: str
    seconds: float
    patients: int
    tokens: Sequence[str]
    first: int


@dataclass
class Account:
    """What came of it: references by what was told of them, seconds, and what was no success.

    So often did patients ask ``again``, because of an answer that told them nothing.
    """

    asked: list[str] = field(default_factory=list)
    worked: list[str] = field(default_factory=list)
    asking: list[float] = field(default_factory=list)
    working: list[float] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    again: int = 0


def call(orders: Orders) -> Account:
    """Carry out the orders."""
    account, end = Account(), time.monotonic() + orders.seconds
    numbers, drawing = count(orders.first), Lock()

    def draw() -> int:
        with drawing:
            return next(numbers)

    works: list[Callable[[], None]] = [partial(_ask, orders.url, end, account, draw)]
    works *= orders.patients
    works += [partial(_work, orders.url, end, account, token) for token in orders.tokens]
    with ThreadPoolExecutor(len(works)) as people:
        under_way = {people.submit(work) for work in works}
        while under_way:
            done, under_way = wait(under_way, timeout=1)
            for each in done:
                each.result()
            gone = orders.seconds - max(0.0, end - time.monotonic())
            show(f"{len(account.asked):,} acknowledged; seconds", int(gone), int(orders.seconds))
    return account


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


def _work(url: str, end: float, account: Account, token: str) -> None:
    session = requests.Session()
    session.headers["Authorization"] = f"Bearer {token}"
    while time.monotonic() < end:
        start = time.monotonic()
        answer = _send(session, f"{url}/duty/next", {})
        if answer is not None and answer.status_code == HTTPStatus.OK:
            reference = answer.json()["reference"]
        elif (held := _in_hand(session, url, answer)) is not None:
            reference = held
        else:
            if answer is None or answer.status_code != HTTPStatus.NO_CONTENT:
                account.refused.append(_why(answer))
            time.sleep(0.1)
            continue
        told = _send(session, f"{url}/cases/{reference}/attempts", {"result": "answered"})
        account.working.append(time.monotonic() - start)
        if told is not None and told.status_code == HTTPStatus.OK:
            account.worked.append(reference)
        else:
            account.refused.append(_why(told))


def _in_hand(session: requests.Session, url: str, answer: requests.Response | None) -> str | None:
    """Find the case of somebody who is told that they have one: an answer about it was lost."""
    if answer is None or answer.status_code != HTTPStatus.CONFLICT:
        return None
    case = session.get(f"{url}/duty", timeout=PATIENCE).json().get("case")
    return str(case["reference"]) if case else None


def _send(
    session: requests.Session, address: str, body: dict[str, object]
) -> requests.Response | None:
    try:
        return session.post(address, json=body, timeout=PATIENCE)
    except requests.RequestException:
        return None


def _why(answer: requests.Response | None) -> str:
    return "no answer" if answer is None else str(answer.status_code)


def main() -> None:
    """Read orders, carry them out, and tell."""
    orders = Orders(**json.load(sys.stdin))
    json.dump(asdict(call(orders)), sys.stdout)


if __name__ == "__main__":
    main()
