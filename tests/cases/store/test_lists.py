"""What is read from the indexes: lines, the deferred, what is finished; and the snapshot."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from datetime import date, timedelta

import pytest

from chalicelib.cases.domain.answers import Mode
from chalicelib.cases.domain.case import Status
from chalicelib.cases.domain.phone_limits import Intake
from chalicelib.cases.domain.queue import Finished, Line, LineSnapshot, Waiting
from chalicelib.cases.domain.retry_policy import RetryPolicy
from chalicelib.cases.domain.timeline import PATIENT, CloseReason, Result
from chalicelib.cases.services.review_promises import PromiseReview
from chalicelib.cases.store.promise_reviews import DynamoPromiseReviews
from chalicelib.core.domain.errors import InvalidInput, NotFound
from chalicelib.core.domain.working_hours import DEFAULT_HOURS
from chalicelib.core.dynamodb.table import Table
from tests.support.builders import NOON, a_case, an_attempt, with_attempt

MINUTE = timedelta(minutes=1)
HINDI = Line("hi")
TODAY = date(2026, 11, 23)


@pytest.fixture
def put(cases, limits):
    """Store a case of a phone of its own."""

    def put(reference, **changes):
        case = a_case(
            reference=reference,
            request_id=f"request-{reference}",
            phone=f"+91{reference}",
            **changes,
        )
        cases.open(case, limits)
        return case

    return put


@pytest.fixture
def finish(cases, put):
    def finish(reference, at, result=Result.ANSWERED):
        case = put(reference, requested_at=NOON - 60 * MINUTE)
        claimed = cases.claim(reference, f"dr-{reference}", at - 10 * MINUTE)
        attempt = an_attempt(result, at=at, by=f"dr-{reference}")
        ended = claimed.record(attempt, retries=RetryPolicy(tries=1), hours=DEFAULT_HOURS)
        cases.save(claimed, ended, at)
        return case

    return finish


def references(page):
    return [entry.reference for entry in page]


def test_an_unknown_case(cases):
    with pytest.raises(NotFound):
        cases.get("NONE")


def test_a_line_shows_what_is_needed_to_choose(cases, put):
    case = put("A", mode=Mode.VIDEO, priority=3)
    assert cases.front("dr-asha", [HINDI], 5).waiting == [
        Waiting("A", "hi", False, 3, case.requested_at, case.not_before, Mode.VIDEO, 0)
    ]


def test_lines_are_merged_in_order_of_calling(cases, put):
    put("LATE", requested_at=NOON + 3 * MINUTE)
    put("URGENT", requested_at=NOON + 9 * MINUTE, priority=1)
    put("WOMAN", requested_at=NOON + 2 * MINUTE, prefers_woman=True)
    put("FIRST", requested_at=NOON, language="en")
    put("TAMIL", requested_at=NOON, language="ta")
    lines = [HINDI, Line("hi", woman_only=True), Line("en")]
    front = cases.front("dr-asha", lines, 5)
    assert references(front.waiting) == ["URGENT", "FIRST", "WOMAN", "LATE"]
    assert front.held is None


def test_a_front_reads_only_so_many_of_each_line(cases, put):
    for number in range(4):
        put(f"R{number}", requested_at=NOON + number * MINUTE)
    assert references(cases.front("dr-asha", [HINDI], 2).waiting) == ["R0", "R1"]


def test_a_retried_case_keeps_its_place_and_tells_its_tries(cases, put):
    first = put("FIRST")
    put("SECOND", requested_at=NOON + MINUTE)
    claimed = cases.claim("FIRST", "dr-asha", NOON)
    again = with_attempt(claimed, an_attempt(Result.BUSY))
    cases.save(claimed, again, NOON)
    assert references(cases.front("x", [HINDI], 5).waiting) == ["SECOND"]
    assert cases.due(NOON + 9 * MINUTE, 5) == []
    [due] = cases.due(again.not_before, 5)
    assert (due.reference, due.tries, due.requested_at) == ("FIRST", 1, first.requested_at)
    assert cases.make_ready(due)
    assert references(cases.front("x", [HINDI], 5).waiting) == ["FIRST", "SECOND"]
    assert cases.list_deferred(5, None).items == ()


def test_due_is_what_has_come_the_longest_due_first(cases, put):
    put("SOON", not_before=NOON + 5 * MINUTE)
    put("NOW", not_before=NOON + 2 * MINUTE)
    put("EARLIER", not_before=NOON + MINUTE)
    assert references(cases.due(NOON + 2 * MINUTE, 5)) == ["EARLIER", "NOW"]
    assert references(cases.due(NOON + 2 * MINUTE, 1)) == ["EARLIER"]
    assert references(cases.list_deferred(5, None).items) == ["EARLIER", "NOW", "SOON"]


def test_a_deferred_case_is_made_ready_once(cases, put):
    put("A", not_before=NOON + MINUTE, prefers_woman=True)
    [due] = cases.due(NOON + MINUTE, 5)
    assert cases.make_ready(due)
    assert not cases.make_ready(due)
    [ready] = cases.front("x", [Line("hi", woman_only=True)], 5).waiting
    assert ready == due


@pytest.mark.parametrize("moved", ["claimed", "cancelled", "put off"])
def test_a_deferred_case_that_has_moved_is_left_alone(cases, put, moved):
    case = put("A", not_before=NOON + MINUTE)
    [due] = cases.due(NOON + MINUTE, 5)
    if moved == "claimed":
        cases.claim("A", "dr-asha", NOON + MINUTE)
    elif moved == "cancelled":
        cases.save(case, case.close(CloseReason.CANCELLED, PATIENT, NOON), NOON)
    else:
        off = replace(case, not_before=NOON + 60 * MINUTE, version=case.version + 1)
        cases.save(case, off, NOON)
    assert not cases.make_ready(due)
    assert cases.front("x", [HINDI], 5).waiting == []


def test_pages_follow_one_another(cases, put):
    for number in range(5):
        put(f"R{number}", requested_at=NOON + number * MINUTE)
    first = cases.list_waiting(HINDI, 2, None)
    second = cases.list_waiting(HINDI, 2, first.cursor)
    third = cases.list_waiting(HINDI, 2, second.cursor)
    assert [references(page.items) for page in (first, second, third)] == [
        ["R0", "R1"],
        ["R2", "R3"],
        ["R4"],
    ]
    assert third.cursor is None


def test_a_full_last_page_has_no_next(cases, put):
    put("A")
    put("B")
    assert cases.list_waiting(HINDI, 2, None).cursor is None
    assert cases.list_waiting(Line("en"), 2, None).items == ()


def test_a_cursor_holds_when_its_case_has_gone(cases, put):
    for number in range(4):
        put(f"R{number}", requested_at=NOON + number * MINUTE)
    first = cases.list_waiting(HINDI, 2, None)
    cases.claim("R1", "dr-asha", NOON + 9 * MINUTE)
    assert references(cases.list_waiting(HINDI, 2, first.cursor).items) == ["R2", "R3"]


def packed(place):
    return base64.urlsafe_b64encode(json.dumps(place).encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    "cursor",
    [
        "",
        "=",
        "!!",
        "ड",
        "AAAA",
        packed([]),
        packed(["A"]),
        packed(["A", ""]),
        packed(["A", 1]),
        packed({"a": 1}),
        packed(["A", "b"]),
        packed(["A", "b", "c", "d"]),
        "W" * 300,
        "W1tb" * 60,
    ],
)
def test_a_forged_cursor_is_refused_by_its_field(cases, cursor):
    with pytest.raises(InvalidInput) as refused:
        cases.list_waiting(HINDI, 2, cursor)
    assert [(field.field, field.field_code) for field in refused.value.fields] == [
        ("cursor", "invalid")
    ]


def test_a_cursor_never_leads_into_another_list(cases, put):
    put("ENGLISH", language="en")
    put("A")
    put("B", requested_at=NOON + MINUTE)
    cursor = cases.list_waiting(HINDI, 1, None).cursor
    assert references(cases.list_waiting(Line("en"), 5, cursor).items) == ["ENGLISH"]


def test_what_finished_is_listed_by_day_the_latest_first(cases, finish):
    for number in range(3):
        finish(f"R{number}", NOON + number * MINUTE)
    finish("WRONG", NOON, Result.WRONG_NUMBER)
    finish("NEXT", NOON + timedelta(days=1))
    first = cases.list_finished(Status.COMPLETED, TODAY, 2, None)
    second = cases.list_finished(Status.COMPLETED, TODAY, 2, first.cursor)
    assert [references(page.items) for page in (first, second)] == [["R2", "R1"], ["R0"]]
    [closed] = cases.list_finished(Status.CLOSED, TODAY, 5, None).items
    assert closed == Finished(
        "WRONG",
        Status.CLOSED,
        "wrong_number",
        "hi",
        NOON - 60 * MINUTE,
        NOON,
        tries=1,
        handling_minutes=10,
    )


def test_the_day_is_the_calendar_s_in_india(cases, finish):
    finish("A", NOON.replace(hour=18, minute=29, second=59))
    finish("B", NOON.replace(hour=18, minute=30))
    days = [TODAY, TODAY + timedelta(days=1)]
    pages = [cases.list_finished(Status.COMPLETED, day, 5, None).items for day in days]
    assert [references(page) for page in pages] == [["A"], ["B"]]


def test_a_case_that_was_never_claimed_took_no_time(cases, put):
    case = put("A")
    cases.save(case, case.close(CloseReason.CANCELLED, PATIENT, NOON), NOON)
    [entry] = cases.list_finished(Status.CLOSED, TODAY, 5, None).items
    assert entry.handling_minutes is None


def test_a_line_is_counted_without_the_deferred(cases, put):
    for number in range(3):
        put(f"R{number}")
    put("LATER", not_before=NOON + MINUTE)
    put("ENGLISH", language="en")
    assert cases.count_waiting(HINDI, 10) == 3
    assert cases.count_waiting(HINDI, 2) == 2
    assert cases.count_waiting(Line("ta"), 10) == 0


def test_the_last_snapshot_is_kept(cases):
    assert cases.find_snapshot() is None
    for minutes in (12, 15):
        snapshot = LineSnapshot(
            NOON, {"hi": 3, "hi#woman": 1}, minutes, later={"en": 2}, grown={"hi": 1}
        )
        cases.put_snapshot(snapshot)
    assert cases.find_snapshot() == snapshot


def test_a_snapshot_without_the_later_ones_is_one_that_was_stored_before_they_were_counted(cases):
    cases.put_snapshot(LineSnapshot(NOON, {"hi": 3}, 15))

    assert cases.find_snapshot() == LineSnapshot(NOON, {"hi": 3}, 15, {}, {})


def test_a_case_without_a_promise_is_read_as_it_was_stored(cases, limits):
    case = a_case(expected=None)

    assert cases.open(case, limits).expected is None
    assert cases.get(case.reference) == case
    again = cases.open(a_case(reference="X", request_id="another", expected=None), limits)
    assert (again.intake, again.expected) == (Intake.DUPLICATE, None)


def test_how_far_promises_are_reviewed_is_kept(database, cases_table):
    reviews = DynamoPromiseReviews(Table(database, cases_table))
    assert reviews.find() is None
    for review in (
        PromiseReview("digest", {"te": NOON}),
        PromiseReview("digest", {}, ("hi", "later"), "cursor", 50, ("hi",), NOON),
    ):
        reviews.put(review)
        assert reviews.find() == review
