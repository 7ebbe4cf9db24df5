"""Whether a request comes from Exotel, which signs none: by the secret in its address."""

from __future__ import annotations

import hmac
from collections.abc import Iterable
from typing import Final

SHORTEST_SECRET: Final = 16


def is_secret(given: str, secrets: Iterable[str]) -> bool:
    """Whether one of the secrets was given, compared in constant time; a short one never counts."""
    held = [
        hmac.compare_digest(secret.encode(), given.encode())
        for secret in secrets
        if len(secret) >= SHORTEST_SECRET
    ]
    return any(held)
