"""The way to DynamoDB: when a client is made, what is tried again, what a failure becomes."""

from __future__ import annotations

import subprocess
import sys

import pytest
from botocore.exceptions import ClientError, ReadTimeoutError

from chalicelib.cases.store.blocks import DynamoBlocks
from chalicelib.cases.store.cases import DynamoCases
from chalicelib.core.domain.errors import Busy, NotFound
from chalicelib.core.dynamodb import schema
from chalicelib.core.dynamodb.client import TRIES, Database
from chalicelib.core.dynamodb.errors import (
    ConditionFailed,
    Contended,
    TransactionRefused,
    translated,
)
from chalicelib.core.dynamodb.table import Key, Table

REGION = "ap-south-1"


def refusal(code, **more):
    return ClientError({"Error": {"Code": code, "Message": ""}, **more}, "PutItem")


def cancelled(*codes):
    reasons = [{"Code": code} for code in codes]
    return refusal("TransactionCanceledException", CancellationReasons=reasons)


@pytest.mark.parametrize(
    ("error", "meaning"),
    [
        (refusal("ConditionalCheckFailedException"), ConditionFailed),
        (refusal("TransactionConflictException"), Contended),
        (refusal("ProvisionedThroughputExceededException"), Busy),
        (refusal("InternalServerError"), Busy),
        (cancelled("None", "ConditionalCheckFailed"), TransactionRefused),
        (cancelled("TransactionConflict", "ConditionalCheckFailed"), TransactionRefused),
        (cancelled("TransactionConflict", "None"), Contended),
        (cancelled("ThrottlingError"), Contended),
        (cancelled("ValidationError"), type(None)),
        (refusal("ValidationException"), type(None)),
        (refusal("AccessDeniedException"), type(None)),
    ],
)
def test_what_a_refusal_means(error, meaning):
    assert type(translated(error)) is meaning


class Client:
    """Answers every call with what it was given, in turn."""

    def __init__(self, *answers):
        self.answers = list(answers)
        self.requests = []

    def answer(self, **request):
        self.requests.append(request)
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    get_item = transact_write_items = answer


def a_database(*answers):
    pauses = []
    database = Database(REGION, sleep=pauses.append, dice=lambda: 0.5)
    database._client = Client(*answers)
    return database, pauses


CONFLICT = cancelled("TransactionConflict")


def test_a_conflict_is_tried_again_after_longer_and_longer_pauses():
    database, pauses = a_database(CONFLICT, CONFLICT, CONFLICT, {"ok": True})
    assert database.call("TransactWriteItems", {}) == {"ok": True}
    assert pauses == [0.0125, 0.025, 0.05]


def test_every_try_is_a_request_of_its_own():
    database, _ = a_database(CONFLICT, {})
    request = {"TransactItems": []}
    database.call("TransactWriteItems", request)
    first, second = database.client.requests
    assert first is not second
    assert request == {"TransactItems": []}


def test_a_crowd_that_lasts_is_busy():
    database, pauses = a_database(*[CONFLICT] * TRIES)
    with pytest.raises(Busy) as refused:
        database.call("TransactWriteItems", {})
    assert refused.value.code == "busy"
    assert len(pauses) == TRIES - 1
    assert sum(pauses) < 1


def test_a_time_out_is_busy():
    database, pauses = a_database(ReadTimeoutError(endpoint_url="x"))
    with pytest.raises(Busy):
        database.call("GetItem", {})
    assert pauses == []


def test_our_own_faults_are_not_hidden():
    fault = refusal("ValidationException")
    database, _ = a_database(fault)
    with pytest.raises(ClientError) as raised:
        database.call("GetItem", {})
    assert raised.value is fault


def test_nothing_is_made_before_the_first_call():
    database = Database(REGION)
    DynamoCases(Table(database, "cases"))
    DynamoCases(Table(database, "cases"))
    assert database._client is None


def test_the_client_is_quick_to_give_up(no_real_aws):
    config = Database(REGION).client.meta.config
    assert config.region_name == REGION
    assert config.connect_timeout <= 1
    assert config.read_timeout <= 3
    assert config.retries == {"mode": "standard", "total_max_attempts": 3}
    assert config.user_agent == "helpline"


def test_one_client_serves_all_threads(database, cases):
    clients = {database.beside(lambda: id(database.client)).result() for _ in range(8)}
    assert len(clients) == 1


def test_the_import_makes_no_client_and_needs_no_asyncio():
    code = (
        "import sys, chalicelib.cases.store.cases, chalicelib.rota.store.rota\n"
        "import chalicelib.messages.store.messages\n"
        "assert not {'asyncio', 'boto3'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


def test_every_key_is_described_once():
    names = [
        attribute["AttributeName"]
        for attribute in schema.CASES.definition()["AttributeDefinitions"]
    ]
    indexed = {key for index in schema.CASES.indexes for key in (index.partition, index.order)}
    assert sorted(names) == sorted({"pk", "sk"} | indexed)


@pytest.mark.parametrize("typed", ["", "x" * 1_025, "क" * 342], ids=["empty", "long", "in bytes"])
def test_a_key_that_no_item_can_have_finds_nothing(database, cases_table, typed):
    blocks = DynamoBlocks(Table(database, cases_table))

    assert blocks.find(typed) is None
    with pytest.raises(NotFound):
        DynamoCases(Table(database, cases_table)).get(typed * 3)


@pytest.mark.parametrize(("pk", "sk"), [(2_048, 1_024), (2_049, 1), (1, 1_025)])
def test_how_long_a_key_may_be(pk, sk):
    assert Key("p" * pk, "s" * sk).may_be == (pk <= 2_048 and sk <= 1_024)
