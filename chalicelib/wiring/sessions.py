"""Signing in, and the sessions of those who work here."""

from __future__ import annotations

import secrets as randomness
from typing import TYPE_CHECKING, Any

from chalicelib.wiring.binding import once
from chalicelib.wiring.world import database, identity, rota_store, secrets, settings

if TYPE_CHECKING:
    from chalicelib.cases.services.rate_limit import AddressLimit
    from chalicelib.core.services.session_ports import (
        Directory,
        SessionStore,
        SignInGateway,
        TryCounter,
    )
    from chalicelib.people.services.sessions import Sessions
    from chalicelib.people.services.sign_in import SignIn


@once
def session_store() -> SessionStore:
    """Give the rota table, as sessions see it."""
    from chalicelib.core.dynamodb.sessions import DynamoSessions

    return DynamoSessions(database(), settings().rota_table)


@once
def try_counter() -> TryCounter:
    """Give the rota table, as what counts tries sees it."""
    from chalicelib.core.dynamodb.sessions import DynamoTries

    return DynamoTries(database(), settings().rota_table)


@once
def sign_in_gateway() -> SignInGateway:
    """Give the user pool, as those who sign in see it."""
    from chalicelib.people.gateways.cognito_sign_in import CognitoSignIn

    return CognitoSignIn(_cognito, settings().user_pool_client_id, identity())


@once
def directory() -> Directory:
    """Give the user pool, as a list of people."""
    from chalicelib.people.gateways.cognito_sign_in import CognitoDirectory

    return CognitoDirectory(_cognito, settings().token_issuer.rpartition("/")[2])


@once
def sign_in() -> SignIn:
    """Let somebody sign in."""
    from chalicelib.people.services.sign_in import SignIn

    return SignIn(sign_in_gateway(), try_counter(), lambda source: secrets().tries_key(source))


@once
def address_limit() -> AddressLimit:
    """Count who asks, by address."""
    from chalicelib.cases.services.rate_limit import AddressLimit

    most = settings().address_daily_asks
    return AddressLimit(try_counter(), lambda source: secrets().tries_key(source), most)


@once
def sessions() -> Sessions:
    """Keep sessions."""
    from chalicelib.core.domain.roles import ONCOLOGIST
    from chalicelib.people.services.sessions import Sessions

    return Sessions(session_store(), directory(), rota_store(), ONCOLOGIST, randomness.token_bytes)


def _cognito() -> Any:  # noqa: ANN401  # botocore has no types of clients
    from chalicelib.core.gateways.aws import client

    return client("cognito-idp", settings().region)
