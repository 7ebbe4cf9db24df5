"""Grants of the user pool, encrypted by the token of their session.

The token is in the browser alone, and the table holds its hash: who reads the table can use no
grant.
"""

from __future__ import annotations

from base64 import urlsafe_b64encode
from hashlib import sha256


class FernetGrants:
    """The port SealGrant."""

    def write(self, token: str, grant: str) -> str:
        """Return the grant, encrypted."""
        from cryptography.fernet import Fernet

        return Fernet(_key(token)).encrypt(grant.encode()).decode()

    def read(self, token: str, sealed: str) -> str:
        """Return the grant. Raises ValueError for what this token did not encrypt."""
        from cryptography.fernet import Fernet, InvalidToken

        try:
            return Fernet(_key(token)).decrypt(sealed.encode()).decode()
        except InvalidToken:
            raise ValueError("not this session's grant") from None


def _key(token: str) -> bytes:
    return urlsafe_b64encode(sha256(b"grant:" + token.encode()).digest())
