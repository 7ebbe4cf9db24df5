"""Who carries our messages and calls: a line for each provider that a deployment may choose.

From it follow the settings' values, the routes of the webhooks, the gateways, the policies and the
tests. What a provider's package holds stands in ``messages/providers/contract.py``.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple


class Webhook(NamedTuple):
    """What a provider calls: ``kind`` is ``sms``, ``missed_call``, ``call`` or ``receipt``."""

    kind: str
    methods: str
    path: str


class Provider(NamedTuple):
    """One provider, and what it can do.

    ``name`` is its own in the settings, in its webhooks' addresses and in causes. ``module`` sends,
    below ``messages/providers``. ``inbound`` and ``receipts`` are the methods by which it tells of
    SMS that come in, and of what became of ours; empty where it does not call our API. One that
    ``signs`` no request is known by a secret in the addresses that it calls.
    """

    name: str
    module: str
    inbound: str = ""
    receipts: str = ""
    bridges_calls: bool = False
    signs: bool = True

    @property
    def by_aws(self) -> bool:
        """Whether it is a service of the account that we run in: it needs no credentials."""
        return self.module.startswith("aws.")

    @property
    def webhook_secret(self) -> str:
        """The credential in the addresses that it calls; empty for one that signs."""
        return "" if self.signs else f"{self.name}-webhook-secret"

    def webhooks(self) -> Iterator[Webhook]:
        """List what it calls."""
        base = f"/webhooks/{self.name}" if self.signs else f"/webhooks/{self.name}/{{secret}}"
        if self.inbound:
            yield Webhook("sms", self.inbound, f"{base}/sms")
        if self.bridges_calls:
            yield Webhook("missed_call", "GET", f"{base}/missed-call")
            yield Webhook("call", "GET POST", f"{base}/calls/{{call}}")
        if self.receipts:
            yield Webhook("receipt", self.receipts, f"{base}/receipts/{{message}}")


PROVIDERS: Final = (
    Provider("end_user_messaging", "aws.end_user_messaging"),
    Provider("sns", "aws.sns"),
    Provider("twilio", "twilio.sms", inbound="POST", receipts="POST"),
    Provider(
        "exotel", "exotel.sms", inbound="GET", receipts="POST", bridges_calls=True, signs=False
    ),
)


BY_HAND: Final = "by_hand"
LOCAL: Final = "local"
SMS_GATEWAYS: Final = tuple(provider.name for provider in PROVIDERS)
CALLS_GATEWAYS: Final = (
    BY_HAND,
    *(provider.name for provider in PROVIDERS if provider.bridges_calls),
    LOCAL,
)


def provider_of(name: str) -> Provider:
    """Return the provider of a name that the settings allow."""
    return next(provider for provider in PROVIDERS if provider.name == name)


def provider_at(path: str) -> Provider:
    """Return the provider that calls the webhook of this path."""
    return provider_of(path.split("/")[2])
