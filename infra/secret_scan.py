"""Looks for weaknesses in the code (bandit) and for secrets in what is committed (detect-secrets).

Ruff has bandit's smaller rules already, with a reason at each exception; bandit itself is asked for
what is of medium weight or more.
"""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from infra.paths import ROOT

# What is deployed, and what administrators and operators run; not what only tests it.
CODE = ("app.py", "chalicelib", "helpline", "infra", "tests/benchmarks")
# B310: the addresses opened here are built from a port, or come from our own settings; ruff
# has the same rule (S310), and a reason at each place. B704 likewise: Ruff's S704.
SKIPPED = "B310,B704"
# Generated: hashes of packages, and texts by their number.
UNSCANNED = r"(^|/)requirements.*\.txt$|\.po$|\.pot$"
# What looks like a secret and is none: where, as what, and why.
KNOWN = {
    ("chalicelib/people/services/ports.py", "Secret Keyword"): "the name of a step",
    ("helpline/commands/access.py", "Secret Keyword"): "asks whether a question is to be hidden",
    ("infra/demo.py", "Secret Keyword"): "good on a local stack alone",
    ("infra/resources.yaml", "Secret Keyword"): "says that the client has none",
    ("tests/command_line/conftest.py", "Secret Keyword"): "made up: the fake's own",
    ("tests/command_line/test_command_line.py", "Secret Keyword"): "made up: the fake's own",
    ("tests/contract/test_policies.py", "Secret Keyword"): "the path of a parameter",
    (
        "tests/core/domain/test_consent_notices.py",
        "Hex High Entropy String",
    ): "a notice's fingerprint",
    (
        "tests/core/gateways/test_http.py",
        "Secret Keyword",
    ): "made up, for a server of the test's own",
    ("tests/people/gateways/test_cognito_sign_in.py", "Secret Keyword"): "made up, for a stub",
    ("tests/people/web/test_account_page.py", "Secret Keyword"): "made up: the fake's own",
    ("tests/people/web/test_sessions.py", "Secret Keyword"): "made up: the fake's own",
    ("tests/stack/test_manage_cases.py", "Secret Keyword"): "good on a test's stack alone",
    ("tests/cases/gateways/test_video_jitsi.py", "Secret Keyword"): "made up, for no server",
    ("tests/infra/test_package.py", "GitHub Token"): "a test's name: what weighs_most…",
    ("tests/stack/test_local_stack.py", "JSON Web Token"): "a forged token, to be refused",
    ("tests/support/aws_calls.py", "Secret Keyword"): "made up, as Cognito would give it",
    ("tests/support/session_fakes.py", "Secret Keyword"): "made up: the fake's own",
    ("tests/cases/web/test_calls_and_video.py", "Secret Keyword"): "made up, nobody's",
    ("tests/cases/web/test_messages_api.py", "Base64 High Entropy String"): "a forged cursor",
    (
        "tests/messages/providers/twilio/test_signature.py",
        "Hex High Entropy String",
    ): "Twilio's published example",
    (
        "tests/messages/providers/twilio/test_signature.py",
        "Base64 High Entropy String",
    ): "as above: its signature",
    ("tests/cases/web/test_webhooks.py", "Secret Keyword"): "made up, and a wrong one",
    ("tests/contract/access_world.py", "Secret Keyword"): "made up, nobody's",
}


def secrets_in(found: dict[str, list[dict[str, Any]]]) -> Iterator[str]:
    """Yield what was found and is not known to be none."""
    for path, secrets in sorted(found.items()):
        for secret in secrets:
            if (path, secret["type"]) not in KNOWN:
                yield f"{path}:{secret['line_number']}: {secret['type']}"


def _tool(name: str, *options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [Path(sys.executable).with_name(name), *options],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )


def main() -> None:
    """Scan; exit with 1 where something was found."""
    weak = _tool("bandit", "-q", "-ll", "-r", "-s", SKIPPED, *CODE)
    print(weak.stdout, end="")
    scan = _tool("detect-secrets", "scan", "--exclude-files", UNSCANNED)
    if scan.returncode != 0:
        sys.exit("helpline: the scan for secrets failed, see above")
    told = list(secrets_in(json.loads(scan.stdout)["results"]))
    for secret in told:
        print(f"{secret}: a secret? Take it out, or say in infra/secret_scan.py why it is none")
    sys.exit(bool(told) or weak.returncode != 0)


if __name__ == "__main__":
    main()
