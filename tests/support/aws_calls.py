"""Sees which calls of AWS the code makes, as the actions and resources that IAM would ask for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import pytest
from botocore.client import BaseClient
from botocore.exceptions import ClientError

Call = tuple[str, str]
"""An IAM action, and the resource by its name in the template."""

FIRST_PASSWORD = "For-this-once-1"
TOKENS = {"AccessToken": "administrators", "RefreshToken": "the-grant"}
HAS_AN_ACCOUNT, IS_GONE = "dr-known", "dr-gone"
Answer = dict[str, Any] | Callable[[Mapping[str, Any]], dict[str, Any]]


def _create_user(asked: Mapping[str, Any]) -> dict[str, Any]:
    if asked["Username"] == HAS_AN_ACCOUNT and "MessageAction" not in asked:
        raise ClientError({"Error": {"Code": "UsernameExistsException"}}, "AdminCreateUser")
    return {}


def _groups(asked: Mapping[str, Any]) -> dict[str, Any]:
    group = "oncologists" if asked["Username"] == IS_GONE else "administrators"
    return {"Groups": [{"GroupName": group}]}


def _initiated(asked: Mapping[str, Any]) -> dict[str, Any]:
    """Want a new password instead of the first one."""
    if asked["AuthParameters"].get("PASSWORD") == FIRST_PASSWORD:
        return {
            "ChallengeName": "NEW_PASSWORD_REQUIRED",
            "ChallengeParameters": {},
            "Session": "ticket",
        }
    return {"AuthenticationResult": TOKENS}


def _answered(asked: Mapping[str, Any]) -> dict[str, Any]:
    """Want an authenticator after the new password, and nothing after that."""
    if asked["ChallengeName"] == "NEW_PASSWORD_REQUIRED":
        return {"ChallengeName": "MFA_SETUP", "ChallengeParameters": {}, "Session": "ticket"}
    return {"AuthenticationResult": TOKENS}


# What moto does not know, or only with more packages, and the answer for which it stands here.
ANSWERS: Mapping[tuple[str, str], Answer] = {
    ("pinpoint-sms-voice-v2", "SendTextMessage"): {"MessageId": "sent"},
    ("cognito-idp", "InitiateAuth"): _initiated,
    ("cognito-idp", "RespondToAuthChallenge"): _answered,
    ("cognito-idp", "AssociateSoftwareToken"): {
        "SecretCode": "JBSWY3DPEHPK3PXP",
        "Session": "ticket",
    },
    ("cognito-idp", "VerifySoftwareToken"): {"Status": "SUCCESS", "Session": "ticket"},
    ("cognito-idp", "AdminGetUser"): {"Enabled": True},
    ("cognito-idp", "AdminListGroupsForUser"): _groups,
    ("cognito-idp", "AdminCreateUser"): _create_user,
    **{
        ("cognito-idp", operation): {}
        for operation in (
            "AdminAddUserToGroup",
            "AdminDisableUser",
            "AdminEnableUser",
            "AdminRemoveUserFromGroup",
            "AdminUpdateUserAttributes",
            "AdminUserGlobalSignOut",
            "ChangePassword",
            "GetUser",
            "GlobalSignOut",
        )
    },
}
_WRITES = {"Put": "PutItem", "Update": "UpdateItem", "Delete": "DeleteItem"}


@contextmanager
def seen_calls(tables: Mapping[str, str]) -> Iterator[set[Call]]:
    """Collect every call made meanwhile; ``tables`` names each table's resource."""
    calls: set[Call] = set()
    make = BaseClient._make_api_call

    def recorded(client: BaseClient, operation: str, request: dict[str, Any]) -> Any:
        service = client.meta.service_model.service_name
        calls.update(_needed(service, operation, request, tables))
        if (answer := ANSWERS.get((service, operation))) is not None:
            return answer(request) if callable(answer) else answer
        return make(client, operation, request)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(BaseClient, "_make_api_call", recorded)
        yield calls


def _needed(
    service: str, operation: str, request: Mapping[str, Any], tables: Mapping[str, str]
) -> Iterator[Call]:
    match service, operation:
        case "dynamodb", _:
            yield from _of_tables(operation, request, tables)
        case "ssm", "GetParameters":
            for name in request["Names"]:
                yield "ssm:GetParameters", f"parameter{name}"
        case "cognito-idp", _:
            yield f"cognito-idp:{operation}", "UserPool"
        case "pinpoint-sms-voice-v2", "SendTextMessage":
            yield "sms-voice:SendTextMessage", "the header"
        case "sns", "Publish" if "PhoneNumber" in request:
            yield "sns:Publish", "a phone"
        case _:
            yield f"{service}:{operation}", "?"


def _of_tables(
    operation: str, request: Mapping[str, Any], tables: Mapping[str, str]
) -> Iterator[Call]:
    match operation:
        case "TransactWriteItems":
            for item in request["TransactItems"]:
                ((kind, part),) = item.items()
                yield f"dynamodb:{_WRITES.get(kind, 'ConditionCheckItem')}", _table(part, tables)
        case "ExecuteStatement":
            verb, _, rest = request["Statement"].partition(" ")
            yield f"dynamodb:PartiQL{verb.title()}", tables[rest.split('"')[1]]
        case "BatchGetItem":
            for name in request["RequestItems"]:
                yield "dynamodb:BatchGetItem", tables[name]
        case _:
            yield f"dynamodb:{operation}", _table(request, tables)


def _table(request: Mapping[str, Any], tables: Mapping[str, str]) -> str:
    table = tables[request["TableName"]]
    return f"{table}/index/{request['IndexName']}" if "IndexName" in request else table
