"""A flood of false requests from one address: it ends, and nobody is left without a way in."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import replace

import pytest

from chalicelib import logs
from chalicelib.cases.services.rate_limit import COUNTED_TOGETHER
from chalicelib.core.wiring import Core
from tests.support.helpline import using
from tests.support.web import SETTINGS, Web

THERE = "198.51.100.7"
MOST = 24


def flood(web) -> list[int]:
    """Ask for ever new phones from one address, well beyond the limit."""
    return [web.ask(phone=f"98{number:08}").status_code for number in range(MOST + 20)]


def form(phone="9876543210") -> dict[str, str]:
    return {"phone": phone, "consent": "yes", "request_id": f"form-{phone}"}


@pytest.fixture
def web(web: Web) -> Iterator[Web]:
    few = replace(SETTINGS, address_daily_asks=MOST)
    with using(*web.parts(), Core(settings=few)):
        yield web


@pytest.fixture
def flooded(web):
    flood(web)
    return web


def test_it_ends_at_the_limit(web):
    statuses = flood(web)

    assert statuses.count(201) < MOST + COUNTED_TOGETHER
    assert set(statuses[statuses.index(429) :]) == {429}
    assert len(web.cases.cases) == statuses.count(201)


def test_a_program_is_told_when_to_come_back(flooded):
    answer = flooded.ask()

    assert answer.json_body["error"]["code"] == "too_many_from_address"
    assert 0 < int(answer.headers["Retry-After"]) <= 24 * 3600


@pytest.mark.parametrize("language", ["en", "hi"])
def test_a_person_is_given_the_number_to_ring(flooded, language):
    answer = flooded.send(f"/request?lang={language}", form())

    page = answer.body.decode()
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 0
    assert 'href="tel:+919355520202"' in page


def test_a_form_with_a_mistake_in_it_is_judged_and_not_counted(web):
    for _ in range(MOST * 2):
        assert web.send("/request", {"phone": "98"}).status_code == 422
    assert web.tries.calls == []
    assert web.send("/request", form()).status_code == 303


def test_other_addresses_and_what_was_asked_already_are_not_touched(flooded):
    reference = next(iter(flooded.cases.cases))
    assert flooded.get(f"/c/{reference}?t=token-of-{reference}").status_code == 200
    flooded.events.address = THERE

    assert flooded.ask().status_code == 201
    assert flooded.send("/request", form("9812345678")).status_code == 303


def test_a_family_costs_no_call_more(web):
    for _ in range(COUNTED_TOGETHER - 1):
        web.ask(another_person=True)

    assert web.tries.calls == []


def test_no_address_is_stored_or_logged(web, caplog):
    caplog.set_level(logging.DEBUG)
    web.events.address = THERE
    flood(web)

    ((name, window),) = web.tries.counted
    assert name.startswith("asked#")
    assert THERE not in name
    assert window == web.clock().astimezone(window.tzinfo).replace(hour=0)
    written = "".join(logs.JsonLines().format(record) for record in caplog.records)
    assert "asked_too_often" in written
    assert THERE not in written
