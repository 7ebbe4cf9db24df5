"""Signing in at the Cognito user pool, and who has which roles there.

The calls by which somebody signs in are open to everybody and unsigned:
https://docs.aws.amazon.com/cognito/latest/developerguide/authentication.html
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.core.component import component
from chalicelib.core.domain.errors import Busy
from chalicelib.core.domain.roles import ROLES
from chalicelib.core.gateways.aws import code_of
from chalicelib.people.gateways.token_verifier import Identity
from chalicelib.people.services.ports import (
    Account,
    Asked,
    CannotSignIn,
    Challenge,
    Known,
    TicketExpired,
    WeakPassword,
    WrongAnswer,
    WrongCode,
)

# What Cognito asks, what we call it, and under which name the answer goes back.
_CHALLENGES: Final[Mapping[str, tuple[Asked, str]]] = {
    "NEW_PASSWORD_REQUIRED": (Asked.NEW_PASSWORD, "NEW_PASSWORD"),
    "SOFTWARE_TOKEN_MFA": (Asked.CODE, "SOFTWARE_TOKEN_MFA_CODE"),
}
# Nobody is asked this: it stands for a device that is still to be set up.
_NO_DEVICE_YET: Final = "MFA_SETUP"
_NAMES: Final = {asked: (name, field) for name, (asked, field) in _CHALLENGES.items()}
_WRONG: Final = frozenset(
    {
        "UserNotFoundException",
        "UserNotConfirmedException",
        "CodeMismatchException",
        "EnableSoftwareTokenMFAException",
        "InvalidParameterException",
    }
)
_WEAK: Final = frozenset({"InvalidPasswordException", "PasswordHistoryPolicyViolationException"})
_NOT_READY: Final = frozenset({"PasswordResetRequiredException", "MFAMethodNotFoundException"})
# Whose password was taken from them: what they, or others in their name, have open is over too.
_LOCKED_OUT: Final = frozenset({"RESET_REQUIRED", "FORCE_CHANGE_PASSWORD", "COMPROMISED"})
_NOT_AUTHORISED: Final = "NotAuthorizedException"
_EXPIRED: Final = "ExpiredCodeException"
# What revoked tokens get, and those of somebody who is disabled, gone, or without a password.
_REVOKED: Final = frozenset(
    {
        _NOT_AUTHORISED,
        "PasswordResetRequiredException",
        "UserNotConfirmedException",
        "UserNotFoundException",
    }
)

log = logging.getLogger(__name__)


@component
class CognitoSignIn:
    """The port SignInGateway over one client of the pool."""

    cognito: Callable[[], Any]
    """Returns a client."""
    client_id: str
    identity: Identity

    def password(self, person: str, password: str) -> Known | Challenge:
        """Try a password."""
        return self._came(person, self._try_password(person, password))

    def answer(self, challenge: Challenge, answer: str) -> Known | Challenge:
        """Answer a challenge. Raises WeakPassword, TicketExpired."""
        if challenge.asked is Asked.DEVICE_CODE:
            return self._set_up(challenge, answer)
        name, field = _NAMES[challenge.asked]
        with _meanings(challenge.asked):
            came = self._respond(name, challenge.person, challenge.ticket, **{field: answer})
        return self._came(challenge.person, came)

    def change_password(self, person: str, password: str, code: str, new_password: str) -> None:
        """Prove who it is, change the password, and end all that is open; see the port."""
        answer = self._try_password(person, password)
        if answer.get("ChallengeName") == "SOFTWARE_TOKEN_MFA":
            answer = self._answer_code(person, str(answer["Session"]), code)
        if "AuthenticationResult" not in answer:
            raise CannotSignIn
        access_token = str(answer["AuthenticationResult"]["AccessToken"])
        with _meanings(Asked.NEW_PASSWORD):
            self.cognito().change_password(
                PreviousPassword=password, ProposedPassword=new_password, AccessToken=access_token
            )
            self.cognito().global_sign_out(AccessToken=access_token)

    def _try_password(self, person: str, password: str) -> Mapping[str, Any]:
        with _meanings(None):
            answer: Mapping[str, Any] = self.cognito().initiate_auth(
                ClientId=self.client_id,
                AuthFlow="USER_PASSWORD_AUTH",
                AuthParameters={"USERNAME": person, "PASSWORD": password},
            )
        return answer

    def _respond(self, name: str, person: str, ticket: str, **answers: str) -> Mapping[str, Any]:
        answer: Mapping[str, Any] = self.cognito().respond_to_auth_challenge(
            ClientId=self.client_id,
            ChallengeName=name,
            Session=ticket,
            ChallengeResponses={"USERNAME": person, **answers},
        )
        return answer

    def _answer_code(self, person: str, ticket: str, code: str) -> Mapping[str, Any]:
        name, field = _NAMES[Asked.CODE]
        try:
            with _meanings(Asked.CODE):
                return self._respond(name, person, ticket, **{field: code})
        except WrongAnswer:
            raise WrongCode from None

    def _came(self, person: str, answer: Mapping[str, Any]) -> Known | Challenge:
        if result := answer.get("AuthenticationResult"):
            principal = self.identity.verify(str(result["AccessToken"]))
            return Known(principal.id, principal.roles, str(result.get("RefreshToken", "")))
        name = str(answer.get("ChallengeParameters", {}).get("USER_ID_FOR_SRP") or person)
        if answer.get("ChallengeName") == _NO_DEVICE_YET:
            return self._new_device(name, str(answer["Session"]))
        asked, _ = _CHALLENGES.get(str(answer.get("ChallengeName")), (None, ""))
        if asked is None:
            raise CannotSignIn
        return Challenge(name, asked, str(answer["Session"]))

    def _new_device(self, person: str, ticket: str) -> Challenge:
        """Have a key made for the authenticator of somebody who has none yet."""
        with _meanings(Asked.DEVICE_CODE):
            made = self.cognito().associate_software_token(Session=ticket)
        return Challenge(person, Asked.DEVICE_CODE, str(made["Session"]), str(made["SecretCode"]))

    def _set_up(self, challenge: Challenge, code: str) -> Known | Challenge:
        """Take the first code of an authenticator, which shows that its key is there."""
        with _meanings(challenge.asked):
            proved = self.cognito().verify_software_token(Session=challenge.ticket, UserCode=code)
            came = self._respond(_NO_DEVICE_YET, challenge.person, str(proved["Session"]))
        return self._came(challenge.person, came)


@component
class CognitoDirectory:
    """The port Directory over the user pool."""

    cognito: Callable[[], Any]
    """Returns a client."""
    pool_id: str
    client_id: str

    def account_of(self, person: str) -> Account:
        """Return a person's account; no role for one who is gone, disabled or locked out."""
        who = {"UserPoolId": self.pool_id, "Username": person}
        try:
            user = self.cognito().admin_get_user(**who)
            if not user.get("Enabled", False) or user.get("UserStatus") in _LOCKED_OUT:
                return Account(frozenset(), "")
            groups = self.cognito().admin_list_groups_for_user(**who)["Groups"]
        except (ClientError, BotoCoreError) as error:
            if code_of(error) == "UserNotFoundException":
                return Account(frozenset(), "")
            raise Busy from error
        changed_at = user.get("UserLastModifiedDate")
        stamp = changed_at.isoformat() if changed_at else ""
        return Account(ROLES.intersection(group["GroupName"] for group in groups), stamp)

    def grant_holds(self, grant: str) -> bool:
        """Whether a refresh token works still: a sign-out everywhere revokes it. Raises Busy."""
        try:
            self.cognito().initiate_auth(
                ClientId=self.client_id,
                AuthFlow="REFRESH_TOKEN_AUTH",
                AuthParameters={"REFRESH_TOKEN": grant},
            )
        except (ClientError, BotoCoreError) as error:
            if code_of(error) in _REVOKED:
                return False
            raise Busy from error
        return True


@component
class CognitoTokenCheck:
    """Whether an access token holds: Cognito revokes it at a sign-out everywhere."""

    cognito: Callable[[], Any]
    """Returns a client."""

    def holds(self, token: str) -> bool:
        """Whether Cognito still takes a token that was verified.

        While Cognito is out of reach it counts as good: it ends within the hour by itself.
        """
        try:
            self.cognito().get_user(AccessToken=token)
        except (ClientError, BotoCoreError) as error:
            if code_of(error) in _REVOKED:
                return False
            log.warning("token_unchecked")
        return True


@contextmanager
def _meanings(step: Asked | None) -> Iterator[None]:
    """Raise what an error of Cognito means at a step; its own words may name the person."""
    try:
        yield
    except (ClientError, BotoCoreError) as error:
        raise _meaning(code_of(error), step) from None


def _meaning(code: str, step: Asked | None) -> Exception:
    if code == _EXPIRED or (code == _NOT_AUTHORISED and step is not None):
        # A ticket is good for three minutes and for one answer.
        return TicketExpired()
    if code in _WEAK or (code == "InvalidParameterException" and step is Asked.NEW_PASSWORD):
        return WeakPassword()
    if code in _WRONG or code == _NOT_AUTHORISED:
        return WrongAnswer()
    return CannotSignIn() if code in _NOT_READY else Busy()
