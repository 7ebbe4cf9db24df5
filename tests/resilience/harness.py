"""The helpline as it runs in production, in one process: cold functions, tables, stream, SMS.

Every function starts anew, as after a cold start, so that nothing that a process remembers hides
what it should have stored. Each AWS call can be the process's last: cut before it was made, or
after it was carried out and before anybody learnt of it. What is written to the cases table comes
out of its stream, to be delivered once, twice, late, out of order, or never.
"""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from http import HTTPStatus
from threading import RLock
from typing import Any, Final, TypeAlias, TypeVar

from botocore.client import BaseClient
from chalice.test import Client

import app as application
from chalicelib import logs as lines
from chalicelib.cases.gateways.video_jitsi import SECRET as ROOMS_SECRET
from chalicelib.core.domain.roles import ONCOLOGIST
from chalicelib.core.gateways import aws
from chalicelib.core.wiring import Container, Core
from chalicelib.messages.providers.aws import sns
from chalicelib.messages.providers.aws.gateway import AwsSms
from chalicelib.messages.providers.contract import Sender
from chalicelib.messages.providers.exotel.sms import WEBHOOK_SECRET
from chalicelib.messages.providers.send_retry import HandOver
from chalicelib.messages.services.ports import OutgoingMessage
from chalicelib.messages.wiring import Messages
from chalicelib.people.wiring import Staff
from infra.dev.moto_database import InTurn
from tests.benchmarks import _helpline
from tests.benchmarks._helpline import REGION, StoppedClock
from tests.resilience.tables import Refused, Tables, written
from tests.resilience.user_pool import User, UserPool
from tests.support import functions
from tests.support.helpline import using
from tests.support.ledger import ASIDE

T = TypeVar("T")
Image: TypeAlias = Mapping[str, Any]

CASES: Final = "cases"
ADMINISTRATOR: Final = "meera"
WEBHOOK: Final = "the-secret-part-of-an-address"
"""What Exotel's calls have in their path."""
SIGNS: Final = "what-signs-the-way-into-a-room-of-ours"
"""What the rooms' tokens are signed with."""
SETTINGS: Final = {
    "LOG_LEVEL": "INFO",
    "CALLS_GATEWAY": "local",
    "TOLD_BEFORE_CALLS": "everybody",
    "VIDEO_KIND": "jitsi",
    "VIDEO_DOMAIN": "video.example",
    "VIDEO_APP_ID": "helpline",
}
COMPANIES_SECRETS: Final = {WEBHOOK_SECRET: WEBHOOK, ROOMS_SECRET: SIGNS}


class Cut(BaseException):
    """The process is gone: no ``except Exception`` of the code under test goes on after it."""


@dataclass(frozen=True, slots=True)
class Point:
    """Where a process is cut: before its ``call``-th AWS call, or after that was carried out."""

    call: int
    after: bool

    def __str__(self) -> str:
        """Say it as a failure's report does."""
        return f"{'after' if self.after else 'before'} call {self.call}"


@dataclass(frozen=True, slots=True)
class Answer:
    """What the application answered."""

    status: int
    body: Mapping[str, Any]
    headers: Mapping[str, Any] = field(default_factory=dict)
    text: str = ""


@dataclass
class Phones:
    """The SMS network behind SNS: takes everything, and remembers it."""

    sent: list[OutgoingMessage] = field(default_factory=list)
    _handed_over: OutgoingMessage | None = None

    def send(self, sms: OutgoingMessage) -> str:
        """Send an SMS by SNS; what our own id of it is, SNS is not told."""
        self._handed_over = sms
        once = HandOver(tries=1)
        client = partial(aws.client, sns.SERVICE, REGION, 1)
        return AwsSms("sns", sns, client, Sender(), once).send(sms)

    def publish(self, request: Mapping[str, Any]) -> dict[str, str]:
        """Take what SNS carries."""
        sms = self._handed_over
        if sms is None or (sms.phone, sms.text) != (request["PhoneNumber"], request["Message"]):
            raise ValueError("another SMS than was handed over")
        self.sent.append(sms)
        return {"MessageId": f"sms-{len(self.sent)}"}


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A world as it stood: tables, who may sign in, what was sent, asked and is still to come."""

    tables: bytes
    users: Mapping[str, User]
    now: datetime
    sent: Sequence[OutgoingMessage]
    acknowledged: frozenset[str]
    stream: Sequence[Mapping[str, Any]]


class World:
    """One helpline, from its first request on. Make it with :func:`a_world`."""

    def __init__(
        self,
        clock: StoppedClock,
        phones: Phones,
        oncologists: Sequence[str],
        *containers: Container,
    ) -> None:
        self.clock = clock
        self.phones = phones
        self.client = _helpline.client(config=ASIDE)
        self.acknowledged: set[str] = set()
        """The references of requests whose answer came back."""
        self.stream: list[dict[str, Any]] = []
        """What the stream has still to deliver."""
        self.calls: list[str] = []
        """The AWS calls of the last function that ran."""
        self.logs: list[str] = []
        """The lines that functions wrote to their logs."""
        self.addresses: set[str] = set()
        """The paths that were asked for, without what stands behind them."""
        self.accounts = UserPool()
        for name in (*oncologists, ADMINISTRATOR):
            role = ADMINISTRATOR if name == ADMINISTRATOR else ONCOLOGIST
            self.accounts.users[name] = User(groups={role})
        self._tables = Tables(REGION)
        self._running = self._by_wire = False
        self._cut: Point | None = None
        self._written = 0
        self._lock = RLock()
        self.database = InTurn(REGION, sleep=lambda _: None, dice=lambda: 0.5)
        self._containers: tuple[Container, ...] = (
            Core(clock=clock, database=self.database),
            Staff(identity=_helpline.EverybodyOfBoth(), token_check=_helpline.EverybodyOfBoth()),
            Messages(provider=phones),
            *containers,
        )

    def run(self, function: Callable[[], T], cut: Point | None = None) -> T:
        """Run a function from a cold start. Raises Cut where it is cut.

        What runs within another is a part of that.
        """
        if self._running:
            return function()
        self.calls, self._cut, self._running = [], cut, True
        try:
            with using(*self._containers), _told_to(self.logs):
                return function()
        finally:
            self._cut, self._running = None, False

    @contextmanager
    def with_database(self, database: InTurn) -> Iterator[None]:
        """Let functions reach their tables by another connection for a while."""
        kept, self._containers = self._containers, (*self._containers, Core(database=database))
        try:
            yield
        finally:
            self._containers = kept

    @contextmanager
    def by_wire(self) -> Iterator[None]:
        """Send every call through the SDK for a while, and not straight to the tables."""
        self._by_wire = True
        try:
            yield
        finally:
            self._by_wire = False

    def items(self, table: str) -> list[Image]:
        """Read a whole table, as nobody in production does."""
        with self._lock:
            return self._tables.items(table)

    def count(self, table: str) -> int:
        """Return how many items a table has."""
        return self._tables.count(table)

    def tables(self) -> dict[str, list[Image]]:
        """Read all of them."""
        return {name: self.items(name) for name in self._tables.names()}

    def snapshot(self) -> Snapshot:
        """Keep everything as it stands."""
        return Snapshot(
            self._tables.snapshot(),
            self.accounts.snapshot(),
            self.clock.now,
            tuple(self.phones.sent),
            frozenset(self.acknowledged),
            tuple(self.stream),
        )

    def restore(self, snapshot: Snapshot) -> None:
        """Put everything back as it stood; logs begin anew."""
        self._tables.restore(snapshot.tables)
        self.accounts.restore(snapshot.users)
        self.clock.now = snapshot.now
        self.phones.sent = list(snapshot.sent)
        self.acknowledged = set(snapshot.acknowledged)
        self.stream = [deepcopy(dict(record)) for record in snapshot.stream]
        self.logs.clear()
        self.addresses.clear()

    @contextmanager
    def undoing(self) -> Iterator[None]:
        """Undo afterwards what is written meanwhile: whoever looks changes nothing."""
        stream = list(self.stream)
        with self._tables.undoing():
            yield
        self.stream = stream

    def deliver(self) -> None:
        """Let the stream deliver to each of its readers what it holds."""
        records, self.stream = self.stream, []
        for reader in READERS if records else ():
            self.run(partial(reader, records))

    def http(
        self, method: str, path: str, body: Mapping[str, Any] | None = None, *, who: str = ""
    ) -> Answer:
        """Ask the application, as API Gateway does; a request for a callback is acknowledged."""
        answer = self.send(
            method, path, json.dumps(body).encode() if body is not None else b"", who=who
        )
        if path == "/callbacks" and answer.status in (HTTPStatus.OK, HTTPStatus.CREATED):
            self.acknowledged.add(answer.body["reference"])
        return answer

    def send(
        self,
        method: str,
        path: str,
        body: bytes = b"",
        *,
        kind: str = "application/json",
        who: str = "",
        cookie: str = "",
    ) -> Answer:
        """Send what may be no JSON, or come from a browser."""
        self.addresses.add(path.partition("?")[0])
        headers = {
            "Content-Type": kind,
            "Authorization": f"Bearer {who}",
            "Sec-Fetch-Site": "same-origin",
            "Cookie": cookie,
        }
        with Client(application.app) as client:
            answer = client.http.request(method, path, headers=headers, body=body)
        is_json = answer.headers.get("Content-Type") == "application/json"
        told = answer.json_body if answer.body and is_json else {}
        return Answer(
            answer.status_code, told, answer.headers, answer.body.decode(errors="replace")
        )

    def call(
        self,
        client: BaseClient,
        make: Callable[..., Any],
        operation: str,
        request: Mapping[str, Any],
    ) -> Any:  # noqa: ANN401  # whatever AWS answers
        """Stand for one AWS call of the code under test."""
        if client.meta.config.user_agent_extra == ASIDE.user_agent_extra:
            return make(client, operation, request)
        with self._lock:
            self.calls.append(f"{client.meta.service_model.service_name}:{operation}")
            number = len(self.calls)
            self._cut_if(number, after=False)
            keys = [key for table, key in written(operation, request) if table == CASES]
            before = [self._image(key) for key in keys]
            try:
                answer = self._carry_out(client, make, operation, request)
            finally:
                # What was written comes out of the stream, whether or not the answer came back.
                for key, old in zip(keys, before, strict=True):
                    self._record(key, old, self._image(key))
            self._cut_if(number, after=True)
            return answer

    def _carry_out(
        self,
        client: BaseClient,
        make: Callable[..., Any],
        operation: str,
        request: Mapping[str, Any],
    ) -> Any:  # noqa: ANN401  # whatever AWS answers
        match client.meta.service_model.service_name:
            case "dynamodb" if not self._by_wire:
                try:
                    return self._tables.call(operation, request)
                except Refused:
                    return make(client, operation, request)
            case "sns":
                return self.phones.publish(request)
            case "cognito-idp":
                return self.accounts.call(operation, request)
        return make(client, operation, request)

    def _cut_if(self, number: int, *, after: bool) -> None:
        if self._cut == Point(number, after):
            raise Cut

    def _image(self, key: Image) -> Image | None:
        return self._tables.find(CASES, key)

    def _record(self, key: Image, old: Image | None, new: Image | None) -> None:
        if old == new:
            return
        self._written += 1
        images = {"OldImage": old, "NewImage": new}
        self.stream.append(
            {
                "eventID": f"event-{self._written}",
                "eventName": "INSERT" if old is None else "MODIFY" if new else "REMOVE",
                "dynamodb": {
                    "Keys": key,
                    "SequenceNumber": f"{self._written:021d}",
                    **{name: image for name, image in images.items() if image is not None},
                },
            }
        )


def tell_of_changes(records: Sequence[Mapping[str, Any]]) -> None:
    """Read the stream for the messages that are owed."""
    functions.case_changes({"Records": deepcopy(list(records))})


def count(records: Sequence[Mapping[str, Any]]) -> None:
    """Read the stream for the reports."""
    functions.count_cases({"Records": deepcopy(list(records))})


READERS: Final = (tell_of_changes, count)


@contextmanager
def a_world(
    *containers: Container, oncologists: Sequence[str] = (_helpline.ASHA, "bharat")
) -> Iterator[World]:
    """Open a helpline; every AWS call of the code under test goes by the world."""
    phones = Phones()
    with _helpline.helpline(Messages(provider=phones), oncologists=oncologists) as clock:
        # Put back with the rest of the environment, by whoever opened the helpline.
        os.environ.update(SETTINGS)
        for name, value in COMPANIES_SECRETS.items():
            _helpline.client("ssm").put_parameter(
                Name=f"{os.environ['SECRETS_PATH']}/{name}", Value=value, Type="SecureString"
            )
        world = World(clock, phones, oncologists, *containers)
        make = BaseClient._make_api_call  # noqa: SLF001  # the one place that all calls pass

        def seen(client: BaseClient, operation: str, request: Any) -> Any:  # noqa: ANN401
            return world.call(client, make, operation, request)

        BaseClient._make_api_call = seen  # noqa: SLF001  # put back below
        try:
            yield world
        finally:
            BaseClient._make_api_call = make  # noqa: SLF001  # as above


class _Kept(logging.Handler):
    """Keeps the lines as they would stand in the log."""

    def __init__(self, kept: list[str]) -> None:
        super().__init__()
        self.setFormatter(lines.JsonLines())
        self._kept = kept

    def emit(self, record: logging.LogRecord) -> None:
        self._kept.append(self.format(record))


@contextmanager
def _told_to(kept: list[str]) -> Iterator[None]:
    """Let the log go there, and nowhere else."""
    root = logging.getLogger()
    before, root.handlers = root.handlers, [_Kept(kept)]
    try:
        yield
    finally:
        root.handlers = before
