"""The wire in its short form, and that what does not know its own write is found."""

from __future__ import annotations

from datetime import date

import pytest

from chalicelib.cases.store import phone_record
from chalicelib.core.dynamodb.table import Table
from chalicelib.messages.store import messages
from chalicelib.messages.store.sms_budget import DynamoSpend
from tests.resilience import wire as the_wire

pytestmark = pytest.mark.xdist_group("faults")
DAY = date(2027, 7, 5)


@pytest.fixture(scope="module")
def wire():
    with the_wire.a_wire() as opened:
        yield opened


def befallen(wire, fault, name):
    operations = [each for each in the_wire.OPERATIONS if each.name == name]
    return str(the_wire.befallen(wire, fault, operations).broken)


@pytest.mark.parametrize("fault", the_wire.FAULTS, ids=lambda fault: fault.name)
def test_a_wire_that_fails_loses_nothing_else(wire, fault):
    operations = [each for each in the_wire.OPERATIONS if each.name in the_wire.IN_SHORT]
    outcome = the_wire.befallen(wire, fault, operations)

    assert not outcome.broken
    assert outcome.counts["faults"] >= len(operations)


def test_what_takes_its_own_write_for_anothers_is_found(wire, monkeypatch):
    answer_from = phone_record.answer_from

    def naive(image, case, limits, digest=None):
        known = {name: value for name, value in image.items() if not name.startswith("recent_")}
        return answer_from(known, case, limits, digest)

    with monkeypatch.context() as planted:
        planted.setattr(messages, "_is_of", lambda _image, _try_id: False)
        assert "is owed still" in befallen(wire, the_wire.LOST_FIRST, "stream, messages")
    with monkeypatch.context() as planted:
        planted.setattr(phone_record, "answer_from", naive)
        assert "duplicate=True" in befallen(wire, the_wire.LOST_ALL, "ask, JSON")


def test_what_is_given_back_is_given_back_once(wire):
    before = wire.faults
    spent = DynamoSpend(Table(wire.world.database, "messages"))
    wire.world.run(lambda: spent.spend("all", DAY, 10, 10))
    with wire.faulty(the_wire.LOST_FIRST):
        wire.world.run(lambda: spent.give_back("all", DAY, 4))

    assert wire.faults > before
    (count,) = (item for item in wire.world.items("messages") if item["sk"]["S"] == "SPEND")
    assert count["segments"] == {"N": "6"}


def test_a_transaction_that_comes_twice_is_carried_out_once(wire):
    carried = []
    reply = (200, {}, "done")

    def carry():
        carried.append(reply)
        return reply

    assert [wire._once("token", carry), wire._once("token", carry)] == [reply, reply]
    assert wire._once(None, carry) == reply
    assert len(carried) == 2
