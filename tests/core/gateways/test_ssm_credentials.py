"""What other companies gave us: read once, missing named, and never shown."""

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from chalicelib.core.gateways.ssm_credentials import (
    KEPT_FOR,
    CredentialsMissing,
    CredentialsUnread,
    SsmCredentials,
)
from tests.support.ssm import FakeSsm, Seconds


def credentials(ssm: FakeSsm, clock: Seconds | None = None) -> SsmCredentials:
    return SsmCredentials(lambda: ssm, "/helpline/test", clock=clock or Seconds())


def test_a_group_is_read_in_one_call_once_and_newest_first():
    ssm = FakeSsm(sid="AC1", token="new\nold\n")
    found = credentials(ssm)

    for _ in range(3):
        assert found.get("sid", "token") == (("AC1",), ("new", "old"))
    assert ssm.calls == [["/helpline/test/sid", "/helpline/test/token"]]


@pytest.mark.parametrize("token", [{}, {"token": " \n"}])
def test_what_is_missing_or_blank_is_named(token):
    with pytest.raises(CredentialsMissing) as raised:
        credentials(FakeSsm(sid="AC1", **token)).get("sid", "token")

    assert (raised.value.names, str(raised.value)) == (("token",), "token")


def test_what_is_missing_is_asked_again_after_a_minute():
    ssm, clock = FakeSsm(), Seconds()
    found = credentials(ssm, clock)
    for at in (1_000.0, 1_059.0):
        clock.now = at
        with pytest.raises(CredentialsMissing):
            found.get("sid")
    assert len(ssm.calls) == 1

    ssm.values["/helpline/test/sid"] = "AC1"
    clock.now = 1_060.0
    assert found.get("sid") == (("AC1",),)


def test_what_is_forgotten_is_read_anew():
    ssm = FakeSsm(sid="AC1")
    found = credentials(ssm)
    found.get("sid")
    ssm.values["/helpline/test/sid"] = "AC2"
    found.forget()

    assert found.get("sid") == (("AC2",),)


def test_what_was_replaced_is_used_after_an_hour():
    ssm, clock = FakeSsm(sid="old"), Seconds()
    found = credentials(ssm, clock)
    found.get("sid")
    ssm.values["/helpline/test/sid"] = "new"
    clock.now += KEPT_FOR - 1
    assert found.get("sid") == (("old",),)
    clock.now += 1
    assert found.get("sid") == (("new",),)


def test_what_was_refused_is_read_again_but_not_oftener_than_once_a_minute():
    ssm, clock = FakeSsm(sid="old"), Seconds()
    found = credentials(ssm, clock)
    found.get("sid")
    ssm.values["/helpline/test/sid"] = "new\nold"
    assert found.renewed("sid") is None
    clock.now += 60

    assert found.renewed("sid") == (("new", "old"),)
    assert found.renewed("sid") is None
    assert len(ssm.calls) == 2


def test_out_of_reach_what_was_known_goes_on_and_what_is_gone_is_gone():
    ssm, clock = FakeSsm(sid="AC1"), Seconds()
    found = credentials(ssm, clock)
    found.get("sid")
    clock.now += KEPT_FOR
    ssm.failure = EndpointConnectionError(endpoint_url="https://ssm")
    assert found.get("sid") == (("AC1",),)
    clock.now += 60
    assert found.renewed("sid") is None
    ssm.failure = None
    ssm.values.clear()
    clock.now += 60
    assert found.renewed("sid") is None
    with pytest.raises(CredentialsMissing):
        found.get("sid")


@pytest.mark.parametrize(
    "failure",
    [
        ClientError({"Error": {"Code": "ThrottlingException"}}, "GetParameters"),
        EndpointConnectionError(endpoint_url="https://ssm"),
    ],
)
def test_a_failure_to_read_is_not_kept(failure):
    ssm = FakeSsm(sid="AC1")
    ssm.failure = failure
    found = credentials(ssm)
    with pytest.raises(CredentialsUnread):
        found.get("sid")
    ssm.failure = None

    assert found.get("sid") == (("AC1",),)
