"""Tables in moto, fresh for each test; one client for a file, because making one takes long."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from itertools import count

import boto3
import pytest
from botocore.exceptions import ReadTimeoutError
from moto import mock_aws

from chalicelib.cases.domain.phone_limits import PhoneLimits
from chalicelib.cases.store.cases import DynamoCases
from chalicelib.cases.store.recent_changes import DynamoRecent
from chalicelib.core.dynamodb import schema
from chalicelib.core.dynamodb.client import Database
from chalicelib.core.dynamodb.table import Table
from chalicelib.messages.store.messages import DynamoMessages
from chalicelib.messages.store.outbox import DynamoOutbox
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


@pytest.fixture
def cases_table(new_table) -> str:
    return new_table(schema.CASES)


@pytest.fixture
def cases(database, cases_table) -> DynamoCases:
    return DynamoCases(Table(database, cases_table))


@pytest.fixture
def rota_table(new_table) -> str:
    return new_table(schema.ROTA)


@pytest.fixture
def rota(database, rota_table) -> DynamoRota:
    return DynamoRota(Table(database, rota_table))


@pytest.fixture
def rota_edits(database, rota_table) -> DynamoRotaEdits:
    return DynamoRotaEdits(Table(database, rota_table))


@pytest.fixture
def rota_links(database, rota_table) -> DynamoRotaLinks:
    return DynamoRotaLinks(Table(database, rota_table))


@pytest.fixture
def messages_table(new_table) -> str:
    return new_table(schema.MESSAGES)


@pytest.fixture
def messages(database, messages_table) -> DynamoMessages:
    return DynamoMessages(Table(database, messages_table))


@pytest.fixture
def outbox(database, messages_table) -> DynamoOutbox:
    return DynamoOutbox(Table(database, messages_table))


@pytest.fixture
def recent(database, cases_table) -> DynamoRecent:
    return DynamoRecent(Table(database, cases_table))


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
