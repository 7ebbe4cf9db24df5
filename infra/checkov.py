"""Asks checkov what is wrong with the template of prod; each exception stands here with its reason.

It lives in an environment of its own, made at its first use: it pins a hundred libraries.
"""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from infra import bootstrap
from infra.package import build
from infra.paths import LOCAL, ROOT

ENVIRONMENT = LOCAL / "checkov-environment"
REQUIREMENTS = ROOT / "infra" / "requirements-checkov.txt"

EXCEPTIONS = {
    "CKV_AWS_33": "the key's `*` is bound to this account, and to the services that hold data",
    "CKV_AWS_73": "a tracer adds 100 ms to a cold start; the log has an id for each request",
    "CKV_AWS_115": "a reserved share would turn callers away on the evening that it is for; the "
    "gateway throttles, and an alarm tells of functions held back",
    "CKV_AWS_116": "failed events go to a queue by EventInvokeConfig, which this rule cannot see; "
    "a test holds every function to it",
    "CKV_AWS_117": "nothing here is in a VPC, and a NAT gateway would cost more than all the rest",
    "CKV_AWS_120": "an answer is one person's: nothing of the API may be cached",
    "CKV_AWS_158": "logs hold nothing personal, and are encrypted by CloudWatch's own key",
    "CKV_AWS_173": "no secret is in the environment, which Lambda encrypts by its own key",
    "CKV_AWS_192": "no Java runs here",
}


def ensure_environment() -> None:
    """Install checkov where it is not yet, or another version is wanted."""
    if bootstrap.is_ready(ENVIRONMENT, REQUIREMENTS):
        return
    print("Installing checkov (once, about half a minute) ", end="", flush=True)
    bootstrap.finish([bootstrap.create(ENVIRONMENT)])
    bootstrap.finish([bootstrap.install(ENVIRONMENT, REQUIREMENTS)])
    (ENVIRONMENT / "installed").write_text(bootstrap.wanted(REQUIREMENTS))
    print(" done", flush=True)


def judge(template: Path) -> list[dict[str, Any]]:
    """Return what checkov says against the template, the exceptions too; it calls nobody."""
    finished = subprocess.run(
        [
            *(ENVIRONMENT / "bin" / "checkov", "--file", template),
            *("--framework", "cloudformation", "--output", "json"),
            *("--quiet", "--compact", "--skip-download"),
        ],
        env={**os.environ, "CHECKOV_RUN_SCA_PACKAGE_SCAN": "false"},
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    failed: list[dict[str, Any]] = json.loads(finished.stdout)["results"]["failed_checks"]
    return failed


def main() -> None:
    """Print what is wrong; exit with 1 for that, and for an exception that nothing needs."""
    ensure_environment()
    failed = judge(build("prod").code.with_name("template.json"))
    wrong = [each for each in failed if each["check_id"] not in EXCEPTIONS]
    unneeded = sorted(set(EXCEPTIONS) - {each["check_id"] for each in failed})
    for each in wrong:
        print(f"{each['resource']}: {each['check_id']}: {each['check_name']}")
    for each_id in unneeded:
        print(f"infra/checkov.py: {each_id} is an exception that nothing needs")
    print(f"checkov: {len(failed)} found, {len(wrong)} of them without a reason to accept it")
    sys.exit(bool(wrong or unneeded))


if __name__ == "__main__":
    main()
