"""The deployment's own keys, from SSM, and what is made with them.

A phone is found by an HMAC, so that an index or a backup tells nobody who asked. A link's token
is an HMAC over the case's reference, so that it needs no table. Either parameter may hold several
keys, a line each, the newest first: links signed with an older one still open.
"""

from __future__ import annotations

import hmac
from base64 import b64decode, urlsafe_b64encode
from collections.abc import Callable
from functools import cached_property
from hashlib import sha256
from typing import Any

PHONE_KEY = "phone-key"
LINK_KEY = "link-key"
PHONE_KEY_BYTES = 18
LINK_TOKEN_BYTES = 12


class SsmSecrets:
    """Reads both keys in one call, at the first use, and keeps them for the process's life."""

    def __init__(self, ssm: Callable[[], Any], path: str) -> None:
        """Bind a maker of SSM clients and the parameters' path, without the last slash."""
        self._ssm = ssm
        self._path = path

    @cached_property
    def _keys(self) -> dict[str, list[bytes]]:
        names = [f"{self._path}/{name}" for name in (PHONE_KEY, LINK_KEY)]
        answer = self._ssm().get_parameters(Names=names, WithDecryption=True)
        keys = {
            parameter["Name"].rsplit("/", 1)[1]: [
                b64decode(line) for line in parameter["Value"].split()
            ]
            for parameter in answer["Parameters"]
        }
        missing = {PHONE_KEY, LINK_KEY} - keys.keys()
        if missing:
            message = f"no such parameter below {self._path}: {', '.join(sorted(missing))}"
            raise LookupError(message)
        return keys

    def phone_key(self, e164: str) -> str:
        """Return the HMAC by which a phone is found."""
        return _mac(self._keys[PHONE_KEY][0], e164, PHONE_KEY_BYTES)

    def link_token(self, reference: str) -> str:
        """Return the token that opens a case's own page."""
        return _mac(self._keys[LINK_KEY][0], reference, LINK_TOKEN_BYTES)

    def link_token_holds(self, reference: str, token: str) -> bool:
        """Tell, in constant time, whether a token opens this case."""
        given = token.encode()
        return any(
            hmac.compare_digest(_mac(key, reference, LINK_TOKEN_BYTES).encode(), given)
            for key in self._keys[LINK_KEY]
        )


def _mac(key: bytes, text: str, length: int) -> str:
    return urlsafe_b64encode(hmac.digest(key, text.encode(), sha256)[:length]).decode()
