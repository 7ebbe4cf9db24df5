"""Addresses of rooms: whose token it is, for how long, and signed so that Jitsi takes it."""

from base64 import b64encode
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from chalicelib.cases.domain.calls import VideoRoom
from chalicelib.cases.gateways.video_jitsi import Jaas, JitsiRooms, OwnServer
from chalicelib.cases.services.ports import Guest, RoomsUnconfigured
from chalicelib.core.domain.errors import Busy
from chalicelib.core.gateways.ssm_credentials import CredentialsUnread
from tests.support.builders import NOON
from tests.support.fakes import FakeCredentials

SECRET = "a-secret-between-jitsi-and-the-helpline"
DOCTOR, PATIENT = Guest("Dr Asha", is_moderator=True), Guest("K7M 240", is_moderator=False)
OPEN = VideoRoom(NOON, NOON + timedelta(hours=1))
START, END = int(OPEN.start.timestamp()), int(OPEN.end.timestamp())
UNTIMED = {"verify_exp": False, "verify_nbf": False, "verify_iat": False}


@pytest.fixture(scope="module")
def key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def own(**values) -> JitsiRooms:
    given = values or {"jitsi_secret": (SECRET, "the-secret-before")}
    return JitsiRooms(OwnServer("meet.example.org", "helpline"), FakeCredentials(**given))


def token_in(link: str) -> str:
    return parse_qs(urlsplit(link).query)["jwt"][0]


def test_a_server_of_ones_own():
    link = own().link("0a1b2c", DOCTOR, OPEN)

    parts = urlsplit(link)
    assert f"{parts.scheme}://{parts.netloc}{parts.path}" == "https://meet.example.org/0a1b2c"
    assert parts.fragment == "config.disableDeepLinking=true"
    claims = jwt.decode(
        token_in(link), SECRET, algorithms=["HS256"], audience="helpline", options=UNTIMED
    )
    assert claims == {
        "aud": "helpline",
        "iss": "helpline",
        "sub": "meet.example.org",
        "room": "0a1b2c",
        "nbf": START - 30,
        "iat": START,
        "exp": END,
        "context": {"user": {"name": "Dr Asha", "moderator": "true"}},
    }


def test_the_patient_has_another_token_and_moderates_nothing():
    doctor, patient = (token_in(own().link("0a1b2c", each, OPEN)) for each in (DOCTOR, PATIENT))

    assert doctor != patient
    claims = jwt.decode(patient, SECRET, algorithms=["HS256"], audience="helpline", options=UNTIMED)
    assert claims["context"]["user"] == {"name": "K7M 240", "moderator": "false"}


def test_jaas(key):
    pem = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    credentials = FakeCredentials(jaas_private_key=(b64encode(pem).decode(),))
    rooms = JitsiRooms(Jaas("8x8.vc", "vpaas-magic-cookie-1fc5", "4f4910"), credentials)
    link = rooms.link("0a1b2c", DOCTOR, OPEN)

    assert urlsplit(link).path == "/vpaas-magic-cookie-1fc5/0a1b2c"
    token = token_in(link)
    assert jwt.get_unverified_header(token) == {
        "alg": "RS256",
        "typ": "JWT",
        "kid": "vpaas-magic-cookie-1fc5/4f4910",
    }
    claims = jwt.decode(
        token, key.public_key(), algorithms=["RS256"], audience="jitsi", options=UNTIMED
    )
    assert (claims["iss"], claims["sub"]) == ("chat", "vpaas-magic-cookie-1fc5")
    assert (claims["room"], claims["exp"]) == ("0a1b2c", END)


def test_without_a_secret_there_is_no_room(caplog):
    with pytest.raises(RoomsUnconfigured):
        own(another=("x",)).link("0a1b2c", DOCTOR, OPEN)

    assert caplog.records[0].missing == ["jitsi-secret"]


def test_a_secret_out_of_reach():
    credentials = FakeCredentials()
    credentials.fail_next = [CredentialsUnread()]

    with pytest.raises(Busy):
        JitsiRooms(OwnServer("m", "h"), credentials).link("0a1b2c", DOCTOR, OPEN)
