"""moto's tables without the wire: what a call does to them, as they stand, and put back.

A sweep makes hundreds of thousands of calls; signing, sending and parsing each would take most of
its time. What moto refuses is asked once more by the wire, so that the error has its true shape.
"""

from __future__ import annotations

import json
import pickle
from base64 import b64decode, b64encode
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from copy import deepcopy
from typing import Any, Final, TypeAlias

from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.dynamodb.models import DynamoDBBackend, dynamodb_backends
from moto.dynamodb.models.dynamo_type import DynamoType, Item
from moto.dynamodb.responses import DynamoHandler

Image: TypeAlias = Mapping[str, Any]

_ACTIONS: Final = {
    "GetItem": "get_item",
    "BatchGetItem": "batch_get_item",
    "Query": "query",
    "PutItem": "put_item",
    "UpdateItem": "update_item",
    "DeleteItem": "delete_item",
    "TransactWriteItems": "transact_write_items",
    "ExecuteStatement": "execute_statement",
}


_Place: TypeAlias = tuple[str, DynamoType, DynamoType]
"""Where an item is: its table, partition key and sort key."""


class Refused(Exception):
    """The call was refused, and changed nothing."""


class Tables:
    """The tables of one region, as moto keeps them."""

    def __init__(self, region: str) -> None:
        """Bind the region."""
        self._region = region
        self._before: dict[_Place, Item | None] | None = None

    def call(self, operation: str, request: Mapping[str, Any]) -> dict[str, Any]:
        """Carry out a call. Raises Refused."""
        if operation == "Query" and not self._has_any(request):
            return {"Items": [], "Count": 0, "ScannedCount": 0}
        if self._before is not None:
            for table, key in written(operation, request):
                place = table, DynamoType(key["pk"]), DynamoType(key["sk"])
                if place not in self._before:
                    self._before[place] = deepcopy(self._items_at(place).get(place[2]))
        handler = DynamoHandler()
        handler.region, handler.current_account = self._region, DEFAULT_ACCOUNT_ID
        # What is stored must not be what the caller goes on to change, nor the other way round.
        handler.body = handler.params = json.loads(json.dumps(request, default=_to_wire))
        try:
            answer = getattr(handler, _ACTIONS[operation])()
        except Exception as refusal:
            raise Refused from refusal
        found: dict[str, Any] = _copied(answer.result)
        return found

    def items(self, table: str) -> list[Image]:
        """Read a whole table, as nobody in production does."""
        return [self._plain(item) for item in self._backend.tables[table].all_items()]

    def count(self, table: str) -> int:
        """Return how many items a table has."""
        return sum(map(len, self._backend.tables[table].items.values()))

    def names(self) -> Sequence[str]:
        """Name the tables."""
        return tuple(self._backend.tables)

    def find(self, table: str, key: Image) -> Image | None:
        """Read an item."""
        places = self._backend.tables[table].items
        for partition, items in places.items():
            if partition.to_json() == key["pk"]:
                for order, item in items.items():
                    if order.to_json() == key["sk"]:
                        return self._plain(item)
        return None

    @contextmanager
    def undoing(self) -> Iterator[None]:
        """Restore afterwards each item that is written meanwhile."""
        self._before = {}
        try:
            yield
        finally:
            before, self._before = self._before, None
            for place, item in before.items():
                if item is None:
                    self._items_at(place).pop(place[2], None)
                else:
                    self._items_at(place)[place[2]] = item

    def snapshot(self) -> bytes:
        """Keep everything that stands in them."""
        return pickle.dumps({name: table.items for name, table in self._backend.tables.items()})

    def restore(self, snapshot: bytes) -> None:
        """Put back what was kept."""
        for name, items in pickle.loads(snapshot).items():  # noqa: S301  # our own, of a moment ago
            self._backend.tables[name].items = items

    def _has_any(self, query: Mapping[str, Any]) -> bool:
        """Whether the partition of a query has any item: most of those looked into have none."""
        if not query["KeyConditionExpression"].lstrip("(").startswith("#0 = :0"):
            return True
        name = query["ExpressionAttributeNames"]["#0"]
        wanted = query["ExpressionAttributeValues"][":0"]["S"]
        return any(
            name in item.attrs and item.attrs[name].value == wanted
            for items in self._backend.tables[query["TableName"]].items.values()
            for item in items.values()
        )

    def _items_at(self, place: _Place) -> dict[DynamoType, Item]:
        table, partition, _ = place
        found: dict[DynamoType, Item] = self._backend.tables[table].items[partition]
        return found

    @property
    def _backend(self) -> DynamoDBBackend:
        return dynamodb_backends[DEFAULT_ACCOUNT_ID][self._region]

    @staticmethod
    def _plain(item: Any) -> Image:  # noqa: ANN401  # moto's own
        image: Image = _copied(item.to_json()["Attributes"])
        return image


def written(operation: str, request: Mapping[str, Any]) -> Iterator[tuple[str, Image]]:
    """Return where a call writes: tables, and keys of items."""
    if operation == "TransactWriteItems":
        for part in request["TransactItems"]:
            for kind, item in part.items():
                yield from written(f"{kind}Item", item)
    elif operation == "ExecuteStatement":
        _, table, values = request["Statement"].split('"')
        item = dict(zip(values.split("'")[1::2], request["Parameters"], strict=True))
        yield table, _key_of(item)
    elif operation in ("PutItem", "UpdateItem", "DeleteItem"):
        yield request["TableName"], _key_of(request.get("Item") or request["Key"])


def _key_of(item: Image) -> Image:
    return {name: item[name] for name in ("pk", "sk")}


def _copied(answer: Any) -> Any:  # noqa: ANN401  # whatever was answered
    return json.loads(json.dumps(answer, default=_to_wire), object_hook=_from_wire)


def _to_wire(value: bytes) -> str:
    return b64encode(value).decode()


def _from_wire(value: dict[str, Any]) -> dict[str, Any]:
    match value:
        case {"B": str() as text}:
            return {"B": b64decode(text)}
    return value
