"""The board: how the helpline stands, on one page."""

from __future__ import annotations

import re
from datetime import date, timedelta

from chalicelib.cases.domain.queue import LineSnapshot
from chalicelib.cases.domain.timeline import Result
from chalicelib.reports.domain.report import DayTotals, Work
from tests.support.builders import NOON, a_case, an_attempt, an_oncologist, with_attempt
from tests.support.page_text import words

SPOKEN = "K7M2-40R5-9XK"


def test_the_board_of_an_empty_helpline(admin):
    page = words(admin.get("/console"))

    assert "Waiting 0" in page
    assert "Dr Asha Verma" in page
    assert "No first call yet today." in page
    assert "Nothing wrong today." in page


def test_the_board_names_the_cases_that_our_calls_fail_to_reach(web, admin):
    for number, result in enumerate((Result.FAILED, Result.NO_ANSWER)):
        case = a_case(reference=f"case-{number}", phone=f"+9198123456{number}0")
        failed = with_attempt(case.claim("dr-asha", NOON), an_attempt(result))
        web.cases.put(failed, NOON)
    page = admin.get("/console").body.decode()

    assert "Our calls to case" in page
    assert "console/cases/case-0" in page
    assert "console/cases/case-1" not in page


def test_the_board_counts_by_the_snapshot_and_looks_at_each_lines_first(web, admin):
    for number in range(3):
        phone = f"+9198123456{number}0"
        web.cases.put(
            a_case(
                reference=f"case-{number}",
                phone=phone,
                requested_at=NOON - timedelta(minutes=100 * number),
            )
        )
    web.cases.put_snapshot(LineSnapshot(NOON, {"hi": 30, "hi#woman": 2, "en": 0}, 12))
    web.tallies.put_totals(date(2026, 11, 23), DayTotals(work={"dr-asha": Work(9, 8, 3, 1)}), 0)
    web.cases.calls.clear()
    page = words(admin.get("/console"))

    assert "Waiting 32" in page
    # Two hours of opening, whatever the clock on the wall says.
    assert re.search(r"Hindi 32 2 h 0 min", page)
    assert "75 %" in page
    assert "3 of 4 first calls" in page
    assert web.cases.calls.count("list_waiting") == 2
    assert "front" not in web.cases.calls


def test_the_board_warns_of_queues_that_nobody_on_the_rota_can_take(web, admin):
    web.rota.put_oncologist(an_oncologist(gender="male"))
    web.cases.put_snapshot(LineSnapshot(NOON, {"hi": 4, "te": 3}, 12, later={"hi#woman": 1}))
    page = words(admin.get("/console"))

    warning = "Nobody can take these on the published rota"
    assert f"{warning}: Telugu (3 waiting)." in page
    assert f"{warning}: Hindi, woman doctor (1 waiting)." in page
    assert page.count(warning) == 2


def test_the_board_shows_who_holds_what(web, admin):
    web.cases.put(a_case().claim("dr-asha", NOON))
    assert f"with case {SPOKEN}" in words(admin.get("/console"))

    web.clock.now += timedelta(hours=3)
    page = words(web.signed_in("admin", "meera").get("/console"))

    assert f"Case {SPOKEN} is with somebody off duty." in page
    assert "We are open, and nobody is on duty." in page


def test_the_board_refreshes_itself_and_nothing_else_does(admin):
    page = admin.get("/console").body.decode()

    assert re.search(r'<script src="static/refresh\.[0-9a-f]{12}\.js" defer></script>', page)
    assert '<div id="board" data-refresh="30">' in page
    assert "<script" not in admin.get("/console/cases").body.decode()
