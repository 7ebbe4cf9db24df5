"""Checks what would be deployed: the template by cfn-lint, the functions' policies by rule."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from infra.package import STAGES, build
from infra.paths import BUILD, ROOT

# Statements that name no single resource, by policy and Sid, and why they cannot.
A_PHONE = "an SMS goes to a phone, which is no resource; the statement leaves out every topic"
WIDE = {
    ("policy-case_changes.json", "SendSms"): A_PHONE,
    ("policy-inbound_sms.json", "SendSms"): A_PHONE,
}


def policy_faults(name: str, policy: dict[str, Any]) -> Iterator[str]:
    """Yield what is wrong with a function's policy."""
    for statement in policy["Statement"]:
        sid = statement.get("Sid", "a statement without a Sid")
        actions = statement.get("Action", ())
        if "NotAction" in statement or any("*" in action for action in actions):
            yield f"{name}: {sid}: a wildcard among the actions"
        if (name, sid) in WIDE:
            continue
        if "NotResource" in statement:
            yield f"{name}: {sid}: NotResource"
        if "*" in json.dumps(statement.get("Resource", "*")):
            yield f"{name}: {sid}: a wildcard among the resources"


def check_policies(folder: Path) -> list[str]:
    """Return the faults of every policy file in a folder."""
    return [
        fault
        for path in sorted(folder.glob("policy-*.json"))
        for fault in policy_faults(path.name, json.loads(path.read_text()))
    ]


def main() -> None:
    """Check every stage's template and every policy; exit with 1 where something is wrong."""
    faults = check_policies(ROOT / ".chalice")
    for fault in faults:
        print(fault)
    templates = []
    for stage in STAGES:
        build(stage)
        templates.append(BUILD / stage / "template.json")
    lint = subprocess.run(
        [Path(sys.executable).with_name("cfn-lint"), "--regions", "ap-south-1", "--", *templates],
        check=False,
    )
    sys.exit(bool(faults) or lint.returncode != 0)


if __name__ == "__main__":
    main()
