"""A ledger of DynamoDB calls and capacity units, by AWS's documented rules.

Calls are counted at the client. Units are computed from item images that the ledger reads by
itself, before and after each write, with a client of its own that is not counted: no emulator
meters as AWS does. The rules are those of the Amazon DynamoDB Developer Guide, pages

* "DynamoDB item sizes and formats" (CapacityUnitCalculations): what an item weighs;
* "DynamoDB read and write operations" (read-write-operations): 1 KB a write unit, by the larger of
  the images before and after; 4 KB a read unit, half of it for an eventually consistent read; a
  query by the sum of what it read; a failed condition costs a write all the same;
* "Amazon DynamoDB Transactions: How it works" (transaction-apis): two writes for each item, also
  when the transaction is cancelled;
* "Using Global Secondary Indexes in DynamoDB" (GSI): one index write for an entry that comes, goes
  or changes, two for one whose key changes, none otherwise; reads by the size of the entries.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from math import ceil
from threading import Lock
from typing import Any, Final, Protocol, TypeAlias

import boto3
from botocore.client import BaseClient
from botocore.config import Config

from chalicelib.core.dynamodb.client import Database
from tests.support.memory_dynamodb import MemoryDatabase

WRITE_UNIT = 1024
READ_UNIT = 4096
_EVENT = "dynamodb.*"

# What a query does with what it has read, which costs the same.
_AFTER_A_QUERY: Final = ("Select", "FilterExpression", "ProjectionExpression")
_AFTER_A_SCAN: Final = (
    *_AFTER_A_QUERY,
    "ExpressionAttributeNames",
    "ExpressionAttributeValues",
)

ASIDE: Final = Config(user_agent_extra="aside")
"""Marks the clients of those who look on: their calls are nobody's."""

Image: TypeAlias = Mapping[str, Mapping[str, Any]]
Request: TypeAlias = Mapping[str, Any]
Written: TypeAlias = tuple[str, Image, Callable[[Image | None], int]]
"""A table, the key of an item, and what a refused try at writing it would weigh."""


def value_size(value: Mapping[str, Any]) -> int:
    """Weigh one attribute value, without its name."""
    ((kind, content),) = value.items()
    return _SIZES[kind](content)


def number_size(text: str) -> int:
    """Weigh a number: a byte for two significant digits, one more, and one for a minus sign."""
    number = Decimal(text).normalize()
    digits = len(number.as_tuple().digits) if number else 1
    return ceil(digits / 2) + 1 + (number < 0)


_SIZES: dict[str, Callable[[Any], int]] = {
    "S": lambda text: len(text.encode()),
    "N": number_size,
    "B": len,
    "BOOL": lambda _: 1,
    "NULL": lambda _: 1,
    "SS": lambda texts: sum(len(text.encode()) for text in texts),
    "NS": lambda numbers: sum(map(number_size, numbers)),
    "L": lambda elements: 3 + sum(1 + value_size(element) for element in elements),
    "M": lambda fields: 3 + sum(1 + item_size({k: v}) for k, v in fields.items()),
}


def item_size(image: Image | None) -> int:
    """Weigh an item; 0 for none."""
    return sum(len(name.encode()) + value_size(value) for name, value in (image or {}).items())


def write_units(*images: Image | None) -> int:
    """Tell what one write costs that turns one of these images into the other."""
    return max(1, *(ceil(item_size(image) / WRITE_UNIT) for image in images))


def read_units(size: int, *, consistent: bool) -> float:
    """Tell what reading so many bytes costs; reading nothing costs the least unit."""
    return max(1, ceil(size / READ_UNIT)) * (1.0 if consistent else 0.5)


@dataclass(frozen=True, slots=True)
class IndexShape:
    """An index as the table describes it."""

    keys: tuple[str, ...]
    shows: frozenset[str] | None

    def entry(self, image: Image | None, table_keys: tuple[str, ...]) -> Image | None:
        """Cut an item down to its entry in the index; None where it has none."""
        if image is None or any(key not in image for key in self.keys):
            return None
        if self.shows is None:
            return image
        kept = self.shows.union(self.keys, table_keys)
        return {name: value for name, value in image.items() if name in kept}

    def charges(
        self, before: Image | None, after: Image | None, keys: tuple[str, ...]
    ) -> list[tuple[str, int]]:
        """Tell what it costs, in each partition, to take the index from one image to the next."""
        old, new = self.entry(before, keys), self.entry(after, keys)
        if old == new:
            return []
        if old is not None and new is not None:
            if all(old[key] == new[key] for key in self.keys):
                return [(self._partition(new), write_units(old, new))]
            return [(self._partition(each), write_units(each)) for each in (old, new)]
        return [(self._partition(each), write_units(each)) for each in (old, new) if each]

    def write_units(self, before: Image | None, after: Image | None, keys: tuple[str, ...]) -> int:
        """Tell what it costs to take the index from one image of an item to the next."""
        return sum(units for _, units in self.charges(before, after, keys))

    def _partition(self, entry: Image) -> str:
        return str(entry[self.keys[0]]["S"])


@dataclass(frozen=True, slots=True)
class Call:
    """One call, and what it cost.

    ``partitions`` tells of the write units how many fell on which partition of which table, or
    index (``table/index``). ``pages`` is how many round trips it takes.
    """

    operation: str
    write_units: float
    read_units: float
    refused: str | None = None
    partitions: Mapping[tuple[str, str], float] = field(default_factory=dict)
    pages: int = 1


@dataclass
class Ledger:
    """The calls of a database's client while :func:`counting`."""

    calls: list[Call] = field(default_factory=list)

    @property
    def operations(self) -> list[str]:
        """The names of the calls, in the order of their answers."""
        return [call.operation for call in self.calls]

    @property
    def write_units(self) -> float:
        """All write units."""
        return sum(call.write_units for call in self.calls)

    @property
    def read_units(self) -> float:
        """All read units."""
        return sum(call.read_units for call in self.calls)


class Crowd(Protocol):
    """Items that stand behind those that a table holds: counted where they would be read."""

    def read_by(self, operation: str, params: Request, found: int) -> tuple[int, int]:
        """Tell how many bytes more, in how many more pages, a query or a scan would have read.

        ``found`` is how many items it read of those that are there.
        """


@contextmanager
def counting(database: Database, crowd: Crowd | None = None) -> Iterator[Ledger]:
    """Count what a database's client does within the block."""
    region, host = database.region, database.endpoint
    if isinstance(database, MemoryDatabase):
        own = database.client.aside()
    else:
        own = boto3.client("dynamodb", region_name=region, endpoint_url=host, config=ASIDE)
    auditor = _Auditor(own, crowd)
    with auditor.watching(database.client):
        yield auditor.ledger


@contextmanager
def counting_client(client: BaseClient, crowd: Crowd | None = None) -> Iterator[Ledger]:
    """Count what a plain client does within the block."""
    own = boto3.client("dynamodb", region_name=client.meta.region_name, config=ASIDE)
    auditor = _Auditor(own, crowd)
    with auditor.watching(client):
        yield auditor.ledger


class _Auditor:
    """Reads the images around each call, with a client that nobody counts."""

    def __init__(self, client: Any, crowd: Crowd | None) -> None:
        self.ledger = Ledger()
        self._client = client
        self._crowd = crowd
        self._shapes: dict[str, tuple[tuple[str, ...], dict[str, IndexShape]]] = {}
        self._lock = Lock()

    @contextmanager
    def watching(self, client: BaseClient) -> Iterator[None]:
        """Look at every call of a client."""
        events = client.meta.events
        events.register_last(f"before-parameter-build.{_EVENT}", self.before)
        events.register_last(f"after-call.{_EVENT}", self.after)
        try:
            yield
        finally:
            events.unregister(f"before-parameter-build.{_EVENT}", self.before)
            events.unregister(f"after-call.{_EVENT}", self.after)

    def before(self, params: Request, model: Any, context: dict[str, Any], **_: Any) -> None:
        """Keep the images that are there before the call."""
        with self._lock:
            images = [self._image(table, key) for table, key, _ in _written(model.name, params)]
        context["ledger"] = (params, images)

    def after(self, parsed: Request, model: Any, context: Mapping[str, Any], **_: Any) -> None:
        """Write the call down."""
        params, before = context["ledger"]
        refused = parsed.get("Error", {}).get("Code")
        with self._lock:
            partitions = self._writes(model.name, params, before, refused)
            units, pages = self._reads(model.name, params)
            self.ledger.calls.append(
                Call(model.name, sum(partitions.values()), units, refused, partitions, pages)
            )

    def _writes(
        self, operation: str, params: Request, before: list[Image | None], refused: str | None
    ) -> Mapping[tuple[str, str], float]:
        times = 2 if operation == "TransactWriteItems" else 1
        units: Counter[tuple[str, str]] = Counter()
        for (table, key, attempted), old in zip(_written(operation, params), before, strict=True):
            keys, indexes = self._shape(table)
            place = (table, str(key[keys[0]]["S"]))
            if refused:
                largest = max(item_size(old), attempted(old))
                units[place] += times * max(1, ceil(largest / WRITE_UNIT))
                continue
            new = self._image(table, key)
            units[place] += times * write_units(old, new)
            for name, index in indexes.items():
                for partition, charge in index.charges(old, new, keys):
                    units[f"{table}/{name}", partition] += charge
        return units

    def _reads(self, operation: str, params: Request) -> tuple[float, int]:
        consistent = params.get("ConsistentRead", False)
        if operation == "GetItem":
            size = item_size(self._image(params["TableName"], params["Key"]))
            return read_units(size, consistent=consistent), 1
        if operation in ("Query", "Scan"):
            sizes = list(self._sizes_read(operation, params))
            more, pages = (
                self._crowd.read_by(operation, params, len(sizes)) if self._crowd else (0, 0)
            )
            return read_units(sum(sizes) + more, consistent=consistent), 1 + pages
        if operation == "BatchGetItem":
            units = sum(
                read_units(
                    item_size(self._image(table, key)),
                    consistent=asked.get("ConsistentRead", False),
                )
                for table, asked in params["RequestItems"].items()
                for key in asked["Keys"]
            )
            return units, 1
        return 0, 1

    def _sizes_read(self, operation: str, params: Request) -> Iterator[int]:
        table = params["TableName"]
        keys, indexes = self._shape(table)
        read = self._client.query if operation == "Query" else self._client.scan
        # A filter drops what was read, and paid for.
        after_reading = _AFTER_A_QUERY if operation == "Query" else _AFTER_A_SCAN
        plain = {name: value for name, value in params.items() if name not in after_reading}
        for found in read(**plain)["Items"]:
            image = self._image(table, {key: found[key] for key in keys})
            if "IndexName" in params:
                image = indexes[params["IndexName"]].entry(image, keys)
            yield item_size(image)

    def _image(self, table: str, key: Image) -> Image | None:
        found = self._client.get_item(TableName=table, Key=key, ConsistentRead=True).get("Item")
        return found or None

    def _shape(self, table: str) -> tuple[tuple[str, ...], dict[str, IndexShape]]:
        if table not in self._shapes:
            description = self._client.describe_table(TableName=table)["Table"]
            indexes = {
                index["IndexName"]: IndexShape(
                    _key_names(index),
                    None
                    if index["Projection"]["ProjectionType"] == "ALL"
                    else frozenset(index["Projection"].get("NonKeyAttributes", ())),
                )
                for index in description.get("GlobalSecondaryIndexes", [])
            }
            self._shapes[table] = (_key_names(description), indexes)
        return self._shapes[table]


def _key_names(description: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(key["AttributeName"] for key in description["KeySchema"])


def _written(operation: str, params: Request) -> list[Written]:
    """Name each item that a call writes: table, key, and the size that a refused try would count.

    What an update would have made of an item is not known when its condition fails: its values
    upon the item that stands there are taken, which is too much rather than too little.
    """
    match operation:
        case "PutItem":
            item = params["Item"]
            key = {name: item[name] for name in ("pk", "sk") if name in item}
            return [(params["TableName"], key, lambda _: item_size(item))]
        case "UpdateItem":
            values = params.get("ExpressionAttributeValues", {})
            added = sum(value_size(value) for value in values.values())
            return [(params["TableName"], params["Key"], lambda old: item_size(old) + added)]
        case "DeleteItem":
            return [(params["TableName"], params["Key"], item_size)]
        case "ExecuteStatement" if params["Statement"].startswith("INSERT"):
            _, table, names = params["Statement"].split('"')
            item = dict(zip(names.split("'")[1::2], params["Parameters"], strict=True))
            key = {name: item[name] for name in ("pk", "sk")}
            return [(table, key, lambda _: item_size(item))]
        case "TransactWriteItems":
            return [
                one
                for part in params["TransactItems"]
                for kind, request in part.items()
                for one in _written(f"{kind}Item", request)
            ]
        case "GetItem" | "BatchGetItem" | "Query" | "Scan":
            return []
    raise NotImplementedError(operation)
