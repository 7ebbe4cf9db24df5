"""Signing in: a password, what may be asked after it, and how often somebody may try.

Nothing is told of whether a person exists, and nothing that was typed is kept or logged.
"""

from __future__ import annotations

import hmac
import logging
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from typing import Final, assert_never

from chalicelib.core.component import component
from chalicelib.core.domain.datetimes import window_at
from chalicelib.core.domain.errors import (
    InvalidField,
    SignInExpired,
    SignInImpossible,
    SignInTooOften,
    WrongSignIn,
)
from chalicelib.core.services.session_ports import TryCounter
from chalicelib.people.services.ports import (
    CannotSignIn,
    Challenge,
    Known,
    SignInGateway,
    TicketExpired,
    WeakPassword,
    WrongAnswer,
)

log = logging.getLogger(__name__)

WINDOW: Final = timedelta(minutes=15)
# Of one name from one address, or from a browser in which its person has signed in before.
MOST_OF_A_PERSON: Final = 10
# Of one name from everywhere else together: strangers guess no more than this, and a stranger at
# one address leaves room for the person at another.
MOST_OF_STRANGERS: Final = 15
# A hospital's doctors share an address, as do a whole town's phones.
MOST_OF_AN_ADDRESS: Final = 60


_DEVICE_BYTES: Final = 16


@dataclass(frozen=True, slots=True)
class TrySource:
    """From where somebody tries to sign in.

    ``device`` is the id of a browser in which this very person has signed in before, or nothing.
    """

    address: str
    device: str = ""


@component
class SignIn:
    """The steps of signing in."""

    gateway: SignInGateway
    tries: TryCounter
    key: Callable[[str], str]
    """Hides a user name or an address in the counts."""

    def password(
        self, person: str, password: str, source: TrySource, now: datetime
    ) -> Known | Challenge:
        """Try a password. Raises WrongSignIn, SignInTooOften, SignInImpossible."""
        self.count(person, source, now)
        return self._step(lambda: self.gateway.password(person, password))

    def answer(
        self, challenge: Challenge, answer: str, source: TrySource, now: datetime
    ) -> Known | Challenge:
        """Answer what was asked. Raises as :meth:`password`, SignInExpired and InvalidField."""
        self.count(challenge.person, source, now)
        try:
            return self._step(lambda: self.gateway.answer(challenge, answer))
        except WeakPassword:
            raise InvalidField("new_password", "weak_password") from None
        except WrongSignIn:
            raise InvalidField(challenge.asked.value, "wrong_code") from None

    def count(self, person: str, source: TrySource, now: datetime) -> None:
        """Count a try before it is made, so that many tries at once can't pass together.

        Raises SignInTooOften.
        """
        window = window_at(now, WINDOW)
        for kind, value, most in _limits(person.casefold(), source):
            name = f"{kind}#{self.key(value)}"
            if not self.tries.count(name, window.start, window.end, most):
                log.warning("sign_in_too_often", extra={"counted_by": kind})
                raise SignInTooOften(retry_after=ceil((window.end - now).total_seconds()))

    def known_device(self, person: str, devices: Iterable[str]) -> str:
        """Return the id of the browser's device where ``person`` signed in with it; else nothing.

        ``devices`` are what :meth:`remember_device` made, as a browser sent them.
        """
        for each in devices:
            id_, _, mac = each.partition(".")
            if hmac.compare_digest(self._device_mac(person, id_).encode(), mac.encode()):
                return id_
        return ""

    def remember_device(self, person: str, random_bytes: Callable[[int], bytes]) -> str:
        """Return what shows later that ``person`` signed in with a browser. It opens nothing."""
        id_ = random_bytes(_DEVICE_BYTES).hex()
        return f"{id_}.{self._device_mac(person, id_)}"

    def _device_mac(self, person: str, id_: str) -> str:
        return self.key(f"device:{person.casefold()}:{id_}").rstrip("=")

    def _step(self, step: Callable[[], Known | Challenge]) -> Known | Challenge:
        try:
            came = step()
        except WrongAnswer:
            log.info("sign_in_refused")
            raise WrongSignIn from None
        except TicketExpired:
            raise SignInExpired from None
        except CannotSignIn:
            log.error("sign_in_impossible")  # noqa: TRY400  # the reason stands in its name
            raise SignInImpossible from None
        match came:
            case Known() if not came.roles:
                raise SignInImpossible
            case Known() | Challenge():
                return came
            case _:
                assert_never(came)


def _limits(person: str, source: TrySource) -> Iterator[tuple[str, str, int]]:
    """List under what a try is counted, and how many there may be in a window.

    What a person tries in a known browser counts apart, so that no stranger locks them out there.
    """
    yield "address", source.address, MOST_OF_AN_ADDRESS
    if source.device:
        yield "device", f"{person} {source.device}", MOST_OF_A_PERSON
        return
    yield "pair", f"{person} {source.address}", MOST_OF_A_PERSON
    yield "person", person, MOST_OF_STRANGERS
