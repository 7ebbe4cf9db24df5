"""Brings a package to CloudFormation, on AWS or on the embedded engine, and what it cannot make.

Every change goes by a change set, which whoever deploys may look at first. What is deployed, and
what was before it, stands in the stack's own tags: no checkout remembers anything.
"""

import base64
import json
import os
import time
from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any, Protocol

import botocore.exceptions

from infra.package import Package

FINISHED = {"CREATE_COMPLETE", "UPDATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE"}
# What a failed creation leaves behind: it can only be deleted.
NEVER_STOOD = "ROLLBACK_COMPLETE"
# A change set for a stack that is yet to be.
PLANNED = "REVIEW_IN_PROGRESS"
KEYS = ("phone-key", "link-key")
KEY_BYTES = 32
PACKAGE_TAG = "package"
PREVIOUS_TAG = "previous-package"
NOTHING_CHANGES = ("didn't contain changes", "No updates are to be performed")


class DeployError(Exception):
    """A deployment failed; the message says which resources and why."""


class Clients(Protocol):
    """Makes the AWS clients of one account and region."""

    def __call__(self, service: str) -> Any:  # noqa: ANN401 - boto3's clients have no types
        """Return the client of a service."""


@dataclass(frozen=True)
class Change:
    """What a change set would do to one resource; ``replaced`` loses what the resource held."""

    action: str
    resource: str
    kind: str
    replaced: bool


@dataclass(frozen=True)
class Terminal:
    """How a deployment talks to whoever started it; by default it asks nobody and is silent."""

    confirm: Callable[[list[Change]], bool] = lambda _changes: True
    say: Callable[[str], None] = lambda _line: None


QUIET = Terminal()


def stack_name(stage: str) -> str:
    """Return the name of a stage's stack."""
    return f"helpline-{stage}"


def template_key(digest: str) -> str:
    """Return where the bucket keeps a package's template, its code's place filled in."""
    return f"template/{digest}.json"


def deploy(
    client: Clients,
    package: Package,
    template: dict[str, Any],
    parameters: Mapping[str, str],
    bucket: str,
    terminal: Terminal = QUIET,
) -> dict[str, str]:
    """Create or update the stage's stack and return its outputs.

    A parameter that is not given keeps its value. Raises DeployError, for a refusal too.
    """
    code_key = f"code/{package.digest}.zip"
    template = _with_code_at(template, bucket, code_key)
    storage = client("s3")
    storage.put_object(Bucket=bucket, Key=code_key, Body=package.code.read_bytes())
    storage.put_object(
        Bucket=bucket, Key=template_key(package.digest), Body=json.dumps(template).encode()
    )
    given = {"Stage": package.stage, **parameters}
    return change_stack(
        client, package.stage, package.digest, template, given, bucket, terminal=terminal
    )


def change_stack(
    client: Clients,
    stage: str,
    digest: str,
    template: Mapping[str, Any],
    parameters: Mapping[str, str],
    bucket: str,
    *,
    terminal: Terminal = QUIET,
) -> dict[str, str]:
    """Bring the stack to a package that is in the bucket, and return the stack's outputs."""
    formation = client("cloudformation")
    stack = find_stack(formation, stage)
    if stack is not None and stack["StackStatus"] == NEVER_STOOD:
        formation.delete_stack(StackName=stack_name(stage))
        formation.get_waiter("stack_delete_complete").wait(StackName=stack_name(stage))
        stack = None
    endpoint = client("s3").meta.endpoint_url
    name = f"{PACKAGE_TAG}-{digest}-{time.time_ns()}"
    change_set = {"StackName": stack_name(stage), "ChangeSetName": name}
    formation.create_change_set(
        **change_set,
        ChangeSetType="CREATE" if stack is None else "UPDATE",
        TemplateURL=f"{endpoint}/{bucket}/{template_key(digest)}",
        Parameters=_parameters(template, parameters, stack),
        Capabilities=["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"],
        Tags=_tags(digest, stack),
    )
    if not _has_changes(formation, change_set):
        formation.delete_change_set(**change_set)
        return outputs_of(stack or {})
    if not terminal.confirm(_changes(formation, change_set)):
        formation.delete_change_set(**change_set)
        if stack is None:
            formation.delete_stack(StackName=stack_name(stage))
        raise DeployError("nothing was changed")
    known = known_events(formation, stage)
    formation.execute_change_set(**change_set)
    wanted = "CREATE_COMPLETE" if stack is None else "UPDATE_COMPLETE"
    return wait(formation, stage, wanted, known, terminal.say)


def _with_code_at(template: dict[str, Any], bucket: str, key: str) -> dict[str, Any]:
    """Return the template with every function's code in the bucket."""
    located = deepcopy(template)
    for resource in located["Resources"].values():
        if resource["Type"] == "AWS::Serverless::Function":
            resource["Properties"]["CodeUri"] = {"Bucket": bucket, "Key": key}
    return located


def _parameters(
    template: Mapping[str, Any], given: Mapping[str, str], stack: Mapping[str, Any] | None
) -> list[dict[str, Any]]:
    """Return the template's parameters: as given, or as they are, or else their defaults."""
    known = {each["ParameterKey"] for each in (stack or {}).get("Parameters", [])}
    if unknown := sorted(set(given) - set(template["Parameters"])):
        raise DeployError(f"the template has no parameter {', '.join(unknown)}")
    return [
        {"ParameterKey": name, "ParameterValue": given[name]}
        if name in given
        else {"ParameterKey": name, "UsePreviousValue": True}
        for name in template["Parameters"]
        if name in given or name in known
    ]


def _tags(digest: str, stack: Mapping[str, Any] | None) -> list[dict[str, str]]:
    """Return the stack's tags: this package, and the one that it takes the place of."""
    deployed, before = tag_of(stack, PACKAGE_TAG), tag_of(stack, PREVIOUS_TAG)
    previous = before if deployed == digest else deployed
    tags = {PACKAGE_TAG: digest, **({PREVIOUS_TAG: previous} if previous else {})}
    return [{"Key": key, "Value": value} for key, value in tags.items()]


def tag_of(stack: Mapping[str, Any] | None, key: str) -> str:
    """Return the value of a stack's tag; empty where it has none."""
    tags = (stack or {}).get("Tags", [])
    return next((str(tag["Value"]) for tag in tags if tag["Key"] == key), "")


def _has_changes(formation: Any, change_set: Mapping[str, str]) -> bool:  # noqa: ANN401 - as above
    """Wait until the change set is worked out; raises DeployError where it cannot be."""
    while True:
        described = formation.describe_change_set(**change_set)
        status, reason = described["Status"], described.get("StatusReason", "")
        if status == "CREATE_COMPLETE":
            return True
        if status == "FAILED":
            if any(words in reason for words in NOTHING_CHANGES):
                return False
            formation.delete_change_set(**change_set)
            raise DeployError(f"CloudFormation refuses the template: {reason}")
        _pause(formation)


def _changes(formation: Any, change_set: Mapping[str, str]) -> list[Change]:  # noqa: ANN401
    """Return what the change set would do."""
    changes: list[Change] = []
    more: dict[str, str] = {}
    while True:
        page = formation.describe_change_set(**change_set, **more)
        for each in page["Changes"]:
            change = each["ResourceChange"]
            changes.append(
                Change(
                    change["Action"],
                    change["LogicalResourceId"],
                    change["ResourceType"],
                    change.get("Replacement") == "True",
                )
            )
        if not page.get("NextToken"):
            return changes
        more = {"NextToken": page["NextToken"]}


def find_stack(formation: Any, stage: str) -> dict[str, Any] | None:  # noqa: ANN401 - as above
    """Return the description of the stage's stack, where there is one."""
    try:
        stacks = formation.describe_stacks(StackName=stack_name(stage))["Stacks"]
    except botocore.exceptions.ClientError as error:
        if "does not exist" in str(error):
            return None
        raise
    gone = {"DELETE_COMPLETE", PLANNED}
    live = [stack for stack in stacks if stack["StackStatus"] not in gone]
    return live[0] if live else None


def outputs_of(stack: Mapping[str, Any]) -> dict[str, str]:
    """Return a described stack's outputs by name."""
    return {output["OutputKey"]: output["OutputValue"] for output in stack.get("Outputs", [])}


def is_deployed(formation: Any, package: Package) -> bool:  # noqa: ANN401 - as above
    """Tell whether the stage's stack stands and was made from this very package."""
    stack = find_stack(formation, package.stage)
    if stack is None or stack["StackStatus"] not in FINISHED:
        return False
    return tag_of(stack, PACKAGE_TAG) == package.digest


def is_cut_off(formation: Any, stage: str) -> bool:  # noqa: ANN401 - as above
    """Tell whether a change of the stack goes on: on an engine just started, none ever will."""
    stack = find_stack(formation, stage)
    return stack is not None and str(stack["StackStatus"]).endswith("_IN_PROGRESS")


def wait(
    formation: Any,  # noqa: ANN401 - as above
    stage: str,
    wanted: str,
    known: set[str],
    say: Callable[[str], None],
) -> dict[str, str]:
    """Wait until the stack ends as wanted, telling what happens, and return its outputs.

    What is `known` has happened before: see :func:`known_events`.
    """
    news: list[dict[str, Any]] = []
    while True:
        # Asked before the events, so that the last of them are told too.
        stack = find_stack(formation, stage)
        seen = known | {event["EventId"] for event in news}
        fresh = _events_since(formation, stage, seen)
        for event in fresh:
            say(_told(event))
        news += fresh
        status = "GONE" if stack is None else stack["StackStatus"]
        if stack is not None and status == wanted:
            return outputs_of(stack)
        if status.endswith("_IN_PROGRESS"):
            _pause(formation)
            continue
        raise DeployError(f"{stack_name(stage)} ended as {status}:\n{_reasons(news)}")


def _pause(formation: Any) -> None:  # noqa: ANN401 - as above
    time.sleep(0.2 if "localhost" in formation.meta.endpoint_url else 5)


def known_events(formation: Any, stage: str) -> set[str]:  # noqa: ANN401 - as above
    """Return the ids of the stack's latest events: what is to come is newer than these."""
    page = formation.describe_stack_events(StackName=stack_name(stage))
    return {event["EventId"] for event in page["StackEvents"]}


def _events_since(formation: Any, stage: str, seen: set[str]) -> list[dict[str, Any]]:  # noqa: ANN401
    """Return what has happened since what was seen, the oldest first."""
    fresh: list[dict[str, Any]] = []
    more: dict[str, str] = {}
    while True:
        page = formation.describe_stack_events(StackName=stack_name(stage), **more)
        events = page["StackEvents"]
        fresh += [event for event in events if event["EventId"] not in seen]
        if not page.get("NextToken") or any(event["EventId"] in seen for event in events):
            return fresh[::-1]
        more = {"NextToken": page["NextToken"]}


def _told(event: Mapping[str, Any]) -> str:
    reason = event.get("ResourceStatusReason", "")
    return (
        f"  {event['ResourceStatus']:28} {event['LogicalResourceId']}"
        f"{f': {reason}' if reason else ''}"
    )


def _reasons(events: list[dict[str, Any]]) -> str:
    """Return what failed in the stack's last change, the first cause first."""
    return "\n".join(
        f"  {event['LogicalResourceId']}: {event.get('ResourceStatusReason', 'no reason given')}"
        for event in events
        if event["ResourceStatus"].endswith("_FAILED")
    )


def ensure_keys(
    client: Clients,
    stage: str,
    key_alias: str,
    random_bytes: Callable[[int], bytes] = os.urandom,
) -> None:
    """Store the application's own keys where they are missing; one that stands is never changed.

    CloudFormation makes no SecureString, and a key that changed would orphan every phone's lock
    and break every link that patients hold.
    """
    parameters = client("ssm")
    for name in KEYS:
        # Overwrite is off, so that the first of two deployments wins and the other keeps its key.
        try:
            parameters.put_parameter(
                Name=f"/helpline/{stage}/{name}",
                Value=base64.b64encode(random_bytes(KEY_BYTES)).decode(),
                Type="SecureString",
                KeyId=key_alias,
                Overwrite=False,
            )
        except parameters.exceptions.ParameterAlreadyExists:
            continue
