"""Messages owed and what became of them, opt-outs, inbound records."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.domain.errors import NotFound
from chalicelib.domain.messages import OwedMessage, Template
from chalicelib.services.ports import MessageState
from tests.support.builders import NOON
from tests.support.ledger import counting

MESSAGE = OwedMessage(
    subject="K7M240R59XK",
    id="0.received.patient",
    template=Template.RECEIVED,
    phone="+919812345678",
    phone_key="key",
    language="hi",
    owed_at=NOON,
    variables={"reference": "K7M240R59XK"},
)
LATER = NOON + timedelta(minutes=5)


def test_a_message_is_stored_once(messages):
    assert messages.store_once(MESSAGE, NOON)
    assert not messages.store_once(MESSAGE, LATER)
    assert messages.is_owed(MESSAGE)
    assert messages.owed_before(LATER, 10) == [MESSAGE]


def test_the_same_id_under_another_subject_is_another(messages):
    assert messages.store_once(MESSAGE, NOON)
    assert messages.store_once(replace(MESSAGE, subject="OTHER"), NOON)


def test_what_was_never_stored_is_not_owed(messages):
    assert not messages.is_owed(MESSAGE)
    with pytest.raises(NotFound):
        messages.mark_sent(MESSAGE, "provider-1", NOON)
    assert messages.list_for(MESSAGE.subject) == []


@pytest.mark.parametrize(
    ("mark", "state", "provider_id", "cause"),
    [
        (lambda m: m.mark_sent(MESSAGE, "p-1", LATER), MessageState.SENT, "p-1", None),
        (lambda m: m.mark_failed(MESSAGE, "opted", LATER), MessageState.FAILED, None, "opted"),
        (lambda m: m.mark_suppressed(MESSAGE, LATER), MessageState.SUPPRESSED, None, None),
    ],
    ids=["sent", "failed", "suppressed"],
)
def test_what_became_of_it_stays(messages, mark, state, provider_id, cause):
    messages.store_once(MESSAGE, NOON)
    mark(messages)
    messages.mark_sent(MESSAGE, "p-2", LATER + timedelta(minutes=1))
    messages.mark_failed(MESSAGE, "late", LATER + timedelta(minutes=1))
    [stored] = messages.list_for(MESSAGE.subject)
    assert (stored.message, stored.state, stored.since) == (MESSAGE, state, LATER)
    assert (stored.provider_id, stored.cause) == (provider_id, cause)
    assert not messages.is_owed(MESSAGE)
    assert messages.owed_before(LATER, 10) == []


def test_the_sweep_sees_the_longest_owed_first_and_nothing_new(messages):
    for minute in (2, 0, 1):
        message = replace(MESSAGE, id=f"{minute}.received.patient")
        messages.store_once(message, NOON + timedelta(minutes=minute))
    found = messages.owed_before(NOON + timedelta(minutes=2), 10)
    assert [message.id[0] for message in found] == ["0", "1"]
    assert len(messages.owed_before(LATER, 1)) == 1


def test_opting_out_and_in(messages):
    assert not messages.is_opted_out("key")
    messages.opt_out("key", NOON)
    messages.opt_out("key", LATER)
    assert messages.is_opted_out("key")
    assert not messages.is_opted_out("other")
    messages.opt_in("key")
    messages.opt_in("key")
    assert not messages.is_opted_out("key")


def test_an_inbound_record_tells_the_outcome_and_goes(messages, client, messages_table):
    messages.record_inbound("m-1", "no_phone", NOON)
    messages.record_inbound("m-1", "no_phone", NOON)
    [item] = client.scan(TableName=messages_table)["Items"]
    assert item["outcome"] == {"S": "no_phone"}
    assert int(item["expires_at"]["N"]) == (NOON + timedelta(days=30)).timestamp()


def test_a_lost_acknowledgement_leaves_it_owed(messages, lose_answer):
    lose_answer("PutItem")
    assert not messages.store_once(MESSAGE, NOON)
    assert messages.is_owed(MESSAGE)


def test_a_message_costs_two_writes_twice(database, messages):
    with counting(database) as ledger:
        messages.store_once(MESSAGE, NOON)
        messages.mark_sent(MESSAGE, "p-1", LATER)
    assert [call.write_units for call in ledger.calls] == [2, 2]
