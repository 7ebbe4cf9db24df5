"""What Cognito answers, as those see it who sign in: by botocore's own description of the calls."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.session import get_session
from botocore.stub import Stubber

from chalicelib.core.domain.errors import Busy
from chalicelib.core.domain.roles import ADMINISTRATOR, Principal
from chalicelib.people.gateways.cognito_sign_in import CognitoDirectory, CognitoSignIn
from chalicelib.people.services.ports import (
    Asked,
    CannotSignIn,
    Challenge,
    Known,
    TicketExpired,
    WeakPassword,
    WrongAnswer,
)

POOL = "ap-south-1_helpline"
TICKET = "the-ticket-of-this-step"
TOKENS = {"AuthenticationResult": {"AccessToken": "token-of-meera"}}
CODE = Challenge("meera", Asked.CODE, TICKET)
NEW_PASSWORD = Challenge("meera", Asked.NEW_PASSWORD, TICKET)


class Tokens:
    """Reads the tokens that are handed out here."""

    def verify(self, token: str) -> Principal:
        assert token == "token-of-meera"
        return Principal("meera", frozenset({ADMINISTRATOR}), 4_000_000_000)


@pytest.fixture(scope="module")
def client() -> Any:
    session = get_session()
    session.set_credentials("key", "secret")
    return session.create_client("cognito-idp", region_name="ap-south-1")


@pytest.fixture
def cognito(client):
    with Stubber(client) as stub:
        yield stub
        stub.assert_no_pending_responses()


@pytest.fixture
def sign_in(client) -> CognitoSignIn:
    return CognitoSignIn(lambda: client, "the-client-id", Tokens())


def test_a_right_password_is_enough(cognito, sign_in):
    expected = {
        "ClientId": "the-client-id",
        "AuthFlow": "USER_PASSWORD_AUTH",
        "AuthParameters": {"USERNAME": "meera", "PASSWORD": "secret"},
    }
    cognito.add_response("initiate_auth", TOKENS, expected)

    assert sign_in.password("meera", "secret") == Known("meera", frozenset({ADMINISTRATOR}))


@pytest.mark.parametrize(
    ("name", "asked", "field"),
    [
        ("NEW_PASSWORD_REQUIRED", Asked.NEW_PASSWORD, "NEW_PASSWORD"),
        ("SOFTWARE_TOKEN_MFA", Asked.CODE, "SOFTWARE_TOKEN_MFA_CODE"),
    ],
)
def test_what_is_asked_is_answered_with_its_ticket(cognito, sign_in, name, asked, field):
    question = {
        "ChallengeName": name,
        "Session": TICKET,
        "ChallengeParameters": {"USER_ID_FOR_SRP": "meera"},
    }
    cognito.add_response("initiate_auth", question)
    challenge = sign_in.password("Meera", "secret")
    assert challenge == Challenge("meera", asked, TICKET)
    expected = {
        "ClientId": "the-client-id",
        "ChallengeName": name,
        "Session": TICKET,
        "ChallengeResponses": {"USERNAME": "meera", field: "answer"},
    }
    cognito.add_response("respond_to_auth_challenge", TOKENS, expected)

    assert sign_in.answer(challenge, "answer") == Known("meera", frozenset({ADMINISTRATOR}))


def ask_for_a_device(cognito) -> None:
    question = {"ChallengeName": "MFA_SETUP", "Session": TICKET, "ChallengeParameters": {}}
    made = {"SecretCode": "JBSWY3DPEHPK3PXP", "Session": "the-next-ticket-of-this-step"}
    cognito.add_response("initiate_auth", question)
    cognito.add_response("associate_software_token", made, {"Session": TICKET})


def test_who_has_no_authenticator_sets_one_up(cognito, sign_in):
    ask_for_a_device(cognito)
    challenge = sign_in.password("meera", "secret")
    assert challenge == Challenge(
        "meera", Asked.DEVICE_CODE, "the-next-ticket-of-this-step", "JBSWY3DPEHPK3PXP"
    )
    proof = {"Session": challenge.ticket, "UserCode": "123456"}
    proved = {"Status": "SUCCESS", "Session": "the-last-ticket-of-this-step"}
    cognito.add_response("verify_software_token", proved, proof)
    expected = {
        "ClientId": "the-client-id",
        "ChallengeName": "MFA_SETUP",
        "Session": "the-last-ticket-of-this-step",
        "ChallengeResponses": {"USERNAME": "meera"},
    }
    cognito.add_response("respond_to_auth_challenge", TOKENS, expected)

    assert sign_in.answer(challenge, "123456") == Known("meera", frozenset({ADMINISTRATOR}))


@pytest.mark.parametrize(
    ("code", "meaning"),
    [
        ("EnableSoftwareTokenMFAException", WrongAnswer),
        ("CodeMismatchException", WrongAnswer),
        ("NotAuthorizedException", TicketExpired),
        ("InternalErrorException", Busy),
    ],
)
def test_an_authenticator_that_does_not_fit_is_not_taken(cognito, sign_in, code, meaning):
    cognito.add_client_error("verify_software_token", code)

    with pytest.raises(meaning):
        sign_in.answer(Challenge("meera", Asked.DEVICE_CODE, TICKET, "JBSWY3DPEHPK3PXP"), "000000")


def test_what_no_page_can_answer_is_for_the_administrator(cognito, sign_in):
    question = {"ChallengeName": "SMS_MFA", "Session": TICKET, "ChallengeParameters": {}}
    cognito.add_response("initiate_auth", question)

    with pytest.raises(CannotSignIn):
        sign_in.password("meera", "secret")


@pytest.mark.parametrize(
    ("code", "meaning"),
    [
        ("NotAuthorizedException", WrongAnswer),
        ("UserNotFoundException", WrongAnswer),
        ("InvalidParameterException", WrongAnswer),
        ("PasswordResetRequiredException", CannotSignIn),
        ("TooManyRequestsException", Busy),
        ("InternalErrorException", Busy),
    ],
)
def test_what_a_refused_password_means(cognito, sign_in, code, meaning):
    cognito.add_client_error("initiate_auth", code, "meera: told to nobody")

    with pytest.raises(meaning) as error:
        sign_in.password("meera", "secret")
    assert "meera" not in str(error.value)
    assert error.value.__suppress_context__


@pytest.mark.parametrize(
    ("challenge", "code", "meaning"),
    [
        (CODE, "CodeMismatchException", WrongAnswer),
        (CODE, "ExpiredCodeException", TicketExpired),
        (CODE, "NotAuthorizedException", TicketExpired),
        (NEW_PASSWORD, "NotAuthorizedException", TicketExpired),
        (NEW_PASSWORD, "InvalidPasswordException", WeakPassword),
        (NEW_PASSWORD, "PasswordHistoryPolicyViolationException", WeakPassword),
        (NEW_PASSWORD, "InvalidParameterException", WeakPassword),
    ],
)
def test_what_a_refused_answer_means(cognito, sign_in, challenge, code, meaning):
    cognito.add_client_error("respond_to_auth_challenge", code)

    with pytest.raises(meaning):
        sign_in.answer(challenge, "answer")


def roles(client) -> frozenset[str]:
    return CognitoDirectory(lambda: client, POOL).roles_of("meera")


def test_roles_are_the_groups_that_count(cognito, client):
    who = {"UserPoolId": POOL, "Username": "meera"}
    cognito.add_response("admin_get_user", {"Username": "meera", "Enabled": True}, who)
    groups = [{"GroupName": name} for name in (ADMINISTRATOR, "cooks")]
    cognito.add_response("admin_list_groups_for_user", {"Groups": groups}, who)

    assert roles(client) == {ADMINISTRATOR}


def test_who_is_disabled_or_gone_has_none(cognito, client):
    cognito.add_response("admin_get_user", {"Username": "meera", "Enabled": False})
    assert roles(client) == frozenset()
    cognito.add_client_error("admin_get_user", "UserNotFoundException")
    assert roles(client) == frozenset()


@pytest.mark.parametrize("status", ["RESET_REQUIRED", "FORCE_CHANGE_PASSWORD", "COMPROMISED"])
def test_whose_password_was_taken_away_has_none(cognito, client, status):
    user = {"Username": "meera", "Enabled": True, "UserStatus": status}
    cognito.add_response("admin_get_user", user)

    assert roles(client) == frozenset()


def test_a_pool_out_of_reach_is_not_the_same_as_no_role(cognito, client):
    cognito.add_client_error("admin_get_user", "TooManyRequestsException")

    with pytest.raises(Busy):
        roles(client)
