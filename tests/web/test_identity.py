import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

from chalicelib.domain.errors import Busy, Unauthenticated
from chalicelib.gateways.identity import Identity

ISSUER = "https://cognito-idp.ap-south-1.amazonaws.com/ap-south-1_pool"
KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
OTHER_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)


@pytest.fixture(scope="module")
def pool() -> Iterator[HTTPServer]:
    """Serves the pool's keys and counts how often it is asked."""
    public = {**RSAAlgorithm.to_jwk(KEY.public_key(), as_dict=True), "kid": "k1", "use": "sig"}

    class Keys(BaseHTTPRequestHandler):
        def do_GET(self):
            self.server.asked += 1
            self.send_response(200)
            self.end_headers()
            self.wfile.write(json.dumps({"keys": [public]}).encode())

        def log_message(self, *_):
            pass

    server = HTTPServer(("127.0.0.1", 0), Keys)
    server.asked = 0
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def identity(pool):
    url = f"http://127.0.0.1:{pool.server_port}/.well-known/jwks.json"
    return Identity(issuer=ISSUER, client_id="client", keys_url=url)


def access(**changes):
    now = int(time.time())
    claims = {
        "sub": "3f0c",
        "iss": ISSUER,
        "token_use": "access",
        "client_id": "client",
        "username": "dr-asha",
        "cognito:groups": ["oncologists"],
        "iat": now,
        "exp": now + 3600,
        **changes,
    }
    return {name: value for name, value in claims.items() if value is not None}


def signed(claims, key=KEY, algorithm="RS256", kid="k1"):
    return jwt.encode(claims, key, algorithm=algorithm, headers={"kid": kid})


def test_an_access_token(identity):
    claims = access()

    who = identity.verify(signed(claims))

    assert (who.id, who.roles, who.expires) == (
        "dr-asha",
        frozenset({"oncologists"}),
        claims["exp"],
    )


def test_an_id_token(identity):
    claims = access(
        token_use="id", client_id=None, username=None, aud="client", **{"cognito:username": "meera"}
    )

    assert identity.verify(signed(claims)).id == "meera"


def test_groups_of_others_are_no_roles(identity):
    both = access(**{"cognito:groups": ["administrators", "cleaners"]})
    assert identity.verify(signed(both)).roles == frozenset({"administrators"})

    none = access(**{"cognito:groups": None})
    assert identity.verify(signed(none)).roles == frozenset()


@pytest.mark.parametrize(
    "changes",
    [
        {"exp": 1},
        {"exp": None},
        {"iss": "https://elsewhere.example"},
        {"iss": None},
        {"client_id": "another"},
        {"client_id": None},
        {"client_id": None, "aud": "client"},
        {"token_use": "refresh"},
        {"token_use": None},
        {"token_use": "id"},
        {"token_use": ["access"]},
        {"username": None},
        {"username": 7},
        {"cognito:groups": "administrators"},
        {"nbf": 9_999_999_999},
    ],
)
def test_claims_that_do_not_hold(identity, changes):
    with pytest.raises(Unauthenticated):
        identity.verify(signed(access(**changes)))


@pytest.mark.parametrize(
    "token",
    [
        "",
        "nonsense",
        "a.b.c",
        "टोकन",
        "x" * 10_000,
        signed(access(), key=OTHER_KEY),
        signed(access(), kid="unknown"),
        signed(access(), key="s" * 32, algorithm="HS256"),
        signed(access(), key="", algorithm="none"),
        signed(access())[:-6] + "AAAAAA",
    ],
    ids=["empty", "word", "dots", "hindi", "long", "forged", "kid", "hs256", "none", "cut"],
)
def test_tokens_that_do_not_hold(identity, token):
    with pytest.raises(Unauthenticated):
        identity.verify(token)


def test_the_keys_are_fetched_once(identity, pool):
    before = pool.asked
    for _ in range(3):
        identity.verify(signed(access()))
    for kid in ("a", "b", "c"):
        with pytest.raises(Unauthenticated):
            identity.verify(signed(access(), kid=kid))

    assert pool.asked == before + 1


def test_keys_out_of_reach_are_no_ones_fault():
    identity = Identity(issuer=ISSUER, client_id="client", keys_url="http://127.0.0.1:9/keys")

    with pytest.raises(Busy):
        identity.verify(signed(access()))
