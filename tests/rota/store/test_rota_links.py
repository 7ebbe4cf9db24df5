"""Links, confirmations, calendars, and how far reminders went."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.core.domain.errors import Busy
from chalicelib.rota.services.ports import Confirmation, ShiftLink
from tests.support.builders import NOON
from tests.support.ledger import counting
from tests.support.rota_world import MONDAY

LINK = ShiftLink(MONDAY, "morning-20261123-1000", "dr-asha", NOON)
CONFIRMED = Confirmation(MONDAY, "morning-20261123-1000", "dr-asha", NOON)


def test_a_link_is_found_by_its_hash(database, rota_links):
    assert rota_links.find_shift_link("hash") is None
    for _ in range(2):
        rota_links.put_shift_link("hash", LINK)
    with counting(database) as ledger:
        assert rota_links.find_shift_link("hash") == LINK
    assert (ledger.operations, ledger.read_units) == (["GetItem"], 0.5)


def test_confirmations_are_read_half_open_by_date(rota_links):
    later = replace(CONFIRMED, day=MONDAY + timedelta(days=1), oncologist="dr-ravi")
    for confirmation in (later, CONFIRMED, CONFIRMED):
        rota_links.put_confirmation(confirmation)
    assert rota_links.confirmations(MONDAY, MONDAY + timedelta(days=1)) == [CONFIRMED]
    assert rota_links.confirmations(MONDAY, MONDAY + timedelta(days=2)) == [CONFIRMED, later]


def test_a_calendar_is_opened_by_its_last_secret_only(database, rota_links):
    rota_links.replace_feed("dr-asha", "one")
    rota_links.replace_feed("dr-ravi", "his")
    rota_links.replace_feed("dr-asha", "two")
    assert [rota_links.find_feed(key) for key in ("one", "two", "his")] == [
        None,
        "dr-asha",
        "dr-ravi",
    ]
    rota_links.replace_feed("dr-asha", None)
    rota_links.replace_feed("dr-asha", None)
    assert rota_links.find_feed("two") is None
    with counting(database) as ledger:
        assert rota_links.find_feed("his") == "dr-ravi"
    assert ledger.operations == ["GetItem"]


def test_of_two_new_secrets_at_once_one_is_refused(rota_links, monkeypatch):
    rota_links.replace_feed("dr-asha", "one")
    table, get = rota_links.table, rota_links.table.get

    def read_and_lose(*args, **kwargs):
        image = get(*args, **kwargs)
        monkeypatch.setattr(table, "get", get)
        rota_links.replace_feed("dr-asha", "theirs")
        return image

    monkeypatch.setattr(table, "get", read_and_lose)
    with pytest.raises(Busy):
        rota_links.replace_feed("dr-asha", "mine")
    assert [rota_links.find_feed(key) for key in ("one", "mine", "theirs")] == [
        None,
        None,
        "dr-asha",
    ]


def test_how_far_reminders_went_only_moves_on(rota_links):
    assert rota_links.reminded_through() is None
    rota_links.record_reminded(NOON)
    rota_links.record_reminded(NOON - timedelta(minutes=15))
    assert rota_links.reminded_through() == NOON
    rota_links.record_reminded(NOON + timedelta(minutes=15))
    assert rota_links.reminded_through() == NOON + timedelta(minutes=15)
