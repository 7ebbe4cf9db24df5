"""Twilio's signature: its own published example, and what must not pass for it."""

from __future__ import annotations

import pytest

from chalicelib.messages.providers.twilio.signature import is_signed, signature

TOKEN = "12345"
URL = "https://mycompany.com/myapp.php?foo=1&bar=2"
PARAMETERS = {
    "To": ["+18005551212"],
    "Digits": ["1234"],
    "CallSid": ["CA1234567890ABCDE"],
    "From": ["+12349013030"],
    "Caller": ["+12349013030"],
}
SIGNED = "0/KCTR6DLpKmkAf8muzZqo1nDgQ="


def test_the_published_example():
    assert signature(TOKEN, URL, PARAMETERS) == SIGNED
    assert is_signed(SIGNED, [TOKEN], URL, PARAMETERS)


@pytest.mark.parametrize(
    "forged", ["", SIGNED[:-1], SIGNED.lower(), SIGNED.replace("Q=", "R="), "हिन्दी", "A" * 9000]
)
def test_a_forged_signature(forged):
    assert not is_signed(forged, [TOKEN], URL, PARAMETERS)


@pytest.mark.parametrize(
    "url",
    [
        "https://other.example/myapp.php?foo=1&bar=2",
        "http://mycompany.com/myapp.php?foo=1&bar=2",
        "https://mycompany.com/myapp.php",
        "https://mycompany.com:8443/myapp.php?foo=1&bar=3",
    ],
)
def test_another_address(url):
    assert not is_signed(SIGNED, [TOKEN], url, PARAMETERS)


@pytest.mark.parametrize(
    "changed",
    [
        {**PARAMETERS, "Digits": ["1235"]},
        {**PARAMETERS, "More": [""]},
        {name: values for name, values in PARAMETERS.items() if name != "To"},
        {},
    ],
)
def test_changed_parameters(changed):
    assert not is_signed(SIGNED, [TOKEN], URL, changed)


@pytest.mark.parametrize("tokens", [[], ["other"]])
def test_no_token_or_another(tokens):
    assert not is_signed(SIGNED, tokens, URL, PARAMETERS)


def test_while_a_token_is_replaced_both_sign():
    for token in ("new", "old"):
        made = signature(token, URL, PARAMETERS)
        assert is_signed(made, ["new", "old"], URL, PARAMETERS)


@pytest.mark.parametrize(
    ("configured", "signed_for"),
    [
        ("https://h.example/w", "https://h.example:443/w"),
        ("http://h.example/w", "http://h.example:80/w"),
        ("https://h.example:8443/w", "https://h.example:8443/w"),
        ("https://h.example:8443/w", "https://h.example/w"),
        ("http://[::1]:8000/w", "http://[::1]/w"),
        ("http://[::1]/w", "http://[::1]:80/w"),
    ],
)
def test_with_and_without_the_port(configured, signed_for):
    made = signature(TOKEN, signed_for, PARAMETERS)

    assert is_signed(made, [TOKEN], configured, PARAMETERS)


@pytest.mark.parametrize("signed_for", ["https://h.example:444/w", "https://h.example:80/w"])
def test_another_port(signed_for):
    made = signature(TOKEN, signed_for, PARAMETERS)

    assert not is_signed(made, [TOKEN], "https://h.example/w", PARAMETERS)


def test_of_a_repeated_name_each_value_counts_once_in_order():
    once = signature(TOKEN, URL, {"a": ["1", "2", "10"]})

    assert signature(TOKEN, URL, {"a": ["2", "10", "1", "2"]}) == once
    assert signature(TOKEN, f"{URL}a1a10a2", {}) == once
    assert signature(TOKEN, URL, {"a": ["2"]}) != once
