"""Who may call what: the gateway's authoriser, and the denial that stands behind it."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection
from typing import TYPE_CHECKING, Any, Final

from chalice.app import AuthRequest, AuthResponse

from chalicelib.core.domain.errors import Forbidden, Unauthenticated
from chalicelib.core.domain.roles import Principal

if TYPE_CHECKING:
    from chalicelib.core.web.request import WebRequest

# Pages that are for whoever has signed in, as what they may.
SIGNED_IN: Final = "signed in"

_SCHEME = "bearer "


class GatewayUnauthorized(Exception):
    """What API Gateway turns into a 401: a failure whose whole message is ``Unauthorized``."""

    def __init__(self) -> None:
        super().__init__("Unauthorized")


def authorise_request(
    auth_request: AuthRequest, verify: Callable[[str], Principal]
) -> AuthResponse:
    """Let through whoever has a good token and any role, and tell the handler who it is.

    ``verify`` reads a token; it raises Unauthenticated.

    Which role a route needs is decided behind it: the gateway keeps an answer for a while and
    gives it for every route. Raises GatewayUnauthorized.
    """
    token = auth_request.token
    if not token.lower().startswith(_SCHEME):
        raise GatewayUnauthorized
    try:
        principal = verify(token[len(_SCHEME) :].strip())
    except Unauthenticated:
        raise GatewayUnauthorized from None
    return AuthResponse(
        routes=["*"] if principal.roles else [],
        principal_id=principal.id,
        context={
            "id": principal.id,
            "roles": " ".join(sorted(principal.roles)),
            "expires": str(principal.expires),
        },
    )


def denial() -> dict[str, Any]:
    """Return the gateway's policy that denies everything, to nobody."""
    denied = {"Action": "execute-api:Invoke", "Effect": "Deny", "Resource": ["*"]}
    return {
        "principalId": "nobody",
        "policyDocument": {"Version": "2012-10-17", "Statement": [denied]},
        "context": {},
    }


def require(request: WebRequest, role: str) -> None:
    """Deny a caller without this role, whatever the gateway did.

    Raises Unauthenticated, also for a token that has expired since the gateway kept its answer,
    and Forbidden.
    """
    caller = request.authorizer
    try:
        expires = int(caller["expires"])
        roles = str(caller["roles"]).split()
    except (KeyError, ValueError):
        raise Unauthenticated from None
    if not caller.get("id") or expires <= time.time():
        raise Unauthenticated
    require_role(roles, role)


def require_role(roles: Collection[str], role: str) -> None:
    """Deny whoever has not this role among theirs. Raises Forbidden."""
    if role not in roles and role != SIGNED_IN:
        raise Forbidden


def caller_id(request: WebRequest) -> str:
    """Tell who calls a route that requires a role."""
    return str(request.authorizer["id"])
