"""The providers' secrets, as an operator puts them: the same for every test of a run.

A function keeps what it has read, and for a minute that there was nothing to read.
"""

from __future__ import annotations

from infra import demo
from tests.stack.harness import StackUnderTest

SECRETS = {
    "twilio-account-sid": "AC1",
    "twilio-auth-token": "the-token-that-twilio-signs-with",
    "exotel-webhook-secret": demo.EXOTEL_SECRET,
}


def configure(stack: StackUnderTest) -> None:
    """Have both providers call."""
    parameters = stack.client("ssm")
    for name, value in SECRETS.items():
        parameters.put_parameter(
            Name=f"/helpline/dev/{name}", Value=value, Type="SecureString", Overwrite=True
        )
