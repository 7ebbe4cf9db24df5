"""What each function may do: the table from which packaging writes its policy for Chalice.

`tests/contract/test_policies.py` compares each policy with the calls that its function makes.
`.venv/bin/python -m infra.policies` prints them all, to be read or compared.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from chalicelib.cases.gateways import video_jitsi
from chalicelib.core.gateways.ssm_secrets import LINK_KEY, PHONE_KEY
from chalicelib.messages.providers.contract import sms_provider
from chalicelib.providers import PROVIDERS

Policy = dict[str, Any]

_ACCOUNT = "${AWS::Region}:${AWS::AccountId}"
_PROVIDERS = tuple(
    name
    for provider in PROVIDERS
    if not provider.by_aws
    for name in sms_provider(provider).CREDENTIALS
)
_VIDEO = (video_jitsi.SECRET, video_jitsi.PRIVATE_KEY)


@dataclass(frozen=True, kw_only=True)
class Uses:
    """What a function uses, beside its own log.

    ``tables`` holds DynamoDB's actions on a table, or on an index as ``CasesTable/index/queue``;
    ``accounts`` those of Cognito on the user pool. One that ``sends`` messages reads the keys and
    the providers' credentials, and ``credentials`` names further ones, by their names in SSM.
    What is not ``answering`` a caller has a queue for the events that it failed to deal with.
    """

    tables: Mapping[str, str] = field(default_factory=dict)
    accounts: str = ""
    reads_changes: bool = False
    sends: bool = False
    credentials: tuple[str, ...] = ()
    answering: bool = False


FUNCTIONS: Mapping[str, Uses] = {
    "api_handler": Uses(
        tables={
            "CasesTable": "BatchGetItem GetItem Query PutItem UpdateItem DeleteItem",
            "CasesTable/index/queue": "Query",
            "CasesTable/index/finished": "Query",
            "CasesTable/index/named": "Query",
            "CasesTable/index/phoned": "Query",
            "RotaTable": "GetItem Query PutItem UpdateItem DeleteItem",
            "MessagesTable": "BatchGetItem GetItem Query PutItem UpdateItem DeleteItem",
            "MessagesTable/index/listed": "Query",
            "AuditTable": "PartiQLInsert Query",
            "AuditTable/index/by_subject": "Query",
            "AuditTable/index/by_who": "Query",
            "ReportsTable": "GetItem PutItem Query UpdateItem",
        },
        accounts=(
            "AdminAddUserToGroup AdminCreateUser AdminDisableUser AdminEnableUser AdminGetUser"
            " AdminListGroupsForUser AdminRemoveUserFromGroup AdminUpdateUserAttributes"
            " AdminUserGlobalSignOut AssociateSoftwareToken ChangePassword GlobalSignOut"
            " InitiateAuth RespondToAuthChallenge VerifySoftwareToken"
        ),
        sends=True,
        credentials=_VIDEO,
        answering=True,
    ),
    "authorise": Uses(accounts="GetUser", answering=True),
    "inbound_sms": Uses(
        tables={
            "CasesTable": "GetItem PutItem UpdateItem DeleteItem",
            "RotaTable": "GetItem Query",
            "MessagesTable": "GetItem PutItem UpdateItem DeleteItem",
        },
        sends=True,
    ),
    "case_changes": Uses(
        tables={
            "CasesTable": "GetItem",
            "RotaTable": "GetItem Query",
            "MessagesTable": "GetItem PutItem UpdateItem",
        },
        reads_changes=True,
        sends=True,
    ),
    "count_cases": Uses(
        tables={"ReportsTable": "GetItem PutItem Query UpdateItem"}, reads_changes=True
    ),
    "recount_cases": Uses(
        tables={
            "CasesTable": "BatchGetItem Query",
            "CasesTable/index/queue": "Query",
            "CasesTable/index/finished": "Query",
            "ReportsTable": "GetItem PutItem Query UpdateItem",
        }
    ),
    "due_cases": Uses(
        tables={
            "CasesTable": "GetItem Query PutItem UpdateItem DeleteItem",
            "CasesTable/index/queue": "Query",
            "CasesTable/index/finished": "Query",
            "RotaTable": "GetItem Query",
            "MessagesTable/index/listed": "Query",
        }
    ),
    "sweep_unsent": Uses(
        tables={
            "CasesTable": "GetItem Query",
            "CasesTable/index/queue": "Query",
            "CasesTable/index/finished": "Query",
            "RotaTable": "GetItem Query",
            "MessagesTable": "BatchGetItem GetItem Query PutItem UpdateItem DeleteItem",
            "MessagesTable/index/listed": "Query",
        },
        sends=True,
    ),
    "turn_shifts": Uses(
        tables={
            "CasesTable": "GetItem Query PutItem DeleteItem",
            "RotaTable": "GetItem Query PutItem UpdateItem",
            "MessagesTable": "PutItem UpdateItem",
        },
        sends=True,
    ),
    "publish_rota": Uses(
        tables={"RotaTable": "GetItem Query PutItem UpdateItem"},
        accounts=(
            "AdminDisableUser AdminListGroupsForUser AdminRemoveUserFromGroup"
            " AdminUserGlobalSignOut"
        ),
    ),
    "watch_gaps": Uses(
        tables={"RotaTable": "GetItem Query", "MessagesTable": "PutItem UpdateItem"}, sends=True
    ),
    "remind": Uses(
        tables={
            "RotaTable": "GetItem Query PutItem DeleteItem",
            "MessagesTable": "PutItem UpdateItem",
        },
        sends=True,
    ),
    "purge": Uses(
        tables={
            "CasesTable": "GetItem Query PutItem UpdateItem DeleteItem",
            "CasesTable/index/finished": "Query",
            "MessagesTable": "Query DeleteItem",
            "MessagesTable/index/listed": "Query",
            "AuditTable": "PartiQLInsert",
            "AuditTable/index/by_subject": "Query",
        }
    ),
}


def policy_of(function: str) -> Policy:
    """Return a function's policy, as IAM and Chalice have it."""
    return {"Version": "2012-10-17", "Statement": [*_statements(function, FUNCTIONS[function])]}


def write_policies(folder: Path) -> None:
    """Write every function's policy, where `config.json` has Chalice look for it."""
    for function in FUNCTIONS:
        (folder / f"policy-{function}.json").write_text(json.dumps(policy_of(function)))


def _statements(function: str, uses: Uses) -> Iterator[Policy]:
    own = "".join(word.title() for word in function.split("_"))
    yield _allow("WriteLog", "logs:CreateLogStream logs:PutLogEvents", _arn(f"{own}Log"))
    if not uses.answering:
        yield _allow("ParkFailures", "sqs:SendMessage", _arn(f"{own}Failures"))
    if uses.reads_changes:
        actions = "DescribeStream GetRecords GetShardIterator ListStreams"
        yield _allow("ReadChanges", _each("dynamodb", actions), _arn("CasesTable", "StreamArn"))
    for name, actions in uses.tables.items():
        table, _, index = name.partition("/index/")
        resource = {"Fn::Sub": f"${{{table}.Arn}}/index/{index}"} if index else _arn(table)
        sid = "".join(word.title() for word in ("Use", table, *index.split("_")))
        yield _allow(sid, _each("dynamodb", actions), resource)
    if uses.accounts:
        yield _allow("UseAccounts", _each("cognito-idp", uses.accounts), _arn("UserPool"))
    credentials = uses.credentials
    if uses.sends:
        # A phone is no resource: an SMS by SNS is granted by leaving out all that are.
        every_topic = {"Fn::Sub": "arn:${AWS::Partition}:sns:*:*:*"}
        yield _allow("SendSms", "sns:Publish", every_topic, "NotResource")
        header = f"arn:${{AWS::Partition}}:sms-voice:{_ACCOUNT}:sender-id/${{SmsSenderId}}/IN"
        yield _allow("SendSmsByHeader", "sms-voice:SendTextMessage", {"Fn::Sub": header})
        credentials += (PHONE_KEY, LINK_KEY, *_PROVIDERS)
    if credentials:
        path = f"arn:${{AWS::Partition}}:ssm:{_ACCOUNT}:parameter/helpline/${{Stage}}"
        parameters = [{"Fn::Sub": f"{path}/{name}"} for name in credentials]
        yield _allow("ReadCredentials", "ssm:GetParameters", parameters)


def _allow(sid: str, actions: str, resource: object, key: str = "Resource") -> Policy:
    return {"Sid": sid, "Effect": "Allow", "Action": actions.split(), key: resource}


def _each(service: str, actions: str) -> str:
    return " ".join(f"{service}:{action}" for action in actions.split())


def _arn(name: str, attribute: str = "Arn") -> Policy:
    return {"Fn::GetAtt": [name, attribute]}


if __name__ == "__main__":
    print(json.dumps({name: policy_of(name) for name in FUNCTIONS}, indent=1))
