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

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from math import ceil
from threading import Lock
from typing import Any

import boto3

from chalicelib.store.database import Database

WRITE_UNIT = 1024
READ_UNIT = 4096
_EVENT = "dynamodb.*"

Image = Mapping[str, Mapping[str, Any]]


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

    def write_units(self, before: Image | None, after: Image | None, keys: tuple[str, ...]) -> int:
        """Tell what it costs to take the index from one image of an item to the next."""
        old, new = self.entry(before, keys), self.entry(after, keys)
        if old == new:
            return 0
        if old is None or new is None:
            return write_units(old, new)
        if any(old[key] != new[key] for key in self.keys):
            return write_units(old) + write_units(new)
        return write_units(old, new)


@dataclass(frozen=True, slots=True)
class Call:
    """One call, and what it cost."""

    operation: str
    write_units: float
    read_units: float
    refused: str | None = None


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


@contextmanager
def counting(database: Database) -> Iterator[Ledger]:
    """Count what a database's client does within the block."""
    ledger = Ledger()
    events = database.connection.client.meta.events
    auditor = _Auditor(ledger, database.connection.region, database.connection.host)
    events.register_last(f"before-parameter-build.{_EVENT}", auditor.before)
    events.register_last(f"after-call.{_EVENT}", auditor.after)
    try:
        yield ledger
    finally:
        events.unregister(f"before-parameter-build.{_EVENT}", auditor.before)
        events.unregister(f"after-call.{_EVENT}", auditor.after)


class _Auditor:
    """Reads the images around each call, with a client that nobody counts."""

    def __init__(self, ledger: Ledger, region: str, endpoint: str | None) -> None:
        self._ledger = ledger
        self._client = boto3.client("dynamodb", region_name=region, endpoint_url=endpoint)
        self._shapes: dict[str, tuple[tuple[str, ...], dict[str, IndexShape]]] = {}
        self._lock = Lock()

    def before(self, params, model, context, **_):
        with self._lock:
            images = [self._image(table, key) for table, key, _ in _written(model.name, params)]
        context["ledger"] = (params, images)

    def after(self, parsed, model, context, **_):
        params, before = context["ledger"]
        refused = parsed.get("Error", {}).get("Code")
        with self._lock:
            self._ledger.calls.append(
                Call(
                    model.name,
                    self._writes(model.name, params, before, refused),
                    self._reads(model.name, params),
                    refused,
                )
            )

    def _writes(self, operation, params, before, refused) -> float:
        times = 2 if operation == "TransactWriteItems" else 1
        units = 0
        for (table, key, attempted), old in zip(_written(operation, params), before, strict=True):
            if refused:
                units += times * max(1, ceil(max(item_size(old), attempted(old)) / WRITE_UNIT))
                continue
            new = self._image(table, key)
            keys, indexes = self._shape(table)
            units += times * write_units(old, new)
            units += sum(index.write_units(old, new, keys) for index in indexes.values())
        return units

    def _reads(self, operation, params) -> float:
        if operation == "GetItem":
            size = item_size(self._image(params["TableName"], params["Key"]))
            return read_units(size, consistent=params.get("ConsistentRead", False))
        if operation == "Query":
            return read_units(
                sum(self._sizes_read(params)), consistent=params.get("ConsistentRead", False)
            )
        if operation == "BatchGetItem":
            return sum(
                read_units(
                    item_size(self._image(table, key)),
                    consistent=asked.get("ConsistentRead", False),
                )
                for table, asked in params["RequestItems"].items()
                for key in asked["Keys"]
            )
        return 0

    def _sizes_read(self, params) -> Iterator[int]:
        table = params["TableName"]
        keys, indexes = self._shape(table)
        plain = {name: value for name, value in params.items() if name != "Select"}
        for found in self._client.query(**plain)["Items"]:
            image = self._image(table, {key: found[key] for key in keys})
            if "IndexName" in params:
                image = indexes[params["IndexName"]].entry(image, keys)
            yield item_size(image)

    def _image(self, table, key) -> Image | None:
        return self._client.get_item(TableName=table, Key=key, ConsistentRead=True).get("Item")

    def _shape(self, table):
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


def _key_names(description) -> tuple[str, ...]:
    return tuple(key["AttributeName"] for key in description["KeySchema"])


def _written(operation, params):
    """Name each item that a call writes: table, key, and the size that a refused try would count.

    What an update would have made of an item is not known when its condition fails: its values
    upon the item that stands there are taken, which is too much rather than too little.
    """
    match operation:
        case "PutItem":
            item = params["Item"]
            key = {name: item[name] for name in ("pk", "sk")}
            return [(params["TableName"], key, lambda _: item_size(item))]
        case "UpdateItem":
            values = params.get("ExpressionAttributeValues", {})
            added = sum(value_size(value) for value in values.values())
            return [(params["TableName"], params["Key"], lambda old: item_size(old) + added)]
        case "DeleteItem":
            return [(params["TableName"], params["Key"], item_size)]
        case "TransactWriteItems":
            return [
                one
                for part in params["TransactItems"]
                for kind, request in part.items()
                for one in _written(f"{kind}Item", request)
            ]
        case "GetItem" | "BatchGetItem" | "Query":
            return []
    raise NotImplementedError(operation)
