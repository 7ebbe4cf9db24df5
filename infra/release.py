"""`make deploy` and `make rollback`: a stage's stack in the account whose credentials are at hand.

What is deployed, and what was before, is known from the stack; the packages are kept in a bucket of
the account's. So any checkout, or CI, can go on from where another left off.
"""

import argparse
import contextlib
import json
import os
import sys
from collections.abc import Mapping
from typing import Any

import boto3
import botocore.exceptions

from infra import deploy
from infra.deploy import Change, Clients, DeployError, Terminal
from infra.package import REGION, STAGES, build

# What a rolled back release must not wait for: all traffic goes over at once.
AT_ONCE = {"ReleaseShift": "AllAtOnce"}
NO_ACCESS = {
    "ExpiredToken": "the credentials have expired: sign in again",
    "ExpiredTokenException": "the credentials have expired: sign in again",
    "InvalidClientTokenId": "AWS does not know these credentials",
    "SignatureDoesNotMatch": "AWS does not know these credentials",
    "UnrecognizedClientException": "AWS does not know these credentials",
}


def _refuse(sentence: str) -> DeployError:
    return DeployError(f"{sentence}; nothing was changed")


def require_region(configured: str | None) -> None:
    """Refuse where somebody's own settings name another region: the data stays in India."""
    if configured not in (None, REGION):
        raise _refuse(f"the helpline is deployed to {REGION}, and AWS is set to {configured}")


def bucket_of(account: str) -> str:
    """Return the name of an account's bucket of packages."""
    return f"helpline-packages-{account}-{REGION}"


def ensure_bucket(storage: Any, account: str) -> str:  # noqa: ANN401 - boto3's clients have no types
    """Make the bucket where it is missing, and have it private, encrypted and versioned."""
    bucket = bucket_of(account)
    with contextlib.suppress(storage.exceptions.BucketAlreadyOwnedByYou):
        storage.create_bucket(
            Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": REGION}
        )
    # Said each time: a bucket that somebody has opened meanwhile is closed again. The owner is
    # named, so that a bucket of this name in another's account is never used.
    ours = {"Bucket": bucket, "ExpectedBucketOwner": account}
    storage.put_public_access_block(
        **ours,
        PublicAccessBlockConfiguration={
            "BlockPublicAcls": True,
            "IgnorePublicAcls": True,
            "BlockPublicPolicy": True,
            "RestrictPublicBuckets": True,
        },
    )
    storage.put_bucket_encryption(
        **ours,
        ServerSideEncryptionConfiguration={
            "Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}]
        },
    )
    storage.put_bucket_versioning(**ours, VersioningConfiguration={"Status": "Enabled"})
    storage.put_bucket_policy(**ours, Policy=json.dumps(_only_encrypted(bucket)))
    return bucket


def _only_encrypted(bucket: str) -> dict[str, Any]:
    """Return the policy that refuses whoever comes without TLS."""
    return {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "OnlyByTls",
                "Effect": "Deny",
                "Principal": "*",
                "Action": "s3:*",
                "Resource": [f"arn:aws:s3:::{bucket}", f"arn:aws:s3:::{bucket}/*"],
                "Condition": {"Bool": {"aws:SecureTransport": "false"}},
            }
        ],
    }


def require_idle(stack: Mapping[str, Any] | None, stage: str) -> None:
    """Refuse where the stack is being changed, or stands where only a person can go on."""
    status = "" if stack is None else str(stack["StackStatus"])
    if status.endswith("_IN_PROGRESS"):
        raise _refuse(f"{deploy.stack_name(stage)} is being changed just now ({status}): wait")
    if status.endswith("_FAILED"):
        raise _refuse(
            f"{deploy.stack_name(stage)} stands at {status}: docs/operations.md says how to go on"
        )


def deploy_stage(
    client: Clients, stage: str, parameters: Mapping[str, str], account: str, terminal: Terminal
) -> dict[str, str]:
    """Package the stage, show what would change, and deploy it; return the stack's outputs."""
    require_idle(deploy.find_stack(client("cloudformation"), stage), stage)
    package = build(stage)
    terminal.say(f"{stage}: package {package.digest}, {package.code.stat().st_size / 1e6:.1f} MB")
    bucket = ensure_bucket(client("s3"), account)
    given = {**_usual(package.template), **parameters}
    outputs = deploy.deploy(client, package, package.template, given, bucket, terminal)
    deploy.ensure_keys(client, stage, outputs["DataKeyAlias"])
    return outputs


def _usual(template: Mapping[str, Any]) -> dict[str, str]:
    """Return how a release goes over, which a rolling back may have set otherwise."""
    return {
        name: template["Parameters"][name]["Default"]
        for name in AT_ONCE
        if name in template["Parameters"]
    }


def roll_back(client: Clients, stage: str, bucket: str, terminal: Terminal) -> dict[str, str]:
    """Bring the stack back to the package before this one, and return its outputs.

    While a deployment is going on, it is called off, which ends at the package before it too.
    Rolled back twice, the stack is where it was. Raises DeployError where there is no package.
    """
    formation = client("cloudformation")
    stack = deploy.find_stack(formation, stage)
    if stack is None:
        raise _refuse(f"there is no {deploy.stack_name(stage)}")
    if stack["StackStatus"] == "UPDATE_IN_PROGRESS":
        terminal.say("A deployment is going on: calling it off")
        known = deploy.known_events(formation, stage)
        formation.cancel_update_stack(StackName=deploy.stack_name(stage))
        return deploy.wait(formation, stage, "UPDATE_ROLLBACK_COMPLETE", known, terminal.say)
    require_idle(stack, stage)
    previous = deploy.tag_of(stack, deploy.PREVIOUS_TAG)
    if not previous:
        raise _refuse(f"{deploy.stack_name(stage)} has had no package before this one")
    storage = client("s3")
    try:
        stored = storage.get_object(Bucket=bucket, Key=deploy.template_key(previous))
    except storage.exceptions.NoSuchKey:
        raise _refuse(f"the package before this one, {previous}, is no longer kept") from None
    template = json.loads(stored["Body"].read())
    at_once = {name: value for name, value in AT_ONCE.items() if name in template["Parameters"]}
    terminal.say(f"{stage}: back to package {previous}")
    return deploy.change_stack(
        client, stage, previous, template, at_once, bucket, terminal=terminal
    )


def describe(changes: list[Change]) -> str:
    """Return what would change, what loses its content marked, and that at the end."""
    lines = [
        f"  {each.action:7} {each.resource} ({each.kind})"
        for each in sorted(changes, key=lambda each: (each.action, each.resource))
    ]
    lost = [each for each in changes if each.replaced or each.action == "Remove"]
    lines += [f"  WATCH OUT: {each.resource} is replaced or removed" for each in lost]
    return "\n".join(["CloudFormation would change:", *lines])


def ask(changes: list[Change]) -> bool:
    """Show the changes, and ask whoever is at the terminal."""
    print(describe(changes))
    if os.environ.get("YES") == "1":
        return True
    if not sys.stdin.isatty():
        raise _refuse("nobody is here to say yes: set YES=1")
    return input("Make these changes? [y/N] ").strip().lower() in {"y", "yes"}


def parameters_of(words: str) -> dict[str, str]:
    """Read `Name=value Name=value`."""
    pairs = [word.partition("=") for word in words.split()]
    if wrong := [name for name, equals, _ in pairs if not equals]:
        raise _refuse(f"PARAMETERS holds {wrong[0]}, which is not Name=value")
    return {name: value for name, _, value in pairs}


def explain(error: Exception) -> str:
    """Return one line for whoever is at the terminal."""
    if isinstance(error, DeployError):
        return str(error)
    if isinstance(error, botocore.exceptions.ClientError):
        code = error.response["Error"]["Code"]
        return NO_ACCESS.get(code) or f"AWS says: {error}"
    if isinstance(
        error,
        botocore.exceptions.NoCredentialsError | botocore.exceptions.PartialCredentialsError,
    ):
        return "no AWS credentials here: sign in first (aws sso login, or AWS_PROFILE=...)"
    return f"{type(error).__name__}: {error}"


def run(stage: str, words: str, *, back: bool) -> dict[str, str]:
    """Deploy or roll back in the account at hand."""
    session = boto3.Session()
    require_region(session.region_name)

    def client(service: str) -> Any:  # noqa: ANN401 - boto3's clients have no types
        return session.client(service, region_name=REGION)

    given = parameters_of(words)
    account = client("sts").get_caller_identity()["Account"]
    terminal = Terminal(ask, print)
    terminal.say(f"Account {account}, {REGION}")
    if back:
        return roll_back(client, stage, bucket_of(account), terminal)
    return deploy_stage(client, stage, given, account, terminal)


def main() -> None:
    """Do what the command asks, and print the stack's outputs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--stage", choices=STAGES, required=True)
    parser.add_argument("--parameters", default="")
    parser.add_argument("--back", action="store_true")
    options = parser.parse_args()
    try:
        outputs = run(options.stage, options.parameters, back=options.back)
    except (
        DeployError,
        botocore.exceptions.BotoCoreError,
        botocore.exceptions.ClientError,
    ) as wrong:
        sys.exit(f"helpline: {explain(wrong)}")
    except KeyboardInterrupt:
        sys.exit("helpline: stopped here; what CloudFormation has begun goes on without us")
    for name, value in sorted(outputs.items()):
        print(f"{name:18} {value}")


if __name__ == "__main__":
    main()
