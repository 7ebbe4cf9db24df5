"""The deployment's own keys, from SSM, and what is made with them.

A phone is found by an HMAC, so that an index or a backup tells nobody who asked. A link's token
is an HMAC over what it opens, so that it needs no table. The link's parameter may hold
several keys, a line each, the newest first: links signed with an older one still open. The phone's
is one for as long as any case is kept (docs/decisions/0081).
"""

from __future__ import annotations

import hmac
import logging
import time
from base64 import b64decode, urlsafe_b64encode
from collections.abc import Callable, Iterable
from hashlib import sha256
from typing import Any, Final

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.core.gateways.aws import read_parameters

log = logging.getLogger(__name__)

Keys = dict[str, list[bytes]]

PHONE_KEY = "phone-key"
LINK_KEY = "link-key"
PHONE_KEY_BYTES = 18
LINK_TOKEN_BYTES = 12
# A key that was taken away opens nothing any more after this; one that was added opens at once, as
# what does not fit is looked at again with the keys of now, but not oftener than this.
KEPT_FOR: Final = 3_600.0
LOOKED_AGAIN_AFTER: Final = 60.0
_NAME = "name:"
_SOURCE = "source:"


class SsmSecrets:
    """Reads both keys in one call at the first use, and anew once an hour."""

    def __init__(
        self, ssm: Callable[[], Any], path: str, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """Bind a maker of SSM clients and the parameters' path, without the last slash."""
        self._ssm = ssm
        self._path = path
        self._clock = clock
        self._kept: Keys | None = None
        self._tried_at = 0.0

    def _keys(self, older_than: float = KEPT_FOR) -> Keys:
        """Give the keys; those that are older are read anew where that can be done now."""
        if self._kept is None:
            self._kept = self._read()
        elif self._clock() - self._tried_at >= older_than:
            try:
                self._kept = self._read()
            except (ClientError, BotoCoreError, LookupError, ValueError) as error:
                log.error("keys_unread", extra={"error": type(error).__name__})  # noqa: TRY400
        return self._kept

    def _read(self) -> Keys:
        self._tried_at = self._clock()
        found = read_parameters(self._ssm(), self._path, (PHONE_KEY, LINK_KEY))
        keys = {name: [b64decode(line) for line in lines] for name, lines in found.items()}
        if missing := {PHONE_KEY, LINK_KEY} - keys.keys():
            message = f"no such parameter below {self._path}: {', '.join(sorted(missing))}"
            raise LookupError(message)
        return keys

    def phone_key(self, e164: str) -> str:
        """Return the HMAC by which a phone is found."""
        return _mac(self._keys()[PHONE_KEY][0], e164, PHONE_KEY_BYTES)

    def name_key(self, name: str) -> str:
        """Return the HMAC by which a name is found: by the same key, and never a phone's."""
        return _mac(self._keys()[PHONE_KEY][0], f"{_NAME}{name}", PHONE_KEY_BYTES)

    def tries_key(self, source: str) -> str:
        """Return the HMAC under which tries are counted: of an address, or of a name tried."""
        return _mac(self._keys()[PHONE_KEY][0], f"{_SOURCE}{source}", PHONE_KEY_BYTES)

    def link_token(self, signed: str) -> str:
        """Return a link's token: an HMAC over what it opens."""
        return _mac(self._keys()[LINK_KEY][0], signed, LINK_TOKEN_BYTES)

    def find_signed(self, token: str, *texts: str) -> str | None:
        """Find, in constant time, which of these texts a token was made of; None: of none."""
        given = token.encode()
        kept = self._keys()
        found = _signed_by(kept[LINK_KEY], texts, given)
        if found is not None:
            return found
        anew = self._keys(older_than=LOOKED_AGAIN_AFTER)
        return None if anew is kept else _signed_by(anew[LINK_KEY], texts, given)


def _signed_by(keys: list[bytes], texts: Iterable[str], given: bytes) -> str | None:
    return next(
        (
            text
            for text in texts
            for key in keys
            if hmac.compare_digest(_mac(key, text, LINK_TOKEN_BYTES).encode(), given)
        ),
        None,
    )


def _mac(key: bytes, text: str, length: int) -> str:
    return urlsafe_b64encode(hmac.digest(key, text.encode(), sha256)[:length]).decode()
