"""What 1,000 cases cost before SMS, at three volumes, and what a month costs in which nobody asks.

One ordinary case is taken through its life as it is lived: the pages, the request, the desk, the
outcome, the messages, the counters. Its 13 requests are those of the design's figure. DynamoDB's
units are counted by the ledger, with those of the stream's readers; functions are counted by their
calls, at a billed duration well above what they take here. Prices are AWS's list in us-east-1, in
dollars, as the design's floor has them.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final

from chalice.test import Client

import app as application
from chalicelib.cases.store import keys
from chalicelib.messages.services.ports import OutgoingMessage
from chalicelib.messages.wiring import Messages
from infra.translations import compile_catalogues
from tests.benchmarks._figures import Row, row
from tests.benchmarks._helpline import ASHA, client, helpline
from tests.support import functions
from tests.support.helpline import in_use
from tests.support.ledger import ASIDE, counting

A_MILLION: Final = 1_000_000
WRITE_UNITS: Final = 0.625 / A_MILLION
READ_UNITS: Final = 0.125 / A_MILLION
GATEWAY: Final = 3.50 / A_MILLION
INVOCATIONS: Final = 0.20 / A_MILLION
GB_SECONDS: Final = 0.0000166667
A_KEY_A_MONTH: Final = 1.00
# Milliseconds billed, and gigabytes: the handlers take a third of it (handlers.py).
REQUEST_MS, REQUEST_GB = 12, 1.0
READER_MS, READER_GB = 20, 0.5
SCHEDULE_MS, SCHEDULE_GB = 100, 0.5
VOLUMES: Final = (50, 1_000, 40_000)
"""Cases a day: one charity's, ten of them, the whole of India's new patients and a quarter more."""
MOST: Final = 0.060
MINUTES_A_MONTH: Final = 30 * 24 * 60
SCHEDULES: Final = {
    functions.due_cases: MINUTES_A_MONTH,
    functions.turn_shifts: MINUTES_A_MONTH // 5,
    functions.sweep_unsent: MINUTES_A_MONTH // 5,
}
"""How often a month each comes round; those of once a day weigh nothing beside them."""


@dataclass(frozen=True, slots=True)
class Bill:
    """What was used: units, requests at the gateway, and functions' gigabyte-seconds and calls."""

    writes: float
    reads: float
    requests: int = 0
    calls: int = 0
    gb_seconds: float = 0.0

    @property
    def dollars(self) -> float:
        """What it costs."""
        return (
            self.writes * WRITE_UNITS
            + self.reads * READ_UNITS
            + self.requests * GATEWAY
            + self.calls * INVOCATIONS
            + self.gb_seconds * GB_SECONDS
        )


class Phones:
    """The SMS network: takes everything, and keeps nothing."""

    def send(self, sms: OutgoingMessage) -> str:
        """Take an SMS."""
        return f"sms-{sms.message_id}"


class Stream:
    """The cases table's stream, of one case."""

    def __init__(self, reference: str) -> None:
        """Begin with a case that has just been stored."""
        key = keys.case_key(reference)
        self._key = {"pk": {"S": key.pk}, "sk": {"S": key.sk}}
        self._client = client(config=ASIDE)
        self._last: Mapping[str, Any] | None = None
        self.batches = 0

    def deliver(self) -> None:
        """Deliver what has changed since to both readers."""
        image = self._client.get_item(TableName="cases", Key=self._key)["Item"]
        old = {"OldImage": self._last} if self._last else {}
        record = {"SequenceNumber": f"{self.batches:021d}", "NewImage": image, **old}
        self._last = image
        for read in (functions.case_changes, functions.count_cases):
            read({"Records": [{"dynamodb": record}]})
            self.batches += 1


def run() -> list[Row]:
    """Count a case and the schedules, and tell what they come to."""
    compile_catalogues()
    with helpline(Messages(provider=Phones())):
        case = _a_case()
    with helpline():
        schedules = _the_schedules()
    database = case.writes * WRITE_UNITS + case.reads * READ_UNITS
    thousand = 1000 * case.dollars
    print(f"  a case: {case.writes:g} W, {case.reads:g} R, {case.requests} requests")
    print(
        f"  1,000: DynamoDB ${1000 * database:.4f}, gateway ${1000 * case.requests * GATEWAY:.4f}"
    )
    rows = [row("1,000 cases before SMS, dollars", thousand, MOST)]
    for a_day in VOLUMES:
        month = 30 * a_day * case.dollars + schedules.dollars
        print(
            f"  {a_day:>7,} cases a day: ${month:,.2f} a month, and the key's ${A_KEY_A_MONTH:.2f}"
        )
    idle = schedules.dollars
    print(f"  nobody asks: ${idle:.2f} a month for the schedules, before the free tier")
    return rows


def _a_case() -> Bill:
    """Take one case through its life, and add up what it used."""
    asked = {"phone": "9812345678", "consent": True, "language": "hi", "message": "दूसरी राय"}
    # What a process reads once a minute has been read by somebody else's request.
    _serve("GET", "/hours")
    with counting(in_use().core.database) as ledger:
        _serve("GET", "/")
        _serve("GET", "/request")
        own = _serve("POST", "/callbacks", asked)
        reference, _, opens = own["manage_url"].rpartition("/")[2].partition("?")
        page, stream = f"/c/{reference}?{opens}", Stream(reference)
        _serve("GET", page)
        stream.deliver()
        _serve("GET", page)
        _serve("GET", "/duty", who=ASHA)
        _serve("POST", "/duty/next", who=ASHA)
        _serve("GET", "/duty", who=ASHA)
        stream.deliver()
        _serve("POST", f"/cases/{reference}/attempts", {"result": "answered"}, who=ASHA)
        stream.deliver()
        _serve("GET", "/duty", who=ASHA)
        _serve("GET", page)
        _serve("GET", f"/callbacks/{reference}?{opens}")
        _serve("GET", "/hours")
    if not ledger.write_units:
        raise RuntimeError("the ledger saw nothing")
    requests, batches = 13, stream.batches
    seconds = requests * REQUEST_MS * REQUEST_GB + batches * READER_MS * READER_GB
    return Bill(ledger.write_units, ledger.read_units, requests, requests + batches, seconds / 1000)


def _serve(
    method: str, path: str, body: Mapping[str, Any] | None = None, who: str = ""
) -> Mapping[str, Any]:
    with Client(application.app) as asking:
        answer = asking.http.request(
            method,
            path,
            headers={"Content-Type": "application/json", "Authorization": f"Bearer {who}"},
            body=json.dumps(body).encode() if body is not None else b"",
        )
    if answer.status_code >= HTTPStatus.BAD_REQUEST:
        raise RuntimeError(f"{method} {path}: {answer.status_code}")
    is_json = answer.headers.get("Content-Type") == "application/json"
    told: Mapping[str, Any] = answer.json_body if answer.body and is_json else {}
    return told


def _the_schedules() -> Bill:
    """Run each schedule of a month once with nothing to do, and multiply."""
    writes = reads = calls = 0.0
    for schedule, a_month in SCHEDULES.items():
        schedule()
        with counting(in_use().core.database) as ledger:
            schedule()
        writes += a_month * ledger.write_units
        reads += a_month * ledger.read_units
        calls += a_month
    return Bill(writes, reads, 0, int(calls), calls * SCHEDULE_MS / 1000 * SCHEDULE_GB)
