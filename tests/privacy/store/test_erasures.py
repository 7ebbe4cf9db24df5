"""After an erasure no table tells whose case it was; each trace that is left is seen."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta

import pytest

from chalicelib.cases.domain.phone_limits import PhoneLimits
from chalicelib.cases.domain.questionnaire import QUESTIONS
from chalicelib.cases.domain.retry_policy import RetryPolicy
from chalicelib.cases.domain.timeline import PATIENT, Attempt, Note, Result
from chalicelib.cases.store.cases import DynamoCases
from chalicelib.cases.store.models import CaseItem
from chalicelib.core.domain.errors import TooManyRequests
from chalicelib.core.domain.working_hours import DEFAULT_HOURS
from chalicelib.core.dynamodb.table import Table
from chalicelib.messages.domain.templates import OwedMessage, Template, subject_of_phone
from chalicelib.messages.services.ports import Parked
from chalicelib.messages.store.messages import DynamoMessages
from chalicelib.messages.store.outbox import DynamoOutbox
from chalicelib.privacy.domain.erasure import Why, erased
from chalicelib.privacy.services.erase_case import Erase, Proofs
from chalicelib.privacy.services.ports import CASES, Erasure
from chalicelib.privacy.store.erasures import KEPT, DynamoErasures
from tests.support.builders import HINDI_MESSAGE, NOON, a_case
from tests.support.erasing import proving

CASE = a_case(phone_key="an-hmac")
LIMITS = PhoneLimits()
LATER = NOON + timedelta(hours=1)
ERASURE = Erasure(CASE.reference, CASE.phone_key, LATER, "withdrawn")
SECRETS = ("सुनीता", CASE.phone, CASE.phone[3:], HINDI_MESSAGE, "a note by hand", "sms:inbound-77")

# What an item of a case may have while it is somebody's. A new attribute is decided upon here.
GONE = {
    *(name for name, question in QUESTIONS.items() if not question.groups),
    "request_ids",
    "earlier_phone_keys",
    "phone_ids",
    "digests",
    "told_phone",
    "told_others",
    "told_merged",
    "merges",
    "name_key",
    "notes",
    "call",
    "video",
    "owner",
    "lease_until",
    "queue_line",
    "queue_order",
}


class World:
    def __init__(self, client, database, cases, messages) -> None:
        self.client, self.tables = client, (cases, messages)
        self.cases = DynamoCases(Table(database, cases))
        self.messages = DynamoMessages(Table(database, messages))
        self.outbox = DynamoOutbox(Table(database, messages))
        self.erasures = DynamoErasures(Table(database, cases), Table(database, messages))

    def items(self, *tables: str) -> list[dict]:
        return [
            item
            for table in tables or self.tables
            for item in self.client.scan(TableName=table)["Items"]
        ]

    def everything(self) -> str:
        return json.dumps(self.items(), ensure_ascii=False, default=str)

    def work(self):
        """A case that was asked for, called, noted and told of, in every table that knows it."""
        self.cases.open(CASE, LIMITS)
        claimed = self.cases.claim(CASE.reference, "dr-asha", NOON)
        attempt = Attempt(NOON, "dr-asha", Result.NO_ANSWER, note="a note by hand")
        tried = claimed.record(attempt, retries=RetryPolicy(), hours=DEFAULT_HOURS)
        tried = replace(
            tried,
            notes=(Note(NOON, "meera", "a note by hand"),),
            request_ids=("sms:inbound-77",),
        )
        self.cases.save(claimed, tried, NOON)
        for subject in (CASE.reference, subject_of_phone(CASE.phone_key)):
            self.owe(subject, "0")
        self.outbox.park(Parked("seq-1", CASE.reference, "KeyError codec.py:96", NOON))
        return tried

    def owe(self, subject, id_, at=NOON):
        text = {"reference": CASE.reference}
        owed = OwedMessage(
            subject, id_, Template.STATUS, CASE.phone, CASE.phone_key, "hi", at, text
        )
        self.messages.store_once(owed, at)

    def erase(self):
        case = self.cases.get(CASE.reference, consistent=True)
        self.erasures.begin(ERASURE)
        self.cases.save(case, erased(case, Why.WITHDRAWN, PATIENT, LATER), LATER)
        self.erasures.clear(ERASURE)


def another(**changes):
    """Another case of the same phone."""
    return a_case(phone_key=CASE.phone_key, requested_at=LATER, **changes)


@pytest.fixture
def world(client, database, cases_table, messages_table) -> World:
    return World(client, database, cases_table, messages_table)


def test_after_an_erasure_no_table_tells_whose_case_it_was(world):
    world.work()
    before = world.everything()
    assert [secret for secret in SECRETS if secret not in before] == []

    world.erase()
    after = world.everything()

    assert [secret for secret in SECRETS if secret in after] == []
    assert set(world.erasures.traces(ERASURE).values()) == {0}


def test_when_it_is_over_not_even_a_key_leads_from_the_phone_to_the_case(world):
    world.work()
    world.erase()
    world.erasures.finish(CASE.reference)
    phones = [item for item in world.items(world.tables[0]) if CASE.phone_key in json.dumps(item)]

    assert CASE.reference not in json.dumps(phones)
    assert CASE.phone_key not in json.dumps(world.items(world.tables[1]))


def test_what_is_left_reads_as_the_erased_case(world):
    before = world.work()
    world.erase()

    assert world.cases.get(CASE.reference, consistent=True) == erased(
        before, Why.WITHDRAWN, PATIENT, LATER
    )


def test_each_trace_is_counted_where_it_stands(world):
    world.work()

    assert world.erasures.traces(ERASURE) == {
        # phone, its key, request_id; name, messages, notes, request_ids, the line; a note.
        "case": 10,
        "claims": 0,
        "phone": 1,
        "messages": 3,
    }
    claimed = world.cases.get(CASE.reference, consistent=True)
    due = claimed.not_before
    world.cases.claim(CASE.reference, "dr-asha", due)
    assert world.erasures.traces(ERASURE)["claims"] == 1


def test_every_attribute_of_a_case_is_kept_or_gone():
    attributes = {each.attr_name for each in CaseItem.get_attributes().values()}

    assert attributes == KEPT | GONE
    assert not KEPT & GONE


def test_the_times_of_the_erased_go_on_counting_against_the_day_s_limit(world):
    limits = PhoneLimits(new_cases_a_day=2)
    world.work()
    world.erase()
    world.cases.open(another(reference="K7M240R59XY", request_id="2"), limits)
    third = another(reference="K7M240R59XZ", request_id="3", another_person=True)

    with pytest.raises(TooManyRequests):
        world.cases.open(third, limits)


def test_another_case_of_the_phone_stays_what_it_is(world):
    world.work()
    world.cases.open(
        another(reference="K7M240R59XY", request_id="2", another_person=True),
        LIMITS,
    )
    world.owe("K7M240R59XY", "0")
    world.owe(subject_of_phone(CASE.phone_key), "1", LATER + timedelta(minutes=1))
    world.erase()

    assert world.cases.find_open(CASE.phone_key).reference == "K7M240R59XY"
    assert world.cases.find_phone(CASE.phone_key).references == ("K7M240R59XY",)
    assert len(world.messages.list_for("K7M240R59XY")) == 1
    assert len(world.messages.list_for(subject_of_phone(CASE.phone_key))) == 1


def test_an_erasure_that_is_noted_stays_until_it_is_finished(world):
    world.erasures.begin(ERASURE)
    world.erasures.begin(replace(ERASURE, asked_at=NOON, why="asked"))
    assert world.erasures.pending(10) == [ERASURE]
    world.erasures.finish(CASE.reference)

    assert world.erasures.pending(10) == []


class TestAPhoneThatWasCorrected:
    """What was answered to the phone that a case had before holds that phone's whole number."""

    RIGHT = "+919812345670"

    def corrected(self, world, **changes):
        world.cases.open(CASE, LIMITS)
        world.owe(subject_of_phone(CASE.phone_key), "help")
        wrong = world.cases.get(CASE.reference, consistent=True)
        right = wrong.correct({"phone": self.RIGHT, "phone_key": "right"}, "meera", NOON)
        return world.cases.save(wrong, replace(right, **changes), NOON)

    def erase_and_prove(self, world):
        Erase(world.cases, world.erasures)(CASE.reference, Why.WITHDRAWN, PATIENT, LATER)
        return proving(world.cases, world.erasures)(LATER, 10)

    def test_it_is_in_no_table_after_a_proof(self, world):
        self.corrected(world)
        assert CASE.phone in world.everything()

        assert self.erase_and_prove(world) == Proofs(proven=1)

        assert CASE.phone[3:] not in world.everything()
        assert self.RIGHT[3:] not in world.everything()

    def test_a_case_that_was_corrected_before_it_noted_its_phones(self, world):
        """Its own messages name the phone to which they went."""
        self.corrected(world, earlier_phone_keys=())
        world.owe(CASE.reference, "0.requested.patient")

        assert self.erase_and_prove(world) == Proofs(proven=1)

        assert CASE.phone[3:] not in world.everything()
        (noted,) = world.erasures.pending(10)
        assert noted.phone_keys == ("right", CASE.phone_key)

    def test_the_proof_sees_what_is_left_of_it(self, world):
        self.corrected(world)
        Erase(world.cases, world.erasures)(CASE.reference, Why.WITHDRAWN, PATIENT, LATER)
        (noted,) = world.erasures.pending(10)

        assert world.erasures.traces(noted)["messages"] == 1

    def test_a_correction_between_the_noting_and_the_erasing_is_noted_too(self, world):
        self.corrected(world)
        world.erasures.begin(ERASURE)
        Erase(world.cases, world.erasures)(CASE.reference, Why.WITHDRAWN, PATIENT, LATER)

        (noted,) = world.erasures.pending(10)
        assert set(noted.phone_keys) == {CASE.phone_key, "right"}

    def test_one_that_was_noted_before_there_were_earlier_phones_is_read(self, world):
        world.erasures.begin(ERASURE)
        world.client.update_item(
            TableName=world.tables[0],
            Key={"pk": {"S": "ERASURE"}, "sk": {"S": CASE.reference}},
            UpdateExpression="REMOVE phone_keys",
        )

        assert world.erasures.pending(10) == [ERASURE]


def test_clearing_what_is_not_there_is_no_error(world):
    world.erasures.clear(ERASURE)

    assert not any(world.erasures.traces(ERASURE).values())


def test_messages_of_a_day_are_dropped_a_few_at_a_time(world):
    for number in range(3):
        world.owe(f"CASE{number}", "0")
        stored = world.messages.list_for(f"CASE{number}")[0]
        world.messages.mark_sent(stored.message, "provider", NOON)
    world.owe("CASE", "owed")
    day = date(2026, 11, 23)

    assert [world.erasures.drop_messages(day, 2) for _ in range(3)] == [2, 1, 0]
    assert len(world.items(world.tables[1])) == 1


def test_how_far_was_purged_is_remembered(world):
    assert world.erasures.find_purged(CASES) is None
    world.erasures.put_purged(CASES, date(2026, 11, 23))

    assert world.erasures.find_purged(CASES) == date(2026, 11, 23)
