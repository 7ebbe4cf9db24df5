"""Receipts: in any order, however often, and for messages that we never heard of."""

from __future__ import annotations

from contextlib import suppress
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.core.domain.errors import NotFound
from chalicelib.messages.domain.delivery import MessageState, Receipt
from chalicelib.messages.domain.templates import parts_of
from chalicelib.messages.services.delivery_receipts import (
    Noted,
    NoteReceipt,
    id_from_address,
    name_in_address,
)
from tests.support.builders import NOON, a_message
from tests.support.stores import StoredMessages

MESSAGE = a_message(subject="sms:twilio:SM1", id="0.received.patient")
DELIVERED = Receipt(delivered=True, provider_id="p-1")
FAILED = Receipt(delivered=False, cause="twilio_30005")


@pytest.fixture
def messages() -> StoredMessages:
    messages = StoredMessages()
    messages.store_once(MESSAGE, NOON)
    return messages


def state(messages: StoredMessages) -> tuple[MessageState, str | None]:
    (stored,) = messages.list_for(MESSAGE.subject)
    return stored.state, stored.cause


def test_a_receipt_finds_its_message(messages):
    messages.mark_sent(MESSAGE, "p-1", NOON)

    assert NoteReceipt(messages)(MESSAGE.full_id, FAILED, NOON) is Noted.NOTED
    assert state(messages) == (MessageState.UNDELIVERED, "twilio_30005")


@pytest.mark.parametrize(
    "receipts", sorted(set(permutations([DELIVERED, FAILED, FAILED, DELIVERED])), key=str)
)
def test_delivered_is_the_end_in_any_order(messages, receipts):
    messages.mark_sent(MESSAGE, "p-1", NOON)
    for receipt in receipts:
        NoteReceipt(messages)(MESSAGE.full_id, receipt, NOON)

    assert state(messages) == (MessageState.DELIVERED, None)


@pytest.mark.parametrize("receipt", [DELIVERED, FAILED])
def test_a_receipt_before_our_own_note_proves_that_it_was_sent(messages, receipt):
    NoteReceipt(messages)(MESSAGE.full_id, receipt, NOON)
    before = state(messages)

    assert not messages.is_owed(MESSAGE), "it is not sent again"
    messages.mark_sent(MESSAGE, "p-1", NOON)
    assert state(messages) == before


@pytest.mark.parametrize(
    "message_id", ["", "/", "nobody", "nobody/0.received", "sms:twilio:SM1/", MESSAGE.subject]
)
def test_a_message_that_we_never_heard_of(messages, message_id):
    assert NoteReceipt(messages)(message_id, DELIVERED, NOON) is Noted.UNKNOWN
    assert state(messages) == (MessageState.OWED, None)


@given(st.text(min_size=1, max_size=90))
def test_a_name_in_an_address_is_safe_there_and_reads_back(message_id):
    name = name_in_address(message_id)

    assert set(name) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
    assert id_from_address(name) == message_id


@given(st.text(max_size=40))
def test_any_other_name_is_not_found_or_its_own(name):
    with suppress(NotFound):
        assert name_in_address(id_from_address(name)) == name


@pytest.mark.parametrize("name", ["QQ==", "QR", "_w", "Q", "A" * 600, "हिन्दी", "a b"])
def test_names_that_nobody_wrote(name):
    with pytest.raises(NotFound):
        id_from_address(name)


def test_a_full_id_is_taken_apart_at_the_last_slash():
    assert parts_of(MESSAGE.full_id) == (MESSAGE.subject, MESSAGE.id)
    assert parts_of("shift/2026-11-23.morning/0.starts") == ("shift/2026-11-23.morning", "0.starts")
