import hmac
import json
import threading
import time
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from jwt.algorithms import RSAAlgorithm

from chalicelib.core.domain.errors import Busy, Unauthenticated
from chalicelib.people.gateways.token_verifier import Identity

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
            self.server.paths.append(self.path)
            self.send_response(200)
            self.end_headers()
            self.wfile.write(json.dumps({"keys": self.server.keys}).encode())

        def log_message(self, *_):
            pass

    server = HTTPServer(("127.0.0.1", 0), Keys)
    server.asked, server.paths, server.keys = 0, [], [public]
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


def test_an_id_token_opens_nothing_as_nobody_can_revoke_it(identity):
    claims = access(
        token_use="id", client_id=None, username=None, aud="client", **{"cognito:username": "meera"}
    )

    for each in (claims, {**claims, "client_id": "client", "username": "meera"}):
        with pytest.raises(Unauthenticated):
            identity.verify(signed(each))


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


def test_a_new_signing_key_is_fetched_when_its_first_token_comes(identity, pool, monkeypatch):
    identity.verify(signed(access()))
    public = RSAAlgorithm.to_jwk(OTHER_KEY.public_key(), as_dict=True)
    monkeypatch.setattr(pool, "keys", [*pool.keys, {**public, "kid": "k2", "use": "sig"}])
    before, clock = pool.asked, time.monotonic()
    monkeypatch.setattr("jwt.jwks_client.time.monotonic", lambda: clock + 60)

    assert identity.verify(signed(access(), key=OTHER_KEY, kid="k2")).id == "dr-asha"
    assert identity.verify(signed(access())).id == "dr-asha"
    # Made-up names of keys cost no more than one fetch in half a minute.
    for kid in ("a", "b", "c"):
        with pytest.raises(Unauthenticated):
            identity.verify(signed(access(), kid=kid))
    assert pool.asked == before + 1


def test_the_public_key_as_a_shared_secret_signs_nothing(identity):
    """The confusion of RS256 with HS256: a key that everybody knows, taken for a secret."""
    public = KEY.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    header, claims = (
        urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=")
        for part in ({"alg": "HS256", "typ": "JWT", "kid": "k1"}, access())
    )
    forged = header + b"." + claims
    signature = urlsafe_b64encode(hmac.digest(public, forged, "sha256")).rstrip(b"=")

    with pytest.raises(Unauthenticated):
        identity.verify((forged + b"." + signature).decode())


@pytest.mark.parametrize("planted", ["jku", "x5u", "jwk"])
def test_a_key_that_the_token_itself_brings_or_points_to_is_not_asked_for(identity, pool, planted):
    public = {**RSAAlgorithm.to_jwk(OTHER_KEY.public_key(), as_dict=True), "kid": "own"}
    brought = public if planted == "jwk" else f"http://127.0.0.1:{pool.server_port}/evil.json"
    headers = {"kid": "own", planted: brought}
    token = jwt.encode(access(), OTHER_KEY, algorithm="RS256", headers=headers)

    with pytest.raises(Unauthenticated):
        identity.verify(token)
    assert "/evil.json" not in pool.paths


def test_keys_out_of_reach_are_no_ones_fault():
    identity = Identity(issuer=ISSUER, client_id="client", keys_url="http://127.0.0.1:9/keys")

    with pytest.raises(Busy):
        identity.verify(signed(access()))
