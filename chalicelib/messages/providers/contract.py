"""What the package of a provider holds. All of it is pure: gateways and handlers do the rest.

``tests/messages/providers/test_contract.py`` holds every provider to it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any, Final, NamedTuple, Protocol, cast

from chalicelib.core.gateways.ssm_credentials import Values
from chalicelib.messages.domain.delivery import Receipt
from chalicelib.messages.domain.telephony import CallState, InboundSms, MissedCall
from chalicelib.messages.services.ports import OutgoingMessage
from chalicelib.providers import Provider

Account = Mapping[str, str]
"""The values of a provider's credentials, by their names; of several, the newest."""
Fields = Mapping[str, Any]
"""A provider's answer: a JSON object."""
Parameters = Mapping[str, str]
"""What a provider sends to a webhook."""


@dataclass(frozen=True, slots=True)
class Sender:
    """Whom messages come from, as the deployment is configured; what it has not is empty.

    ``header`` is the registered one, ``entity_id`` the DLT's of the principal entity. ``max_price``
    is the most that one message may cost, in US dollars. ``configuration_set`` is that of AWS.
    """

    header: str = ""
    entity_id: str = ""
    max_price: str = ""
    configuration_set: str = ""


@dataclass(frozen=True, slots=True)
class FormPost:
    """A form to be posted. With a ``user`` it is authenticated by that and the password."""

    url: str
    fields: Mapping[str, str]
    user: str = ""
    password: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)


class Reply(NamedTuple):
    """Our answer to a provider that has told of an SMS. It sends nothing to whoever wrote that."""

    text: str
    media_type: str


NO_REPLY: Final = Reply("", "text/plain")


class SignedRequest(NamedTuple):
    """A request to a webhook: ``url`` is the address that the provider was told to call."""

    url: str
    header: Callable[[str], str]
    form: Mapping[str, Sequence[str]]


class SmsProvider(Protocol):
    """A module that sends SMS by HTTP, and reads what the provider tells of SMS.

    ``CREDENTIALS`` are the names of its credentials in SSM. ``REPLY`` answers an inbound SMS: it
    and ``parse_inbound`` are left out by a provider that tells of none, ``verify`` by one that
    does not sign.
    """

    CREDENTIALS: tuple[str, ...]
    REPLY: Reply

    def send(
        self, message: OutgoingMessage, account: Account, sender: Sender, receipts: str
    ) -> FormPost:
        """Return what sends a message; ``receipts`` is the address for its receipts, or empty."""

    def read_id(self, answer: Fields) -> str:
        """Read the provider's id of a message that it has taken; empty where there is none."""

    def read_cause(self, answer: Fields) -> str:
        """Read why a message was refused, as a code of ours or the provider's; or nothing."""

    def parse_receipt(self, given: Parameters) -> Receipt | None:
        """Read a receipt; None for a message that is still on its way."""

    def parse_inbound(self, given: Parameters) -> InboundSms:
        """Read an SMS that came in. Raises InvalidInput."""

    def verify(self, request: SignedRequest, credentials: Mapping[str, Values]) -> bool:
        """Whether the provider has signed a request; asked only of one that signs."""


class AwsSmsProvider(Protocol):
    """A module that sends SMS by an operation of an AWS service, by botocore's names."""

    SERVICE: str
    OPERATION: str

    def send(self, message: OutgoingMessage, sender: Sender) -> dict[str, Any]:
        """Return the operation's parameters."""


class CallProvider(Protocol):
    """A module that bridges calls by HTTP, with the credentials of the provider's SMS."""

    CREDENTIALS: tuple[str, ...]

    def connect(
        self, doctor: str, patient: str, name: str, account: Account, caller_id: str, told: str
    ) -> FormPost:
        """Return what rings both; ``told`` is the address for what becomes of it, or empty."""

    def parse_missed_call(self, given: Parameters) -> MissedCall:
        """Read a call to our number. Raises InvalidInput."""

    def parse_call_ended(self, given: Parameters) -> CallState | None:
        """Read what became of a call; None for one that is still under way."""


def sms_provider(provider: Provider) -> SmsProvider:
    """Import a provider's module that sends SMS by HTTP."""
    return cast("SmsProvider", _module(provider.module))


def aws_sms_provider(provider: Provider) -> AwsSmsProvider:
    """Import the module of an AWS service that sends SMS."""
    return cast("AwsSmsProvider", _module(provider.module))


def call_provider(provider: Provider) -> CallProvider:
    """Import a provider's module that bridges calls."""
    return cast("CallProvider", _module(f"{provider.name}.calls"))


def _module(name: str) -> object:
    return import_module(f"chalicelib.messages.providers.{name}")
