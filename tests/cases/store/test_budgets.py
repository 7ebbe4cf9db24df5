"""design.md's table of round trips and units, counted by the ledger for an ordinary case."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from itertools import pairwise

import pytest

from chalicelib.cases.domain.answers import Details, Wishes
from chalicelib.cases.domain.calls import Call
from chalicelib.cases.domain.queue import Line
from chalicelib.cases.domain.timeline import PATIENT, CloseReason, Result
from chalicelib.cases.store.case_mapping import case_to_item
from chalicelib.messages.domain.telephony import CallState
from tests.support.builders import HINDI_MESSAGE, NOON, a_case, an_asking, an_attempt, with_attempt
from tests.support.ledger import counting

LINES = [Line("hi"), Line("hi", woman_only=True), Line("en"), Line("en", woman_only=True)]
# To the microsecond, as the machine's clock tells it: whole seconds would weigh less.
NOW = NOON.replace(microsecond=123457)
ONE_CALL = 1


def ordinary(number: int, **changes):
    return a_case(
        **{
            "reference": f"K7M240R{number:04d}",
            "request_id": f"3f0c2a52-8f5e-4a3e-9d43-0f6a3b1f{number:04d}",
            "phone": f"+91981234{number:04d}",
            "requested_at": NOW + timedelta(seconds=number),
            **changes,
        }
    )


@pytest.fixture(params=[10, 300], ids=["10 cases", "300 cases"])
def crowd(request, client, cases_table, cases, limits):
    """So many wait already: what follows costs the same, however many they are."""
    cases.open(ordinary(0), limits)
    # Straight into the table: moto copies all of it for every transaction.
    for number in range(1, request.param):
        item = case_to_item(ordinary(number), NOW).serialize()
        client.put_item(TableName=cases_table, Item=item)
    return request.param


def attempted(cases, reference, minutes, result=Result.NO_ANSWER):
    at = NOW + timedelta(minutes=minutes)
    claimed = cases.get(reference)
    return claimed, with_attempt(claimed, an_attempt(result, at=at))


def test_ask_for_a_callback(database, cases, limits, crowd):
    with counting(database) as ledger:
        cases.open(ordinary(crowd), limits)
    assert (ledger.operations, ledger.read_units) == (["TransactWriteItems"], 0)
    assert ledger.write_units == 6  # phone 2, case 2, queue 1, phoned 1


def test_ask_for_the_sixth_time(database, cases, limits):
    """The phone's item is full of what it remembers, and is one unit still."""
    for number in range(5):
        case = ordinary(number, phone="+919812345678", requested_at=NOW + timedelta(days=number))
        cases.open(case, limits)
        cases.save(case, case.close(CloseReason.CANCELLED, PATIENT, NOW), NOW)
    with counting(database) as ledger:
        cases.open(ordinary(6, phone="+919812345678", requested_at=NOW + timedelta(days=6)), limits)
    assert ledger.write_units == 6


def test_ask_again(database, cases, limits, crowd):
    again = ordinary(0, request_id="again")
    with counting(database) as ledger:
        opened = cases.open(again, limits)
    assert (ledger.operations, ledger.read_units) == (["TransactWriteItems"], 0)
    assert ledger.write_units == 4  # a cancelled transaction is paid for: phone 2, case 2
    more = Details(age=38, messages=(HINDI_MESSAGE,))
    for asking in (an_asking("empty"), an_asking("telling", details=more, digest="aGVsbG8gd29")):
        with counting(database) as ledger:
            cases.add(opened.reference, asking)
        assert (ledger.operations, ledger.write_units) == (["UpdateItem"], 1)


def test_ask_again_with_another_wish(database, cases, limits):
    """A refused request 4, a refused update 1, the case 1, out of a line and into another 2."""
    opened = cases.open(ordinary(0), limits)
    asking = an_asking(wishes=Wishes(language="en"))
    with counting(database) as ledger:
        cases.open(ordinary(0, request_id="again", requested_at=NOW), limits)
        case = cases.add(opened.reference, asking)
        cases.save(case, case.ask_again(asking), NOW)
    assert ledger.operations == ["TransactWriteItems", "UpdateItem", "PutItem"]
    assert (ledger.write_units, ledger.read_units) == (8, 0)


def test_claim_the_next_case(database, cases, crowd):
    with counting(database) as ledger:
        front = cases.front("dr-asha", LINES, 20)
        seen = [waiting.reference for waiting in front.waiting[:20]]
        [head, *_] = cases.draw_ticket(LINES[0], seen, NOW).arrange(front.waiting)
        cases.claim(head.reference, "dr-asha", NOW)
    assert Counter(ledger.operations) == {
        "Query": len(LINES),
        "GetItem": 2,  # the own claim beside the queries, the case beside the transaction
        "UpdateItem": ONE_CALL,
        "TransactWriteItems": ONE_CALL,
    }
    assert ledger.write_units == 6  # ticket 1, case 2, claim 2, queue 1
    assert ledger.read_units == 0.5 * len(LINES) + 1


@pytest.mark.parametrize("tries", [1, 2])
def test_record_an_attempt(database, cases, limits, tries):
    case = ordinary(0)
    cases.open(case, limits)
    for number in range(tries - 1):
        cases.claim(case.reference, "dr-asha", NOW + timedelta(hours=number))
        cases.save(*attempted(cases, case.reference, 60 * number + 5), NOW)
    cases.claim(case.reference, "dr-asha", NOW + timedelta(hours=tries))
    with counting(database) as ledger:
        before, after = attempted(cases, case.reference, 60 * tries + 5)
        cases.save(before, after, after.timeline[-1].at)
    assert ledger.operations == ["GetItem", "TransactWriteItems"]
    assert ledger.write_units == 5  # case 2, claim 2, queue 1
    assert ledger.read_units == 0.5


def test_release(database, cases, limits):
    case = ordinary(0)
    cases.open(case, limits)
    claimed = cases.claim(case.reference, "dr-asha", NOW)
    with counting(database) as ledger:
        cases.save(claimed, claimed.release("dr-asha", NOW), NOW)
    assert (ledger.operations, ledger.write_units) == (["TransactWriteItems"], 5)


def test_speak_with_the_patient(database, cases, limits):
    """A call, its end, a room and a lease that is renewed: the case 2, the claim 2."""
    case = ordinary(0)
    cases.open(case, limits)
    held = cases.claim(case.reference, "dr-asha", NOW)
    called = held.begin_call("dr-asha", Call("AAAAAAAA", NOW), tell=False)
    steps = [held, called, called.end_call("AAAAAAAA", CallState.BUSY, NOW)]
    steps.append(steps[-1].open_video("dr-asha", NOW))
    steps.append(steps[-1].keep("dr-asha", NOW + timedelta(minutes=50)))
    for before, after in pairwise(steps):
        with counting(database) as ledger:
            cases.save(before, after, NOW)
        assert (ledger.operations, ledger.write_units) == (["TransactWriteItems"], 4)
        assert cases.find_claim("dr-asha").lease_until == after.lease_until
    assert cases.get(case.reference) == steps[-1]


@pytest.mark.parametrize("result", [Result.ANSWERED, Result.NO_ANSWER], ids=["first", "last"])
def test_close_a_claimed_case(database, cases, limits, result):
    """One over the table's six: case 2, claim 2, phone 2, and its entry among the finished 1.

    Each of them must change with the case or not at all, so none can leave the transaction.
    """
    case = ordinary(0)
    cases.open(case, limits)
    hour = 0
    cases.claim(case.reference, "dr-asha", NOW)
    if result is Result.NO_ANSWER:
        for hour in (0, 1):
            before, after = attempted(cases, case.reference, 60 * hour + 5)
            cases.save(before, after, NOW)
            cases.claim(case.reference, "dr-asha", NOW + timedelta(hours=hour + 3))
    with counting(database) as ledger:
        before, after = attempted(cases, case.reference, 60 * (hour + 4), result)
        cases.save(before, after, NOW)
    assert not after.status.is_open
    assert ledger.operations == ["GetItem", "TransactWriteItems"]
    assert ledger.write_units == 7
    assert ledger.read_units == 0.5


def test_cancel_a_waiting_case(database, cases, limits):
    case = ordinary(0)
    cases.open(case, limits)
    with counting(database) as ledger:
        cases.save(case, case.close(CloseReason.CANCELLED, PATIENT, NOW), NOW)
    assert ledger.operations == ["TransactWriteItems"]
    assert ledger.write_units == 6  # case 2, phone 2, queue 1, finished 1


def test_offer_a_deferred_case(database, cases, limits):
    cases.open(ordinary(0, not_before=NOW + timedelta(hours=1)), limits)
    [due] = cases.due(NOW + timedelta(hours=1), 100)
    with counting(database) as ledger:
        cases.make_ready(due)
    assert ledger.operations == ["UpdateItem"]
    assert ledger.write_units == 3  # case 1, out of one line and into the other 2


def test_list_25_waiting(database, cases, limits):
    for number in range(40):
        cases.open(ordinary(number), limits)
    with counting(database) as ledger:
        page = cases.list_waiting(Line("hi"), 25, None)
    assert len(page.items) == 25
    assert (ledger.operations, ledger.read_units) == (["Query"], 1)


def test_nothing_to_do_costs_next_to_nothing(database, cases):
    with counting(database) as ledger:
        cases.due(NOW, 100)
        cases.claims()
    assert (ledger.operations, ledger.read_units) == (["Query", "Query"], 1)


def test_the_own_claim_and_a_case(database, cases, limits):
    case = ordinary(0)
    cases.open(case, limits)
    cases.claim(case.reference, "dr-asha", NOW)
    with counting(database) as ledger:
        cases.find_claim("dr-asha")
        cases.get(case.reference)
        cases.get(case.reference, consistent=True)
    assert [call.read_units for call in ledger.calls] == [1, 0.5, 1]
