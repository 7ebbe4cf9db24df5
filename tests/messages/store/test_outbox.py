"""The messages as administrators see them, what is parked, how far the sweep has looked."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from chalicelib.core.domain.errors import InvalidInput
from chalicelib.messages.domain.delivery import MessageState, Receipt
from chalicelib.messages.services.ports import Parked
from tests.messages.store.test_messages import LATER, MESSAGE
from tests.support.builders import NOON
from tests.support.ledger import counting

TODAY = date(2026, 11, 23)
PARKED = Parked(
    "49590338271490256608559692538361571095921575989136588898", "K7M2", "KeyError", NOON
)


def pages(read, limit):
    found, cursor = [], None
    while True:
        page = read(limit, cursor)
        found += page.items
        cursor = page.cursor
        if cursor is None:
            return found


@pytest.fixture
def five(messages):
    """Five messages, a minute apart: two are owed, three are settled, one of them of yesterday."""
    made = [
        replace(MESSAGE, id=f"{n}.x", owed_at=NOON + timedelta(minutes=n)) for n in range(4)
    ] + [replace(MESSAGE, id="9.x", owed_at=NOON - timedelta(hours=13))]
    for message in made:
        messages.store_once(message, NOON)
    messages.mark_sent(made[2], "p", LATER)
    messages.mark_failed(made[3], "no", LATER)
    messages.mark_sent(made[4], "p", LATER)
    return made


@pytest.mark.parametrize("limit", [1, 2, 10])
def test_what_is_owed_and_what_is_settled_stand_apart(outbox, five, limit):
    owed = pages(outbox.list_owed, limit)
    today = pages(lambda limit, cursor: outbox.list_day(TODAY, limit, cursor), limit)
    yesterday = outbox.list_day(TODAY - timedelta(days=1), limit, None).items

    assert [each.message.id for each in owed] == ["0.x", "1.x"]
    assert [each.message.id for each in today] == ["3.x", "2.x"]
    assert [each.message.id for each in yesterday] == ["9.x"], "by India's calendar"


def test_a_receipt_leaves_a_message_on_its_day(outbox, messages, five):
    messages.note_receipt(five[2].subject, five[2].id, Receipt(delivered=True), LATER)
    messages.note_receipt(five[0].subject, five[0].id, Receipt(delivered=True), LATER)

    today = outbox.list_day(TODAY, 10, None).items
    assert [each.message.id for each in today] == ["3.x", "2.x", "0.x"]
    assert today[1].state is MessageState.DELIVERED


def test_a_page_of_25_costs_two_calls_at_most(database, outbox, messages):
    for number in range(30):
        message = replace(MESSAGE, id=str(number))
        messages.store_once(message, NOON)
        messages.mark_sent(message, "p", NOON)
    with counting(database) as ledger:
        page = outbox.list_day(TODAY, 25, None)
    assert len(page.items) == 25
    assert ledger.operations == ["Query"]
    assert ledger.read_units <= 2


@pytest.mark.parametrize("cursor", ["", "nonsense", "W10", "WyJhIl0", "अ", "x" * 600])
def test_a_forged_cursor_is_refused(outbox, cursor):
    with pytest.raises(InvalidInput):
        outbox.list_day(TODAY, 10, cursor)


def test_what_failed_is_owed_again_from_now_on(outbox, messages, five):
    assert outbox.owe_again(five[3], LATER)
    assert not outbox.owe_again(five[3], LATER), "it is owed already"
    assert not outbox.owe_again(five[2], LATER), "it was sent"

    found = outbox.find(five[3].subject, five[3].id)
    assert (found.state, found.tries, found.cause) == (MessageState.OWED, 0, None)
    assert five[3] in messages.due(LATER, 10)
    assert messages.begin_try(five[3], LATER).number == 1
    assert outbox.find("nobody", "x") is None


def test_a_change_is_parked_once_listed_and_unparked(outbox):
    assert outbox.find_parked(PARKED.id) is None
    outbox.park(PARKED)
    outbox.park(replace(PARKED, cause="ValueError", at=LATER))
    outbox.park(replace(PARKED, id="5"))

    assert [each.id for each in pages(outbox.parked, 1)] == [PARKED.id, "5"]
    assert outbox.find_parked(PARKED.id).cause == "ValueError"
    outbox.unpark(PARKED.id)
    outbox.unpark(PARKED.id)
    assert [each.id for each in outbox.parked(10, None).items] == ["5"]


def test_how_far_the_sweep_has_looked(outbox):
    assert outbox.find_swept_until() is None
    outbox.put_swept_until(NOON)
    outbox.put_swept_until(LATER)
    assert outbox.find_swept_until() == LATER
