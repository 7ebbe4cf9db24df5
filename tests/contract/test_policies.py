"""Each function's policy grants what the function does, and nothing else.

The calls are those that the functions' own code makes below, on moto; what Lambda itself does in a
function's name (its log, its stream, its failed events) stands in SERVICES.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import boto3
import pytest
from chalice.test import Client
from moto import mock_aws

import app as application
from chalicelib import wiring
from chalicelib.domain.case import Attempt, Result
from chalicelib.domain.reference import new_reference
from chalicelib.domain.retry import RetryPolicy
from chalicelib.domain.working_hours import DEFAULT_HOURS
from chalicelib.events import case_changes, due_cases, inbound_sms
from chalicelib.gateways.identity import ADMINISTRATOR, ONCOLOGIST, Principal
from chalicelib.services.ports import PhoneLimits
from chalicelib.store import schema
from chalicelib.store.codec import case_to_item
from infra.paths import ROOT
from tests.support.aws_calls import Call, seen_calls
from tests.support.builders import NOON, a_case, a_duty_day, a_shift, an_oncologist
from tests.support.fakes import counting_bytes

FUNCTIONS = ("api_handler", "authorise", "case_changes", "due_cases", "inbound_sms")
TABLES = {"cases": "CasesTable", "rota": "RotaTable", "messages": "MessagesTable"}
SERVICES = {
    "logs:CreateLogStream",
    "logs:PutLogEvents",
    "sqs:SendMessage",
    "dynamodb:DescribeStream",
    "dynamodb:GetRecords",
    "dynamodb:GetShardIterator",
    "dynamodb:ListStreams",
}
HELD = new_reference(counting_bytes())
SILENT = "the key of a phone that has opted out"
SETTINGS = {
    "STAGE": "test",
    "AWS_REGION": "ap-south-1",
    "CASES_TABLE": "cases",
    "ROTA_TABLE": "rota",
    "MESSAGES_TABLE": "messages",
    "SECRETS_PATH": "/helpline/${Stage}",
    "USER_POOL_CLIENT_ID": "client",
    "TOKEN_ISSUER": "https://issuer",
    "TOKEN_KEYS_URL": "https://issuer/keys",
}


class Everybody:
    """Takes a role for its token."""

    def verify(self, token: str) -> Principal:
        return Principal(id="dr-asha", roles=frozenset({token}), expires=4_000_000_000)


class StoppedClock:
    now = NOON

    def __call__(self) -> Any:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Iterator[StoppedClock]:
    """A helpline on moto with one doctor on duty, and its clock."""
    for name, value in SETTINGS.items():
        monkeypatch.setenv(name, value)
    clock = StoppedClock()
    with mock_aws(), wiring.override(clock=clock, identity=Everybody()):
        database = boto3.client("dynamodb", region_name="ap-south-1")
        for name, table in zip(TABLES, (schema.CASES, schema.ROTA, schema.MESSAGES), strict=True):
            database.create_table(
                TableName=name, BillingMode="PAY_PER_REQUEST", **table.definition()
            )
        parameters = boto3.client("ssm", region_name="ap-south-1")
        for name in ("phone-key", "link-key"):
            parameters.put_parameter(
                Name=f"/helpline/${{Stage}}/{name}", Value="a2V5", Type="SecureString"
            )
        rota = wiring.rota_store()
        rota.put_oncologist(an_oncologist())
        rota.put_duty_day(a_duty_day(shifts=(a_shift(on=("dr-asha",)),)))
        yield clock


def http(client: Client, method: str, path: str, role: str = "", **body: Any) -> dict[str, Any]:
    answer = client.http.request(
        method,
        path,
        headers={"Content-Type": "application/json", "Authorization": f"Bearer {role}"},
        body=json.dumps(body).encode() if body else b"",
    )
    assert answer.status_code < 400, (method, path, answer.body)
    return answer.json_body if answer.body else {}


def use_api(clock: StoppedClock) -> None:
    """Call every route, so that every call of AWS behind it is made."""
    with Client(application.app) as client:
        ask = {"consent": True, "language": "hi"}
        cancelled = http(client, "POST", "/callbacks", phone="9812345670", **ask)
        own = cancelled["manage_url"].partition("?")[2]
        http(client, "POST", "/callbacks", phone="9812345670", message="more", **ask)
        http(client, "GET", f"/callbacks/{cancelled['reference']}?{own}")
        http(client, "POST", f"/callbacks/{cancelled['reference']}/cancel?{own}")
        for number in range(3):
            http(client, "POST", "/callbacks", phone=f"981234568{number}", **ask)
        http(client, "POST", f"/cases/{HELD}/release", ONCOLOGIST)
        for result in ("no_answer", "answered"):
            case = http(client, "POST", "/duty/next", ONCOLOGIST)
            http(client, "GET", "/duty", ONCOLOGIST)
            path = f"/cases/{case['reference']}"
            http(client, "POST", f"{path}/attempts", ONCOLOGIST, result=result)
        case = http(client, "POST", "/duty/next", ONCOLOGIST)
        http(client, "POST", f"/cases/{case['reference']}/release", ONCOLOGIST)
        for status in ("waiting", "deferred", "claimed", "completed", "closed"):
            http(client, "GET", f"/admin/cases?status={status}", ADMINISTRATOR)
        http(client, "GET", f"/admin/cases/{case['reference']}", ADMINISTRATOR)
        for path in ("/hours", "/healthz"):
            http(client, "GET", path)
    assert clock.now == NOON


def use_authorise(_: StoppedClock) -> None:
    """Verify a token: the keys come by HTTP, not by a call of AWS."""
    route = "arn:aws:execute-api:ap-south-1:123456789012:api/dev/GET/duty"
    event = {"type": "TOKEN", "authorizationToken": f"Bearer {ONCOLOGIST}", "methodArn": route}
    answer = application.authorise(event, None)
    assert answer["principalId"] == "dr-asha"


def use_inbound_sms(_: StoppedClock) -> None:
    """Take every kind of SMS."""
    texts = ["call me", "call me soon", "STATUS", "STOP", "START", "HELP"]
    senders = ["+919812345678"] * len(texts)
    for number, (sender, text) in enumerate(
        zip([*senders, "VM-HDFCBK"], [*texts, "an offer"], strict=True)
    ):
        message = {"inboundMessageId": str(number), "originationNumber": sender}
        sns = {"MessageId": "x", "Message": json.dumps({**message, "messageBody": text})}
        inbound_sms.handle({"Records": [{"Sns": sns}]})


def use_case_changes(_: StoppedClock) -> None:
    """Deliver changes that owe a message, once more, and to a phone that has opted out."""
    case = a_case()
    done = case.claim("dr-asha", NOON).record(
        Attempt(NOON, "dr-asha", Result.ANSWERED), retries=RetryPolicy(), hours=DEFAULT_HOURS
    )
    silent = a_case(reference=HELD, phone_key=SILENT)
    for image in (case, done, done, silent):
        item = case_to_item(image, NOON).serialize()
        change = {"SequenceNumber": "1", "NewImage": item}
        answer = case_changes.handle({"Records": [{"dynamodb": change}]})
        assert answer == {"batchItemFailures": []}


def use_due_cases(clock: StoppedClock) -> None:
    """Offer a case, take a lease back, count the lines."""
    clock.now = NOON + timedelta(minutes=30)
    swept = due_cases.handle()
    assert (swept["offered"], swept["leases_expired"]) == (1, 1)


def leave_work_for_due_cases() -> None:
    """Have a case whose time is to come, and one that is held."""
    store, limits = wiring.case_store(), PhoneLimits()
    store.open(a_case(not_before=NOON + timedelta(minutes=10)), limits)
    held = a_case(reference=HELD, phone="+919812345679", request_id="other")
    store.open(held, limits)
    store.claim(held.reference, "dr-asha", NOON)


USES: dict[str, Callable[[StoppedClock], None]] = {
    "api_handler": use_api,
    "authorise": use_authorise,
    "inbound_sms": use_inbound_sms,
    "case_changes": use_case_changes,
    "due_cases": use_due_cases,
}


def granted(function: str) -> set[Call]:
    """What a policy file grants, but for what Lambda itself does."""
    policy = json.loads((ROOT / ".chalice" / f"policy-{function}.json").read_text())
    return {
        (action, resource)
        for statement in policy["Statement"]
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
            case {"Fn::Sub": text} if ":parameter/" in text:
                yield text.partition(":")[2].rpartition(":")[2]
            case {"Fn::Sub": text}:
                yield text.replace("${", "").replace(".Arn}", "")
            case _:
                pytest.fail(f"not understood: {resource}")


def test_every_function_has_a_policy_and_a_use() -> None:
    config = json.loads((ROOT / ".chalice" / "config.json").read_text())

    assert set(config["lambda_functions"]) == set(FUNCTIONS) == set(USES)
    assert config["autogen_policy"] is False


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_policy_grants_exactly_what_its_function_does(function: str, clock: StoppedClock) -> None:
    leave_work_for_due_cases()
    wiring.message_store().opt_out(SILENT, NOON)
    with seen_calls(TABLES) as calls, wiring.override(clock=clock, identity=Everybody()):
        USES[function](clock)

    assert calls == granted(function)


def test_a_call_that_no_policy_grants_is_seen(clock: StoppedClock) -> None:
    with seen_calls(TABLES) as calls:
        boto3.client("dynamodb", region_name="ap-south-1").scan(TableName="cases")

    assert calls == {("dynamodb:Scan", "CasesTable")}
    assert not calls <= granted("api_handler")
