"""Signing in: a password, what may be asked after it, and how often somebody may try.

Nothing is told of whether a person exists, and nothing that was typed is kept or logged.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from math import ceil
from typing import Final

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
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
MOST_OF_A_PERSON: Final = 10
# A hospital's doctors share an address, as do a whole town's phones.
MOST_OF_AN_ADDRESS: Final = 60


class SignIn:
    """The steps of signing in."""

    def __init__(
        self, gateway: SignInGateway, tries: TryCounter, key: Callable[[str], str]
    ) -> None:
        """Bind the gateway, the counter of tries, and what hides who and whence they are."""
        self._gateway = gateway
        self._tries = tries
        self._key = key

    def password(
        self, person: str, password: str, address: str, now: datetime
    ) -> Known | Challenge:
        """Try a password. Raises WrongSignIn, SignInTooOften, SignInImpossible."""
        self.count(person, address, now)
        return self._step(lambda: self._gateway.password(person, password))

    def answer(
        self, challenge: Challenge, answer: str, address: str, now: datetime
    ) -> Known | Challenge:
        """Answer what was asked. Raises as :meth:`password`, SignInExpired and InvalidField."""
        self.count(challenge.person, address, now)
        try:
            return self._step(lambda: self._gateway.answer(challenge, answer))
        except WeakPassword:
            raise InvalidField("new_password", "weak_password") from None
        except WrongSignIn:
            raise InvalidField(challenge.asked.value, "wrong_code") from None

    def count(self, person: str, address: str, now: datetime) -> None:
        """Count a try before it is made, so that many tries at once can't pass together.

        Raises SignInTooOften.
        """
        start = now - (now - _EPOCH) % WINDOW
        until = start + WINDOW
        for kind, value, most in (
            ("address", address, MOST_OF_AN_ADDRESS),
            ("person", person.casefold(), MOST_OF_A_PERSON),
        ):
            name = f"{kind}#{self._key(value)}"
            if not self._tries.count(name, start, until, most):
                log.warning("sign_in_too_often", extra={"counted_by": kind})
                raise SignInTooOften(retry_after=ceil((until - now).total_seconds()))

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
        if isinstance(came, Known) and not came.roles:
            raise SignInImpossible
        return came
