"""The user pool, as far as the helpline calls it: who may sign in, and in which groups they are."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any, Final

from botocore.exceptions import ClientError

NO_SUCH_USER: Final = "UserNotFoundException"


@dataclass
class User:
    """Somebody who may sign in, or could once; ``signed_out`` counts how often all was ended."""

    enabled: bool = True
    groups: set[str] = field(default_factory=set)
    signed_out: int = 0


class UserPool:
    """Answers Cognito's calls. Whoever is in it signs in with any password."""

    def __init__(self) -> None:
        """Begin with nobody."""
        self.users: dict[str, User] = {}

    def snapshot(self) -> dict[str, User]:
        """Keep who is there."""
        return deepcopy(self.users)

    def restore(self, users: Mapping[str, User]) -> None:
        """Put back who was there."""
        self.users = deepcopy(dict(users))

    def call(self, operation: str, request: Mapping[str, Any]) -> dict[str, Any]:
        """Answer a call. Raises ClientError as Cognito does, and KeyError for what it can't."""
        if operation == "InitiateAuth":
            parameters = request["AuthParameters"]
            person = parameters.get("USERNAME") or parameters["REFRESH_TOKEN"]
            self._user(person, operation)
            return {"AuthenticationResult": {"AccessToken": person, "RefreshToken": person}}
        who = request["Username"]
        if operation == "AdminCreateUser":
            return self._create(who, request)
        return self._done(operation, self._user(who, operation), request)

    def _done(self, operation: str, user: User, request: Mapping[str, Any]) -> dict[str, Any]:
        match operation:
            case "AdminEnableUser" | "AdminDisableUser":
                user.enabled = operation == "AdminEnableUser"
            case "AdminAddUserToGroup":
                user.groups.add(request["GroupName"])
            case "AdminRemoveUserFromGroup":
                user.groups.discard(request["GroupName"])
            case "AdminUserGlobalSignOut":
                user.signed_out += 1
            case "AdminUpdateUserAttributes":
                pass
            case "AdminGetUser":
                return {"Enabled": user.enabled}
            case "AdminListGroupsForUser":
                return {"Groups": [{"GroupName": name} for name in sorted(user.groups)]}
            case _:
                raise KeyError(operation)
        return {}

    def _create(self, who: str, request: Mapping[str, Any]) -> dict[str, Any]:
        resend = request.get("MessageAction") == "RESEND"
        if who in self.users and not resend:
            raise _error("UsernameExistsException", "AdminCreateUser")
        self.users.setdefault(who, User())
        return {}

    def _user(self, who: str, operation: str) -> User:
        if who not in self.users:
            raise _error(NO_SUCH_USER, operation)
        return self.users[who]


def _error(code: str, operation: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": ""}}, operation)
