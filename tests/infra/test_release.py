"""The commands that deploy and roll back, up to where CloudFormation takes over.

What CloudFormation does with it is in tests/stack/test_update_in_place.py, on the embedded engine.
"""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError, NoCredentialsError, PartialCredentialsError
from moto import mock_aws

from infra import deploy, release
from infra.deploy import Change, DeployError, Terminal
from infra.package import REGION, build
from infra.paths import ROOT

ACCOUNT = "123456789012"
NOTHING = "nothing was changed"
STACK = {"StackName": "helpline-prod", "StackStatus": "UPDATE_COMPLETE", "Outputs": []}
TEMPLATE = {
    "Parameters": {
        "Stage": {"Type": "String"},
        "AlarmEmail": {"Type": "String", "Default": ""},
        "ReleaseShift": {"Type": "String", "Default": "Canary10Percent5Minutes"},
    },
    "Resources": {},
}


class FakeFormation:
    """CloudFormation with one stack, which ends each change as it is told to."""

    class meta:  # noqa: N801 - as boto3 names it
        endpoint_url = "http://localhost"

    def __init__(self, stack: dict[str, Any] | None = None, ends_as: str = "UPDATE_COMPLETE"):
        self.stack = stack
        self.ends_as = ends_as
        self.asked: dict[str, Any] = {}
        self.calls: list[str] = []
        self.reason = ""

    def describe_stacks(self, **_: Any) -> dict[str, Any]:
        if self.stack is None:
            raise client_error("ValidationError", "Stack with id helpline-prod does not exist")
        return {"Stacks": [self.stack]}

    def create_change_set(self, **asked: Any) -> None:
        self.calls.append("create_change_set")
        self.asked = asked

    def describe_change_set(self, **asked: Any) -> dict[str, Any]:
        if self.reason:
            return {"Status": "FAILED", "StatusReason": self.reason}
        first = "NextToken" not in asked
        change = {"Action": "Add", "LogicalResourceId": "One" if first else "Two"}
        page = {"ResourceChange": {**change, "ResourceType": "AWS::SNS::Topic"}}
        more = {"NextToken": "more"} if first else {}
        return {"Status": "CREATE_COMPLETE", "Changes": [page], **more}

    def execute_change_set(self, **_: Any) -> None:
        self.calls.append("execute_change_set")
        self.stack = {**(self.stack or STACK), "StackStatus": self.ends_as}

    def cancel_update_stack(self, **_: Any) -> None:
        self.calls.append("cancel_update_stack")
        self.stack = {**(self.stack or STACK), "StackStatus": "UPDATE_ROLLBACK_COMPLETE"}

    def delete_change_set(self, **_: Any) -> None:
        self.calls.append("delete_change_set")

    def delete_stack(self, **_: Any) -> None:
        self.calls.append("delete_stack")

    def describe_stack_events(self, **asked: Any) -> dict[str, Any]:
        failed = {
            "EventId": "1",
            "LogicalResourceId": "CasesTable",
            "ResourceStatus": "UPDATE_FAILED",
            "ResourceStatusReason": "too many indexes",
        }
        done = {"EventId": "2", "LogicalResourceId": "One", "ResourceStatus": "UPDATE_COMPLETE"}
        old = {"EventId": "0", "LogicalResourceId": "Old", "ResourceStatus": "UPDATE_FAILED"}
        if "execute_change_set" not in self.calls:
            return {"StackEvents": [old]}
        if "NextToken" in asked:
            return {"StackEvents": [done, old]}
        return {"StackEvents": [failed], "NextToken": "more"}


class FakeStorage:
    class meta:  # noqa: N801 - as boto3 names it
        endpoint_url = "https://s3.ap-south-1.amazonaws.com"

    class exceptions:  # noqa: N801 - as boto3 names it
        class NoSuchKey(Exception):
            pass

    def __init__(self, **kept: Any) -> None:
        self.kept = {deploy.template_key(digest): body for digest, body in kept.items()}

    def get_object(self, *, Bucket: str, Key: str) -> dict[str, Any]:  # noqa: N803 - S3's names
        if Key not in self.kept:
            raise self.exceptions.NoSuchKey
        return {"Body": io.BytesIO(json.dumps(self.kept[Key]).encode())}


def client_error(code: str, message: str = "said no") -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": message}}, "Any")


def stack(status: str = "UPDATE_COMPLETE", **tags: str) -> dict[str, Any]:
    return {
        **STACK,
        "StackStatus": status,
        "Tags": [{"Key": key.replace("_", "-"), "Value": value} for key, value in tags.items()],
        "Parameters": [{"ParameterKey": "Stage"}, {"ParameterKey": "AlarmEmail"}],
    }


def clients(formation: FakeFormation, storage: FakeStorage) -> Any:
    return {"cloudformation": formation, "s3": storage}.__getitem__


def change(formation: FakeFormation, terminal: Terminal = deploy.QUIET, **parameters: str) -> Any:
    return deploy.change_stack(
        clients(formation, FakeStorage()),
        "prod",
        "new",
        TEMPLATE,
        parameters,
        "bucket",
        terminal=terminal,
    )


def test_a_first_deployment_creates_and_a_later_one_updates() -> None:
    first, later = FakeFormation(None, "CREATE_COMPLETE"), FakeFormation(stack(package="old"))

    change(first, Stage="prod")
    change(later)

    assert first.asked["ChangeSetType"] == "CREATE"
    assert first.asked["Parameters"] == [{"ParameterKey": "Stage", "ParameterValue": "prod"}]
    assert later.asked["ChangeSetType"] == "UPDATE"
    assert later.asked["Tags"] == [
        {"Key": "package", "Value": "new"},
        {"Key": "previous-package", "Value": "old"},
    ]


def test_a_parameter_that_is_not_given_stays_as_it_is() -> None:
    formation = FakeFormation(stack())

    change(formation, AlarmEmail="a@b.in")

    assert formation.asked["Parameters"] == [
        {"ParameterKey": "Stage", "UsePreviousValue": True},
        {"ParameterKey": "AlarmEmail", "ParameterValue": "a@b.in"},
    ]


def test_an_unknown_parameter_is_named() -> None:
    with pytest.raises(DeployError, match="no parameter AlarmEmial"):
        change(FakeFormation(stack()), AlarmEmial="a@b.in")


def test_the_same_package_again_remembers_the_one_before() -> None:
    formation = FakeFormation(stack(package="new", previous_package="old"))

    change(formation)

    assert {"Key": "previous-package", "Value": "old"} in formation.asked["Tags"]


def test_all_pages_of_the_changes_are_shown_before_any_is_made() -> None:
    formation, shown = FakeFormation(stack()), []

    def refuse(changes: list[Change]) -> bool:
        shown.extend(changes)
        return False

    with pytest.raises(DeployError, match="nothing was changed"):
        change(formation, Terminal(refuse))

    assert [each.resource for each in shown] == ["One", "Two"]
    assert formation.calls == ["create_change_set", "delete_change_set"]


def test_a_refused_first_deployment_leaves_no_empty_stack() -> None:
    formation = FakeFormation(None)

    with pytest.raises(DeployError):
        change(formation, Terminal(lambda _: False))

    assert formation.calls[-1] == "delete_stack"


def test_no_change_is_no_fault_and_a_bad_template_is_one() -> None:
    nothing, wrong = FakeFormation(stack()), FakeFormation(stack())
    nothing.reason = "The submitted information didn't contain changes."
    wrong.reason = "Template error: unresolved Ref"

    change(nothing)
    with pytest.raises(DeployError, match="unresolved Ref"):
        change(wrong)

    assert nothing.calls == wrong.calls == ["create_change_set", "delete_change_set"]


def test_a_failed_change_says_what_failed_and_why() -> None:
    lines: list[str] = []

    with pytest.raises(DeployError, match="CasesTable: too many indexes"):
        change(FakeFormation(stack(), "UPDATE_ROLLBACK_COMPLETE"), Terminal(say=lines.append))

    assert [line.split()[1] for line in lines] == ["One", "CasesTable:"]


def test_rolling_back_goes_to_the_package_before_at_once_and_forth_again() -> None:
    formation = FakeFormation(stack(package="new", previous_package="old"))

    release.roll_back(clients(formation, FakeStorage(old=TEMPLATE)), "prod", "bucket", deploy.QUIET)

    assert formation.asked["TemplateURL"].endswith("/bucket/template/old.json")
    assert {"ParameterKey": "ReleaseShift", "ParameterValue": "AllAtOnce"} in formation.asked[
        "Parameters"
    ]
    assert formation.asked["Tags"] == [
        {"Key": "package", "Value": "old"},
        {"Key": "previous-package", "Value": "new"},
    ]


def test_rolling_back_during_a_deployment_calls_it_off() -> None:
    formation = FakeFormation(stack("UPDATE_IN_PROGRESS", package="old"))

    release.roll_back(clients(formation, FakeStorage()), "prod", "bucket", deploy.QUIET)

    assert formation.calls == ["cancel_update_stack"]


@pytest.mark.parametrize(
    ("found", "complaint"),
    [
        (None, "there is no helpline-prod"),
        (stack(package="new"), "has had no package before"),
        (stack(package="new", previous_package="lost"), "lost, is no longer kept"),
        (stack("CREATE_IN_PROGRESS"), "is being changed just now"),
        (stack("UPDATE_ROLLBACK_FAILED"), "docs/operations.md"),
    ],
)
def test_where_there_is_no_way_back_it_says_so(found: Any, complaint: str) -> None:
    formation = FakeFormation(found)

    with pytest.raises(DeployError, match=complaint):
        release.roll_back(clients(formation, FakeStorage()), "prod", "bucket", deploy.QUIET)

    assert formation.calls == []


def test_a_deployment_takes_back_what_rolling_back_set() -> None:
    assert release._usual(TEMPLATE) == {"ReleaseShift": "Canary10Percent5Minutes"}
    assert release._usual(build("dev").template) == {}


@pytest.fixture
def storage() -> Iterator[Any]:
    with mock_aws():
        yield boto3.client("s3", region_name=REGION)


def test_the_bucket_is_private_encrypted_and_versioned_however_it_was(storage: Any) -> None:
    bucket = release.ensure_bucket(storage, ACCOUNT)
    storage.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Suspended"})
    storage.delete_public_access_block(Bucket=bucket)

    assert release.ensure_bucket(storage, ACCOUNT) == bucket

    block = storage.get_public_access_block(Bucket=bucket)["PublicAccessBlockConfiguration"]
    assert set(block.values()) == {True}
    assert storage.get_bucket_versioning(Bucket=bucket)["Status"] == "Enabled"
    rules = storage.get_bucket_encryption(Bucket=bucket)["ServerSideEncryptionConfiguration"]
    assert rules["Rules"][0]["ApplyServerSideEncryptionByDefault"]["SSEAlgorithm"] == "AES256"
    (only,) = json.loads(storage.get_bucket_policy(Bucket=bucket)["Policy"])["Statement"]
    assert (only["Effect"], only["Condition"]) == (
        "Deny",
        {"Bool": {"aws:SecureTransport": "false"}},
    )
    assert storage.get_bucket_location(Bucket=bucket)["LocationConstraint"] == REGION


def test_what_is_lost_stands_out_among_the_changes() -> None:
    told = release.describe(
        [
            Change("Modify", "CasesTable", "AWS::DynamoDB::Table", replaced=True),
            Change("Add", "Two", "AWS::SNS::Topic", replaced=False),
            Change("Remove", "Three", "AWS::SNS::Topic", replaced=False),
        ]
    )

    assert [line.split()[2] for line in told.splitlines() if "WATCH OUT" in line] == [
        "CasesTable",
        "Three",
    ]


def test_where_nobody_can_be_asked_only_yes_is_a_yes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("y\n"))

    with pytest.raises(DeployError, match="YES=1"):
        release.ask([])
    monkeypatch.setenv("YES", "1")
    assert release.ask([])


@pytest.mark.parametrize("words", ["AlarmEmail", "A=1 AlarmEmail"])
def test_parameters_are_pairs(words: str) -> None:
    assert release.parameters_of("A=1 B=x=y") == {"A": "1", "B": "x=y"}
    with pytest.raises(DeployError, match="AlarmEmail, which is not Name=value"):
        release.parameters_of(words)


@pytest.mark.parametrize(
    ("error", "line"),
    [
        (NoCredentialsError(), "no AWS credentials here"),
        (PartialCredentialsError(provider="env", cred_var="secret"), "no AWS credentials here"),
        (client_error("ExpiredToken"), "have expired"),
        (client_error("InvalidClientTokenId"), "does not know these credentials"),
        (client_error("AccessDenied"), "said no"),
        (DeployError("as it is"), "as it is"),
    ],
)
def test_what_goes_wrong_is_one_clear_line(error: Exception, line: str) -> None:
    told = release.explain(error)

    assert line in told
    assert len(told.splitlines()) == 1


def command(*options: str, **env: str) -> subprocess.CompletedProcess[str]:
    own = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    nowhere = {
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
    }
    return subprocess.run(
        [sys.executable, "-m", "infra.release", "--stage", "prod", *options],
        cwd=ROOT,
        env={**own, **nowhere, **env},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize("options", [(), ("--back",)])
def test_without_credentials_the_command_says_so_in_one_line(options: tuple[str, ...]) -> None:
    finished = command(*options)

    assert finished.returncode == 1
    assert finished.stderr.splitlines() == [
        "helpline: no AWS credentials here: sign in first (aws sso login, or AWS_PROFILE=...)"
    ]


def test_another_region_is_refused_before_anything_is_asked() -> None:
    finished = command(AWS_DEFAULT_REGION="us-east-1")

    assert finished.returncode == 1
    assert finished.stderr.splitlines() == [
        f"helpline: the helpline is deployed to {REGION}, and AWS is set to us-east-1; {NOTHING}"
    ]
