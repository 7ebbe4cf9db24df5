"""What people do to their own account: change the password, sign out everywhere."""

from __future__ import annotations

from datetime import datetime

from chalicelib.core.component import component
from chalicelib.core.domain.errors import InvalidField, SignInImpossible
from chalicelib.people.services.ports import (
    Accounts,
    CannotSignIn,
    SignInGateway,
    TicketExpired,
    WeakPassword,
    WrongAnswer,
    WrongCode,
)
from chalicelib.people.services.sessions import Sessions
from chalicelib.people.services.sign_in import SignIn, TrySource


@component
class OwnAccount:
    """Changes of one's own account. Each ends all sessions of the person at once."""

    gateway: SignInGateway
    accounts: Accounts
    sign_in: SignIn
    sessions: Sessions

    def change_password(
        self,
        person: str,
        password: str,
        code: str,
        new_password: str,
        source: TrySource,
        now: datetime,
    ) -> None:
        """Change a password and end all sessions, this one too.

        It counts as a try to sign in. Raises InvalidField for what does not hold, SignInTooOften,
        SignInImpossible, Busy.
        """
        self.sign_in.count(person, source, now)
        try:
            self.gateway.change_password(person, password, code, new_password)
        except WrongAnswer:
            raise InvalidField("password", "wrong_password") from None
        except (WrongCode, TicketExpired):
            raise InvalidField("code", "wrong_code") from None
        except WeakPassword:
            raise InvalidField("new_password", "weak_password") from None
        except CannotSignIn:
            raise SignInImpossible from None
        self.sessions.end_all(person)

    def sign_out_everywhere(self, person: str) -> None:
        """End all sessions and tokens of a person, this session too. Raises Busy."""
        self.sessions.end_all(person)
        self.accounts.sign_out(person)
