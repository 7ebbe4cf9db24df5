"""Who is calling: verifies the tokens of the Cognito user pool.

Cognito's tokens: https://docs.aws.amazon.com/cognito/latest/developerguide/
amazon-cognito-user-pools-using-tokens-verifying-a-jwt.html
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from chalicelib.core.component import component
from chalicelib.core.domain.errors import Busy, Unauthenticated
from chalicelib.core.domain.roles import ROLES, Principal

if TYPE_CHECKING:
    from jwt import PyJWKClient


LONGEST_TOKEN: Final = 8_192
KEYS_KEPT_SECONDS: Final = 3_600
KEYS_TIMEOUT_SECONDS: Final = 3
# Cognito can revoke access tokens. An ID token says who somebody is, and opens nothing here.
_KIND: Final = "access"


@component
class Identity:
    """Verifies bearer tokens against the pool's published keys, which it fetches once an hour."""

    issuer: str
    client_id: str
    keys_url: str

    def verify(self, token: str) -> Principal:
        """Tell who the bearer is. Raises Unauthenticated; Busy where the keys are out of reach."""
        from jwt import PyJWKClientConnectionError, PyJWTError

        if not token.isascii() or len(token) > LONGEST_TOKEN:
            raise Unauthenticated
        try:
            claims = self._claims(token)
        except PyJWKClientConnectionError as error:
            raise Busy from error
        except PyJWTError as error:
            raise Unauthenticated from error
        return self._principal(claims)

    def _claims(self, token: str) -> Mapping[str, Any]:
        import jwt

        key = self._keys.get_signing_key_from_jwt(token)
        return jwt.decode(
            token,
            key.key,
            algorithms=["RS256"],
            issuer=self.issuer,
            # An access token has no audience: its client is checked below.
            options={
                "require": ["exp", "iss", "token_use"],
                "verify_aud": False,
                "verify_iat": False,
            },
        )

    def _principal(self, claims: Mapping[str, Any]) -> Principal:
        try:
            kind, client, user = claims["token_use"], claims["client_id"], claims["username"]
        except (KeyError, TypeError):
            raise Unauthenticated from None
        groups = claims.get("cognito:groups", [])
        if (
            kind != _KIND
            or client != self.client_id
            or not isinstance(user, str)
            or not isinstance(groups, list)
        ):
            raise Unauthenticated
        return Principal(user, ROLES.intersection(groups), int(claims["exp"]))

    @cached_property
    def _keys(self) -> PyJWKClient:
        from jwt import PyJWKClient

        return PyJWKClient(self.keys_url, lifespan=KEYS_KEPT_SECONDS, timeout=KEYS_TIMEOUT_SECONDS)
