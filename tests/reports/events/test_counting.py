"""The edges of counting: the stream's batches, and the nightly recount."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from chalice.test import Client

import app as application
from chalicelib.cases.domain.timeline import CloseReason
from chalicelib.cases.store.case_mapping import case_to_item
from chalicelib.cases.store.cases import DynamoWholeCases
from chalicelib.cases.wiring import Cases
from chalicelib.core.domain.errors import Busy
from chalicelib.core.wiring import Core
from chalicelib.reports.wiring import Reports
from tests.support import functions
from tests.support.builders import NOON, a_case, some_settings
from tests.support.fake_tallies import FakeTallies
from tests.support.fakes import FakeClock
from tests.support.helpline import using
from tests.support.stores import StoredCases

DAY = date(2026, 11, 23)
DAYS = timedelta(days=2)


@pytest.fixture
def cases() -> StoredCases:
    return StoredCases()


@pytest.fixture
def tallies(cases) -> Iterator[FakeTallies]:
    tallies = FakeTallies()
    with using(
        Core(settings=some_settings(), clock=FakeClock(NOON)),
        Cases(store=cases, whole_cases=DynamoWholeCases(cases.table)),
        Reports(tally_store=tallies),
    ):
        yield tallies


def record(case=None, **image):
    item = case_to_item(case, NOON).serialize() if case else image or None
    change = {"SequenceNumber": "7", **({"NewImage": item} if item else {})}
    return {"dynamodb": change}


def calls(tallies):
    return {day: totals.counts.calls for day, (_, totals) in tallies.by_day.items()}


def test_a_batch_is_counted_at_once(tallies):
    other = a_case(reference="OTHER", phone="+919812345999")
    event = {"Records": [record(a_case()), record(other), record(a_case())]}

    assert functions.count_cases(event) == {"batchItemFailures": []}
    assert calls(tallies) == {DAY: 2}
    assert tallies.calls.count("put_totals") == 1


def test_what_is_no_case_or_is_gone_counts_nothing(tallies):
    phone = {"pk": {"S": "PHONE#key"}, "sk": {"S": "PHONE"}}

    functions.count_cases({"Records": [record(**phone), record()]})
    assert calls(tallies) == {}


def test_what_cannot_be_read_holds_no_other_up(tallies, caplog):
    broken = {"pk": {"S": "CASE#K7M240R59XK"}, "sk": {"S": "CASE"}, "name": {"S": "Sunita"}}
    with caplog.at_level(logging.INFO):
        functions.count_cases({"Records": [record(**broken), record(a_case())]})

    assert calls(tallies) == {DAY: 1}
    (error,) = [entry for entry in caplog.records if entry.levelno == logging.ERROR]
    assert (error.message, error.sequence) == ("case_not_counted", "7")
    assert "Sunita" not in caplog.text


def test_a_batch_comes_again_when_the_table_is_out_of_reach(tallies):
    tallies.fail_next = [Busy()]

    with pytest.raises(Busy):
        functions.count_cases({"Records": [record(a_case())]})
    functions.count_cases({"Records": [record(a_case())]})
    assert calls(tallies) == {DAY: 1}


def test_an_empty_event_counts_nothing(tallies):
    assert functions.count_cases({}) == {"batchItemFailures": []}
    assert tallies.by_day == {}


def test_the_nightly_recount_finds_what_the_stream_lost(tallies, cases):
    cases.put(a_case())
    long_ago = NOON - timedelta(days=30)
    cases.put(a_case(reference="OLD", phone="+919812345999", requested_at=long_ago))
    held = a_case(reference="HELD", phone="+919812345998").claim("dr-asha", NOON)
    cases.put(held)
    cases.put(a_case(reference="LATER", phone="+919812345997", not_before=NOON + DAYS))

    assert functions.recount_cases() == {"cases": 4, "changed": 4}
    assert functions.recount_cases() == {"cases": 4, "changed": 0}
    assert calls(tallies) == {DAY: 3, DAY - timedelta(days=30): 1}


def test_a_week_without_any_function_is_found_with_the_day_before_it(tallies, cases):
    asked = NOON - timedelta(days=8)
    case = a_case(requested_at=asked, not_before=asked)
    cases.put(case.close(CloseReason.EXPIRED, "meera", asked + timedelta(days=1)))

    assert functions.recount_cases() == {"cases": 1, "changed": 1}
    assert calls(tallies)[DAY - timedelta(days=8)] == 1


def test_both_functions_run_by_hand_on_an_empty_event(tallies, cases):
    cases.put(a_case())
    with Client(application.app) as client:
        assert client.lambda_.invoke("count_cases", {}).payload == {"batchItemFailures": []}
        assert client.lambda_.invoke("recount_cases", {}).payload["cases"] == 1
