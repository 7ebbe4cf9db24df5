"""Brings a package to CloudFormation, on AWS or on the embedded engine, and what it cannot make."""

import base64
import json
import os
import time
from collections.abc import Callable, Mapping
from copy import deepcopy
from typing import Any, Protocol

import botocore.exceptions

from infra.package import Package

FINISHED = {"CREATE_COMPLETE", "UPDATE_COMPLETE"}
# What a failed creation leaves behind: it can only be deleted.
NEVER_STOOD = "ROLLBACK_COMPLETE"
KEYS = ("phone-key", "link-key")
KEY_BYTES = 32
PACKAGE_TAG = "package"


class DeployError(Exception):
    """A deployment failed; the message says which resources and why."""


class Clients(Protocol):
    """Makes the AWS clients of one account and region."""

    def __call__(self, service: str) -> Any:  # noqa: ANN401 - boto3's clients have no types
        """Return the client of a service."""


def stack_name(stage: str) -> str:
    """Return the name of a stage's stack."""
    return f"helpline-{stage}"


def deploy(
    client: Clients,
    package: Package,
    template: dict[str, Any],
    parameters: Mapping[str, str],
    bucket: str,
) -> dict[str, str]:
    """Create or update the stage's stack and return its outputs."""
    code_key, template_key = f"code/{package.digest}.zip", f"template/{package.digest}.json"
    template = _with_code_at(template, bucket, code_key)
    storage = client("s3")
    storage.put_object(Bucket=bucket, Key=code_key, Body=package.code.read_bytes())
    storage.put_object(Bucket=bucket, Key=template_key, Body=json.dumps(template).encode())
    request = {
        "StackName": stack_name(package.stage),
        "TemplateURL": f"{storage.meta.endpoint_url}/{bucket}/{template_key}",
        "Parameters": [
            {"ParameterKey": name, "ParameterValue": value}
            for name, value in {"Stage": package.stage, **parameters}.items()
        ],
        "Capabilities": ["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"],
        "Tags": [{"Key": PACKAGE_TAG, "Value": package.digest}],
    }
    formation = client("cloudformation")
    stack = find_stack(formation, package.stage)
    if stack is not None and stack["StackStatus"] == NEVER_STOOD:
        formation.delete_stack(StackName=stack_name(package.stage))
        formation.get_waiter("stack_delete_complete").wait(StackName=stack_name(package.stage))
        stack = None
    if stack is None:
        formation.create_stack(**request)
    else:
        try:
            formation.update_stack(**request)
        except botocore.exceptions.ClientError as error:
            if "No updates are to be performed" not in str(error):
                raise
    return _wait(formation, package.stage)


def _with_code_at(template: dict[str, Any], bucket: str, key: str) -> dict[str, Any]:
    """Return the template with every function's code in the bucket."""
    located = deepcopy(template)
    for resource in located["Resources"].values():
        if resource["Type"] == "AWS::Serverless::Function":
            resource["Properties"]["CodeUri"] = {"Bucket": bucket, "Key": key}
    return located


def find_stack(formation: Any, stage: str) -> dict[str, Any] | None:  # noqa: ANN401 - as above
    """Return the description of the stage's stack, where there is one."""
    try:
        stacks = formation.describe_stacks(StackName=stack_name(stage))["Stacks"]
    except botocore.exceptions.ClientError as error:
        if "does not exist" in str(error):
            return None
        raise
    live = [stack for stack in stacks if stack["StackStatus"] != "DELETE_COMPLETE"]
    return live[0] if live else None


def outputs_of(stack: Mapping[str, Any]) -> dict[str, str]:
    """Return a described stack's outputs by name."""
    return {output["OutputKey"]: output["OutputValue"] for output in stack.get("Outputs", [])}


def is_deployed(formation: Any, package: Package) -> bool:  # noqa: ANN401 - as above
    """Tell whether the stage's stack stands and was made from this very package."""
    stack = find_stack(formation, package.stage)
    if stack is None or stack["StackStatus"] not in FINISHED:
        return False
    return {"Key": PACKAGE_TAG, "Value": package.digest} in stack.get("Tags", [])


def is_cut_off(formation: Any, stage: str) -> bool:  # noqa: ANN401 - as above
    """Tell whether a change of the stack goes on: on an engine just started, none ever will."""
    stack = find_stack(formation, stage)
    return stack is not None and str(stack["StackStatus"]).endswith("_IN_PROGRESS")


def _wait(formation: Any, stage: str) -> dict[str, str]:  # noqa: ANN401 - as above
    """Wait until the stack stands, and return its outputs."""
    while True:
        stack = find_stack(formation, stage)
        status = "GONE" if stack is None else stack["StackStatus"]
        if stack is not None and status in FINISHED:
            return outputs_of(stack)
        if status.endswith("_IN_PROGRESS"):
            time.sleep(0.2 if "localhost" in formation.meta.endpoint_url else 5)
            continue
        raise DeployError(f"{stack_name(stage)} ended as {status}:\n{_reasons(formation, stage)}")


def _reasons(formation: Any, stage: str) -> str:  # noqa: ANN401 - as above
    """Return what failed in the stack's last change, the first cause first."""
    events = formation.describe_stack_events(StackName=stack_name(stage))["StackEvents"]
    failed = [event for event in events if event["ResourceStatus"].endswith("_FAILED")]
    return "\n".join(
        f"  {event['LogicalResourceId']}: {event.get('ResourceStatusReason', 'no reason given')}"
        for event in reversed(failed)
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
