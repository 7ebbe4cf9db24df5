"""What the functions' policies grant, as the actions and resources that their calls need."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from infra.policies import policy_of
from tests.support.aws_calls import Call

TABLES = {
    "cases": "CasesTable",
    "rota": "RotaTable",
    "messages": "MessagesTable",
    "audit": "AuditTable",
    "reports": "ReportsTable",
}
SERVICES = {
    "logs:CreateLogStream",
    "logs:PutLogEvents",
    "sqs:SendMessage",
    "dynamodb:DescribeStream",
    "dynamodb:GetRecords",
    "dynamodb:GetShardIterator",
    "dynamodb:ListStreams",
}


def granted(function: str) -> set[Call]:
    """Return what a policy grants, except for what Lambda itself does."""
    return {
        (action, resource)
        for statement in policy_of(function)["Statement"]
        for action in statement["Action"]
        if action not in SERVICES
        for resource in _resources(statement)
    }


def _resources(statement: dict[str, Any]) -> Iterator[str]:
    assert statement["Effect"] == "Allow"
    if "NotResource" in statement:
        # Publishing to a phone has no resource of its own: everything but the topics is granted.
        assert "sns:*:*:*" in statement["NotResource"]["Fn::Sub"]
        yield "a phone"
        return
    resources = statement["Resource"]
    for resource in resources if isinstance(resources, list) else [resources]:
        match resource:
            case {"Fn::GetAtt": [name, "Arn"]}:
                yield name
            case {"Fn::Sub": text} if ":sender-id/${SmsSenderId}/" in text:
                yield "the header"
            case {"Fn::Sub": text} if ":parameter/" in text:
                yield text.partition(":")[2].rpartition(":")[2]
            case {"Fn::Sub": text}:
                yield text.replace("${", "").replace(".Arn}", "")
            case _:
                pytest.fail(f"not understood: {resource}")
