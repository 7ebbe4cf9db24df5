"""A world whose tables are the embedded engine's, at the other end of a real connection.

The engine keeps what DynamoDB keeps and moto does not: transactions apart from one another, and a
transaction that comes twice under one token carried out once.
"""

from __future__ import annotations

import pickle
import socket
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import boto3
from botocore.config import Config
from botocore.session import get_session

from chalicelib.core.dynamodb import client as store
from chalicelib.core.dynamodb.client import Database
from chalicelib.core.wiring import Container, Core
from infra.aws_emulator import ACCESS_KEY, Engine, address
from infra.dev.moto_database import InTurn
from tests.benchmarks import _helpline
from tests.benchmarks._helpline import REGION
from tests.resilience.harness import World, a_world
from tests.resilience.tables import Image, Refused, Tables
from tests.support.ledger import ASIDE

_CROWDED: Final = store._CLIENT.merge(ASIDE).merge(Config(max_pool_connections=64))  # noqa: SLF001
AT_ONCE: Final = 25
"""What DynamoDB takes in one batch of writes."""


class TablesByWire(Tables):
    """An engine's tables: looked at aside, changed by the code's own calls over the wire."""

    def __init__(self, endpoint: str) -> None:
        """Bind the engine, and make the tables that it lacks."""
        super().__init__(REGION)
        self._client = boto3.client(
            "dynamodb",
            region_name=REGION,
            endpoint_url=endpoint,
            aws_access_key_id=ACCESS_KEY,
            aws_secret_access_key=ACCESS_KEY,
            config=ASIDE,
        )
        standing = self._client.list_tables()["TableNames"]
        for name, table in _helpline.tables().items():
            if name not in standing:
                self._client.create_table(
                    TableName=name, BillingMode="PAY_PER_REQUEST", **table.definition()
                )

    def call(
        self,
        operation: str,  # noqa: ARG002  # as of moto's
        request: Mapping[str, Any],  # noqa: ARG002  # as above
    ) -> dict[str, Any]:
        """Leave every call to the wire."""
        raise Refused

    def fill(self, tables: Mapping[str, Sequence[Image]]) -> None:
        """Put just these items there, and no other."""
        for name in self.names():
            wanted = {_key(item): item for item in tables.get(name, ())}
            gone = [_key(item) for item in self.items(name) if _key(item) not in wanted]
            self._write(name, [{"DeleteRequest": {"Key": _as_key(key)}} for key in gone])
            self._write(name, [{"PutRequest": {"Item": item}} for item in wanted.values()])

    def items(self, table: str) -> list[Image]:
        """Read a whole table."""
        pages = self._client.get_paginator("scan").paginate(TableName=table, ConsistentRead=True)
        return [item for page in pages for item in page["Items"]]

    def names(self) -> Sequence[str]:
        """Name the tables."""
        return tuple(_helpline.tables())

    def find(self, table: str, key: Image) -> Image | None:
        """Read an item."""
        item: Image | None = self._client.get_item(
            TableName=table, Key=key, ConsistentRead=True
        ).get("Item")
        return item

    def snapshot(self) -> bytes:
        """Keep everything that stands in them."""
        return pickle.dumps({name: self.items(name) for name in self.names()})

    def restore(self, snapshot: bytes) -> None:
        """Put back what was kept."""
        self.fill(pickle.loads(snapshot))  # noqa: S301  # our own, of a moment ago

    def _write(self, table: str, requests: list[dict[str, Any]]) -> None:
        while requests:
            some, requests = requests[:AT_ONCE], requests[AT_ONCE:]
            self._client.batch_write_item(RequestItems={table: some})


@contextmanager
def an_engine() -> Iterator[str]:
    """Start an engine with nothing on it, and tell its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    with tempfile.TemporaryDirectory() as folder:
        engine = Engine(port, Path(folder))
        engine.start()
        try:
            yield address(port)
        finally:
            engine.stop()


@contextmanager
def a_world_on(
    engine: str,
    database: Database,
    *containers: Container,
    oncologists: Sequence[str] = (_helpline.ASHA, "bharat"),
) -> Iterator[World]:
    """Open a helpline on the engine's tables, to which the ``database`` is its way."""
    with a_world(Core(database=database), *containers, oncologists=oncologists) as world:
        world.move_to(TablesByWire(engine))
        yield world


def one_by_one(endpoint: str) -> Database:
    """Make a way on which calls follow one another, and nobody pauses."""
    return InTurn(REGION, endpoint, sleep=lambda _: None, dice=lambda: 0.5)


def side_by_side(endpoint: str) -> Database:
    """Make a way on which calls really go side by side: the world looks at none of them."""
    database = Database(REGION, endpoint)
    database._client = get_session().create_client(  # noqa: SLF001  # made as it would be
        "dynamodb",
        REGION,
        endpoint_url=endpoint,
        aws_access_key_id=ACCESS_KEY,
        aws_secret_access_key=ACCESS_KEY,
        config=_CROWDED,
    )
    return database


def _key(item: Image) -> tuple[str, str]:
    return item["pk"]["S"], item["sk"]["S"]


def _as_key(key: tuple[str, str]) -> Image:
    return {"pk": {"S": key[0]}, "sk": {"S": key[1]}}
