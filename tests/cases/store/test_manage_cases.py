"""What administrators do to cases, in the table: phones follow, pairs are written together."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.cases.domain.answers import Details
from chalicelib.cases.domain.phone_limits import Intake
from chalicelib.cases.domain.queue import Line
from chalicelib.cases.domain.timeline import PATIENT, CloseReason
from chalicelib.cases.services.ports import Block, Change
from chalicelib.cases.store.case_mapping import case_from_image
from chalicelib.core.domain.datetimes import Window
from chalicelib.core.domain.errors import Blocked, HasOpenCase, InvalidInput, TooManyOpenCases
from chalicelib.core.services.ports import Stale
from chalicelib.privacy.domain.erasure import Why, erased
from tests.support.builders import NOON, a_case
from tests.support.ledger import counting

LATER = NOON + timedelta(minutes=5)
PROMISED = Window(LATER, LATER + timedelta(hours=1))
OTHER_PHONE = "+919812345699"


@pytest.fixture
def waiting(cases, limits):
    case = a_case()
    cases.open(case, limits)
    return case


@pytest.fixture
def cancelled(cases, waiting):
    return cases.save(waiting, waiting.close(CloseReason.CANCELLED, PATIENT, NOON), NOON)


def corrected_phone(case, phone=OTHER_PHONE):
    key = a_case(phone=phone).phone_key
    return case.correct({"phone": phone, "phone_key": key}, "meera", LATER)


def open_cases(raw, phone_key):
    item = raw.get(f"PHONE#{phone_key}", "PHONE") or {}
    return item.get("open", {}).get("SS", [])


def line(cases, language="hi", *, woman=False):
    return [each.reference for each in cases.list_waiting(Line(language, woman), 9, None).items]


# -- assigning --------------------------------------------------------------------------------


def test_a_case_goes_from_one_oncologist_to_another(database, cases, waiting):
    claimed = cases.claim(waiting.reference, "dr-ravi", NOON)
    with counting(database) as ledger:
        cases.save(claimed, claimed.assign("dr-asha", "meera", LATER), LATER)
    assert [claim.oncologist for claim in cases.claims()] == ["dr-asha"]
    assert (ledger.operations, ledger.write_units) == (["TransactWriteItems"], 6)


def test_nobody_is_given_a_second_case(cases, limits, waiting):
    other = a_case(reference="OTHER", request_id="other", phone=OTHER_PHONE)
    cases.open(other, limits)
    cases.claim("OTHER", "dr-asha", NOON)
    with pytest.raises(HasOpenCase):
        cases.save(waiting, waiting.assign("dr-asha", "meera", LATER), LATER)
    assert line(cases) == [waiting.reference]


# -- reopening --------------------------------------------------------------------------------


def test_a_reopened_case_is_its_phones_open_one_again(database, cases, raw, limits, cancelled):
    with counting(database) as ledger:
        after = cases.save(cancelled, cancelled.reopen("meera", LATER, PROMISED), LATER)
    assert line(cases) == [cancelled.reference]
    assert open_cases(raw, after.phone_key) == [after.reference]
    assert "expires_at" not in raw.get(f"PHONE#{after.phone_key}", "PHONE")
    assert (ledger.operations, ledger.write_units) == (["TransactWriteItems"], 6)
    again = replace(a_case(), reference="NEW", request_id="new", requested_at=LATER)
    told = cases.open(again, limits)
    assert (told.intake, told.expected) == (Intake.DUPLICATE, PROMISED)
    assert cases.find_phone(after.phone_key).references == (after.reference,)


def test_a_phone_that_is_in_line_gets_another_person_back_and_no_second_self(
    cases, raw, limits, cancelled
):
    cases.open(a_case(reference="NEW", request_id="new"), limits)
    with pytest.raises(TooManyOpenCases) as refused:
        cases.save(cancelled, cancelled.reopen("meera", LATER, PROMISED), LATER)
    assert refused.value.params == {"limit": 1}
    other = cancelled.reopen("meera", LATER, PROMISED, another_person=True)
    cases.save(cancelled, other, LATER)
    assert set(open_cases(raw, other.phone_key)) == {"NEW", other.reference}


def test_reopening_twice_at_once_is_done_once(cases, cancelled):
    cases.save(cancelled, cancelled.reopen("meera", LATER, PROMISED), LATER)
    with pytest.raises(Stale):
        cases.save(cancelled, cancelled.reopen("ravi", LATER, PROMISED), LATER)


# -- correcting -------------------------------------------------------------------------------


def test_what_decides_the_line_moves_it(cases, waiting):
    after = waiting.correct({"language": "en", "prefers_woman": True}, "meera", LATER)
    cases.save(waiting, after, LATER)
    assert line(cases) == []
    assert line(cases, "en", woman=True) == [waiting.reference]


def test_a_right_phone_takes_the_open_case_from_the_wrong_one(
    database, cases, raw, limits, found, waiting
):
    with counting(database) as ledger:
        after = cases.save(waiting, corrected_phone(waiting), LATER)
    assert (open_cases(raw, waiting.phone_key), open_cases(raw, after.phone_key)) == (
        [],
        [after.reference],
    )
    forgetting = ["GetItem", "UpdateItem"]
    assert (ledger.operations, ledger.write_units) == ([*forgetting, "TransactWriteItems"], 9)
    assert of_phone(found, waiting.phone_key) == []
    assert waiting.reference not in str(raw.get(f"PHONE#{waiting.phone_key}", "PHONE"))
    assert of_phone(found, after.phone_key) == [after]
    asked = a_case(reference="NEW", request_id="new", phone=OTHER_PHONE, requested_at=LATER)
    assert cases.open(asked, limits).intake is Intake.DUPLICATE
    wrong = a_case(reference="NEWER", request_id="newer", requested_at=LATER)
    assert cases.open(wrong, limits).intake is Intake.NEW


def test_a_right_phone_that_is_in_line_takes_no_second_case(cases, raw, limits, waiting):
    cases.open(a_case(reference="THEIRS", request_id="theirs", phone=OTHER_PHONE), limits)
    with pytest.raises(TooManyOpenCases):
        cases.save(waiting, corrected_phone(waiting), LATER)
    assert open_cases(raw, waiting.phone_key) == [waiting.reference]
    assert cases.get(waiting.reference) == waiting


def test_a_finished_case_is_found_by_its_right_phone_and_is_not_open_there(
    cases, raw, found, cancelled
):
    after = cases.save(cancelled, corrected_phone(cancelled), LATER)
    assert open_cases(raw, after.phone_key) == []
    assert of_phone(found, after.phone_key) == [after]
    assert "expires_at" in raw.get(f"PHONE#{after.phone_key}", "PHONE")


@pytest.mark.parametrize("change", ["phone", "reopen"])
def test_a_lost_answer_is_no_failure(cases, raw, lose_answer, waiting, change):
    before = waiting
    if change == "reopen":
        before = cases.save(waiting, waiting.close(CloseReason.CANCELLED, PATIENT, NOON), NOON)
        after = before.reopen("meera", LATER, PROMISED)
    else:
        after = corrected_phone(waiting)
    lose_answer("TransactWriteItems")
    assert cases.save(before, after, LATER) == after
    assert open_cases(raw, after.phone_key) == [after.reference]


# -- merging ----------------------------------------------------------------------------------


@pytest.fixture
def pair(cases, limits, waiting):
    duplicate = a_case(
        reference="DUP",
        request_id="dup",
        phone=OTHER_PHONE,
        requested_at=LATER,
        details=Details(name="सुनीता", age=44, messages=("और रिपोर्ट",)),
    )
    cases.open(duplicate, limits)
    return (
        Change(duplicate, duplicate.merge_into(waiting.reference, "meera", LATER)),
        Change(waiting, waiting.absorb(duplicate, "meera", LATER)),
    )


def test_a_merge_is_one_write_of_both(database, cases, merging, raw, pair):
    with counting(database) as ledger:
        merging.save_together(pair, LATER)
    assert ledger.operations == ["TransactWriteItems"]
    assert ledger.write_units == 8  # cases 2 each, phone 2, out of the line 1, finished 1
    for change in pair:
        assert cases.get(change.after.reference) == change.after
    assert line(cases) == [pair[1].after.reference]
    assert open_cases(raw, pair[0].after.phone_key) == []


def test_a_merge_whose_answer_is_lost_was_done(cases, merging, lose_answer, pair):
    lose_answer("TransactWriteItems")
    merging.save_together(pair, LATER)
    assert cases.get("DUP").merged_into == pair[1].after.reference


@pytest.mark.parametrize("moved", [0, 1], ids=["the duplicate", "the other"])
def test_who_wrote_to_either_in_between_stops_both(cases, merging, pair, moved):
    theirs = pair[moved].before
    cases.save(theirs, theirs.correct({"age": 45}, "ravi", LATER), LATER)
    with pytest.raises(Stale):
        merging.save_together(pair, LATER)
    assert all(cases.get(each.before.reference).status.is_open for each in pair)


def of_phone(found, phone_key):
    """Return all cases of a phone, which are fewer than a page here."""
    page = found.of_phone(phone_key, 25, None)
    assert page.cursor is None
    return list(page.items)


# -- finding ----------------------------------------------------------------------------------


def test_all_cases_of_a_phone_are_found_page_by_page_the_latest_asked_first(
    database, cases, limits, found
):
    for number in range(7):
        at = NOON + timedelta(days=number)
        case = a_case(
            reference=f"CASE{number}",
            request_id=str(number),
            requested_at=at,
            another_person=True,
        )
        cases.open(case, limits)
        if number:
            cases.save(case, case.close(CloseReason.CANCELLED, PATIENT, at), at)
    cases.open(a_case(reference="OTHER", request_id="other", phone=OTHER_PHONE), limits)
    pages, cursor = [], None
    while True:
        with counting(database) as ledger:
            page = found.of_phone(a_case().phone_key, 3, cursor)
        assert ledger.operations == ["Query", "BatchGetItem"]
        pages.append([case.reference for case in page.items])
        cursor = page.cursor
        if cursor is None:
            break
    assert pages == [["CASE6", "CASE5", "CASE4"], ["CASE3", "CASE2", "CASE1"], ["CASE0"]]
    open_ones = found.open_of_phone(a_case().phone_key)
    assert [case.reference for case in open_ones] == ["CASE0"]


def test_a_case_is_found_by_its_phone_after_the_phones_own_item_expired(
    client, cases_table, cases, limits, found
):
    case = a_case()
    cases.open(case, limits)
    done = cases.save(case, case.close(CloseReason.CANCELLED, PATIENT, LATER), LATER)
    client.delete_item(
        TableName=cases_table,
        Key={"pk": {"S": f"PHONE#{case.phone_key}"}, "sk": {"S": "PHONE"}},
    )

    assert of_phone(found, case.phone_key) == [done]


def test_an_erased_case_is_in_no_index_of_phones(client, cases_table, cases, raw, found, cancelled):
    gone = erased(cancelled, Why.ASKED, "meera", LATER)
    cases.save(cancelled, gone, LATER)

    assert of_phone(found, cancelled.phone_key) == []
    assert "phone_key" not in raw.get(f"CASE#{cancelled.reference}", "CASE")
    assert cases.get(cancelled.reference) == gone
    indexed = client.scan(TableName=cases_table, IndexName="phoned")["Items"]
    assert indexed == []


def test_a_case_that_was_erased_before_the_index_was_there_is_read(cases, raw, cancelled):
    gone = cases.save(cancelled, erased(cancelled, Why.ASKED, "meera", LATER), LATER)
    image = {**raw.get(f"CASE#{cancelled.reference}", "CASE"), "phone_key": {"S": ""}}

    assert case_from_image(image) == gone


def test_no_index_holds_the_number(client, cases_table, cases, limits):
    cases.open(a_case(), limits)
    [entry] = client.scan(TableName=cases_table, IndexName="phoned")["Items"]
    assert set(entry) == {"pk", "sk", "phone_key", "requested_at"}


def test_an_unknown_phone_and_an_unknown_name_find_nothing(found):
    assert of_phone(found, "nobody") == []
    assert found.open_of_phone("nobody") == []
    assert found.of_name("nobody", 25, None).items == ()


def named(number, name="Sunita", **changes):
    return a_case(
        **{
            "reference": f"NAMED{number}",
            "request_id": f"named {number}",
            "phone": f"+9198123456{number:02d}",
            "requested_at": NOON + timedelta(minutes=number),
            "details": Details(name=name, name_key=f"key of {name}"),
            **changes,
        }
    )


def test_a_name_is_found_page_by_page_the_latest_first(database, cases, limits, found):
    for number in range(5):
        cases.open(named(number), limits)
    cases.open(named(5, "Anita"), limits)
    pages, cursor = [], None
    while True:
        with counting(database) as ledger:
            page = found.of_name("key of Sunita", 2, cursor)
        pages.append([case.reference for case in page.items])
        assert ledger.operations == ["Query", "BatchGetItem"]
        cursor = page.cursor
        if cursor is None:
            break
    assert pages == [["NAMED4", "NAMED3"], ["NAMED2", "NAMED1"], ["NAMED0"]]


def test_no_key_and_no_index_holds_the_name(client, cases_table, cases, limits):
    cases.open(named(1, "सुनीता"), limits)
    found = client.query(
        TableName=cases_table,
        IndexName="named",
        KeyConditionExpression="name_key = :key",
        ExpressionAttributeValues={":key": {"S": "key of सुनीता"}},
    )["Items"]
    assert [set(item) for item in found] == [{"pk", "sk", "name_key", "requested_at"}]


def test_a_corrected_and_an_added_name_are_found(cases, limits, found):
    cases.open(named(1), limits)
    case = cases.get("NAMED1")
    right = case.correct({"name": "Anita", "name_key": "key of Anita"}, "meera", LATER)
    cases.save(case, right, LATER)
    assert found.of_name("key of Sunita", 9, None).items == ()
    assert found.of_name("key of Anita", 9, None).items == (right,)


@pytest.mark.parametrize("cursor", ["x", "WyJBIiwiQiJd", "W10", "WyJBIiwiMSJdIg"])
def test_a_forged_cursor_is_refused(found, cursor):
    for search in (found.of_name, found.of_phone):
        with pytest.raises(InvalidInput):
            search("a key", 2, cursor)


@pytest.mark.parametrize(("details", "units"), [(Details(), 6), (named(1).details, 7)])
def test_asking_with_a_name_costs_one_unit_more(database, cases, limits, details, units):
    with counting(database) as ledger:
        cases.open(named(1, details=details), limits)
    assert (ledger.operations, ledger.write_units) == (["TransactWriteItems"], units)


def test_a_transition_costs_a_named_case_no_more(database, cases, limits):
    cases.open(named(1), limits)
    claimed = cases.claim("NAMED1", "dr-asha", LATER)
    with counting(database) as ledger:
        cases.save(claimed, claimed.release("dr-asha", LATER), LATER)
    assert Counter(ledger.operations) == {"TransactWriteItems": 1}
    assert ledger.write_units == 5


# -- blocks -----------------------------------------------------------------------------------


def a_block(**changes):
    block = Block(
        id=a_case().phone_key,
        phone="+91 ••••• •5678",
        until=NOON + timedelta(days=7),
        reason="rings all night",
        by="meera",
        at=NOON,
    )
    return replace(block, **changes)


def test_a_block_holds_until_its_end_and_is_listed(database, cases, limits, blocks):
    with counting(database) as ledger:
        blocks.put(a_block())
    assert (ledger.operations, ledger.write_units) == (["TransactWriteItems"], 4)
    assert blocks.blocks() == [a_block()]
    assert blocks.find(a_block().id) == a_block()
    with pytest.raises(Blocked) as refused:
        cases.open(a_case(), limits)
    assert refused.value.params == {"retry_after": 7 * 24 * 3600}
    free = a_case(requested_at=NOON + timedelta(days=7))
    assert cases.open(free, limits).intake is Intake.NEW


def test_a_blocked_phones_item_stands_as_long_as_the_block(raw, blocks):
    blocks.put(a_block(until=NOON + timedelta(days=366)))
    item = raw.get(f"PHONE#{a_block().id}", "PHONE")
    assert int(item["expires_at"]["N"]) >= (NOON + timedelta(days=366)).timestamp()


def test_a_new_block_takes_the_olds_place(blocks):
    blocks.put(a_block())
    blocks.put(a_block(reason="again", until=NOON + timedelta(days=30)))
    assert [block.reason for block in blocks.blocks()] == ["again"]


def test_a_lifted_block_holds_no_more_and_lifting_it_again_is_nothing(cases, limits, blocks):
    blocks.put(a_block())
    blocks.drop(a_block().id)
    blocks.drop(a_block().id)
    assert (blocks.blocks(), blocks.find(a_block().id)) == ([], None)
    assert cases.open(a_case(), limits).intake is Intake.NEW


def test_notes_and_where_a_duplicate_went_are_kept(cases, waiting):
    noted = waiting.note("rang twice", "meera", NOON).merge_into("OTHER", "meera", LATER)
    cases.save(waiting, noted, LATER)
    assert cases.get(waiting.reference) == noted
