"""Tables in moto, fresh for each test; one client for a file, because making one takes long."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from itertools import count
from typing import Any

import boto3
import pytest
from botocore.exceptions import ReadTimeoutError
from moto import mock_aws

from chalicelib.cases.domain.phone_limits import PhoneLimits
from chalicelib.cases.store.blocks import DynamoBlocks
from chalicelib.cases.store.case_search import DynamoFound
from chalicelib.cases.store.cases import DynamoCases, DynamoMerging
from chalicelib.cases.store.recent_changes import DynamoRecent
from chalicelib.core.dynamodb import schema
from chalicelib.core.dynamodb.client import Database
from chalicelib.core.dynamodb.sessions import DynamoSessions, DynamoTries
from chalicelib.core.dynamodb.table import Table
from chalicelib.messages.store.messages import DynamoMessages
from chalicelib.messages.store.outbox import DynamoOutbox
from chalicelib.messages.store.sms_budget import DynamoSpend
from chalicelib.reports.store.tallies import DynamoTallies
from chalicelib.rota.store.rota import DynamoRota
from chalicelib.rota.store.rota_links import DynamoRotaLinks
from chalicelib.rota.store.rota_writer import DynamoRotaEdits
from infra.dev.moto_database import InTurn
from tests.support.memory_dynamodb import MemoryDatabase, MemoryDynamoDb

REGION = "ap-south-1"
_numbers = count(1)


@pytest.fixture(scope="module", params=["moto", "memory"])
def database(request, no_real_aws) -> Iterator[Database]:
    """A database of each kind: so every test of a store compares the one in memory with moto."""
    if request.param == "memory":
        yield MemoryDatabase()
        return
    with mock_aws():
        yield InTurn(REGION, sleep=lambda _: None, dice=lambda: 0.5)


@pytest.fixture(scope="module")
def client(database):
    """A plain client, to look at the tables from outside."""
    if isinstance(database, MemoryDatabase):
        return database.client
    return boto3.client("dynamodb", region_name=REGION)


@pytest.fixture
def new_table(client) -> Callable[[schema.Schema], str]:
    def create(table: schema.Schema) -> str:
        name = f"table-{next(_numbers)}"
        if isinstance(client, MemoryDynamoDb):
            return client.create(name, table)
        client.create_table(TableName=name, BillingMode="PAY_PER_REQUEST", **table.definition())
        return name

    return create


def table_fixture(of: schema.Schema) -> Any:
    """Make the fixture of a table's name."""
    return pytest.fixture(lambda new_table: new_table(of))


def store_fixture(kind: type[Any], table: str) -> Any:
    """Make the fixture of a store over the table of this fixture."""

    @pytest.fixture
    def store(request: pytest.FixtureRequest, database: Database) -> Any:
        return kind(Table(database, request.getfixturevalue(table)))

    return store


cases_table = table_fixture(schema.CASES)
rota_table = table_fixture(schema.ROTA)
messages_table = table_fixture(schema.MESSAGES)
reports_table = table_fixture(schema.REPORTS)

cases = store_fixture(DynamoCases, "cases_table")
merging = store_fixture(DynamoMerging, "cases_table")
found = store_fixture(DynamoFound, "cases_table")
blocks = store_fixture(DynamoBlocks, "cases_table")
recent = store_fixture(DynamoRecent, "cases_table")
rota = store_fixture(DynamoRota, "rota_table")
rota_edits = store_fixture(DynamoRotaEdits, "rota_table")
rota_links = store_fixture(DynamoRotaLinks, "rota_table")
sessions = store_fixture(DynamoSessions, "rota_table")
tries = store_fixture(DynamoTries, "rota_table")
messages = store_fixture(DynamoMessages, "messages_table")
outbox = store_fixture(DynamoOutbox, "messages_table")
spent = store_fixture(DynamoSpend, "messages_table")
tallies = store_fixture(DynamoTallies, "reports_table")


@pytest.fixture
def limits() -> PhoneLimits:
    return PhoneLimits()


@pytest.fixture
def raw(client, cases_table):
    """Read or write an item of the cases table as it stands there."""

    class Raw:
        def get(self, pk: str, sk: str) -> dict | None:
            key = {"pk": {"S": pk}, "sk": {"S": sk}}
            return client.get_item(TableName=cases_table, Key=key).get("Item")

        def put(self, item: dict) -> None:
            client.put_item(TableName=cases_table, Item=item)

        def all(self) -> list[dict]:
            return client.scan(TableName=cases_table)["Items"]

    return Raw()


@pytest.fixture
def lose_answer(database, monkeypatch):
    """Let the answer to the next call of an operation get lost after it was carried out.

    botocore then repeats the call by itself, as it does when a connection is cut.
    """
    monkeypatch.setattr("time.sleep", lambda _: None)
    to_lose = Counter()

    def cut(request, event_name, **_):
        operation = event_name.rpartition(".")[2]
        if to_lose[operation]:
            to_lose[operation] -= 1
            raise ReadTimeoutError(endpoint_url=request.url)

    # At the bare name and last, because there moto carries the request out.
    events = database.client.meta.events
    events.register_last("before-send", cut)
    yield lambda operation: to_lose.update([operation])
    events.unregister("before-send", cut)
    assert not to_lose.total(), "no such call was made"
