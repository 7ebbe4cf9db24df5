"""Whether a request comes from Twilio: its signature over the address and every parameter.

https://www.twilio.com/docs/usage/webhooks/webhooks-security
"""

from __future__ import annotations

import hmac
from base64 import b64encode
from collections.abc import Iterable, Iterator, Mapping, Sequence
from hashlib import sha1
from typing import Final
from urllib.parse import urlsplit

Parameters = Mapping[str, Sequence[str]]

_USUAL_PORTS: Final = {"https": 443, "http": 80}


def signature(token: str, url: str, parameters: Parameters) -> str:
    """Sign as Twilio does: the address, then each name and value, the names sorted.

    Of a name that comes more than once, each different value counts once, sorted.
    """
    signed = url + "".join(
        name + value for name in sorted(parameters) for value in sorted(set(parameters[name]))
    )
    return b64encode(hmac.digest(token.encode(), signed.encode(), sha1)).decode()


def is_signed(given: str, tokens: Iterable[str], url: str, parameters: Parameters) -> bool:
    """Tell, in constant time, whether one of the tokens made this signature for this address.

    ``url`` is the address that Twilio was told to call, never one from the request. Twilio signs
    it with its port in some requests and without it in others: either will do.
    """
    addresses = tuple(_addresses(url))
    made = [signature(token, each, parameters) for token in tokens for each in addresses]
    held = [hmac.compare_digest(each.encode(), given.encode()) for each in made]
    return any(held)


def _addresses(url: str) -> Iterator[str]:
    """Give the address as it is, and with its port left out or put in."""
    yield url
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    bare = host.rpartition(":")[0] if parts.port is not None else host
    if parts.port is not None:
        yield parts._replace(netloc=bare).geturl()
    elif parts.scheme in _USUAL_PORTS:
        yield parts._replace(netloc=f"{bare}:{_USUAL_PORTS[parts.scheme]}").geturl()
