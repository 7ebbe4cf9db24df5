"""The oncologists' sign-ins, in a user pool that checks each request against botocore's model."""

from __future__ import annotations

from typing import Any

import pytest
from botocore import xform_name
from botocore.exceptions import ClientError, ConnectTimeoutError
from botocore.session import get_session
from botocore.validate import ParamValidator

from chalicelib.core.domain.errors import Busy, InvalidField
from chalicelib.people.gateways.cognito_users import CognitoAccounts
from chalicelib.people.services.ports import SignInState

EMAIL = "asha@hospital.example"


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


@pytest.fixture
def pool() -> Pool:
    return Pool()


@pytest.fixture
def accounts(pool: Pool) -> CognitoAccounts:
    return CognitoAccounts(lambda: pool, pool.id)


def test_an_invitation_makes_an_oncologist_and_goes_by_mail(pool, accounts):
    accounts.invite("dr-asha", EMAIL)

    assert pool.users["dr-asha"]["groups"] == {"oncologists"}
    assert pool.users["dr-asha"]["DesiredDeliveryMediums"] == ["EMAIL"]
    assert {"Name": "email", "Value": EMAIL} in pool.users["dr-asha"]["UserAttributes"]


def test_another_invitation_is_sent_again_to_the_new_address(pool, accounts):
    accounts.invite("dr-asha", EMAIL)
    pool.calls.clear()

    accounts.invite("dr-asha", "new@hospital.example")

    [_, (updated, _), (resent, request), *_] = pool.calls
    assert (updated, resent) == ("admin_update_user_attributes", "admin_create_user")
    assert request["MessageAction"] == "RESEND"
    attributes = pool.users["dr-asha"]["UserAttributes"]
    assert {"Name": "email", "Value": "new@hospital.example"} in attributes


def test_who_has_signed_in_already_needs_no_invitation(pool, accounts):
    accounts.invite("dr-asha", EMAIL)
    pool.users["dr-asha"] |= {"signed_in": True, "groups": set()}

    accounts.invite("dr-asha", EMAIL)

    assert pool.users["dr-asha"]["groups"] == {"oncologists"}


def test_who_leaves_is_out_of_the_group_signed_out_and_disabled(pool, accounts):
    accounts.invite("dr-asha", EMAIL)

    for _ in range(2):
        accounts.close("dr-asha")

        assert (pool.users["dr-asha"]["groups"], pool.users["dr-asha"]["enabled"]) == (set(), False)
    assert [name for name, _ in pool.calls].count("admin_user_global_sign_out") == 2


def test_who_is_an_administrator_too_stays_one(pool, accounts):
    accounts.invite("meera", EMAIL)
    pool.users["meera"]["groups"].add("administrators")

    accounts.close("meera")

    assert pool.users["meera"]["groups"] == {"administrators"}
    assert pool.users["meera"]["enabled"] is True


def test_who_comes_back_may_sign_in_again(pool, accounts):
    accounts.invite("dr-asha", EMAIL)
    accounts.close("dr-asha")

    assert accounts.open("dr-asha") is True

    assert pool.users["dr-asha"]["groups"] == {"oncologists"}
    assert pool.users["dr-asha"]["enabled"] is True


def test_the_state_of_a_sign_in(pool, accounts):
    assert accounts.state("dr-asha") is SignInState.NONE
    accounts.invite("dr-asha", EMAIL)
    assert accounts.state("dr-asha") is SignInState.OPEN
    accounts.close("dr-asha")
    assert accounts.state("dr-asha") is SignInState.CLOSED
    accounts.open("dr-asha")
    pool.users["dr-asha"]["enabled"] = False
    assert accounts.state("dr-asha") is SignInState.CLOSED, "disabled by hand, still in the group"


def test_an_invitation_that_was_cut_off_is_none_yet_and_another_role_alone_is_closed(
    pool, accounts
):
    pool.refusals["admin_add_user_to_group"] = refused("TooManyRequestsException")
    with pytest.raises(Busy):
        accounts.invite("dr-asha", EMAIL)
    assert accounts.state("dr-asha") is SignInState.NONE
    pool.users["dr-asha"]["groups"] = {"administrators"}
    assert accounts.state("dr-asha") is SignInState.CLOSED


def test_an_invitation_enables_nobody(pool, accounts):
    accounts.invite("dr-asha", EMAIL)
    accounts.close("dr-asha")
    pool.calls.clear()

    accounts.invite("dr-asha", "new@hospital.example")

    assert pool.users["dr-asha"]["enabled"] is False
    assert "admin_enable_user" not in [name for name, _ in pool.calls]


def test_who_never_could_sign_in_is_let_be(pool, accounts):
    accounts.close("dr-asha")
    assert accounts.open("dr-asha") is False


@pytest.mark.parametrize("code", ["InvalidParameterException", "CodeDeliveryFailureException"])
def test_an_address_that_takes_no_mail_is_told_at_its_field(pool, accounts, code):
    pool.refusals["admin_create_user"] = refused(code)
    with pytest.raises(InvalidField) as told:
        accounts.invite("dr-asha", EMAIL)
    assert (told.value.field, told.value.field_code) == ("email", "invalid")


@pytest.mark.parametrize(
    "fault",
    [refused("TooManyRequestsException"), ConnectTimeoutError(endpoint_url="https://x")],
)
def test_what_is_out_of_reach_may_be_tried_again(pool, accounts, fault):
    pool.refusals["admin_list_groups_for_user"] = fault
    with pytest.raises(Busy):
        accounts.close("dr-asha")
