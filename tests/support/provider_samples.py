"""What each provider sends and answers, as its own ``samples.py`` has it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any

from chalicelib.messages.domain.delivery import Receipt
from chalicelib.messages.domain.telephony import InboundSms
from chalicelib.messages.providers.contract import Sender
from chalicelib.messages.services.ports import OutgoingMessage
from chalicelib.providers import PROVIDERS, Provider

MESSAGE = OutgoingMessage(
    "+919812345678", "Your request: K7M 240", "K7M240R59XK/0.received", "110716"
)
RECEIPTS = "https://helpline.example/receipts/22"
Form = Mapping[str, Sequence[str]]


@dataclass(frozen=True, kw_only=True)
class Samples:
    """A provider that is called by HTTP.

    MESSAGE by this ``sender`` is posted to ``path`` as ``form``, authenticated by ``user`` (a name
    and a password) or ``headers``. ``taken`` answers it, under the id ``taken_as``. Of ``refused``
    each is a status, an answer, and the cause and whether that is temporary. ``inbound`` is an
    SMS in Hindi from the phone of MESSAGE, with its id in the ``id_parameter``. ``sign`` makes the
    headers of a form that the provider sends to an address.
    """

    credentials: Mapping[str, Sequence[str]]
    sender: Sender
    path: str
    form: Mapping[str, str]
    user: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    taken: Any
    taken_as: str
    refused: Sequence[tuple[int, Any, str, bool]]
    receipts: Sequence[tuple[Mapping[str, str], Receipt | None]]
    inbound: tuple[Mapping[str, str], InboundSms] | None = None
    id_parameter: str = ""
    sign: Callable[[str, Form], Mapping[str, str]] | None = None


def by_http() -> list[Provider]:
    return [provider for provider in PROVIDERS if not provider.by_aws]


def samples_of(provider: Provider) -> Samples:
    module = import_module(f"tests.messages.providers.{provider.name}.samples")
    return module.SAMPLES
