"""The oncologists' sign-ins, in a user pool that checks each request against botocore's model."""

from __future__ import annotations

import pytest
from botocore.exceptions import ConnectTimeoutError

from chalicelib.core.domain.errors import Busy, InvalidField
from chalicelib.people.gateways.cognito_users import CognitoAccounts
from chalicelib.people.services.ports import SignInState
from tests.support.user_pool import Pool, refused

EMAIL = "asha@hospital.example"


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
