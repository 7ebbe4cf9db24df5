"""`make token`: a bearer token of somebody on the running local stack."""

import argparse
import json
import sys
import urllib.error
import urllib.request

from infra import demo
from infra.aws_emulator import EngineError
from infra.local_stack import LocalStack, attach


class NobodyToSignIn(Exception):
    """There is no such person, or nobody suits; the message is for the person at the terminal."""


def token(stack: LocalStack, username: str) -> str:
    """Sign a demo user in and return the access token."""
    identity = stack.client("cognito-idp")
    try:
        answer = identity.initiate_auth(
            ClientId=stack.outputs["UserPoolClientId"],
            AuthFlow="USER_PASSWORD_AUTH",
            AuthParameters={"USERNAME": username, "PASSWORD": demo.PASSWORD},
        )
    except identity.exceptions.NotAuthorizedException as error:
        raise NobodyToSignIn(f"nobody called {username} has the demo's password") from error
    return str(answer["AuthenticationResult"]["AccessToken"])


def is_on_duty(stack: LocalStack, bearer: str) -> bool:
    """Ask the application whether the token's owner is on duty now."""
    request = urllib.request.Request(  # noqa: S310 - the stack's own address
        f"{stack.url}/duty", headers={"Authorization": f"Bearer {bearer}"}
    )
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310 - as above
            return bool(json.load(answer)["on_duty"])
    except urllib.error.HTTPError as error:
        raise NobodyToSignIn(f"the application answered {error.code} to GET /duty") from error


def oncologist_on_duty(stack: LocalStack) -> str:
    """Return the token of the first demo oncologist who is on duty now."""
    for oncologist in demo.ONCOLOGISTS:
        bearer = token(stack, oncologist.id)
        if is_on_duty(stack, bearer):
            return bearer
    raise NobodyToSignIn("no demo oncologist is on duty now: name one with AS=<id>")


def main() -> None:
    """Print the token alone on the last line."""
    parser = argparse.ArgumentParser(prog="make token", description=__doc__)
    parser.add_argument("--role", default="")
    parser.add_argument("--as", dest="username", default="")
    parser.add_argument("--port", type=int, default=8000)
    arguments = parser.parse_args()
    if arguments.role not in {"admin", "oncologist"}:
        sys.exit("helpline: say ROLE=admin or ROLE=oncologist, and AS=<id> for a certain one")
    try:
        stack = attach(arguments.port)
        if arguments.username or arguments.role == "admin":
            print(token(stack, arguments.username or demo.ADMINISTRATOR))
        else:
            print(oncologist_on_duty(stack))
    except (EngineError, NobodyToSignIn) as error:
        sys.exit(f"helpline: {error}")


if __name__ == "__main__":
    main()
