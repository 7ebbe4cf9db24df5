"""The deployment's keys, and what is made with them."""

from base64 import b64encode
from typing import Any

import pytest

from chalicelib.gateways.secrets import SsmSecrets

OLD, NEW, PHONE = (bytes([number]) * 32 for number in (1, 2, 3))


class FakeSsm:
    def __init__(self, **values: bytes | str) -> None:
        self.values = {
            f"/helpline/test/{name}": value if isinstance(value, str) else b64encode(value).decode()
            for name, value in values.items()
        }
        self.calls = 0

    def get_parameters(self, *, Names: list[str], WithDecryption: bool) -> dict[str, Any]:  # noqa: N803
        assert WithDecryption
        self.calls += 1
        return {
            "Parameters": [
                {"Name": name, "Value": self.values[name]} for name in Names if name in self.values
            ]
        }


def secrets(ssm: FakeSsm) -> SsmSecrets:
    return SsmSecrets(lambda: ssm, "/helpline/test")


def keyed(link: bytes | str) -> FakeSsm:
    return FakeSsm(**{"phone-key": PHONE, "link-key": link})


def test_both_keys_are_read_in_one_call_once() -> None:
    ssm = keyed(NEW)
    keys = secrets(ssm)
    keys.phone_key("+919812345678")
    keys.link_token("K7M2")

    assert ssm.calls == 1


def test_a_phone_has_one_key_and_the_key_does_not_show_the_phone() -> None:
    keys = secrets(keyed(NEW))
    key = keys.phone_key("+919812345678")

    assert key == secrets(keyed(OLD)).phone_key("+919812345678")
    assert key != keys.phone_key("+919812345679")
    assert "9812345678" not in key


def test_a_token_opens_its_own_case_alone() -> None:
    keys = secrets(keyed(NEW))
    token = keys.link_token("K7M2")

    assert keys.link_token_holds("K7M2", token)
    assert not keys.link_token_holds("K7M3", token)
    assert not keys.link_token_holds("K7M2", token[:-1])
    assert not keys.link_token_holds("K7M2", "")
    assert not keys.link_token_holds("K7M2", "हिन्दी")


def test_a_link_signed_before_the_keys_were_rotated_still_opens() -> None:
    token = secrets(keyed(OLD)).link_token("K7M2")
    rotated = secrets(keyed("\n".join(b64encode(key).decode() for key in (NEW, OLD))))

    assert rotated.link_token_holds("K7M2", token)
    assert rotated.link_token("K7M2") != token
    assert not secrets(keyed(NEW)).link_token_holds("K7M2", token)


def test_a_missing_key_is_named() -> None:
    with pytest.raises(LookupError, match="phone-key"):
        secrets(FakeSsm(**{"link-key": NEW})).phone_key("+919812345678")
