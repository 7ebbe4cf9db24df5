"""The deployment's keys, and what is made with them."""

from base64 import b64encode

import pytest
from botocore.exceptions import EndpointConnectionError

from chalicelib.core.gateways.ssm_secrets import KEPT_FOR, LOOKED_AGAIN_AFTER, SsmSecrets
from tests.support.ssm import FakeSsm, Seconds

OLD, NEW, PHONE = (bytes([number]) * 32 for number in (1, 2, 3))


def lines(*keys: bytes) -> str:
    return "\n".join(b64encode(key).decode() for key in keys)


def secrets(ssm: FakeSsm, clock: Seconds | None = None) -> SsmSecrets:
    return SsmSecrets(lambda: ssm, "/helpline/test", clock=clock or Seconds())


def keyed(*links: bytes) -> FakeSsm:
    return FakeSsm(**{"phone-key": lines(PHONE), "link-key": lines(*links)})


def test_both_keys_are_read_in_one_call_once() -> None:
    ssm = keyed(NEW)
    keys = secrets(ssm)
    keys.phone_key("+919812345678")
    keys.link_token("K7M2")

    assert len(ssm.calls) == 1


def test_a_phone_has_one_key_and_the_key_does_not_show_the_phone() -> None:
    keys = secrets(keyed(NEW))
    key = keys.phone_key("+919812345678")

    assert key == secrets(keyed(OLD)).phone_key("+919812345678")
    assert key != keys.phone_key("+919812345679")
    assert "9812345678" not in key


def test_a_token_opens_its_own_case_alone() -> None:
    keys = secrets(keyed(NEW))
    token = keys.link_token("K7M2")

    assert keys.find_signed(token, "K7M2")
    assert not keys.find_signed(token, "K7M3")
    assert not keys.find_signed(token[:-1], "K7M2")
    assert not keys.find_signed("", "K7M2")
    assert not keys.find_signed("हिन्दी", "K7M2")


def test_a_link_signed_before_the_keys_were_rotated_still_opens() -> None:
    token = secrets(keyed(OLD)).link_token("K7M2")
    rotated = secrets(keyed(NEW, OLD))

    assert rotated.find_signed(token, "K7M2")
    assert rotated.link_token("K7M2") != token
    assert not secrets(keyed(NEW)).find_signed(token, "K7M2")


def test_a_link_of_a_new_key_opens_on_a_machine_that_has_read_the_old_one_alone() -> None:
    ssm, clock = keyed(OLD), Seconds()
    running = secrets(ssm, clock)
    of_before = running.link_token("K7M2")
    ssm.values["/helpline/test/link-key"] = lines(NEW, OLD)
    of_now = secrets(ssm).link_token("K7M2")
    clock.now += LOOKED_AGAIN_AFTER

    assert running.find_signed(of_now, "K7M2")
    assert running.find_signed(of_before, "K7M2")
    assert running.link_token("K7M2") == of_now


def test_a_key_that_was_taken_away_opens_nothing_after_an_hour() -> None:
    ssm, clock = keyed(NEW, OLD), Seconds()
    running = secrets(ssm, clock)
    leaked = secrets(keyed(OLD)).link_token("K7M2")
    assert running.find_signed(leaked, "K7M2")
    ssm.values["/helpline/test/link-key"] = lines(NEW)
    clock.now += KEPT_FOR

    assert not running.find_signed(leaked, "K7M2")
    assert running.find_signed(running.link_token("K7M2"), "K7M2")


def test_wrong_tokens_cost_a_call_a_minute_at_the_most() -> None:
    ssm, clock = keyed(NEW), Seconds()
    running = secrets(ssm, clock)
    for _ in range(120):
        assert not running.find_signed("forged", "K7M2")
        clock.now += 1

    assert len(ssm.calls) == 2


def test_while_the_keys_are_out_of_reach_those_known_hold() -> None:
    ssm, clock = keyed(NEW), Seconds()
    running = secrets(ssm, clock)
    token = running.link_token("K7M2")
    ssm.failure = EndpointConnectionError(endpoint_url="https://ssm")
    clock.now += KEPT_FOR
    assert running.find_signed(token, "K7M2")
    ssm.failure = None
    ssm.values["/helpline/test/link-key"] = ""
    clock.now += KEPT_FOR
    assert running.find_signed(token, "K7M2")


def test_sources_phones_and_names_have_keys_of_their_own() -> None:
    keys = secrets(keyed(NEW))
    same = {keys.phone_key("203.0.113.9"), keys.name_key("203.0.113.9")}

    assert keys.tries_key("203.0.113.9") not in same
    assert keys.tries_key("203.0.113.9") != keys.tries_key("203.0.113.8")
    assert "203" not in keys.tries_key("203.0.113.9")


def test_a_missing_key_is_named() -> None:
    with pytest.raises(LookupError, match="phone-key"):
        secrets(FakeSsm(**{"link-key": lines(NEW)})).phone_key("+919812345678")
