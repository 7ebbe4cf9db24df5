"""One table, by name: single reads and writes, queries, and the parts of a transaction."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from pynamodb.expressions.condition import Condition
from pynamodb.expressions.operand import Path
from pynamodb.expressions.update import Action
from pynamodb.models import Model

from chalicelib.core.component import component
from chalicelib.core.dynamodb.client import TRIES, Database
from chalicelib.core.dynamodb.cursor import cursor_at, order_key, start_after
from chalicelib.core.dynamodb.errors import Image
from chalicelib.core.dynamodb.prepared_expressions import Expressions, written
from chalicelib.core.dynamodb.schema import Index
from chalicelib.core.services.ports import Page

MOST_IN_A_BATCH: Final = 100
LONGEST_PK: Final = 2048
LONGEST_SK: Final = 1024
"""Bytes that DynamoDB takes for the parts of a key; and it takes no empty one."""
Returns = Literal["NONE", "ALL_NEW", "ALL_OLD", "UPDATED_NEW"]


@dataclass(frozen=True, slots=True)
class Key:
    """An item's place in its table."""

    pk: str
    sk: str

    @property
    def may_be(self) -> bool:
        """Whether any item can have it: a part of it may be what somebody typed."""
        return (
            0 < len(self.pk.encode(errors="replace")) <= LONGEST_PK
            and 0 < len(self.sk.encode(errors="replace")) <= LONGEST_SK
        )


@component
class Found:
    """What one query found: items, their number, and the key to go on from."""

    images: list[Image]
    count: int
    last: Mapping[str, Any] | None


@component
class Table:
    """A table of a database. Conditions that fail come back with the item in their way."""

    database: Database
    name: str

    def get(self, key: Key, *, consistent: bool = False) -> Image | None:
        """Read an item; None where there is none."""
        if not key.may_be:
            return None
        request = {**self._at(key), "ConsistentRead": consistent}
        return self.database.call("GetItem", request).get("Item")

    def put(self, item: Model, condition: Condition | None = None) -> None:
        """Write a whole item. Raises ConditionFailed."""
        self.database.call("PutItem", self.put_part(item, condition)["Put"])

    def insert(self, item: Model) -> None:
        """Add an item where there is none, by the one action that can do nothing else.

        Raises ConditionFailed, without the item that stands there.
        """
        image = item.serialize()
        fields = ", ".join(f"'{name}': ?" for name in image)
        request = {
            "Statement": f'INSERT INTO "{self.name}" VALUE {{{fields}}}',
            "Parameters": list(image.values()),
        }
        self.database.call("ExecuteStatement", request)

    def update(
        self,
        key: Key,
        actions: Sequence[Action],
        condition: Condition | None = None,
        returns: Returns = "NONE",
    ) -> Image:
        """Change or make an item, and answer what ``returns`` asks. Raises ConditionFailed."""
        request = self.update_part(key, actions, condition)["Update"]
        answer = self.database.call("UpdateItem", {**request, "ReturnValues": returns})
        image: Image = answer.get("Attributes", {})
        return image

    def delete(self, key: Key) -> None:
        """Delete an item, if there is one."""
        self.database.call("DeleteItem", self._at(key))

    def query(  # noqa: PLR0913  # what DynamoDB lets a query ask, each by its name
        self,
        partition: str,
        where: Condition | None = None,
        *,
        index: Index | None = None,
        limit: int | None = None,
        after: Mapping[str, Any] | None = None,
        backwards: bool = False,
        count_only: bool = False,
        consistent: bool = False,
    ) -> Found:
        """Read one page of a partition in order; ``where`` is about the sort key."""
        condition: Condition = Path([index.partition if index else "pk"]) == partition
        if where is not None:
            condition &= where
        names: dict[str, str] = {}
        values: dict[str, Any] = {}
        request: dict[str, Any] = {
            "TableName": self.name,
            "KeyConditionExpression": condition.serialize(names, values),
            "ExpressionAttributeNames": {short: name for name, short in names.items()},
            "ExpressionAttributeValues": values,
        }
        optional = {
            "IndexName": index and index.name,
            "Limit": limit,
            "ExclusiveStartKey": after,
            "ScanIndexForward": False if backwards else None,
            "Select": "COUNT" if count_only else None,
            "ConsistentRead": consistent or None,
        }
        request.update({name: value for name, value in optional.items() if value is not None})
        answer = self.database.call("Query", request)
        return Found(answer.get("Items", []), answer["Count"], answer.get("LastEvaluatedKey"))

    def page(  # as query
        self,
        partition: str,
        limit: int,
        cursor: str | None,
        *,
        between: tuple[str, str] | None = None,
        index: Index | None = None,
        backwards: bool = False,
    ) -> Page[Image]:
        """Read one page: an entry more than is shown tells whether another follows.

        ``between`` bounds the keys by which it is in order, both ends included.
        Raises InvalidInput for a cursor that is none of this list's.
        """
        after = start_after(cursor, partition, index, between)
        where = Path([order_key(index)]).between(*between) if between else None
        found = self.query(
            partition, where, index=index, limit=limit + 1, after=after, backwards=backwards
        )
        shown = found.images[:limit]
        more = len(found.images) > limit
        return Page(tuple(shown), cursor_at(shown[-1], index) if more else None)

    def query_all(
        self,
        partition: str,
        where: Condition | None = None,
        *,
        index: Index | None = None,
        consistent: bool = False,
    ) -> list[Image]:
        """Read a whole partition, or the part that ``where`` takes, which is known to be small."""
        images: list[Image] = []
        last: Mapping[str, Any] | None = None
        while True:
            found = self.query(partition, where, index=index, after=last, consistent=consistent)
            images += found.images
            last = found.last
            if not last:
                return images

    def which_stand(self, wanted: Collection[Key]) -> set[Key]:
        """Tell which of these keys have an item, by as few calls as there are hundreds of them."""
        images = self._batches(wanted, ProjectionExpression="pk, sk")
        return {Key(image["pk"]["S"], image["sk"]["S"]) for image in images}

    def get_all(self, wanted: Collection[Key]) -> dict[Key, Image]:
        """Read these items, by as few calls as there are hundreds of them; some may be missing."""
        return {Key(image["pk"]["S"], image["sk"]["S"]): image for image in self._batches(wanted)}

    def _batches(self, wanted: Collection[Key], **how: str) -> Iterator[Image]:
        left = [{"pk": {"S": key.pk}, "sk": {"S": key.sk}} for key in dict.fromkeys(wanted)]
        while left:
            asked, left = left[:MOST_IN_A_BATCH], left[MOST_IN_A_BATCH:]
            request = {self.name: {"Keys": asked, **how}}
            answer = self.database.call("BatchGetItem", {"RequestItems": request})
            yield from answer.get("Responses", {}).get(self.name, [])
            # What the database had no room for just now is asked for again.
            left += answer.get("UnprocessedKeys", {}).get(self.name, {}).get("Keys", [])

    def transact(self, *parts: dict[str, Any], tries: int = TRIES) -> None:
        """Write all parts or none. Raises TransactionRefused, Contended."""
        self.database.call("TransactWriteItems", {"TransactItems": list(parts)}, tries)

    def put_part(self, item: Model, condition: Condition | None = None) -> dict[str, Any]:
        """Write a whole item as part of a transaction."""
        return {"Put": {"TableName": self.name, "Item": item.serialize(), **written((), condition)}}

    def update_part(
        self, key: Key, actions: Sequence[Action], condition: Condition | None = None
    ) -> dict[str, Any]:
        """Change an item as part of a transaction."""
        return self.filled_part(key, written(actions, condition))

    def filled_part(self, key: Key, expressions: Expressions) -> dict[str, Any]:
        """Change an item as part of a transaction, as was prepared."""
        return {"Update": {**self._at(key), **expressions}}

    def delete_part(self, key: Key, condition: Condition | None = None) -> dict[str, Any]:
        """Delete an item as part of a transaction."""
        return {"Delete": {**self._at(key), **written((), condition)}}

    def _at(self, key: Key) -> dict[str, Any]:
        return {"TableName": self.name, "Key": {"pk": {"S": key.pk}, "sk": {"S": key.sk}}}
