"""Signing in at the Cognito user pool, and who has which roles there.

The calls by which somebody signs in are open to everybody and unsigned:
https://docs.aws.amazon.com/cognito/latest/developerguide/authentication.html
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.core.domain.errors import Busy
from chalicelib.core.domain.roles import ROLES
from chalicelib.people.gateways.token_verifier import Identity
from chalicelib.people.services.ports import (
    Asked,
    CannotSignIn,
    Challenge,
    Known,
    TicketExpired,
    WeakPassword,
    WrongAnswer,
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


class CognitoSignIn:
    """The port SignInGateway over one client of the pool."""

    def __init__(self, cognito: Callable[[], Any], client_id: str, identity: Identity) -> None:
        """Bind a maker of clients, the pool's client, and what reads its tokens."""
        self._cognito = cognito
        self._client_id = client_id
        self._identity = identity

    def password(self, person: str, password: str) -> Known | Challenge:
        """Try a password."""
        try:
            answer = self._cognito().initiate_auth(
                ClientId=self._client_id,
                AuthFlow="USER_PASSWORD_AUTH",
                AuthParameters={"USERNAME": person, "PASSWORD": password},
            )
        except (ClientError, BotoCoreError) as error:
            raise _meaning(error, step=None) from None
        return self._came(person, answer)

    def answer(self, challenge: Challenge, answer: str) -> Known | Challenge:
        """Answer a challenge. Raises WeakPassword, TicketExpired."""
        if challenge.asked is Asked.DEVICE_CODE:
            return self._set_up(challenge, answer)
        name, field = _NAMES[challenge.asked]
        try:
            came = self._cognito().respond_to_auth_challenge(
                ClientId=self._client_id,
                ChallengeName=name,
                Session=challenge.ticket,
                ChallengeResponses={"USERNAME": challenge.person, field: answer},
            )
        except (ClientError, BotoCoreError) as error:
            raise _meaning(error, step=challenge.asked) from None
        return self._came(challenge.person, came)

    def _came(self, person: str, answer: Mapping[str, Any]) -> Known | Challenge:
        if result := answer.get("AuthenticationResult"):
            principal = self._identity.verify(str(result["AccessToken"]))
            return Known(principal.id, principal.roles)
        name = str(answer.get("ChallengeParameters", {}).get("USER_ID_FOR_SRP") or person)
        if answer.get("ChallengeName") == _NO_DEVICE_YET:
            return self._new_device(name, str(answer["Session"]))
        asked, _ = _CHALLENGES.get(str(answer.get("ChallengeName")), (None, ""))
        if asked is None:
            raise CannotSignIn
        return Challenge(name, asked, str(answer["Session"]))

    def _new_device(self, person: str, ticket: str) -> Challenge:
        """Have a key made for the authenticator of somebody who has none yet."""
        try:
            made = self._cognito().associate_software_token(Session=ticket)
        except (ClientError, BotoCoreError) as error:
            raise _meaning(error, step=Asked.DEVICE_CODE) from None
        return Challenge(person, Asked.DEVICE_CODE, str(made["Session"]), str(made["SecretCode"]))

    def _set_up(self, challenge: Challenge, code: str) -> Known | Challenge:
        """Take the first code of an authenticator, which shows that its key is there."""
        try:
            proved = self._cognito().verify_software_token(Session=challenge.ticket, UserCode=code)
            came = self._cognito().respond_to_auth_challenge(
                ClientId=self._client_id,
                ChallengeName=_NO_DEVICE_YET,
                Session=str(proved["Session"]),
                ChallengeResponses={"USERNAME": challenge.person},
            )
        except (ClientError, BotoCoreError) as error:
            raise _meaning(error, step=challenge.asked) from None
        return self._came(challenge.person, came)


class CognitoDirectory:
    """The port Directory over the user pool."""

    def __init__(self, cognito: Callable[[], Any], pool_id: str) -> None:
        """Bind a maker of clients and the pool."""
        self._cognito = cognito
        self._pool_id = pool_id

    def roles_of(self, person: str) -> frozenset[str]:
        """Tell a person's roles; none for one who is gone, disabled or locked out. Raises Busy."""
        who = {"UserPoolId": self._pool_id, "Username": person}
        try:
            user = self._cognito().admin_get_user(**who)
            if not user.get("Enabled", False) or user.get("UserStatus") in _LOCKED_OUT:
                return frozenset()
            groups = self._cognito().admin_list_groups_for_user(**who)["Groups"]
        except (ClientError, BotoCoreError) as error:
            if _code(error) == "UserNotFoundException":
                return frozenset()
            raise Busy from error
        return ROLES.intersection(group["GroupName"] for group in groups)


def _meaning(error: Exception, step: Asked | None) -> Exception:
    """Tell what an error of Cognito means at a step; its own words may name the person."""
    code = _code(error)
    if code == _EXPIRED or (code == _NOT_AUTHORISED and step is not None):
        # A ticket is good for three minutes and for one answer.
        return TicketExpired()
    if code in _WEAK or (code == "InvalidParameterException" and step is Asked.NEW_PASSWORD):
        return WeakPassword()
    if code in _WRONG or code == _NOT_AUTHORISED:
        return WrongAnswer()
    return CannotSignIn() if code in _NOT_READY else Busy()


def _code(error: Exception) -> str:
    if isinstance(error, ClientError):
        return str(error.response.get("Error", {}).get("Code", ""))
    return ""
