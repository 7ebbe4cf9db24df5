"""Rooms of Jitsi: one's own server, whose tokens are signed with a shared secret, or 8x8's JaaS.

Tokens: https://github.com/jitsi/lib-jitsi-meet/blob/master/doc/tokens.md and
https://developer.8x8.com/jaas/docs/api-keys-jwt
"""

from __future__ import annotations

import logging
from base64 import b64decode
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Protocol
from urllib.parse import quote

from chalicelib.cases.domain.calls import VideoRoom
from chalicelib.cases.services.ports import Guest, RoomsUnconfigured
from chalicelib.core.component import component
from chalicelib.core.domain.errors import Busy
from chalicelib.core.gateways.ssm_credentials import (
    CredentialsMissing,
    CredentialsUnread,
    SsmCredentials,
)

log = logging.getLogger(__name__)

SECRET: Final = "jitsi-secret"  # noqa: S105  # the parameter's name
PRIVATE_KEY: Final = "jaas-private-key"
# Clocks of phones and servers differ a little.
_SKEW: Final = 30
# On a phone Jitsi would first ask to install its app.
_IN_THE_BROWSER: Final = "config.disableDeepLinking=true"


class Server(Protocol):
    """What differs between the two kinds of Jitsi."""

    def address(self, room: str) -> str:
        """Give the room's address."""

    def sign(self, claims: Mapping[str, Any], credentials: SsmCredentials) -> str:
        """Add the claims that say whose token it is, and sign them."""


@dataclass(frozen=True, slots=True)
class OwnServer:
    """A Jitsi of one's own; the shared secret stands in SSM."""

    domain: str
    app_id: str

    def address(self, room: str) -> str:
        """Give the room's address."""
        return f"https://{self.domain}/{room}"

    def sign(self, claims: Mapping[str, Any], credentials: SsmCredentials) -> str:
        """Sign with the newest secret."""
        import jwt

        ((secret, *_),) = credentials.get(SECRET)
        whose = {"aud": self.app_id, "iss": self.app_id, "sub": self.domain}
        return jwt.encode({**claims, **whose}, secret, algorithm="HS256")


@dataclass(frozen=True, slots=True)
class Jaas:
    """8x8's Jitsi as a Service; the private key stands in SSM, its PEM in base64 on one line."""

    domain: str
    app_id: str
    key_id: str

    def address(self, room: str) -> str:
        """Give the room's address."""
        return f"https://{self.domain}/{self.app_id}/{room}"

    def sign(self, claims: Mapping[str, Any], credentials: SsmCredentials) -> str:
        """Sign with the newest key."""
        import jwt

        ((key, *_),) = credentials.get(PRIVATE_KEY)
        whose = {"aud": "jitsi", "iss": "chat", "sub": self.app_id}
        headers = {"kid": f"{self.app_id}/{self.key_id}"}
        return jwt.encode({**claims, **whose}, b64decode(key), algorithm="RS256", headers=headers)


@component
class JitsiRooms:
    """Gives each guest an own address of a room, good only in its time."""

    server: Server
    credentials: SsmCredentials

    def link(self, room: str, guest: Guest, open_for: VideoRoom) -> str:
        """Give a guest's address. Raises RoomsUnconfigured, Busy."""
        start, end = int(open_for.start.timestamp()), int(open_for.end.timestamp())
        claims = {
            "room": room,
            "nbf": start - _SKEW,
            "iat": start,
            "exp": end,
            # Jitsi takes texts alone for what it is told of a user.
            "context": {"user": {"name": guest.name, "moderator": str(guest.is_moderator).lower()}},
        }
        try:
            token = self.server.sign(claims, self.credentials)
        except CredentialsMissing as missing:
            log.error("video_not_configured", extra={"missing": list(missing.names)})  # noqa: TRY400
            raise RoomsUnconfigured from missing
        except CredentialsUnread as unread:
            raise Busy from unread
        return f"{self.server.address(quote(room, safe=''))}?jwt={token}#{_IN_THE_BROWSER}"
