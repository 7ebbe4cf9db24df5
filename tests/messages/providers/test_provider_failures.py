"""The companies that carry SMS, with bad manners: each message goes once, or twice at most."""

from __future__ import annotations

import pytest

from chalicelib.messages.services import send_messages
from chalicelib.providers import provider_of
from tests.resilience import provider_failures


def broken() -> list[str]:
    return [each for outcome in provider_failures.run(long=False) for each in outcome.broken]


def test_every_message_goes_out_once_or_twice_where_nobody_can_know():
    outcomes = list(provider_failures.run(long=False))

    assert len(outcomes) >= 2
    assert [each for outcome in outcomes for each in outcome.broken] == []
    assert all(outcome.counts["requests"] >= len(provider_failures.MANNERS) for outcome in outcomes)


def test_a_gateway_that_gives_up_too_soon_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(send_messages, "MOST_UNCERTAIN", 1)
    monkeypatch.setattr(provider_failures, "COMPANIES", [provider_of("twilio")])

    assert any("not taken, and the connection cut" in each for each in broken())


def test_a_gateway_that_repeats_what_was_taken_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(send_messages, "MOST_UNCERTAIN", 8)
    monkeypatch.setattr(provider_failures, "HOW_OFTEN", {"once": 1, "for good": 1_000})
    monkeypatch.setattr(provider_failures, "COMPANIES", [provider_of("exotel")])
    manner = "taken, and the answer cut"
    monkeypatch.setattr(provider_failures, "MANNERS", {manner: provider_failures.MANNERS[manner]})

    found = [each for outcome in provider_failures.run(long=True) for each in outcome.broken]
    assert any("taken 8 times" in each for each in found)
