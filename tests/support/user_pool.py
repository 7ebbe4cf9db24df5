"""A user pool in memory, which checks each request against botocore's model."""

from __future__ import annotations

from typing import Any

from botocore import xform_name
from botocore.exceptions import ClientError
from botocore.session import get_session
from botocore.validate import ParamValidator


def refused(code: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": "x"}}, "operation")


class Pool:
    """A user pool in memory; ``calls`` are those made, ``refusals`` fail the next of a name."""

    id = "ap-south-1_POOL"

    def __init__(self) -> None:
        self.users: dict[str, dict[str, Any]] = {}
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.refusals: dict[str, Exception] = {}
        service = get_session().get_service_model("cognito-idp")
        self._shapes = {
            xform_name(name): service.operation_model(name).input_shape
            for name in service.operation_names
        }

    def __getattr__(self, operation: str) -> Any:
        def call(**request: Any) -> Any:
            report = ParamValidator().validate(request, self._shapes[operation])
            assert not report.has_errors(), report.generate_report()
            assert request.pop("UserPoolId") == self.id
            self.calls.append((operation, request))
            if operation in self.refusals:
                raise self.refusals.pop(operation)
            return getattr(self, f"_{operation}")(request.pop("Username"), **request)

        return call

    def _admin_create_user(self, who: str, **more: Any) -> None:
        resend = more.get("MessageAction") == "RESEND"
        if who in self.users and not resend:
            raise refused("UsernameExistsException")
        if resend and self.users[who]["signed_in"]:
            raise refused("UnsupportedUserStateException")
        if not resend:
            self.users[who] = {"enabled": True, "groups": set(), "signed_in": False, **more}

    def _admin_update_user_attributes(self, who: str, **more: Any) -> None:
        self._user(who).update(more)

    def _admin_get_user(self, who: str) -> dict[str, Any]:
        return {"Enabled": self._user(who)["enabled"], "UserStatus": "CONFIRMED"}

    def _admin_enable_user(self, who: str) -> None:
        self._user(who)["enabled"] = True

    def _admin_disable_user(self, who: str) -> None:
        self._user(who)["enabled"] = False

    def _admin_add_user_to_group(self, who: str, **more: str) -> None:
        self._user(who)["groups"].add(more["GroupName"])

    def _admin_remove_user_from_group(self, who: str, **more: str) -> None:
        self._user(who)["groups"].remove(more["GroupName"])

    def _admin_list_groups_for_user(self, who: str) -> dict[str, Any]:
        return {"Groups": [{"GroupName": name} for name in self._user(who)["groups"]]}

    def _admin_user_global_sign_out(self, who: str) -> None:
        self._user(who)

    def _user(self, who: str) -> dict[str, Any]:
        if who not in self.users:
            raise refused("UserNotFoundException")
        return self.users[who]
