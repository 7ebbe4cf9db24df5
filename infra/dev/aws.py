"""AWS in this process: moto's tables, users and parameters, made from the stack's own template."""

import json
import os
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config
from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.sns.models import sns_backends
from moto.utilities.utils import load_resource

from infra import send_sms
from infra.aws_emulator import ACCESS_KEY
from infra.deploy import ensure_keys
from infra.local_stack import CONTACT, put_demo_secrets
from infra.local_template import HOST
from infra.package import REGION
from infra.paths import ROOT
from infra.seed import GROUPS, put_users
from infra.template import Template, load

STAGE = "dev"
CLIENT_FLOWS = ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]
# What CreateTable takes of a table in the template; the rest is for a table that is kept.
TABLE_PROPERTIES = (
    "AttributeDefinitions",
    "BillingMode",
    "GlobalSecondaryIndexes",
    "KeySchema",
    "StreamSpecification",
)
CASES_TABLE = "CasesTable"
# Nobody's account and credentials: moto asks for some.
OWN_ENVIRONMENT = {
    "AWS_ACCESS_KEY_ID": ACCESS_KEY,
    "AWS_SECRET_ACCESS_KEY": ACCESS_KEY,
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_DEFAULT_REGION": REGION,
    "AWS_EC2_METADATA_DISABLED": "true",
    "AWS_REGION": REGION,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
}


def leave_own_account() -> None:
    """Remove what would have this process use the developer's own AWS account."""
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        del os.environ[name]
    os.environ.update(OWN_ENVIRONMENT)


def client(service: str) -> Any:  # noqa: ANN401 - boto3's clients have no types
    """Return a client of moto's service."""
    return boto3.client(service, region_name=REGION)


@dataclass(frozen=True)
class Stack:
    """What seeding needs of a stack."""

    outputs: Mapping[str, str]
    client: Callable[[str], Any] = client


def create(public_url: str, clock_file: Path) -> dict[str, str]:
    """Create what the template names, the keys and the demo's users, all within moto.

    Return the environment that the template gives the functions.
    """
    template = load((ROOT / "infra" / "resources.yaml").read_text(encoding="utf-8"))
    names = _create_tables(template)
    pool = client("cognito-idp").create_user_pool(PoolName="helpline")["UserPool"]["Id"]
    names["UserPool"] = pool
    names["UserPoolClient"] = _create_pool_client(pool)
    for group in GROUPS.values():
        client("cognito-idp").create_group(GroupName=group, UserPoolId=pool)
    put_users(Stack({"UserPoolId": pool}))
    ensure_keys(client, STAGE, client("kms").create_key()["KeyMetadata"]["KeyId"])
    put_demo_secrets(client)
    return {
        **_environment(template, {**names, "PublicUrl": public_url, **CONTACT}),
        "TOKEN_KEYS_URL": _serve_token_keys(),
        "ADDRESS_DAILY_ASKS": "0",
        "CLOCK_FILE": str(clock_file),
    }


def _create_tables(template: Template) -> dict[str, str]:
    """Create every table of the template; return each one's name by its logical id."""
    names = {}
    for logical_id, resource in template["Resources"].items():
        if resource.get("Type") == "AWS::DynamoDB::Table":
            asked = resource["Properties"]
            wanted = {key: asked[key] for key in TABLE_PROPERTIES if key in asked}
            if "StreamSpecification" in wanted:
                wanted["StreamSpecification"]["StreamEnabled"] = True
            client("dynamodb").create_table(TableName=logical_id, **wanted)
            names[logical_id] = logical_id
    return names


def _create_pool_client(pool: str) -> str:
    created = client("cognito-idp").create_user_pool_client(
        UserPoolId=pool, ClientName="helpline", ExplicitAuthFlows=CLIENT_FLOWS
    )
    return str(created["UserPoolClient"]["ClientId"])


def _serve_token_keys() -> str:
    """Serve the key with which moto signs every token, on a thread of its own; return where."""
    server = ThreadingHTTPServer((HOST, 0), _TokenKeys)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return f"http://{HOST}:{server.server_port}/"


class _TokenKeys(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        """Answer with the public keys, whatever is asked for."""
        keys = json.dumps(load_resource("cognitoidp/resources/jwks-public.json")).encode()
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Length", str(len(keys)))
        self.end_headers()
        self.wfile.write(keys)

    def log_message(self, *_: object) -> None:
        """Print nothing."""


def _environment(template: Template, known: Mapping[str, str]) -> dict[str, str]:
    """Return the functions' variables with the template's references filled in."""
    defaults = {
        name: parameter["Default"]
        for name, parameter in template["Parameters"].items()
        if "Default" in parameter
    }
    values = {**defaults, "AWS::Region": REGION, "Stage": STAGE, **known}
    variables = template["Globals"]["Function"]["Environment"]["Variables"]
    return {name: _filled(value, values) for name, value in variables.items()}


def _filled(value: Any, values: Mapping[str, Any]) -> str:  # noqa: ANN401 - JSON of any shape
    if not isinstance(value, dict):
        return str(value)
    if "Ref" in value:
        return str(values[value["Ref"]])
    text = str(value["Fn::Sub"])
    for name, known in values.items():
        text = text.replace(f"${{{name}}}", str(known))
    return text


class Stream:
    """The stream of the cases table, read once from its start to its end so far."""

    def __init__(self) -> None:
        # moto knows a stream's address without the account's id alone.
        without_id = Config(account_id_endpoint_mode="disabled")
        self._streams = boto3.client("dynamodbstreams", region_name=REGION, config=without_id)
        self._iterator = self._first()

    def _first(self) -> str:
        found = self._streams.list_streams(TableName=CASES_TABLE)["Streams"][0]["StreamArn"]
        shard = self._streams.describe_stream(StreamArn=found)["StreamDescription"]["Shards"][0]
        return str(
            self._streams.get_shard_iterator(
                StreamArn=found, ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON"
            )["ShardIterator"]
        )

    def read(self) -> list[dict[str, Any]]:
        """Return the records since the last reading, as Lambda hands them to a function."""
        answer = self._streams.get_records(ShardIterator=self._iterator)
        self._iterator = answer["NextShardIterator"]
        return list(answer["Records"])


def sms_sent() -> list[tuple[str, str]]:
    """List the SMS that were sent, the newest first: phone and text."""
    sent = sns_backends[DEFAULT_ACCOUNT_ID][REGION].sms_messages
    return list(reversed(sent.values()))


def sms_event(sender: str, text: str, message_id: str) -> dict[str, Any]:
    """Return a patient's SMS as SNS hands it to the function."""
    message = send_sms.payload(sender, text, message_id)
    return {
        "Records": [{"Sns": {"MessageId": message_id, "Subject": None, "Message": message}}],
    }
