"""The published description, held against the deployed stack: schemathesis asks, and we answer."""

from __future__ import annotations

import json
from collections.abc import Iterator
from copy import deepcopy

import pytest

from chalicelib.core.domain.roles import ADMINISTRATOR, ONCOLOGIST
from infra import fuzz_api, seed
from infra.openapi.__main__ import PUBLISHED
from tests.stack.harness import StackUnderTest
from tests.stack.providers import configure
from tests.support.helpline import in_use, using

EXAMPLES = 1


@pytest.fixture(scope="module")
def described(stack: StackUnderTest) -> Iterator[StackUnderTest]:
    """The demo's people on duty, and afterwards nothing of what was made up."""
    stack.empty()
    configure(stack)
    with stack.environment(), using():
        seed.put_users(stack.local)
        seed.put_rota(in_use().rota.manage_rota, in_use().core.now())
        in_use().rota.publish_rota(in_use().core.now())
    yield stack
    stack.empty()


@pytest.fixture(scope="module")
def credentials(described: StackUnderTest) -> dict[str, dict[str, str]]:
    """Sign in before anything is asked: who is asked about may have left afterwards."""
    found = fuzz_api.credentials_of(described.local)
    assert found.keys() == {ADMINISTRATOR, ONCOLOGIST}
    return found


def fuzz(stack: StackUnderTest, description: dict, credentials: dict) -> fuzz_api.Fuzz:
    known = fuzz_api.asked_for(stack.url)
    return fuzz_api.Fuzz(stack.url, description, credentials, EXAMPLES, known, fixed=True)


def test_what_is_served_is_what_is_published(described: StackUnderTest):
    answer = described.call("GET", "/openapi.json")

    assert answer.headers["Content-Type"] == "application/json"
    assert answer.json() == json.loads(PUBLISHED.read_text(encoding="utf-8"))


def test_no_call_fails_or_answers_what_it_does_not_say(
    described: StackUnderTest, credentials: dict
):
    asking = fuzz(described, fuzz_api.published(described.url), credentials)

    assert [str(finding) for finding in asking.run()] == []
    assert {200, 204, 404, 422} <= asking.answered.keys()


def test_an_answer_of_which_nothing_is_said_is_found(described: StackUnderTest, credentials: dict):
    spoiled = deepcopy(fuzz_api.published(described.url))
    hours = spoiled["paths"]["/hours"]
    spoiled["paths"] = {"/hours": hours}
    shape = spoiled["components"]["schemas"]["Opening"]
    shape["required"] = [*shape["required"], "holidays"]
    (finding,) = fuzz(described, spoiled, credentials).run()

    assert finding.call == "GET /hours"
    assert "holidays" in finding.told
