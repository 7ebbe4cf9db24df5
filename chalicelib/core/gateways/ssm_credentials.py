"""What other companies gave us: accounts, tokens and secrets, from SSM's SecureStrings.

They stand below the deployment's own path (``/helpline/prod/twilio-auth-token``); an operator puts
them there, no deployment makes them. A parameter may hold several values, a line each, the newest
first: while one is replaced, both are accepted.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Final

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.core.gateways.aws import read_parameters

log = logging.getLogger(__name__)

Values = tuple[str, ...]

# What was replaced is used no more after this.
KEPT_FOR: Final = 3_600.0
# What is missing, or was refused, is not asked for oftener than this.
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
    """Reads a group of parameters in one call, at its first use, and keeps it for an hour.

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
        found = self._found(names, KEPT_FOR)
        missing = tuple(name for name in names if name not in found)
        if missing:
            raise CredentialsMissing(missing)
        return tuple(found[name] for name in names)

    def renewed(self, *names: str) -> tuple[Values, ...] | None:
        """Read again what somebody's credential did not fit, for one put there meanwhile.

        None where they were read within the last minute, or can't be read now.
        """
        _, before = self._kept.get(names, (0.0, None))
        with suppress(CredentialsUnread):
            found = self._found(names, MISSED_FOR)
            if found is not before and len(found) == len(names):
                return tuple(found[name] for name in names)
        return None

    def forget(self) -> None:
        """Read everything anew: for whoever was told that what it used holds no longer."""
        self._kept.clear()

    def _found(self, names: tuple[str, ...], longest: float) -> dict[str, Values]:
        """Give what is kept and no older, or else what stands there now. Raises CredentialsUnread.

        Where it can't be read now, what was known whole goes on being used.
        """
        if names not in self._kept:
            return self._keep(names, self._read(names))
        since, found = self._kept[names]
        is_whole = len(found) == len(names)
        if self._clock() - since < (longest if is_whole else MISSED_FOR):
            return found
        try:
            return self._keep(names, self._read(names))
        except CredentialsUnread:
            if not is_whole:
                raise
            log.error("credentials_unread", extra={"names": list(names)})  # noqa: TRY400
            return self._keep(names, found)

    def _keep(self, names: tuple[str, ...], found: dict[str, Values]) -> dict[str, Values]:
        self._kept[names] = (self._clock(), found)
        return found

    def _read(self, names: tuple[str, ...]) -> dict[str, Values]:
        try:
            return read_parameters(self._ssm(), self._path, names)
        except (ClientError, BotoCoreError) as error:
            raise CredentialsUnread from error
