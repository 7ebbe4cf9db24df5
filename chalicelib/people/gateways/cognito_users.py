"""The oncologists' sign-ins in the Cognito user pool.

https://docs.aws.amazon.com/cognito/latest/developerguide/how-to-create-user-accounts.html
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.core.component import component
from chalicelib.core.domain.errors import Busy, InvalidField
from chalicelib.core.domain.roles import ONCOLOGIST
from chalicelib.core.gateways.aws import code_of
from chalicelib.people.services.ports import SignInState

_NO_SUCH_USER: Final = "UserNotFoundException"
_KNOWN: Final = "UsernameExistsException"
_SIGNED_IN_ALREADY: Final = "UnsupportedUserStateException"
_BAD_ADDRESS: Final = frozenset({"InvalidParameterException", "CodeDeliveryFailureException"})


@component
class CognitoAccounts:
    """The port Accounts over the user pool. Every step is safe to repeat."""

    cognito: Callable[[], Any]
    """Returns a client."""
    pool_id: str

    def state(self, oncologist: str) -> SignInState:
        """Return whether they can sign in; see the port.

        Somebody with another role alone is closed. A user in no group is an invitation that was
        cut off.
        """
        user = self._call("admin_get_user", oncologist, _NO_SUCH_USER)
        if user == _NO_SUCH_USER:
            return SignInState.NONE
        if not user.get("Enabled", False):
            return SignInState.CLOSED
        groups = self._call("admin_list_groups_for_user", oncologist)["Groups"]
        names = {group["GroupName"] for group in groups}
        if ONCOLOGIST in names:
            return SignInState.OPEN
        return SignInState.CLOSED if names else SignInState.NONE

    def invite(self, oncologist: str, email: str) -> None:
        """Make the user or send their invitation once more, and put them into the group.

        It never enables a user: that is what :meth:`open` is for.
        """
        wanted: dict[str, Any] = {
            "UserAttributes": [
                {"Name": "email", "Value": email},
                {"Name": "email_verified", "Value": "true"},
            ],
            "DesiredDeliveryMediums": ["EMAIL"],
        }
        if self._call("admin_create_user", oncologist, _KNOWN, **wanted) == _KNOWN:
            attributes = {"UserAttributes": wanted["UserAttributes"]}
            self._call("admin_update_user_attributes", oncologist, **attributes)
            self._call(
                "admin_create_user",
                oncologist,
                _SIGNED_IN_ALREADY,
                MessageAction="RESEND",
                DesiredDeliveryMediums=["EMAIL"],
            )
        self._call("admin_add_user_to_group", oncologist, GroupName=ONCOLOGIST)

    def open(self, oncologist: str) -> bool:
        """Enable the user, in the group of oncologists."""
        if self._call("admin_enable_user", oncologist, _NO_SUCH_USER) == _NO_SUCH_USER:
            return False
        self._call("admin_add_user_to_group", oncologist, GroupName=ONCOLOGIST)
        return True

    def close(self, oncologist: str) -> None:
        """Take the user out of the group and end all they have open; nobody's other role goes.

        Who has no other role can't sign in at all any more.
        """
        answer = self._call("admin_list_groups_for_user", oncologist, _NO_SUCH_USER)
        if answer == _NO_SUCH_USER:
            return
        groups = {group["GroupName"] for group in answer["Groups"]}
        if ONCOLOGIST in groups:
            self._call("admin_remove_user_from_group", oncologist, GroupName=ONCOLOGIST)
        if not groups - {ONCOLOGIST}:
            self._call("admin_disable_user", oncologist)
        self._call("admin_user_global_sign_out", oncologist)

    def sign_out(self, person: str) -> None:
        """End what anybody has open in the user pool; see the port."""
        self._call("admin_user_global_sign_out", person, _NO_SUCH_USER)

    def _call(self, operation: str, who: str, expected: str = "", **more: Any) -> Any:  # noqa: ANN401  # botocore's
        """Make a call about a user; return its answer, or the one code that is ``expected``."""
        call = getattr(self.cognito(), operation)
        try:
            return call(UserPoolId=self.pool_id, Username=who, **more)
        except ClientError as error:
            code = code_of(error)
            if code == expected:
                return code
            if code in _BAD_ADDRESS and "UserAttributes" in more:
                raise InvalidField("email", "invalid") from None
            raise Busy from error
        except BotoCoreError as error:
            raise Busy from error
