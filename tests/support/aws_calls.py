"""Sees which calls of AWS the code makes, as the actions and resources that IAM would ask for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import pytest
from botocore.client import BaseClient

Call = tuple[str, str]
"""An IAM action, and the resource by its name in the template."""

UNKNOWN_TO_MOTO = "pinpoint-sms-voice-v2"
_WRITES = {"Put": "PutItem", "Update": "UpdateItem", "Delete": "DeleteItem"}


@contextmanager
def seen_calls(tables: Mapping[str, str]) -> Iterator[set[Call]]:
    """Collect every call made meanwhile; ``tables`` names each table's resource."""
    calls: set[Call] = set()
    make = BaseClient._make_api_call

    def recorded(client: BaseClient, operation: str, request: dict[str, Any]) -> Any:
        service = client.meta.service_model.service_name
        calls.update(_needed(service, operation, request, tables))
        if service == UNKNOWN_TO_MOTO:
            return {"MessageId": "sent"}
        return make(client, operation, request)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(BaseClient, "_make_api_call", recorded)
        yield calls


def _needed(
    service: str, operation: str, request: Mapping[str, Any], tables: Mapping[str, str]
) -> Iterator[Call]:
    match service, operation:
        case "dynamodb", "TransactWriteItems":
            for item in request["TransactItems"]:
                ((kind, part),) = item.items()
                yield f"dynamodb:{_WRITES.get(kind, 'ConditionCheckItem')}", _table(part, tables)
        case "dynamodb", "BatchGetItem":
            for name in request["RequestItems"]:
                yield "dynamodb:BatchGetItem", tables[name]
        case "dynamodb", _:
            yield f"dynamodb:{operation}", _table(request, tables)
        case "ssm", "GetParameters":
            for name in request["Names"]:
                yield "ssm:GetParameters", f"parameter{name}"
        case "pinpoint-sms-voice-v2", "SendTextMessage":
            yield "sms-voice:SendTextMessage", "the header"
        case "sns", "Publish" if "PhoneNumber" in request:
            yield "sns:Publish", "a phone"
        case _:
            yield f"{service}:{operation}", "?"


def _table(request: Mapping[str, Any], tables: Mapping[str, str]) -> str:
    table = tables[request["TableName"]]
    return f"{table}/index/{request['IndexName']}" if "IndexName" in request else table
