"""Reports over HTTP: JSON, CSV, for publication, and the rebuild."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.cases.domain.answers import Details
from chalicelib.cases.domain.timeline import Attempt, Result
from chalicelib.core.domain.plain_text import visible_text
from chalicelib.core.web.csv_export import MARK, to_csv
from chalicelib.reports.web.serializers import COLUMNS
from tests.support.builders import NOON, a_case, an_oncologist, with_attempt
from tests.support.helpline import in_use
from tests.support.web import told

ADMIN = "admin:meera"
PATH = "/admin/reports?from=2026-11-01&to=2026-12-01"


@pytest.fixture
def reporting(web):
    """The application, and nine answered cases of Indore with one of Delhi, still open."""
    for number in range(9):
        case = a_case(reference=f"R{number}", phone=f"+91981234560{number}")
        attempt = Attempt(NOON + timedelta(minutes=7), "dr-asha", Result.ANSWERED)
        claimed = case.claim("dr-asha", NOON)
        web.cases.put(with_attempt(claimed, attempt))
    web.cases.put(a_case(reference="OPEN", phone="+919812345699", details=Details(city="Delhi")))
    in_use().reports.count_cases(web.cases.cases.values())
    return web


def names(groups):
    return {group["name"]: group["calls"] for group in groups}


def test_a_report_as_json(reporting):
    answer = reporting.get(PATH, token=ADMIN)

    assert answer.status_code == 200
    report = answer.json_body
    assert (report["from"], report["to"]) == ("2026-11-01", "2026-12-01")
    assert (report["calls"], report["answered"], report["missed"]) == (10, 9, 0)
    assert (report["callers"], report["callers_exact"]) == (10, True)
    assert report["outcomes"] == {"answered": 9, "open": 1}
    assert report["waiting"] == {"called": 9, "median_minutes": 7, "ninetieth_minutes": 7}
    assert report["promises_kept"] == 9
    assert names(report["groups"]["city"]) == {"Indore": 9, "Delhi": 1}
    (doctor,) = report["oncologists"]
    assert (doctor["name"], doctor["calls"]) == (an_oncologist().name, 9)
    assert len(report["days"]) == 30


@pytest.mark.parametrize(
    ("path", "accept"),
    [(PATH, "text/csv"), (f"{PATH}&format=csv", "*/*")],
    ids=["accept", "format"],
)
def test_a_report_as_a_table(reporting, path, accept):
    answer = reporting.get(path, token=ADMIN, accept=accept)

    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert "helpline-2026-11-01-2026-12-01.csv" in answer.headers["Content-Disposition"]
    text = answer.body.decode()
    assert text.startswith(MARK)
    columns, total, *rows = csv.reader(io.StringIO(text.removeprefix(MARK)))
    assert tuple(columns) == COLUMNS
    assert total == ["total", "", "10", "9", "0", "9", "0", "10", "7", "7"]
    assert all(len(row) == len(COLUMNS) for row in rows)
    assert ["city", "Indore", "9", "9", "0", "", "", "", "", ""] in rows
    assert sum(row[0] == "day" for row in rows) == 30


def test_json_is_given_where_it_is_asked_for_by_name(reporting):
    answer = reporting.get(f"{PATH}&format=json", token=ADMIN, accept="text/csv")

    assert answer.json_body["calls"] == 10


def test_what_is_published_hides_small_groups(reporting):
    report = reporting.get(f"{PATH}&for=publication", token=ADMIN).json_body

    assert report["for_publication"] is True
    assert (report["calls"], report["answered"]) == (10, None)
    assert names(report["groups"]["city"]) == {"small_groups": 10}
    assert report["oncologists"] == report["days"] == []
    table = reporting.get(f"{PATH}&for=publication&format=csv", token=ADMIN).body.decode()
    assert "Delhi" not in table
    assert an_oncologist().name not in table


def test_a_name_that_looks_like_a_formula_is_text_in_the_table(reporting):
    reporting.rota.put_oncologist(replace(an_oncologist(), name='=HYPERLINK("http://x")'))

    table = reporting.get(f"{PATH}&format=csv", token=ADMIN).body.decode()
    assert "oncologist,\"'=HYPERLINK" in table


@given(st.text(min_size=1))
def test_no_cell_begins_like_a_formula(text):
    table = to_csv(["name"], [[text]]).removeprefix(MARK)
    (_, row) = list(csv.reader(io.StringIO(table, newline="")))

    assert not row[0].lstrip().startswith(("=", "+", "-", "@"))
    assert row[0].replace("'", "").replace("\t", " ") == visible_text(text, lines=True).replace(
        "'", ""
    )


ENDS = ["\n", "\r\n", "\r", "\v", "\f", "\x1c", "\x1d", "\x1e", "\x85", "\u2028", "\u2029"]


@pytest.mark.parametrize("end", ENDS)
def test_no_cell_splits_its_row(end):
    table = to_csv(["name", "city"], [[f"one{end}=two", "Pune"]]).removeprefix(MARK)

    for lines in (io.StringIO(table, newline=""), table.splitlines(keepends=True)):
        (_, row) = csv.reader(lines)
        assert row == ["one\n'=two", "Pune"]


@pytest.mark.parametrize("mark", ["\u200b", "\u202e", "\ufeff", "\x00"])
def test_a_formula_does_not_hide_behind_what_nobody_sees(mark):
    (_, line) = to_csv(["name"], [[f"{mark}=1+1"]]).splitlines()

    assert "'=" in line.replace(" ", "")


def test_by_itself_a_report_is_this_months(reporting):
    report = reporting.get("/admin/reports", token=ADMIN).json_body

    assert (report["from"], report["to"]) == ("2026-11-01", "2026-11-24")


@pytest.mark.parametrize(
    ("query", "field", "code"),
    [
        ("from=2026-13-01", "from", "bad_date"),
        ("from=2026-11-02&to=2026-11-02", "to", "end_before_start"),
        ("from=2024-01-01&to=2026-01-01", "to", "too_many_days"),
        ("format=xlsx", "format", "not_one_of"),
        ("for=me", "for", "not_one_of"),
        ("colour=red", "colour", "unknown_field"),
    ],
)
def test_a_wrong_query_is_told(reporting, query, field, code):
    answer = reporting.get(f"/admin/reports?{query}", token=ADMIN)

    assert answer.status_code == 422
    assert told(answer) == {field: code}


def test_a_report_reads_no_case(reporting):
    reporting.cases.calls.clear()
    reporting.get(PATH, token=ADMIN)

    assert reporting.cases.calls == []
    assert reporting.tallies.calls[-1] == "totals"


def test_a_rebuild_goes_step_by_step_to_its_end(reporting):
    store = reporting.tallies
    store.counted.clear()
    store.by_day.clear()
    days, cursor, counted = {"from": "2026-10-20", "to": "2026-12-01"}, None, 0
    for _ in range(20):
        answer = reporting.post(
            "/admin/reports/rebuild", {**days, "cursor": cursor}, token=ADMIN
        ).json_body
        counted += answer["counted"]
        cursor = answer["cursor"]
        if cursor is None:
            break
    assert (counted, answer["done"]) == (10, answer["of"])
    assert reporting.get(PATH, token=ADMIN).json_body["calls"] == 10


@pytest.mark.parametrize("cursor", ["", "x", "1", "-1.", "99999999.", "٣."])
def test_a_wrong_cursor_is_told(reporting, cursor):
    body = {"from": "2026-11-01", "to": "2026-11-02", "cursor": f"{cursor}!"}
    answer = reporting.post("/admin/reports/rebuild", body, token=ADMIN)

    assert told(answer) == {"cursor": "invalid"}


def test_nothing_of_the_future_is_rebuilt(reporting):
    body = {"from": "2026-11-24", "to": "2026-12-01"}

    assert told(reporting.post("/admin/reports/rebuild", body, token=ADMIN)) == {
        "to": "end_before_start"
    }
