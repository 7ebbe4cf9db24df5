"""Messages owed and what became of them, opt-outs, inbound records."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.core.domain.errors import NotFound
from chalicelib.messages.domain.delivery import MessageState, Try
from chalicelib.messages.domain.templates import MessageChannel
from chalicelib.messages.store.message_mapping import message_to_item, stored_from_image
from tests.support.builders import NOON, a_message
from tests.support.ledger import counting

MESSAGE = a_message(id="0.received.patient", variables={"reference": "K7M240R59XK"})
LATER = NOON + timedelta(minutes=5)


def test_a_message_is_stored_once(messages):
    assert messages.store_once(MESSAGE, NOON)
    assert not messages.store_once(MESSAGE, LATER)
    assert messages.is_owed(MESSAGE)
    assert messages.due(LATER, 10) == [MESSAGE]


def test_an_sms_is_stored_without_its_channel_as_before_there_were_channels():
    item = message_to_item(MESSAGE, NOON, "try", begun=True).serialize()

    assert "channel" not in item
    assert stored_from_image(item).message.channel is MessageChannel.SMS
    assert stored_from_image({**item, "channel": {"S": "sms"}}).message == MESSAGE


def test_what_is_overtaken_is_stored_once_and_owed_never(messages):
    overtaken = replace(MESSAGE, is_overtaken=True)
    assert messages.store_once(overtaken, NOON)
    assert not messages.store_once(MESSAGE, LATER)

    assert not messages.is_owed(MESSAGE)
    assert messages.due(LATER, 10) == []
    assert messages.owed_before(LATER, 10) == []
    [stored] = messages.list_for(MESSAGE.subject)
    assert (stored.state, stored.tries) == (MessageState.OVERTAKEN, 0)


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
    assert messages.due(LATER, 10) == []
    assert messages.begin_try(MESSAGE, LATER) is None


def test_the_sweep_sees_what_is_due_and_nothing_that_is_being_tried(messages):
    for minute in (2, 0, 1):
        message = replace(MESSAGE, id=f"{minute}.received.patient")
        messages.store_once(message, NOON + timedelta(minutes=minute))
    found = messages.due(NOON + timedelta(minutes=3), 10)
    assert [message.id[0] for message in found] == ["0", "1"]
    assert len(messages.due(LATER, 1)) == 1
    messages.store_once(replace(MESSAGE, id="9"), NOON, begun=False)
    assert [message.id for message in messages.due(NOON, 10)] == ["9"]


def test_one_try_at_a_time_and_what_is_known_of_those_before(messages):
    messages.store_once(MESSAGE, NOON)
    assert messages.begin_try(MESSAGE, NOON + timedelta(seconds=119)) is None
    second = messages.begin_try(MESSAGE, NOON + timedelta(minutes=2))
    assert second == Try(number=2)
    assert messages.begin_try(MESSAGE, NOON + timedelta(minutes=3)) is None

    messages.put_off(MESSAGE, "Throttled", second.refused_too(), LATER)
    assert messages.begin_try(MESSAGE, LATER - timedelta(microseconds=1)) is None
    third = messages.begin_try(MESSAGE, LATER)
    assert third == Try(number=3, refused=1)
    messages.put_off(MESSAGE, "answer_lost", third.lost_too(), LATER)
    assert messages.begin_try(MESSAGE, LATER) == Try(number=4, refused=1, lost=1)
    [stored] = messages.list_for(MESSAGE.subject)
    assert (stored.tries, stored.cause) == (4, "answer_lost")


def test_putting_off_what_is_owed_no_more_changes_nothing(messages):
    messages.store_once(MESSAGE, NOON)
    messages.mark_suppressed(MESSAGE, NOON)
    messages.put_off(MESSAGE, "Throttled", Try(), NOON)
    assert (messages.due(LATER, 10), messages.owed_before(LATER, 10)) == ([], [])


def test_what_is_owed_for_long_the_longest_first(messages):
    for minute in (2, 0, 1):
        at = NOON + timedelta(minutes=minute)
        messages.store_once(replace(MESSAGE, id=str(minute), owed_at=at), LATER)
    found = messages.owed_before(NOON + timedelta(minutes=2), 10)
    assert [message.id for message in found] == ["0", "1"]
    assert len(messages.owed_before(LATER, 1)) == 1


@pytest.mark.parametrize("count", [0, 1, 230])
def test_which_messages_are_stored(messages, count):
    names = [(f"subject-{number}", "0.requested.patient") for number in range(count)]
    for subject, id_ in names[::3]:
        messages.store_once(replace(MESSAGE, subject=subject, id=id_), NOON)
    assert messages.standing([*names, *names[:1]]) == set(names[::3])


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


def test_a_lost_acknowledgement_makes_nobody_elses_try_of_our_own(messages, lose_answer):
    lose_answer("PutItem")
    assert messages.store_once(MESSAGE, NOON)
    lose_answer("PutItem")
    assert not messages.store_once(MESSAGE, NOON)

    lose_answer("UpdateItem")
    assert messages.begin_try(MESSAGE, LATER) == Try(number=2)
    lose_answer("UpdateItem")
    assert messages.begin_try(MESSAGE, LATER) is None


def test_a_message_costs_two_writes_and_three(database, messages):
    with counting(database) as ledger:
        messages.store_once(MESSAGE, NOON)
        messages.mark_sent(MESSAGE, "p-1", LATER)
    # The item and its entry in the index, which goes from the owed to its day.
    assert [call.write_units for call in ledger.calls] == [2, 3]


def test_looking_for_a_hundred_messages_is_one_call(database, messages):
    messages.store_once(MESSAGE, NOON)
    names = [(MESSAGE.subject, MESSAGE.id), *((str(number), "x") for number in range(99))]
    with counting(database) as ledger:
        messages.standing(names)
    assert (ledger.operations, ledger.read_units) == (["BatchGetItem"], 50)


def test_the_phones_that_opted_out_are_found_together(messages):
    messages.opt_out("one", NOON)
    messages.opt_out("two", NOON)

    assert messages.opted_out_of({"one", "three"}) == {"one"}
    assert messages.opted_out_of(()) == set()
