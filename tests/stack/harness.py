"""The stack that tests share: the real package, deployed once onto an embedded engine.

``tests/stack`` and ``tests/browser`` have the ``stack`` fixture, and the hook, from here: their
conftests import both. The tests of a folder run in one process, and so on one engine; two of them
beside each other take half the time, and each has an engine of its own.
"""

from __future__ import annotations

import json
import shutil
import socket
import sys
import time
import urllib.parse
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import requests

from chalicelib.core.gateways import aws
from infra import seed, send_sms, sign_in
from infra.aws_emulator import Engine, address
from infra.local_stack import LocalStack, bring_up

FIRST = "test_update_in_place.py"
TABLES = ("CasesTable", "RotaTable", "MessagesTable", "AuditTable", "ReportsTable")
LOG_LINES = 40


class StackUnderTest:
    """What tests do to a running stack and read of it."""

    def __init__(self, stack: LocalStack, engine: Engine) -> None:
        self._engine = engine
        self._tokens: dict[str, str] = {}
        self.local = stack
        self.url = stack.url
        self.port = stack.port
        self.outputs = stack.outputs
        self.log = engine.log

    def client(self, service: str) -> Any:
        """An AWS client of the engine."""
        return self.local.client(service)

    def call(
        self, method: str, path: str, *, token: str | None = None, **options: Any
    ) -> requests.Response:
        """Call the application as anybody, or as a token's owner; redirects are not followed."""
        headers = dict(options.pop("headers", {}))
        if token is not None:
            headers["Authorization"] = f"Bearer {token}"
        return requests.request(
            method, self.url + path, headers=headers, timeout=60, allow_redirects=False, **options
        )

    def token(self, role: str, as_: str | None = None) -> str:
        """A bearer token of somebody with the role, who is made where there is nobody yet."""
        name = as_ or f"test-{role}"
        if name not in self._tokens:
            seed.put_user(self.local, name, role)
            self._tokens[name] = sign_in.token(self.local, name)
        return self._tokens[name]

    def set_clock(self, instant: datetime | str | None) -> None:
        """Hold the functions' clock at an instant, move it (``+3600``), or let it run (None)."""
        if isinstance(instant, datetime):
            instant = instant.isoformat()
        # Moved into place, so that no function reads half of it.
        unfinished = self._engine.clock.with_suffix(".new")
        unfinished.write_text(instant or "", encoding="ascii")
        unfinished.replace(self._engine.clock)

    def pause_schedules(self) -> None:
        """Leave the schedules to `invoke` once more: an update may have set them going."""
        _pause_schedules(self.local)

    def send_sms(self, sender: str, text: str, message_id: str | None = None) -> str:
        """A patient's SMS; the same id again is the same SMS, delivered twice."""
        return send_sms.send(self.local, sender, text, message_id)

    def sent_sms(self, phone: str) -> list[str]:
        """The texts of the SMS that the functions have sent to a phone, the oldest first."""
        query = urllib.parse.urlencode({"phoneNumber": phone})
        answer = requests.get(
            f"{address(self.port)}/_ministack/sns/sms-messages?{query}", timeout=30
        )
        messages = answer.json()["sms_messages"].get(phone, [])
        return [message["Message"] for message in messages]

    def invoke(self, function: str, event: Mapping[str, Any] | None = None) -> Any:
        """Run a function by its name in app.py and return its answer; its error fails the test."""
        logical = "".join(part.title() for part in function.split("_"))
        resource = self.client("cloudformation").describe_stack_resource(
            StackName="helpline-dev",
            LogicalResourceId={"ApiHandler": "APIHandler"}.get(logical, logical),
        )
        answer = self.client("lambda").invoke(
            FunctionName=resource["StackResourceDetail"]["PhysicalResourceId"],
            Payload=json.dumps(event or {}).encode(),
        )
        payload = answer["Payload"].read()
        assert "FunctionError" not in answer, payload.decode()
        return json.loads(payload)

    def items(self, table: str) -> list[dict[str, Any]]:
        """Every item of a table (an output's name), as the database's own client shows it."""
        pages = (
            self.client("dynamodb")
            .get_paginator("scan")
            .paginate(TableName=self.outputs[table], ConsistentRead=True)
        )
        return [item for page in pages for item in page["Items"]]

    def empty(self) -> None:
        """Delete every item of every table and let the clock run again."""
        database = self.client("dynamodb")
        for table in TABLES:
            for item in self.items(table):
                key = {"pk": item["pk"], "sk": item["sk"]}
                database.delete_item(TableName=self.outputs[table], Key=key)
        self.set_clock(None)

    @contextmanager
    def environment(self) -> Iterator[None]:
        """Let code of this process find what the functions find: their settings, the engine.

        Clients are kept for the process's life, and know their endpoint: none outlives the block,
        where another test's would ask the engine for what moto has.
        """
        aws.client.cache_clear()
        try:
            with pytest.MonkeyPatch.context() as patch:
                for name, value in self.local.environment().items():
                    patch.setenv(name, value)
                patch.setenv("CLOCK_FILE", str(self._engine.clock))
                yield
        finally:
            aws.client.cache_clear()

    def wait_for(self, ready: Callable[[], Any], seconds: float = 20) -> Any:
        """Return what `ready` gives as soon as it is true; what comes later fails the test."""
        deadline = time.monotonic() + seconds
        while not (result := ready()):
            assert time.monotonic() < deadline, f"not within {seconds} s"
            time.sleep(0.1)
        return result


THE_STACK = pytest.StashKey[StackUnderTest]()


@pytest.fixture(scope="session")
def stack(pytestconfig: pytest.Config, tmp_path_factory: pytest.TempPathFactory) -> StackUnderTest:
    """The deployed helpline; its tables are empty at first, and shared by the tests of a run."""
    if THE_STACK not in pytestconfig.stash:
        engine = Engine(free_port(), tmp_path_factory.mktemp("stack"))
        # Not this fixture's own end: several conftests have it, and share what it gives.
        pytestconfig.add_cleanup(lambda: _take_down(engine))
        pytestconfig.stash[THE_STACK] = StackUnderTest(_bring_up(engine), engine)
    return pytestconfig.stash[THE_STACK]


def _pause_schedules(stack: LocalStack) -> None:
    """Leave the schedules to `invoke`: one that came by itself would do a test's work first."""
    events = stack.client("events")
    for rule in events.list_rules()["Rules"]:
        events.disable_rule(Name=rule["Name"])


def _take_down(engine: Engine) -> None:
    """Stop the engine and leave only its log."""
    engine.stop()
    for folder in ("state", "buckets"):
        shutil.rmtree(engine.folder / folder, ignore_errors=True)


def _bring_up(engine: Engine) -> LocalStack:
    try:
        stack = bring_up(engine, lambda _line: None)
    except BaseException:
        _show_end_of(engine.log)
        raise
    _pause_schedules(stack)
    return stack


def _show_end_of(log: Path) -> None:
    """Put the log's end into the report of the test that failed with the stack."""
    if log.exists():
        lines = log.read_text(errors="replace").splitlines()
        sys.stdout.write("\n".join([*lines[-LOG_LINES:], ""]))


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


# Before xdist reads the groups.
@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what uses the stack, and keep a folder in one process; what updates it comes first."""
    items.sort(key=lambda item: FIRST not in item.nodeid)
    for item in items:
        if "stack" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.stack)
            item.add_marker(pytest.mark.xdist_group(item.path.parent.name))
