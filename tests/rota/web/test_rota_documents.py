"""Hours, lines and recipients: each edited as a whole, upon the version that was seen."""

from datetime import timedelta

import pytest

from chalicelib.core.domain.errors import Busy
from chalicelib.core.domain.working_hours import DEFAULT_HOURS
from tests.support.rota_calls import LINES, get, on, put, stored
from tests.support.rota_world import MONDAY, TUESDAY, at
from tests.support.web import told


def test_the_default_before_anybody_edited_them(web):
    answer = get(web, "/admin/hours")

    assert answer.headers["ETag"] == '"0"'
    assert answer.json_body == {"version": 0, **DEFAULT_HOURS.to_dict()}


def test_what_was_read_can_be_written_back_changed(web):
    body = get(web, "/admin/hours").json_body
    body["closures"] = ["2026-12-25"]

    answer = put(web, "/admin/hours", body)

    assert (answer.status_code, answer.headers["ETag"]) == (200, '"1"')
    assert answer.json_body == {**body, "version": 1}
    assert get(web, "/admin/hours").json_body == answer.json_body
    assert web.get("/hours").json_body["open"] is False


def test_public_hours_follow_at_once(web):
    web.clock.now = at(MONDAY, 11)
    assert web.get("/hours").json_body["open"] is True
    closed = {**get(web, "/admin/hours").json_body, "closures": [MONDAY.isoformat()]}

    put(web, "/admin/hours", closed)

    assert web.get("/hours").json_body["open"] is False


def test_an_answer_lists_whom_a_closure_takes_off_published_days(web):
    body = {**get(web, "/admin/hours").json_body, "closures": ["2026-11-24"]}

    answer = put(web, "/admin/hours", body).json_body

    assert [
        (each["oncologist"], each["what"], each["shift"]["line"]) for each in answer["notices"]
    ] == [("dr-ravi", "off", "morning"), ("dr-tara", "off", "afternoon")]
    assert (answer["gap"], on(web, TUESDAY)) == (False, [])

    opened = put(web, "/admin/hours", {**body, "version": 1, "closures": []}).json_body

    assert (opened["notices"], opened["gap"]) == ([], True)
    assert on(web, TUESDAY) == [("10:00", "13:30", [])]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"mon": [["17:00", "10:00"]]}, {"mon[0]": "end_before_start"}),
        ({"mon": [["10:00", "10:00"]]}, {"mon[0]": "end_before_start"}),
        ({"mon": [["10:00", "13:00"], ["12:00", "17:00"]]}, {"mon[1]": "overlapping"}),
        ({"mon": "10-17"}, {"mon": "wrong_type"}),
        ({"mon": None}, {"mon": "required"}),
        ({"closures": ["someday"]}, {"closures[0]": "bad_date"}),
        (
            {"extra": {"2026-12-06": [["10:00", "9:00"]]}},
            {"extra.2026-12-06[0][1]": "bad_time"},
        ),
        ({"zone": "Mars/Olympus"}, {"zone": "bad_zone"}),
        ({"zone": "posixrules"}, {"zone": "bad_zone"}),
        ({"zone": "right/Asia/Kolkata"}, {"zone": "bad_zone"}),
        ({"zone": "localtime"}, {"zone": "bad_zone"}),
        ({"zone": "+05:30"}, {"zone": "bad_zone"}),
        ({"zone": "America/New_York"}, {"zone": "other_zone"}),
        ({"zone": "UTC"}, {"zone": "other_zone"}),
        ({"holidays": []}, {"holidays": "unknown_field"}),
        (
            {"mon": [["10:00", "13:00"]]},
            {"lines[0].end": "outside_hours", "lines[1].start": "outside_hours"},
        ),
    ],
)
def test_wrong_hours(web, changes, expected):
    before = stored(web)
    body = {**get(web, "/admin/hours").json_body, **changes}

    answer = put(web, "/admin/hours", body)

    assert (answer.status_code, told(answer)) == (422, expected)
    assert stored(web) == before


def test_as_they_are_written(web):
    answer = get(web, "/admin/lines")

    assert answer.headers["ETag"] == '"1"'
    assert answer.json_body == {"version": 1, "lines": LINES}


def test_they_change_as_a_whole_and_published_days_stay(web):
    before = web.rota.find_duty_days(MONDAY, MONDAY + timedelta(days=40))

    answer = put(web, "/admin/lines", {"lines": LINES[:1]}, If_Match='"1"')

    assert (answer.status_code, answer.headers["ETag"]) == (200, '"2"')
    assert answer.json_body == {"version": 2, "lines": LINES[:1]}
    assert web.rota.find_duty_days(MONDAY, MONDAY + timedelta(days=40)) == before


def test_midnight_comes_back_as_it_went(web):
    hours = {**get(web, "/admin/hours").json_body, "mon": [["10:00", "24:00"]]}
    put(web, "/admin/hours", hours)
    late = {**LINES[0], "days": ["mon"], "start": "20:00", "end": "24:00"}

    answer = put(web, "/admin/lines", {"lines": [late], "version": 1})

    assert answer.json_body["lines"] == [late]


def test_somebody_who_saw_an_older_version_gets_the_newer(web):
    put(web, "/admin/lines", {"lines": LINES[:1], "version": 1})
    before = stored(web)

    answer = put(web, "/admin/lines", {"lines": LINES, "version": 1})

    assert answer.status_code == 409
    assert answer.json_body["error"]["code"] == "version_conflict"
    assert answer.json_body["error"]["current"] == {"version": 2, "lines": LINES[:1]}
    assert answer.headers["ETag"] == '"2"'
    assert stored(web) == before


def test_of_two_at_once_one_is_told(web):
    web.rota_edits.before_commit = [
        lambda: put(web, "/admin/lines", {"lines": LINES[1:], "version": 1})
    ]

    answer = put(web, "/admin/lines", {"lines": LINES[:1], "version": 1})

    assert answer.status_code == 409
    assert answer.json_body["error"]["current"]["lines"] == LINES[1:]
    assert get(web, "/admin/lines").json_body["lines"] == LINES[1:]


@pytest.mark.parametrize("kind", ["hours", "lines", "rota/recipients"])
@pytest.mark.parametrize(
    ("version", "headers", "expected"),
    [
        (None, {}, {"version": "required"}),
        ("1", {}, {"version": "wrong_type"}),
        (True, {}, {"version": "wrong_type"}),
        (-1, {}, {"version": "wrong_type"}),
        (None, {"If_Match": "*"}, {"If-Match": "wrong_type"}),
        (None, {"If_Match": "1"}, {"If-Match": "wrong_type"}),
        (None, {"If_Match": 'W/"1"'}, {"If-Match": "wrong_type"}),
        (None, {"If_Match": '"1", "2"'}, {"If-Match": "wrong_type"}),
        (1, {"If_Match": '"2"'}, {"version": "contradicts"}),
    ],
)
def test_without_a_version_nothing_is_overwritten(web, kind, version, headers, expected):
    before = stored(web)
    body = {**get(web, f"/admin/{kind}").json_body, "version": version}

    answer = put(web, f"/admin/{kind}", body, **headers)

    assert (answer.status_code, told(answer)) == (422, expected)
    assert stored(web) == before


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"id": "Morning shift"}, {"lines[0].id": "not_text"}),
        ({"id": "../x"}, {"lines[0].id": "not_text"}),
        ({"id": "afternoon"}, {"lines[1].id": "repeated"}),
        ({"people": 0}, {"lines[0].people": "out_of_range"}),
        ({"languages": ["klingon"]}, {"lines[0].languages[0]": "not_one_of"}),
        ({"start": "09:00"}, {"lines[0].start": "outside_hours"}),
        ({"end": "09:00"}, {"lines[0].end": "outside_hours"}),
        ({"days": []}, {"lines[0].days": "required"}),
        ({"days": ["mon", "mon"]}, {"lines[0].days[1]": "repeated"}),
        (
            {"rotation": {"kind": "fair", "members": []}},
            {"lines[0].rotation.members": "required"},
        ),
        (
            {"rotation": {"kind": "fair", "members": ["dr-asha", "dr-asha"]}},
            {"lines[0].rotation.members[1]": "repeated"},
        ),
        (
            {"rotation": {"kind": "fair", "members": ["dr-who"]}},
            {"lines[0].rotation.members[0]": "unknown"},
        ),
        ({"rotation": None}, {"lines[0].rotation": "required"}),
        ({"note": "x"}, {"lines[0].note": "unknown_field"}),
    ],
)
def test_wrong_lines(web, change, expected):
    before = stored(web)

    answer = put(web, "/admin/lines", {"lines": [{**LINES[0], **change}, LINES[1]], "version": 1})

    assert (answer.status_code, told(answer)) == (422, expected)
    assert stored(web) == before


def test_too_many_lines(web):
    many = [{**LINES[0], "id": f"line-{number}"} for number in range(31)]

    answer = put(web, "/admin/lines", {"lines": many, "version": 1})

    assert told(answer) == {"lines": "too_long"}


def test_lines_are_held_to_the_size_of_every_write(web):
    answer = put(web, "/admin/lines", {"lines": LINES, "version": 1, "x": "x" * 16 * 1024})

    assert (answer.status_code, answer.json_body["error"]["code"]) == (413, "too_large")


def test_busy_is_told_as_busy(web):
    web.rota_edits.fail_next = [Busy()]

    answer = get(web, "/admin/lines")

    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "2")


def test_who_is_told_of_gaps(web):
    assert get(web, "/admin/rota/recipients").json_body == {"version": 0, "recipients": []}
    body = {"version": 0, "recipients": [{"phone": "98111 11111", "language": "hi"}]}

    answer = put(web, "/admin/rota/recipients", body)

    assert answer.json_body == {
        "version": 1,
        "recipients": [{"phone": "+919811111111", "language": "hi"}],
    }
    assert put(web, "/admin/rota/recipients", body).status_code == 409


@pytest.mark.parametrize(
    ("one", "expected"),
    [
        ({"phone": "12", "language": "hi"}, {"recipients[0].phone": "too_short"}),
        ({"phone": "9811111111", "language": "ta"}, {"recipients[0].language": "not_one_of"}),
        ({}, {"recipients[0].phone": "required", "recipients[0].language": "required"}),
        ("9811111111", {"recipients[0]": "wrong_type"}),
    ],
)
def test_wrong_recipients(web, one, expected):
    answer = put(web, "/admin/rota/recipients", {"version": 0, "recipients": [one]})

    assert (answer.status_code, told(answer)) == (422, expected)
