"""What somebody is told who could not sign in."""

from __future__ import annotations

from typing import ClassVar

from chalicelib.core.domain.errors import Forbidden, HelplineError


class WrongSignIn(HelplineError):
    """The user name or the password is wrong; which one is told to nobody."""

    code: ClassVar[str] = "wrong_sign_in"


class SignInTooOften(HelplineError):
    """Too many tries; ``retry_after`` is in seconds."""

    code: ClassVar[str] = "sign_in_too_often"


class SignInExpired(HelplineError):
    """The step came too late: from the start, please."""

    code: ClassVar[str] = "sign_in_expired"


class SignInImpossible(Forbidden):
    """The account is not ready: it has no role, or asks for what no page here can answer."""

    code: ClassVar[str] = "sign_in_impossible"
