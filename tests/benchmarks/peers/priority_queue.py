"""AWS's published way to a priority queue, "Implementing priority queueing with Amazon DynamoDB".

From its description: an item under its id carries its data and a map ``system_info`` with status,
version and times; while it is queued, ``queued`` is 1 and puts it into an index ordered by
``last_updated_timestamp``, which projects everything. Storing and enqueueing are two writes; a
reader *peeks*: it queries the index, takes the first that nobody looks at, and marks it with a
version that must still hold; done, it is removed from the queue. Each of them reads the item first.
https://aws.amazon.com/blogs/database/implementing-priority-queueing-with-amazon-dynamodb/
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from chalicelib.core.dynamodb.schema import Index, Schema

NAME: Final = "AWS's priority queue"
TABLE: Final = "peer_priority_queue"
INDEX: Final = Index("queued-last_updated_timestamp-index", "queued", "last_updated", None)
SCHEMA: Final = Schema((INDEX,))
QUEUED: Final = "1"
# How many a reader looks through for one that is not being looked at.
_LOOKED_THROUGH: Final = 250
_STATUS: Final = {"#i": "system_info", "#s": "status", "#v": "version"}


def item(number: int, body: Mapping[str, Any]) -> dict[str, Any]:
    """Make a queued request's item; ``body`` is what it says of itself."""
    return {**_stored(number, body), "queued": {"S": QUEUED}, "last_updated": {"S": _at(number)}}


def ask(client: Any, number: int, body: Mapping[str, Any]) -> None:  # noqa: ANN401
    """Store the request, then enqueue it."""
    stored = _stored(number, body)
    client.put_item(TableName=TABLE, Item=stored)
    client.get_item(TableName=TABLE, Key=_key(stored["pk"]["S"]), ConsistentRead=True)
    client.update_item(
        TableName=TABLE,
        Key=_key(stored["pk"]["S"]),
        UpdateExpression="SET queued = :one, last_updated = :at, #i.#s = :ready ADD #i.#v :step",
        ConditionExpression="#i.#v = :version",
        ExpressionAttributeNames=_STATUS,
        ExpressionAttributeValues={
            ":one": {"S": QUEUED},
            ":at": {"S": _at(number)},
            ":ready": {"S": "READY_TO_SHIP"},
            ":step": {"N": "1"},
            ":version": {"N": "1"},
        },
    )


def claim(client: Any) -> str:  # noqa: ANN401
    """Peek: the first that nobody looks at, marked as being looked at."""
    found = client.query(
        TableName=TABLE,
        IndexName=INDEX.name,
        KeyConditionExpression="queued = :one",
        ExpressionAttributeValues={":one": {"S": QUEUED}},
        Limit=_LOOKED_THROUGH,
    )["Items"][0]
    client.update_item(
        TableName=TABLE,
        Key=_key(found["pk"]["S"]),
        UpdateExpression="SET #i.#s = :processing, last_updated = :at ADD #i.#v :step",
        ConditionExpression="#i.#v = :version",
        ExpressionAttributeNames=_STATUS,
        ExpressionAttributeValues={
            ":processing": {"S": "PROCESSING_SHIPMENT"},
            ":at": {"S": _at(999_999_999)},
            ":step": {"N": "1"},
            ":version": found["system_info"]["M"]["version"],
        },
    )
    client.get_item(TableName=TABLE, Key=_key(found["pk"]["S"]), ConsistentRead=True)
    return str(found["pk"]["S"])


def finish(client: Any, name: str) -> None:  # noqa: ANN401
    """Remove it from the queue; the item stays."""
    client.get_item(TableName=TABLE, Key=_key(name), ConsistentRead=True)
    client.update_item(
        TableName=TABLE,
        Key=_key(name),
        UpdateExpression="REMOVE queued SET #i.#s = :done ADD #i.#v :step",
        ExpressionAttributeNames=_STATUS,
        ExpressionAttributeValues={":done": {"S": "COMPLETED"}, ":step": {"N": "1"}},
    )


def list_waiting(client: Any) -> int:  # noqa: ANN401
    """List 25 that wait, the oldest first."""
    found = client.query(
        TableName=TABLE,
        IndexName=INDEX.name,
        KeyConditionExpression="queued = :one",
        ExpressionAttributeValues={":one": {"S": QUEUED}},
        Limit=25,
    )["Items"]
    return len(found)


def _stored(number: int, body: Mapping[str, Any]) -> dict[str, Any]:
    info = {
        "creation_timestamp": {"S": _at(number)},
        "last_updated_timestamp": {"S": _at(number)},
        "queue_selected": {"BOOL": False},
        "queued": {"N": "1"},
        "status": {"S": "UNDER_CONSTRUCTION"},
        "version": {"N": "1"},
    }
    key = _key(f"request-{number:012d}")
    return {**body, **key, "system_info": {"M": info}}


def _key(name: str) -> dict[str, Any]:
    return {"pk": {"S": name}, "sk": {"S": "request"}}


def _at(number: int) -> str:
    return f"2026-12-01T06:30:{number:09d}Z"
