"""What other companies gave us: accounts, tokens and secrets, from SSM's SecureStrings.

They stand below the deployment's own path (``/helpline/prod/twilio-auth-token``); an operator puts
them there, no deployment makes them. A parameter may hold several values, a line each, the newest
first: while one is replaced, both are accepted.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, Final

from botocore.exceptions import BotoCoreError, ClientError

Values = tuple[str, ...]

MISSED_FOR: Final = 60.0


class CredentialsMissing(Exception):
    """Not configured: what needs them is closed. Names the parameters, never a value."""

    def __init__(self, names: tuple[str, ...]) -> None:
        """Keep the names."""
        super().__init__(", ".join(names))
        self.names = names


class CredentialsUnread(Exception):
    """SSM did not answer; they may be there."""


class SsmCredentials:
    """Reads a group of parameters in one call, at its first use, and keeps it.

    What is missing is asked again after a minute, so that a request by anybody costs no call.
    """

    def __init__(
        self, ssm: Callable[[], Any], path: str, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """Bind a maker of SSM clients and the parameters' path, without the last slash."""
        self._ssm = ssm
        self._path = path
        self._clock = clock
        self._kept: dict[tuple[str, ...], tuple[float, dict[str, Values]]] = {}

    def get(self, *names: str) -> tuple[Values, ...]:
        """Return each parameter's values, at least one each.

        Raises CredentialsMissing, CredentialsUnread.
        """
        since, found = self._kept.get(names, (0.0, {}))
        if len(found) < len(names) and (
            names not in self._kept or self._clock() - since >= MISSED_FOR
        ):
            found = self._read(names)
            self._kept[names] = (self._clock(), found)
        missing = tuple(name for name in names if name not in found)
        if missing:
            raise CredentialsMissing(missing)
        return tuple(found[name] for name in names)

    def forget(self) -> None:
        """Read everything anew: for whoever was told that what it used holds no longer."""
        self._kept.clear()

    def _read(self, names: tuple[str, ...]) -> dict[str, Values]:
        paths = [f"{self._path}/{name}" for name in names]
        try:
            answer = self._ssm().get_parameters(Names=paths, WithDecryption=True)
        except (ClientError, BotoCoreError) as error:
            raise CredentialsUnread from error
        values = {
            parameter["Name"].rpartition("/")[2]: tuple(parameter["Value"].split())
            for parameter in answer["Parameters"]
        }
        return {name: lines for name, lines in values.items() if lines}
