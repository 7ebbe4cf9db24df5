"""Checks what would be deployed: the template by cfn-lint, the functions' policies by rule."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from infra.package import STAGES, build
from infra.paths import BUILD
from infra.policies import FUNCTIONS, Policy, policy_of

# Statements that name no single resource, by Sid, and why they cannot.
WIDE = {
    "SendSms": "an SMS goes to a phone, which is no resource; the statement leaves out every topic"
}


def policy_faults(name: str, policy: Policy) -> Iterator[str]:
    """Yield what is wrong with a function's policy."""
    for statement in policy["Statement"]:
        sid = statement.get("Sid", "a statement without a Sid")
        actions = statement.get("Action", ())
        if "NotAction" in statement or any("*" in action for action in actions):
            yield f"{name}: {sid}: a wildcard among the actions"
        if sid in WIDE:
            continue
        if "NotResource" in statement:
            yield f"{name}: {sid}: NotResource"
        if "*" in json.dumps(statement.get("Resource", "*")):
            yield f"{name}: {sid}: a wildcard among the resources"


def role_faults(template: dict[str, Any]) -> Iterator[str]:
    """Yield what is wrong with the roles of a finished template: all must be this stack's own."""
    for name, resource in template["Resources"].items():
        if resource["Type"] != "AWS::IAM::Role":
            continue
        for policy in resource["Properties"].get("Policies", []):
            for statement in policy["PolicyDocument"]["Statement"]:
                yield from _statement_faults(name, statement)


def _statement_faults(role: str, statement: dict[str, Any]) -> Iterator[str]:
    actions = statement.get("Action", ())
    actions = [actions] if isinstance(actions, str) else actions
    if "NotAction" in statement or any("*" in action for action in actions):
        yield f"{role}: a wildcard among the actions"
    if "NotResource" in statement:
        # policy_faults knows the ones that may be.
        return
    resources = statement.get("Resource", "*")
    for resource in resources if isinstance(resources, list) else [resources]:
        words = json.dumps(resource)
        if "*" in words and "${AWS::StackName}-" not in words:
            yield f"{role}: {words} is not this stack's"
        elif {action.partition(":")[0] for action in actions} & {"kms", "ssm"} and not (
            "DataKey" in words or "/helpline/${Stage}/" in words
        ):
            yield f"{role}: {words} is not this stage's"


def check_policies() -> list[str]:
    """Return the faults of every function's policy."""
    return [fault for name in FUNCTIONS for fault in policy_faults(name, policy_of(name))]


def main() -> None:
    """Check every stage's template and every policy; exit with 1 where something is wrong."""
    faults = check_policies()
    templates = []
    for stage in STAGES:
        package = build(stage)
        faults += role_faults(package.template)
        templates.append(BUILD / stage / "template.json")
    for fault in faults:
        print(fault)
    lint = subprocess.run(
        [Path(sys.executable).with_name("cfn-lint"), "--regions", "ap-south-1", "--", *templates],
        check=False,
    )
    sys.exit(bool(faults) or lint.returncode != 0)


if __name__ == "__main__":
    main()
