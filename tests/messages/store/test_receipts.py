"""Receipts upon stored messages: what was delivered stays so, and nothing is sent once more."""

from __future__ import annotations

from datetime import timedelta

import pytest

from chalicelib.messages.domain.delivery import MessageState, Receipt
from tests.messages.store.test_messages import LATER, MESSAGE
from tests.support.builders import NOON
from tests.support.ledger import counting

DELIVERED = Receipt(delivered=True, provider_id="p-9")
FAILED = Receipt(delivered=False, cause="twilio_30005")
MUCH_LATER = LATER + timedelta(hours=1)


def note(messages, receipt: Receipt, now=LATER) -> bool:
    return messages.note_receipt(MESSAGE.subject, MESSAGE.id, receipt, now)


def stored(messages):
    (found,) = messages.list_for(MESSAGE.subject)
    return found


@pytest.fixture
def sent(messages):
    messages.store_once(MESSAGE, NOON)
    messages.mark_sent(MESSAGE, "p-1", NOON)
    return messages


@pytest.mark.parametrize(
    ("receipt", "state", "provider_id", "cause"),
    [
        (DELIVERED, MessageState.DELIVERED, "p-9", None),
        (FAILED, MessageState.UNDELIVERED, "p-1", "twilio_30005"),
    ],
)
def test_a_receipt_tells_what_became_of_it(sent, receipt, state, provider_id, cause):
    assert note(sent, receipt)
    assert note(sent, receipt, MUCH_LATER), "again, it is known and changes nothing"

    found = stored(sent)
    assert (found.message, found.state, found.since) == (MESSAGE, state, LATER)
    assert (found.provider_id, found.cause) == (provider_id, cause)


def test_delivered_is_the_end(sent):
    for receipt in (FAILED, DELIVERED, FAILED):
        assert note(sent, receipt)

    assert (stored(sent).state, stored(sent).cause) == (MessageState.DELIVERED, None)


@pytest.mark.parametrize("receipt", [DELIVERED, FAILED])
def test_what_was_delivered_before_we_noted_it_sent_is_owed_no_more(messages, receipt):
    messages.store_once(MESSAGE, NOON)
    note(messages, receipt)
    state = stored(messages).state

    assert not messages.is_owed(MESSAGE)
    assert messages.due(MUCH_LATER, 10) == []
    messages.mark_sent(MESSAGE, "p-1", MUCH_LATER)
    assert stored(messages).state is state


def test_a_failure_of_ours_is_not_undone_by_a_failure_but_by_a_delivery(messages):
    messages.store_once(MESSAGE, NOON)
    messages.mark_failed(MESSAGE, "answer_lost", NOON)
    note(messages, FAILED)
    assert stored(messages).cause == "answer_lost"

    note(messages, DELIVERED)
    assert (stored(messages).state, stored(messages).cause) == (MessageState.DELIVERED, None)


@pytest.mark.parametrize("receipt", [DELIVERED, FAILED])
def test_a_receipt_of_nothing_stores_nothing(messages, receipt):
    assert not note(messages, receipt)
    assert messages.list_for(MESSAGE.subject) == []


def test_a_receipt_costs_one_round_trip(sent, database):
    with counting(database) as ledger:
        note(sent, DELIVERED)

    assert len(ledger.calls) == 1
