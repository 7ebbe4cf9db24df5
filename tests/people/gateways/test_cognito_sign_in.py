"""What Cognito answers, as those see it who sign in: by botocore's own description of the calls."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from botocore.session import get_session
from botocore.stub import Stubber

from chalicelib.core.domain.errors import Busy
from chalicelib.core.domain.roles import ADMINISTRATOR, Principal
from chalicelib.people.gateways.cognito_sign_in import (
    CognitoDirectory,
    CognitoSignIn,
    CognitoTokenCheck,
)
from chalicelib.people.gateways.sealed_grants import FernetGrants
from chalicelib.people.services.ports import (
    Asked,
    CannotSignIn,
    Challenge,
    Known,
    TicketExpired,
    WeakPassword,
    WrongAnswer,
    WrongCode,
)

POOL = "ap-south-1_helpline"
TICKET = "the-ticket-of-this-step"
TOKENS = {"AuthenticationResult": {"AccessToken": "token-of-meera"}}
MEERA = Known("meera", frozenset({ADMINISTRATOR}))
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


def question(name: str) -> dict[str, Any]:
    return {"ChallengeName": name, "Session": TICKET, "ChallengeParameters": {}}


def answer_to(name: str, ticket: str = TICKET, **answers: str) -> dict[str, Any]:
    """What the pool is sent in answer to a question."""
    return {
        "ClientId": "the-client-id",
        "ChallengeName": name,
        "Session": ticket,
        "ChallengeResponses": {"USERNAME": "meera", **answers},
    }


def test_a_right_password_is_enough(cognito, sign_in):
    expected = {
        "ClientId": "the-client-id",
        "AuthFlow": "USER_PASSWORD_AUTH",
        "AuthParameters": {"USERNAME": "meera", "PASSWORD": "secret"},
    }
    cognito.add_response("initiate_auth", TOKENS, expected)

    assert sign_in.password("meera", "secret") == MEERA


@pytest.mark.parametrize(
    ("name", "asked", "field"),
    [
        ("NEW_PASSWORD_REQUIRED", Asked.NEW_PASSWORD, "NEW_PASSWORD"),
        ("SOFTWARE_TOKEN_MFA", Asked.CODE, "SOFTWARE_TOKEN_MFA_CODE"),
    ],
)
def test_what_is_asked_is_answered_with_its_ticket(cognito, sign_in, name, asked, field):
    named = {"ChallengeParameters": {"USER_ID_FOR_SRP": "meera"}}
    cognito.add_response("initiate_auth", question(name) | named)
    challenge = sign_in.password("Meera", "secret")
    assert challenge == Challenge("meera", asked, TICKET)
    expected = answer_to(name, **{field: "answer"})
    cognito.add_response("respond_to_auth_challenge", TOKENS, expected)

    assert sign_in.answer(challenge, "answer") == MEERA


def ask_for_a_device(cognito) -> None:
    made = {"SecretCode": "JBSWY3DPEHPK3PXP", "Session": "the-next-ticket-of-this-step"}
    cognito.add_response("initiate_auth", question("MFA_SETUP"))
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
    expected = answer_to("MFA_SETUP", "the-last-ticket-of-this-step")
    cognito.add_response("respond_to_auth_challenge", TOKENS, expected)

    assert sign_in.answer(challenge, "123456") == MEERA


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
    cognito.add_response("initiate_auth", question("SMS_MFA"))

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


@pytest.fixture
def directory(client) -> CognitoDirectory:
    return CognitoDirectory(lambda: client, POOL, "the-client-id")


def test_roles_are_the_groups_that_count(cognito, directory):
    who = {"UserPoolId": POOL, "Username": "meera"}
    cognito.add_response("admin_get_user", {"Username": "meera", "Enabled": True}, who)
    groups = [{"GroupName": name} for name in (ADMINISTRATOR, "cooks")]
    cognito.add_response("admin_list_groups_for_user", {"Groups": groups}, who)

    assert directory.account_of("meera").roles == {ADMINISTRATOR}


def test_who_is_disabled_or_gone_has_none(cognito, directory):
    cognito.add_response("admin_get_user", {"Username": "meera", "Enabled": False})
    assert directory.account_of("meera").roles == frozenset()
    cognito.add_client_error("admin_get_user", "UserNotFoundException")
    assert directory.account_of("meera").roles == frozenset()


@pytest.mark.parametrize("status", ["RESET_REQUIRED", "FORCE_CHANGE_PASSWORD", "COMPROMISED"])
def test_whose_password_was_taken_away_has_none(cognito, directory, status):
    user = {"Username": "meera", "Enabled": True, "UserStatus": status}
    cognito.add_response("admin_get_user", user)

    assert directory.account_of("meera").roles == frozenset()


def test_a_pool_out_of_reach_is_not_the_same_as_no_role(cognito, directory):
    cognito.add_client_error("admin_get_user", "TooManyRequestsException")

    with pytest.raises(Busy):
        directory.account_of("meera")


def test_a_stamp_changes_with_the_account(cognito, directory):
    stamps = []
    for second in (1, 1, 2):
        at = datetime(2026, 11, 30, 9, 0, second, tzinfo=UTC)
        user = {"Username": "meera", "Enabled": True, "UserLastModifiedDate": at}
        cognito.add_response("admin_get_user", user)
        cognito.add_response("admin_list_groups_for_user", {"Groups": []})
        stamps.append(directory.account_of("meera").stamp)

    assert stamps[0] == stamps[1] != stamps[2]


def test_a_refresh_token_holds_until_it_is_revoked(cognito, directory):
    expected = {
        "ClientId": "the-client-id",
        "AuthFlow": "REFRESH_TOKEN_AUTH",
        "AuthParameters": {"REFRESH_TOKEN": "the-grant"},
    }
    cognito.add_response("initiate_auth", TOKENS, expected)
    assert directory.grant_holds("the-grant")
    cognito.add_client_error("initiate_auth", "NotAuthorizedException")
    assert not directory.grant_holds("the-grant")
    cognito.add_client_error("initiate_auth", "InternalErrorException")
    with pytest.raises(Busy):
        directory.grant_holds("the-grant")


def test_a_revoked_access_token_holds_no_more(cognito, client, caplog):
    check = CognitoTokenCheck(lambda: client)
    user = {"Username": "meera", "UserAttributes": []}
    cognito.add_response("get_user", user, {"AccessToken": "token"})
    assert check.holds("token")
    for code in ("NotAuthorizedException", "PasswordResetRequiredException"):
        cognito.add_client_error("get_user", code, "Access Token has been revoked")
        assert not check.holds("token")
    cognito.add_client_error("get_user", "InternalErrorException")
    assert check.holds("token"), "it ends within the hour by itself"
    assert "token_unchecked" in caplog.text


def test_a_password_is_changed_with_the_authenticators_code_and_all_is_ended(cognito, sign_in):
    cognito.add_response("initiate_auth", question("SOFTWARE_TOKEN_MFA"))
    answer = answer_to("SOFTWARE_TOKEN_MFA", SOFTWARE_TOKEN_MFA_CODE="123456")
    cognito.add_response("respond_to_auth_challenge", TOKENS, answer)
    passwords = {"PreviousPassword": "old-one", "ProposedPassword": "new-one"}
    expected = {**passwords, "AccessToken": "token-of-meera"}
    cognito.add_response("change_password", {}, expected)
    cognito.add_response("global_sign_out", {}, {"AccessToken": "token-of-meera"})

    sign_in.change_password("meera", "old-one", "123456", "new-one")


@pytest.mark.parametrize(
    ("operation", "code", "meaning"),
    [
        ("initiate_auth", "NotAuthorizedException", WrongAnswer),
        ("respond_to_auth_challenge", "CodeMismatchException", WrongCode),
        ("change_password", "InvalidPasswordException", WeakPassword),
        ("change_password", "InternalErrorException", Busy),
    ],
)
def test_what_a_refused_change_of_a_password_means(cognito, sign_in, operation, code, meaning):
    asked = question("SOFTWARE_TOKEN_MFA")
    before = {"respond_to_auth_challenge": [asked], "change_password": [TOKENS]}
    for each in before.get(operation, []):
        cognito.add_response("initiate_auth", each)
    cognito.add_client_error(operation, code)

    with pytest.raises(meaning):
        sign_in.change_password("meera", "old-one", "123456", "new-one")


def test_a_grant_is_read_by_its_sessions_token_alone():
    grants = FernetGrants()
    sealed = grants.write("the token", "the grant")

    assert "the grant" not in sealed
    assert grants.read("the token", sealed) == "the grant"
    for token, text in (("another token", sealed), ("the token", "forged")):
        with pytest.raises(ValueError, match="not this session's grant"):
            grants.read(token, text)
