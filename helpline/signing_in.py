"""Signing in at Amazon Cognito, and keeping the tokens for the next command.

The calls are open to everybody and unsigned:
https://docs.aws.amazon.com/cognito/latest/developerguide/authentication.html
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Mapping
from typing import Any, Final

import click
import requests

from helpline.deployment import Deployment, folder, write_private

TOKEN: Final = "HELPLINE_TOKEN"  # noqa: S105  # the variable's name
PASSWORD: Final = "HELPLINE_PASSWORD"  # noqa: S105  # as above
_SERVICE: Final = "AWSCognitoIdentityProviderService"
_EARLY: Final = 60
_SECONDS: Final = 30
# What Cognito may ask in between, what the person is asked, and where the answer goes.
_CHALLENGES: Final[Mapping[str, tuple[str, str]]] = {
    "NEW_PASSWORD_REQUIRED": ("A new password of your own", "NEW_PASSWORD"),
    "SOFTWARE_TOKEN_MFA": ("The code of your authenticator", "SOFTWARE_TOKEN_MFA_CODE"),
}
_CANNOT: Final = "Signing in did not work: check the name and the password."


class NotSignedIn(click.ClickException):
    """Nobody is signed in, or no longer."""

    def __init__(self) -> None:
        super().__init__("You are not signed in: run `helpline sign-in`.")


class SignIn:
    """Signs a person in at one deployment, and gives their token to each call."""

    def __init__(self, deployment: Deployment) -> None:
        """Bind the deployment; nothing is read or called before it is needed."""
        self._deployment = deployment

    def sign_in(self, person: str, password: str, ask: Callable[[str], str]) -> None:
        """Sign in and keep the tokens; ``ask`` has the person answer what Cognito wants more."""
        answer = self._initiate("USER_PASSWORD_AUTH", USERNAME=person, PASSWORD=password)
        while "AuthenticationResult" not in answer:
            name = str(answer.get("ChallengeName"))
            if name not in _CHALLENGES:
                raise click.ClickException(f"This sign-in wants {name}, which only a browser can.")
            question, field = _CHALLENGES[name]
            given = {"USERNAME": person, field: ask(question)}
            answer = self._call(
                "RespondToAuthChallenge",
                {"ChallengeName": name, "Session": answer["Session"], "ChallengeResponses": given},
            )
        self._keep(answer["AuthenticationResult"])

    def sign_out(self) -> None:
        """Revoke and forget the tokens."""
        kept = self._kept()
        if kept is None:
            return
        others = {url: each for url, each in _all().items() if url != self._deployment.url}
        write_private(_file(), others)
        self._call("RevokeToken", {"Token": kept["refresh"]})

    def token(self) -> str:
        """Give a token that is good for a while. Raises NotSignedIn."""
        if given := os.environ.get(TOKEN):
            return given
        kept = self._kept()
        if kept is None:
            raise NotSignedIn
        if kept["expires"] > time.time() + _EARLY:
            return str(kept["access"])
        return self.renewed()

    def renewed(self) -> str:
        """Renew the token. Raises NotSignedIn where that is over."""
        kept = self._kept()
        if kept is None or TOKEN in os.environ:
            raise NotSignedIn
        try:
            answer = self._initiate("REFRESH_TOKEN_AUTH", REFRESH_TOKEN=kept["refresh"])
        except click.ClickException:
            raise NotSignedIn from None
        result = answer["AuthenticationResult"]
        self._keep({"RefreshToken": kept["refresh"], **result})
        return str(result["AccessToken"])

    def _keep(self, result: Mapping[str, Any]) -> None:
        tokens = {
            "access": result["AccessToken"],
            "refresh": result["RefreshToken"],
            "expires": time.time() + result["ExpiresIn"],
        }
        write_private(_file(), {**_all(), self._deployment.url: tokens})

    def _kept(self) -> dict[str, Any] | None:
        return _all().get(self._deployment.url)

    def _initiate(self, flow: str, **parameters: str) -> dict[str, Any]:
        return self._call("InitiateAuth", {"AuthFlow": flow, "AuthParameters": parameters})

    def _call(self, operation: str, body: Mapping[str, Any]) -> dict[str, Any]:
        try:
            answer = requests.post(
                self._deployment.sign_in_url,
                data=json.dumps({"ClientId": self._deployment.client_id, **body}),
                headers={
                    "Content-Type": "application/x-amz-json-1.1",
                    "X-Amz-Target": f"{_SERVICE}.{operation}",
                },
                timeout=_SECONDS,
            )
        except requests.RequestException as error:
            raise click.ClickException(
                f"The sign-in can't be reached ({type(error).__name__})."
            ) from None
        if not answer.ok:
            raise click.ClickException(_CANNOT)
        return dict(answer.json()) if answer.content else {}


def _all() -> dict[str, Any]:
    try:
        return dict(json.loads(_file().read_text(encoding="utf-8")))
    except (FileNotFoundError, ValueError):
        return {}


def _file() -> Any:  # noqa: ANN401  # a Path
    return folder() / "tokens.json"
