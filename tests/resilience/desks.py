"""Oncologists on two devices each, at the deployed stack's own door: what they were answered.

Each call and its answer is noted with its beginning and end, by the clock of the callers' machine;
each case's acts, and each oncologist's, must fit into some order of one after the other.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from itertools import pairwise
from typing import Final

import requests

from tests.resilience import linearizability
from tests.resilience.linearizability import CLAIMED, DONE, REFUSED, Act
from tests.resilience.outcome import Outcome

DEVICES: Final = 2
PATIENCE: Final = 60.0


def contended(url: str, tokens: Sequence[str], rounds: int) -> Outcome:
    """Let all claim, and tell of their calls, so often."""
    acts: list[Act] = []
    with ThreadPoolExecutor(DEVICES * len(tokens)) as people:
        works = [
            people.submit(_work, url, number, token, rounds, acts)
            for number, token in enumerate(tokens)
            for _ in range(DEVICES)
        ]
        broken = [each for work in works for each in work.result()]
    broken += linearizability.violations(acts)
    met = sum(one.end is None or other.start < one.end for one, other in pairwise(_sorted(acts)))
    if not met:
        broken.append("none met another, so that nothing was tried")
    return Outcome(
        "claims on two devices", {**Counter(act.what for act in acts), "met": met}, broken
    )


def _sorted(acts: Sequence[Act]) -> list[Act]:
    return sorted(acts, key=lambda act: act.start)


def _work(url: str, number: int, token: str, rounds: int, acts: list[Act]) -> list[str]:
    who, odd = f"doctor {number}", []
    session = requests.Session()
    session.headers["Authorization"] = f"Bearer {token}"
    for _ in range(rounds):
        start = time.perf_counter()
        taken = session.post(f"{url}/duty/next", json={}, timeout=PATIENCE)
        end = time.perf_counter()
        if taken.status_code == HTTPStatus.OK:
            case = str(taken.json()["reference"])
            acts.append(Act(who, CLAIMED, case, start, end))
            start = time.perf_counter()
            path = f"{url}/cases/{case}/attempts"
            told = session.post(path, json={"result": "answered"}, timeout=PATIENCE)
            if told.status_code == HTTPStatus.OK:
                acts.append(Act(who, DONE, case, start, time.perf_counter()))
            else:
                odd.append(f"telling of a call was answered {told.status_code}")
        elif taken.status_code == HTTPStatus.CONFLICT and _code(taken) == "has_open_case":
            acts.append(Act(who, REFUSED, "", start, end))
        elif taken.status_code != HTTPStatus.NO_CONTENT:
            odd.append(f"claiming was answered {taken.status_code}")
    return odd


def _code(refused: requests.Response) -> str:
    return str(refused.json()["error"]["code"])
