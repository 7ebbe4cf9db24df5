"""What a handset's phone remembers of what it sends."""

from __future__ import annotations

from datetime import datetime

import pytest

from chalicelib.core.domain.datetimes import IST
from chalicelib.core.domain.phone import Phone
from infra import send_sms
from infra.local_stack import LocalStack
from infra.phone_simulator.phone import Phones

NINE = datetime(2026, 11, 23, 9, 5, tzinfo=IST)
SUNITA = Phone("+919812345678")


@pytest.fixture
def phones(monkeypatch):
    monkeypatch.setattr(Phones, "_received", lambda self, phone: {})
    return Phones(LocalStack(8200, {}), lambda: NINE)


def test_an_sms_is_on_the_phone_while_it_is_on_its_way(phones, monkeypatch):
    seen = []
    monkeypatch.setattr(send_sms, "send", lambda *_: seen.extend(phones.events(SUNITA)))

    phones.send(SUNITA, "मदद")

    assert [(each.kind, each.text) for each in seen] == [("sent", "मदद")]
    assert phones.events(SUNITA) == seen


def test_what_could_not_be_sent_is_not_on_the_phone(phones, monkeypatch):
    def fails(*_):
        raise OSError

    monkeypatch.setattr(send_sms, "send", fails)
    with pytest.raises(OSError):  # whatever stopped it
        phones.send(SUNITA, "मदद")

    assert phones.events(SUNITA) == []
