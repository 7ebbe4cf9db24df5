"""Fakes of what is outside: other companies, secrets, the clock. The stores are in stores.py.

Safe to be called from several threads. What a test wants to see or to break is a public
attribute: ``calls`` names each call in order, ``fail_next`` makes the next ones fail.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from hashlib import sha256

from chalicelib.cases.domain.links import Link, Strength
from chalicelib.core.domain.errors import (
    Busy,
)
from chalicelib.core.gateways.ssm_credentials import CredentialsMissing
from chalicelib.messages.services.ports import (
    OutgoingMessage,
    SendFailed,
)
from chalicelib.people.services.ports import SignInState


class Fake:
    """Counts calls, takes one at a time, and fails where it is told to."""

    def __init__(self) -> None:
        self.calls: list[str] = []
        self.fail_next: list[Exception] = []
        self._lock = threading.RLock()

    @contextmanager
    def _call(self, name: str) -> Iterator[None]:
        with self._lock:
            self.calls.append(name)
            if self.fail_next:
                raise self.fail_next.pop(0)
            yield


class FakeSecrets:
    """The port Secrets: readable, and of no use to anybody."""

    def phone_key(self, e164: str) -> str:
        return f"key-of-{e164[1:]}".ljust(22, "=")

    def name_key(self, name: str) -> str:
        return f"key-of-name-{name}"

    def tries_key(self, source: str) -> str:
        return sha256(source.encode()).hexdigest()

    def link_token(self, signed: str) -> str:
        return f"token-of-{signed}"

    def find_signed(self, token: str, *texts: str) -> str | None:
        return next((text for text in texts if token == self.link_token(text)), None)


def strong_token(reference: str, serial: int = 0, term: int = 0) -> str:
    """The token of the link that goes by SMS, as FakeSecrets sign it."""
    link = Link(Strength.STRONG, serial, term)
    return FakeSecrets().link_token(link.signed_text(reference))


def weak_token(reference: str, serial: int = 0) -> str:
    """The token of the link that is shown at asking, as FakeSecrets sign it."""
    return FakeSecrets().link_token(Link(Strength.WEAK, serial).signed_text(reference))


class FakeMessageGateway:
    """The port MessageGateway: keeps what it sends; ``failures`` come first, one for each call."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, str]] = []
        self.message_ids: list[str] = []
        self.template_ids: list[str] = []
        self.failures: list[SendFailed] = []

    def send(self, sms: OutgoingMessage) -> str:
        if self.failures:
            raise self.failures.pop(0)
        self.sent.append((sms.phone, sms.text))
        self.message_ids.append(sms.message_id)
        self.template_ids.append(sms.template_id)
        return f"provider-{len(self.sent)}"


class FakeCredentials:
    """What other companies gave us: each name's values, as a test puts them there."""

    def __init__(self, **values: tuple[str, ...]) -> None:
        self.values = {name.replace("_", "-"): lines for name, lines in values.items()}
        self.forgotten = 0
        self.replaced: dict[str, tuple[str, ...]] | None = None
        """What stands there now, where the process has not read it yet."""
        self.fail_next: list[Exception] = []

    def get(self, *names: str) -> tuple[tuple[str, ...], ...]:
        if self.fail_next:
            raise self.fail_next.pop(0)
        missing = tuple(name for name in names if name not in self.values)
        if missing:
            raise CredentialsMissing(missing)
        return tuple(self.values[name] for name in names)

    def renewed(self, *names: str) -> tuple[tuple[str, ...], ...] | None:
        if self.replaced is None:
            return None
        self.values, self.replaced = {**self.values, **self.replaced}, None
        return tuple(self.values[name] for name in names)

    def forget(self) -> None:
        self.forgotten += 1


class FakeClock:
    """A clock that stands still until it is moved."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def advance(self, by: timedelta) -> datetime:
        self.now += by
        return self.now


def counting_bytes() -> Callable[[int], bytes]:
    """Make a source of bytes that gives other ones at each call, the same in each run."""
    state = {"count": 0}

    def draw(length: int) -> bytes:
        state["count"] += 1
        return (state["count"] * 0x9E3779B97F4A7C15 % 256**length).to_bytes(length, "big")

    return draw


class FakeAccounts:
    """The port Accounts; ``broken`` is how many of the next calls fail."""

    def __init__(self) -> None:
        self.invited: list[tuple[str, str]] = []
        self.may_sign_in: dict[str, bool] = {}
        self.signed_out: list[str] = []
        self.broken = 0

    def state(self, oncologist: str) -> SignInState:
        self._call()
        if oncologist not in self.may_sign_in:
            return SignInState.NONE
        return SignInState.OPEN if self.may_sign_in[oncologist] else SignInState.CLOSED

    def invite(self, oncologist: str, email: str) -> None:
        self._call()
        self.invited.append((oncologist, email))
        self.may_sign_in.setdefault(oncologist, True)

    def open(self, oncologist: str) -> bool:
        self._call()
        if oncologist not in self.may_sign_in:
            return False
        self.may_sign_in[oncologist] = True
        return True

    def close(self, oncologist: str) -> None:
        self._call()
        if oncologist in self.may_sign_in:
            self.may_sign_in[oncologist] = False

    def sign_out(self, person: str) -> None:
        self._call()
        self.signed_out.append(person)

    def _call(self) -> None:
        if self.broken:
            self.broken -= 1
            raise Busy
