"""What keeping people, and their signing in, is made of."""

from __future__ import annotations

import secrets as randomness
from functools import cached_property
from typing import TYPE_CHECKING, Any

from chalicelib.cases.wiring import Cases
from chalicelib.core.wiring import Container
from chalicelib.rota.wiring import Rota

if TYPE_CHECKING:
    from datetime import datetime

    from chalicelib.core.domain.roles import Principal
    from chalicelib.people.gateways.token_verifier import Identity
    from chalicelib.people.services.account import OwnAccount
    from chalicelib.people.services.manage_oncologists import ManageOncologists
    from chalicelib.people.services.ports import Accounts, Directory, SignInGateway, TokenCheck
    from chalicelib.people.services.sessions import Sessions
    from chalicelib.people.services.sign_in import SignIn


class Staff(Container):
    """Oncologists, who may sign in, and their sessions."""

    @property
    def rota(self) -> Rota:
        """Who is on duty when."""
        return self.of(Rota)

    @property
    def cases(self) -> Cases:
        """The cases that people hold."""
        return self.of(Cases)

    @cached_property
    def identity(self) -> Identity:
        """Verifies bearer tokens."""
        from chalicelib.people.gateways.token_verifier import Identity

        settings = self.core.settings
        return Identity(
            issuer=settings.token_issuer,
            client_id=settings.user_pool_client_id,
            keys_url=settings.token_keys_url,
        )

    @cached_property
    def accounts(self) -> Accounts:
        """The user pool, as the list of who may sign in."""
        from chalicelib.people.gateways.cognito_users import CognitoAccounts

        return CognitoAccounts(self._cognito, self._pool)

    @cached_property
    def directory(self) -> Directory:
        """The user pool, as a list of people."""
        from chalicelib.people.gateways.cognito_sign_in import CognitoDirectory

        client_id = self.core.settings.user_pool_client_id
        return CognitoDirectory(self._cognito, self._pool, client_id)

    @cached_property
    def token_check(self) -> TokenCheck:
        """Asks the user pool whether a bearer token was revoked."""
        from chalicelib.people.gateways.cognito_sign_in import CognitoTokenCheck

        return CognitoTokenCheck(self._cognito)

    @cached_property
    def sign_in_gateway(self) -> SignInGateway:
        """The user pool, as those who sign in see it."""
        from chalicelib.people.gateways.cognito_sign_in import CognitoSignIn

        return CognitoSignIn(self._cognito, self.core.settings.user_pool_client_id, self.identity)

    @cached_property
    def sign_in(self) -> SignIn:
        """Signs people in."""
        from chalicelib.people.services.sign_in import SignIn

        return SignIn(self.sign_in_gateway, self.core.try_counter, self.core.secrets.tries_key)

    @cached_property
    def sessions(self) -> Sessions:
        """The sessions of those who work here."""
        from chalicelib.core.domain.roles import ONCOLOGIST
        from chalicelib.people.gateways.sealed_grants import FernetGrants
        from chalicelib.people.services.sessions import Sessions

        return Sessions(
            self.core.session_store,
            self.directory,
            self.rota.store,
            ONCOLOGIST,
            randomness.token_bytes,
            FernetGrants(),
        )

    @cached_property
    def own_account(self) -> OwnAccount:
        """Changes of one's own account."""
        from chalicelib.people.services.account import OwnAccount

        return OwnAccount(self.sign_in_gateway, self.accounts, self.sign_in, self.sessions)

    @cached_property
    def manage(self) -> ManageOncologists:
        """Keeps the oncologists."""
        from chalicelib.people.services.manage_oncologists import ManageOncologists

        return ManageOncologists(
            self.rota.manage_rota,
            self.cases.store,
            self.accounts,
            self.core.session_store.end_all,
            self.rota.calendar_feeds.revoke,
        )

    def verify_token(self, token: str) -> Principal:
        """Return who the bearer of a token is. What verifies it is built when it is called.

        Raises Unauthenticated, also for a token that was revoked; Busy.
        """
        from chalicelib.core.domain.errors import Unauthenticated

        principal = self.identity.verify(token)
        if not self.token_check.holds(token):
            raise Unauthenticated
        return principal

    def close_gone(self, now: datetime) -> int:
        """Close the sign-ins of those who left; return how many. It is built when it is called."""
        return self.manage.close_gone(now)

    @property
    def _pool(self) -> str:
        return self.core.settings.token_issuer.rpartition("/")[2]

    def _cognito(self) -> Any:  # noqa: ANN401  # botocore has no types of clients
        return self.core.client("cognito-idp")
