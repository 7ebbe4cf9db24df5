"""Each fake of what is outside does what the real client does, over recorded answers."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

import pytest
from botocore.session import get_session
from botocore.stub import Stubber

from chalicelib.core.domain.roles import ADMINISTRATOR, Principal
from chalicelib.core.gateways.ssm_credentials import CredentialsMissing, SsmCredentials
from chalicelib.core.gateways.ssm_secrets import SsmSecrets
from chalicelib.people.gateways.cognito_sign_in import CognitoSignIn
from chalicelib.people.gateways.cognito_users import CognitoAccounts
from chalicelib.people.services.ports import (
    Asked,
    Challenge,
    SignInState,
    TicketExpired,
    WeakPassword,
    WrongAnswer,
    WrongCode,
)
from tests.support.fakes import FakeAccounts, FakeCredentials, FakeSecrets
from tests.support.session_fakes import CODE, PASSWORD, FakeSignIn
from tests.support.user_pool import Pool

PHONE, OTHER = "+919812345678", "+919812345679"
EMAIL = "asha@hospital.example"
NEW = "A-longer-one-22"
TOKENS = {"AuthenticationResult": {"AccessToken": "token-of-meera"}}
WANTS_CODE = {
    "ChallengeName": "SOFTWARE_TOKEN_MFA",
    "Session": "the-session-ticket-of-meera",
    "ChallengeParameters": {},
}
Recorded = tuple[str, Any]
"""An operation, and its answer or the code of its refusal."""


class Ssm:
    """The parameters of a deployment."""

    def __init__(self, **values: str) -> None:
        self.values = {f"/helpline/{name}": text for name, text in values.items()}

    def get_parameters(self, *, Names: list[str], **_: Any) -> Any:  # noqa: N803  # botocore's
        found = {name: self.values[name] for name in Names if name in self.values}
        return {"Parameters": [{"Name": name, "Value": text} for name, text in found.items()]}


@pytest.fixture(params=["fake", "ssm"])
def secrets(request):
    if request.param == "fake":
        return FakeSecrets()
    keys = {name: b64encode(name.encode() * 4).decode() for name in ("phone-key", "link-key")}
    return SsmSecrets(lambda: Ssm(**keys), "/helpline")


def test_a_key_names_its_phone_its_person_or_its_source_alone(secrets):
    keys = (secrets.phone_key, secrets.name_key, secrets.tries_key)
    assert all(key(PHONE) == key(PHONE) != key(OTHER) for key in keys)
    assert len({key(PHONE) for key in keys}) == len(keys)


def test_a_token_opens_what_was_signed_alone(secrets):
    token = secrets.link_token("K7M2")
    assert secrets.find_signed(token, "K7M3", "K7M2") == "K7M2"
    assert secrets.find_signed(token, "K7M3") is None
    assert secrets.find_signed("forged", "K7M2") is None


@pytest.fixture(params=["fake", "ssm"])
def credentials(request):
    if request.param == "fake":
        return FakeCredentials(account_sid=("AC1",), auth_token=("new", "old"))
    ssm = Ssm(**{"account-sid": "AC1", "auth-token": "new\nold"})
    return SsmCredentials(lambda: ssm, "/helpline")


def test_credentials_come_as_groups_of_lines_and_what_is_missing_is_named(credentials):
    assert credentials.get("account-sid", "auth-token") == (("AC1",), ("new", "old"))
    assert credentials.renewed("account-sid", "auth-token") is None
    credentials.forget()
    with pytest.raises(CredentialsMissing) as raised:
        credentials.get("account-sid", "api-key")
    assert raised.value.names == ("api-key",)


@pytest.fixture(params=["fake", "cognito"])
def accounts(request):
    pool = Pool()
    return FakeAccounts() if request.param == "fake" else CognitoAccounts(lambda: pool, pool.id)


def test_an_account_is_opened_and_closed_and_an_invitation_opens_none(accounts):
    assert accounts.state("dr-asha") is SignInState.NONE
    accounts.close("dr-asha")
    assert accounts.open("dr-asha") is False
    assert accounts.state("dr-asha") is SignInState.NONE

    accounts.invite("dr-asha", EMAIL)
    assert accounts.state("dr-asha") is SignInState.OPEN
    accounts.sign_out("dr-asha")
    accounts.close("dr-asha")
    accounts.invite("dr-asha", EMAIL)
    assert accounts.state("dr-asha") is SignInState.CLOSED
    assert accounts.open("dr-asha") is True
    assert accounts.state("dr-asha") is SignInState.OPEN


class Tokens:
    def verify(self, token: str) -> Principal:
        return Principal(token.removeprefix("token-of-"), frozenset({ADMINISTRATOR}), 4_000_000_000)


@pytest.fixture(params=["fake", "cognito"])
def signing_in(request):
    """Return how to sign in: a fake with one person, or Cognito, which answers as recorded."""
    session = get_session()
    session.set_credentials("key", "secret")
    client = session.create_client("cognito-idp", region_name="ap-south-1")
    fake = FakeSignIn()

    def begin(asks: Asked | None, recorded: list[Recorded]) -> Any:
        if request.param == "fake":
            fake.put("meera", ADMINISTRATOR, asks=asks)
            return fake
        for operation, answer in recorded:
            if isinstance(answer, str):
                stub.add_client_error(operation, answer)
            else:
                stub.add_response(operation, answer)
        return CognitoSignIn(lambda: client, "the-client-id", Tokens())

    with Stubber(client) as stub:
        yield begin
        if request.param == "cognito":
            stub.assert_no_pending_responses()


def test_a_right_password_is_enough_or_asks_for_more(signing_in):
    known = signing_in(None, [("initiate_auth", TOKENS)]).password("meera", PASSWORD)
    assert (known.person, known.roles) == ("meera", {ADMINISTRATOR})

    answered = [("initiate_auth", WANTS_CODE), ("respond_to_auth_challenge", TOKENS)]
    sign_in = signing_in(Asked.CODE, answered)
    challenge = sign_in.password("meera", PASSWORD)
    assert challenge == Challenge("meera", Asked.CODE, "the-session-ticket-of-meera")
    assert sign_in.answer(challenge, CODE).roles == {ADMINISTRATOR}


def asked_for(asked: Asked, ticket: str = "the-session-ticket-of-meera") -> Challenge:
    return Challenge("meera", asked, ticket)


ANSWERING = "respond_to_auth_challenge"


@pytest.mark.parametrize(
    ("asks", "recorded", "call", "error"),
    [
        (
            None,
            [("initiate_auth", "NotAuthorizedException")],
            lambda way: way.password("meera", "wrong"),
            WrongAnswer,
        ),
        (
            None,
            [("initiate_auth", "UserNotFoundException")],
            lambda way: way.password("nobody", PASSWORD),
            WrongAnswer,
        ),
        (
            Asked.CODE,
            [(ANSWERING, "CodeMismatchException")],
            lambda way: way.answer(asked_for(Asked.CODE), "000000"),
            WrongAnswer,
        ),
        (
            Asked.CODE,
            [(ANSWERING, "NotAuthorizedException")],
            lambda way: way.answer(asked_for(Asked.CODE, "the-ticket-of-another-session"), CODE),
            TicketExpired,
        ),
        (
            Asked.NEW_PASSWORD,
            [(ANSWERING, "InvalidPasswordException")],
            lambda way: way.answer(asked_for(Asked.NEW_PASSWORD), "short"),
            WeakPassword,
        ),
        (
            None,
            [("initiate_auth", "NotAuthorizedException")],
            lambda way: way.change_password("meera", "wrong", CODE, NEW),
            WrongAnswer,
        ),
        (
            Asked.CODE,
            [("initiate_auth", WANTS_CODE), (ANSWERING, "CodeMismatchException")],
            lambda way: way.change_password("meera", PASSWORD, "000000", NEW),
            WrongCode,
        ),
        (
            None,
            [("initiate_auth", TOKENS), ("change_password", "InvalidPasswordException")],
            lambda way: way.change_password("meera", PASSWORD, CODE, "short"),
            WeakPassword,
        ),
    ],
    ids=lambda value: value.__name__ if isinstance(value, type) else None,
)
def test_what_a_refusal_means(signing_in, asks, recorded, call, error):
    with pytest.raises(error):
        call(signing_in(asks, recorded))


def test_a_changed_password_is_the_one_that_opens(signing_in):
    recorded = [("initiate_auth", TOKENS), ("change_password", {}), ("global_sign_out", {})]
    sign_in = signing_in(None, [*recorded, ("initiate_auth", TOKENS)])

    sign_in.change_password("meera", PASSWORD, "", NEW)

    assert sign_in.password("meera", NEW).person == "meera"
