"""The table that is scanned: what many a tutorial builds first.

One item a request, under a random id; what is wanted is found by a filtered ``Scan``, of which the
filter drops what has been read, and paid for. See "Scanning tables in DynamoDB" in the Amazon
DynamoDB Developer Guide for what a filter costs.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from chalicelib.core.dynamodb.schema import Schema

NAME: Final = "Scan of one table"
TABLE: Final = "peer_scan"
SCHEMA: Final = Schema()
_WAITING: Final = "waiting"


def item(number: int, body: Mapping[str, Any]) -> dict[str, Any]:
    """Make a waiting request's item; ``body`` is what it says of itself."""
    return {
        **body,
        "pk": {"S": f"request-{number:012d}"},
        "sk": {"S": "request"},
        "state": {"S": _WAITING},
        "asked_at": {"N": str(1_700_000_000 + number)},
    }


def ask(client: Any, number: int, body: Mapping[str, Any]) -> None:  # noqa: ANN401
    """Look whether the phone has asked before, then store the request."""
    _scan(client, "phone = :v AND #s = :w", {":v": body["phone"], ":w": {"S": _WAITING}})
    client.put_item(TableName=TABLE, Item=item(number, body))


def claim(client: Any) -> str:  # noqa: ANN401
    """Find the oldest of those that wait, and mark it; a second try where another was quicker."""
    found = _scan(client, "#s = :w", {":w": {"S": _WAITING}})
    oldest = min(found, key=lambda each: int(each["asked_at"]["N"]))
    client.update_item(
        TableName=TABLE,
        Key=_key(oldest["pk"]["S"]),
        UpdateExpression="SET #s = :claimed",
        ConditionExpression="#s = :w",
        ExpressionAttributeNames={"#s": "state"},
        ExpressionAttributeValues={":claimed": {"S": "claimed"}, ":w": {"S": _WAITING}},
    )
    return str(oldest["pk"]["S"])


def finish(client: Any, name: str) -> None:  # noqa: ANN401
    """Mark it done."""
    client.update_item(
        TableName=TABLE,
        Key=_key(name),
        UpdateExpression="SET #s = :done",
        ExpressionAttributeNames={"#s": "state"},
        ExpressionAttributeValues={":done": {"S": "done"}},
    )


def list_waiting(client: Any) -> int:  # noqa: ANN401
    """List 25 that wait, the oldest first."""
    found = _scan(client, "#s = :w", {":w": {"S": _WAITING}})
    return len(sorted(found, key=lambda each: int(each["asked_at"]["N"]))[:25])


def _key(name: str) -> dict[str, Any]:
    return {"pk": {"S": name}, "sk": {"S": "request"}}


def _scan(client: Any, condition: str, values: Mapping[str, Any]) -> list[dict[str, Any]]:  # noqa: ANN401
    found: list[dict[str, Any]] = client.scan(
        TableName=TABLE,
        FilterExpression=condition,
        ExpressionAttributeNames={"#s": "state"},
        ExpressionAttributeValues=dict(values),
    )["Items"]
    return found
