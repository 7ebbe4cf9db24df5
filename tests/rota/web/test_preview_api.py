"""The dry run of a rota, as the contract has it to the letter."""

import copy
import json
from datetime import date, time, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chalicelib.core.domain.working_hours import OpenWindow, WorkingHours
from tests.support.helpline import using
from tests.support.rota_calls import WORKING_DAYS, a_line, a_turn, post
from tests.support.stores import StoredRota
from tests.support.web import told

PREVIEW = "/admin/rota/preview"
TEN_TO_FIVE = [["10:00", "17:00"]]
WEEK = dict.fromkeys(WORKING_DAYS, TEN_TO_FIVE)
ANCHORED = a_turn("ab", anchor="2026-12-01")
MORNING = a_line("morning", "10:00", "13:30", days=["mon", "tue"], rotation=ANCHORED)
NOTHING_DATED = {"leave": [], "overrides": [], "temporary": []}


def ist(text):
    """An instant of December in India, like ``08T10:00``."""
    return f"2026-12-{text}:00+05:30"


def span(start, end, **more):
    return {"from": ist(start), "to": ist(end), **more}


ASKED = {
    "from": "2026-12-01",
    "to": "2027-01-01",
    "hours": {**WEEK, "sun": []},
    "holidays": ["2026-12-25"],
    "oncologists": [
        {"id": "a", "languages": ["hi", "en"], "joined": "2026-01-01", "left": None},
        {"id": "b", "languages": ["en"], "joined": "2026-01-01", "left": None},
    ],
    "lines": [MORNING],
    "leave": [{"oncologist": "a", "from": "2026-12-03", "to": "2026-12-05"}],
    "overrides": [span("08T10:00", "08T12:00", line="morning", remove="a", add="b")],
    "temporary": [span("14T10:00", "14T13:30", line="morning", on=["a"])],
}


def preview(web, **changes):
    return post(web, PREVIEW, {**copy.deepcopy(ASKED), **changes})


def put(body, path, value):
    """Set what stands at a path like ``lines[0].rotation.members``; None takes it out."""
    *way, last = path.replace("[", ".").replace("]", "").split(".")
    for step in way:
        body = body[int(step)] if step.isdigit() else body[step]
    if value is None:
        del body[last]
    else:
        body[int(last) if last.isdigit() else last] = value


def test_the_contracts_example(web):
    answer = preview(web)

    assert answer.status_code == 200
    body = answer.json_body
    assert list(body) == ["shifts", "gaps", "quality"]
    assert body["shifts"][:4] == [
        {
            "line": "morning",
            "start": ist(start),
            "end": ist(end),
            "on": [who],
        }
        for start, end, who in [
            ("01T10:00", "01T13:30", "a"),
            ("07T10:00", "07T13:30", "b"),
            ("08T10:00", "08T12:00", "b"),
            ("08T12:00", "08T13:30", "a"),
        ]
    ]
    assert [shift["on"] for shift in body["shifts"][4:6]] == [["a"], ["a"]]
    assert body["gaps"][:2] == [
        {
            "line": "morning",
            "start": ist(start),
            "end": ist(end),
            "missing": 0,
            "languages": ["hi"],
        }
        for start, end in [("07T10:00", "07T13:30"), ("08T10:00", "08T12:00")]
    ]
    hours = {"a": 3.5 * 5 + 1.5, "b": 3.5 * 3 + 2}
    assert body["quality"] == {
        "coverage": 1.0,
        "balance": pytest.approx(hours["b"] / hours["a"]),
        "score": 83,
        "hours": hours,
    }


def test_it_stores_nothing_and_reads_no_more_than_the_hours(web):
    before = (list(web.rota.calls), list(web.cases.calls))
    preview(web)

    assert (web.rota.calls, web.cases.calls) == before

    web.rota.calls.clear()
    body = {name: value for name, value in ASKED.items() if name != "hours"}
    assert post(web, PREVIEW, body).status_code == 200
    assert set(web.rota.calls) == {"find_hours"}


def test_without_hours_the_stored_ones_count(web):
    closed = WorkingHours(((OpenWindow(time(10), time(17)),), *((),) * 6))
    web.rota = StoredRota(hours=closed)

    with using(*web.parts()):
        shifts = preview(web, hours=None, overrides=[]).json_body["shifts"]

    assert {date.fromisoformat(shift["start"][:10]).weekday() for shift in shifts} == {0}


def test_on_a_holiday_there_is_no_shift_even_where_hours_name_it_an_extra_opening(web):
    hours = {**ASKED["hours"], "extra": {"2026-12-21": TEN_TO_FIVE}}

    days = [
        shift["start"][:10]
        for shift in preview(web, hours=hours, holidays=["2026-12-21"]).json_body["shifts"]
    ]

    assert "2026-12-21" not in days
    assert "2026-12-22" in days


def test_only_what_is_needed(web):
    body = {name: ASKED[name] for name in ("from", "to", "oncologists", "lines")}
    for each in body["oncologists"]:
        assert set(each) >= {"id"}
    body["oncologists"] = [{"id": "a"}, {"id": "b"}]
    body["lines"] = [{**MORNING, "rotation": {"kind": "fair", "members": ["b", "a"]}}]

    answer = post(web, PREVIEW, {**body, "served": {"b": 12}})

    assert answer.status_code == 200
    assert answer.json_body["shifts"][0]["on"] == ["a"]
    assert answer.json_body["gaps"][0]["languages"] == ["hi"]


def test_no_lines_no_shifts(web):
    body = preview(web, lines=[], overrides=[], temporary=[]).json_body

    assert (body["shifts"], body["gaps"]) == ([], [])
    assert body["quality"]["coverage"] == 1.0


@pytest.mark.parametrize(
    ("path", "value", "expected"),
    [
        ("from", None, {"from": "required"}),
        ("from", "2026-13-01", {"from": "bad_date"}),
        ("from", 20261201, {"from": "wrong_type"}),
        ("to", "2026-12-01", {"to": "end_before_start"}),
        ("to", "2027-12-03", {"to": "too_many_days"}),
        ("to", "2026-W50-1", {"to": "bad_date"}),
        ("hours", [], {"hours": "wrong_type"}),
        ("hours.mon", None, {"hours.mon": "required"}),
        (
            "hours.tue",
            [["10:00", "14:00"], ["13:00", "17:00"]],
            {"hours.tue[1]": "overlapping"},
        ),
        ("hours.wed", [["10:00", "25:00"]], {"hours.wed[0][1]": "bad_time"}),
        ("hours.someday", [], {"hours.someday": "unknown_field"}),
        ("holidays", "2026-12-25", {"holidays": "wrong_type"}),
        (
            "holidays",
            ["2026-12-25", "x", 3],
            {"holidays[1]": "bad_date", "holidays[2]": "wrong_type"},
        ),
        ("oncologists", None, {"oncologists": "required"}),
        ("oncologists", {}, {"oncologists": "wrong_type"}),
        ("oncologists[1]", "b", {"oncologists[1]": "wrong_type"}),
        (
            "oncologists[1].id",
            "a",
            {
                "oncologists[1].id": "repeated",
                "lines[0].rotation.members[1]": "unknown",
                "overrides[0].add": "unknown",
            },
        ),
        ("oncologists[1].id", "", {"oncologists[1].id": "required"}),
        ("oncologists[1].id", "b ", {"oncologists[1].id": "not_text"}),
        ("oncologists[1].id", "b" * 65, {"oncologists[1].id": "too_long"}),
        ("oncologists[1].left", "2025-01-01", {"oncologists[1].left": "end_before_start"}),
        ("oncologists[1].phone", "9876543210", {"oncologists[1].phone": "unknown_field"}),
        ("lines", None, {"lines": "required"}),
        ("lines[0].id", None, {"lines[0].id": "required"}),
        ("lines[0].days[1]", "funday", {"lines[0].days[1]": "unknown"}),
        ("lines[0].start", "10", {"lines[0].start": "bad_time"}),
        ("lines[0].start", "24:00", {"lines[0].start": "bad_time"}),
        ("lines[0].start", 10, {"lines[0].start": "wrong_type"}),
        ("lines[0].end", "00:00", {"lines[0].end": "outside_hours"}),
        ("lines[0].end", "24:00", {"lines[0].end": "outside_hours"}),
        ("lines[0].people", -(10**30), {"lines[0].people": "out_of_range"}),
        ("lines[0].people", 1.0, {"lines[0].people": "wrong_type"}),
        ("lines[0].people", True, {"lines[0].people": "wrong_type"}),
        ("lines[0].people", None, {"lines[0].people": "required"}),
        ("lines[0].languages", ["hi", None], {"lines[0].languages[1]": "required"}),
        ("lines[0].colour", "red", {"lines[0].colour": "unknown_field"}),
        ("lines[0].rotation", "fair", {"lines[0].rotation": "wrong_type"}),
        ("lines[0].rotation.kind", None, {"lines[0].rotation.kind": "required"}),
        ("lines[0].rotation.kind", "random", {"lines[0].rotation.kind": "not_one_of"}),
        ("lines[0].rotation.kind", ["fair"], {"lines[0].rotation.kind": "not_one_of"}),
        ("lines[0].rotation.every", "2", {"lines[0].rotation.every": "wrong_type"}),
        ("lines[0].rotation.anchor", None, {"lines[0].rotation.anchor": "required"}),
        ("lines[0].rotation.members", ["a", "z"], {"lines[0].rotation.members[1]": "unknown"}),
        ("lines[0].rotation.members", ["a", 1], {"lines[0].rotation.members[1]": "wrong_type"}),
        ("leave[0].to", "2026-12-03", {"leave[0].to": "end_before_start"}),
        ("leave[0].from", "soon", {"leave[0].from": "bad_date"}),
        ("overrides[0].line", "evening", {"overrides[0].line": "unknown"}),
        ("overrides[0].from", "2026-12-08T10:00:00", {"overrides[0].from": "bad_instant"}),
        ("overrides[0].from", "2026-12-08", {"overrides[0].from": "bad_instant"}),
        ("overrides[0].to", "2026-12-08T10:00:00+05:30", {"overrides[0].to": "end_before_start"}),
        ("overrides[0].to", "2026-12-08T11:00:30+05:30", {"overrides[0].to": "bad_time"}),
        ("temporary[0].on", None, {"temporary[0].on": "required"}),
        ("served", {"z": 1}, {"served.z": "unknown"}),
        ("served", {"a": 10**300}, {"served.a": "out_of_range"}),
        ("served", {"a": "12"}, {"served.a": "wrong_type"}),
        ("served", [], {"served": "wrong_type"}),
        ("surprise", 1, {"surprise": "unknown_field"}),
    ],
)
def test_one_thing_that_is_wrong(web, path, value, expected):
    body = copy.deepcopy(ASKED)
    put(body, path, value)

    answer = post(web, PREVIEW, body)

    assert (answer.status_code, told(answer)) == (422, expected)
    assert all(field["message"] for field in answer.json_body["error"]["fields"])


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        (
            {"overrides": [{**ASKED["overrides"][0], "remove": "b", "add": None}]},
            {"overrides[0].remove": "not_on"},
        ),
        (
            {"leave": [{"oncologist": "b", "from": "2026-12-08", "to": "2026-12-09"}]},
            {"overrides[0].add": "on_leave"},
        ),
        ({"holidays": ["2026-12-08"]}, {"overrides[0].remove": "not_on"}),
        (
            {
                "holidays": ["2026-12-08"],
                "overrides": [{**ASKED["overrides"][0], "to": "2026-12-09T09:00:00+05:30"}],
            },
            {"overrides[0].remove": "not_on"},
        ),
    ],
    ids=["not-on", "on-leave", "holiday", "across-a-closed-day"],
)
def test_what_shows_only_on_a_day(web, changes, expected):
    answer = preview(web, **changes)

    assert (answer.status_code, told(answer)) == (422, expected)


ALL_WEEK = [*WORKING_DAYS, "sun"]
ALWAYS = {day: [["00:00", "24:00"]] for day in ALL_WEEK}
NIGHT = a_line("night", "20:00", "08:00", days=ALL_WEEK, languages=[], rotation=ANCHORED)
EARLY = {**NIGHT, "id": "early", "start": "06:00", "end": "10:00"}
DAYTIME = {**NIGHT, "start": "10:00", "end": "18:00"}
NIGHTS = {
    "from": "2026-12-01",
    "to": "2026-12-04",
    "hours": ALWAYS,
    "holidays": [],
    "oncologists": [{"id": "a", "languages": []}, {"id": "b", "languages": []}],
    "lines": [NIGHT],
    **NOTHING_DATED,
}


def nights(web, **changes):
    return post(web, PREVIEW, {**NIGHTS, **changes})


def spans(answer):
    return [(s["start"][8:16], s["end"][8:16], *s["on"]) for s in answer.json_body["shifts"]]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        (
            {},
            [
                ("01T20:00", "02T08:00", "a"),
                ("02T20:00", "03T08:00", "b"),
                ("03T20:00", "04T08:00", "a"),
            ],
        ),
        (
            {"holidays": ["2026-12-02"], "to": "2026-12-05"},
            [("03T20:00", "04T08:00", "a"), ("04T20:00", "05T08:00", "b")],
        ),
        (
            {"overrides": [span("02T02:00", "02T04:00", line="night", remove="a", add="b")]},
            [
                ("01T20:00", "02T02:00", "a"),
                ("02T02:00", "02T04:00", "b"),
                ("02T04:00", "02T08:00", "a"),
                ("02T20:00", "03T08:00", "b"),
                ("03T20:00", "04T08:00", "a"),
            ],
        ),
        (
            {"lines": [NIGHT, EARLY], "to": "2026-12-03"},
            [
                ("01T06:00", "01T10:00", "a"),
                ("01T20:00", "02T08:00", "a"),
                ("02T06:00", "02T10:00", "b"),
                ("02T20:00", "03T08:00", "b"),
            ],
        ),
        (
            {
                "lines": [DAYTIME],
                "leave": [span("01T09:00", "01T19:00", oncologist="a")],
                "to": "2026-12-02",
            },
            [("01T10:00", "01T18:00", "b")],
        ),
        (
            {
                "lines": [{**DAYTIME, "days": ["mon", "tue", "thu", "fri"]}],
                "overrides": [span("01T00:00", "06T00:00", line="night", remove="a")],
                "to": "2026-12-08",
            },
            [
                ("01T10:00", "01T18:00"),
                ("03T10:00", "03T18:00", "b"),
                ("04T10:00", "04T18:00"),
                ("07T10:00", "07T18:00", "b"),
            ],
        ),
    ],
    ids=[
        "one-shift-a-day",
        "none-into-a-holiday-or-of-one",
        "an-override-after-midnight",
        "nobody-on-two-lines",
        "on-leave-for-all-of-it",
        "an-override-of-several-days",
    ],
)
def test_who_is_on_over_midnight_and_in_leave_of_some_hours(web, changes, expected):
    assert spans(nights(web, **changes)) == expected


def test_leave_of_some_hours_splits_the_shift_and_leaves_a_gap(web):
    leave = span("01T13:00", "01T17:00", oncologist="a")

    answer = nights(web, lines=[DAYTIME], leave=[leave], to="2026-12-02")

    assert spans(answer) == [
        ("01T10:00", "01T13:00", "a"),
        ("01T13:00", "01T17:00"),
        ("01T17:00", "01T18:00", "a"),
    ]
    (gap,) = answer.json_body["gaps"]
    assert (gap["start"][11:16], gap["end"][11:16], gap["missing"]) == ("13:00", "17:00", 1)
    assert answer.json_body["quality"]["hours"] == {"a": 4.0, "b": 0.0}


AWAY = span("01T13:00", "01T17:00", oncologist="a")


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        (
            {"hours": {**ALWAYS, "wed": [["00:00", "06:00"], ["20:00", "24:00"]]}},
            {"lines[0].end": "outside_hours"},
        ),
        ({"hours": {**ALWAYS, "wed": []}}, {"lines[0].end": "outside_hours"}),
        (
            {
                "lines": [NIGHT, EARLY],
                "overrides": [span("02T07:00", "02T09:00", line="early", add="a")],
            },
            {"overrides[0].add": "on_two_lines"},
        ),
        ({"leave": [{**AWAY, "to": ist("01T13:00")}]}, {"leave[0].to": "end_before_start"}),
        (
            {"leave": [{**AWAY, "to": "2026-12-01T14:00:30+05:30"}]},
            {"leave[0].to": "bad_time"},
        ),
        ({"leave": [{**AWAY, "from": "2026-12-01T13:00"}]}, {"leave[0].from": "bad_instant"}),
    ],
)
def test_what_is_refused_over_midnight_and_of_leave_of_some_hours(web, changes, expected):
    assert told(nights(web, **changes)) == expected


def test_everything_that_is_wrong_is_told_at_once_in_the_contracts_order(web):
    body = copy.deepcopy(ASKED)
    put(body, "to", "2026-11-01")
    put(body, "lines[0].people", 0)
    put(body, "lines[0].rotation.members", ["a", "z"])
    put(body, "leave[0].oncologist", "y")
    put(body, "overrides[0].line", "x")

    answer = post(web, PREVIEW, body)

    assert list(told(answer).items()) == [
        ("to", "end_before_start"),
        ("lines[0].people", "out_of_range"),
        ("lines[0].rotation.members[1]", "unknown"),
        ("leave[0].oncologist", "unknown"),
        ("overrides[0].line", "unknown"),
    ]


def test_what_is_of_the_wrong_type_is_told_at_once_too(web):
    body = copy.deepcopy(ASKED)
    put(body, "from", "x")
    put(body, "lines[0].start", "x")
    put(body, "lines[0].rotation.every", "x")
    put(body, "overrides[0].from", "x")
    body["surprise"] = 1

    answer = post(web, PREVIEW, body)

    assert list(told(answer).items()) == [
        ("from", "bad_date"),
        ("lines[0].start", "bad_time"),
        ("lines[0].rotation.every", "wrong_type"),
        ("overrides[0].from", "bad_instant"),
        ("surprise", "unknown_field"),
    ]


def test_fifty_oncologists_fit_and_a_quarter_of_a_megabyte_is_the_end(web):
    names = [f"oncologist-{number:02}" for number in range(50)]
    lines = [
        {
            **MORNING,
            "id": f"line-{number}",
            "people": 2,
            "rotation": {**ANCHORED, "members": names},
        }
        for number in range(20)
    ]
    body = {
        **ASKED,
        "oncologists": [{"id": name, "languages": ["hi", "en"]} for name in names],
        "lines": lines,
        **NOTHING_DATED,
    }
    assert len(json.dumps(body)) > 16 * 1024

    answer = post(web, PREVIEW, body)
    assert answer.status_code == 200
    assert len(answer.json_body["shifts"]) == 20 * 9

    answer = post(web, PREVIEW, {**body, "x": "x" * 256 * 1024})
    assert (answer.status_code, answer.json_body["error"]["code"]) == (413, "too_large")


@pytest.mark.parametrize(
    "at", ["2026-12-08T04:30:00Z", "2026-12-08T04:30:00.000Z", "2026-12-08T10:00+05:30"]
)
def test_an_instant_may_be_written_in_any_zone(web, at):
    changed = [{**ASKED["overrides"][0], "from": at}]

    assert preview(web, overrides=changed).json_body == preview(web).json_body


@pytest.mark.parametrize(
    ("lines", "people", "kind", "most"),
    [
        (1, 1, "round_robin", 366),
        (1, 50, "round_robin", 366),
        (10, 4, "round_robin", 366),
        (20, 4, "round_robin", 200),
        (10, 4, "fair", 84),
        (20, 5, "fair", 5),
    ],
)
def test_what_would_take_too_long_is_refused(web, lines, people, kind, most):
    names = [f"oncologist-{number:02}" for number in range(50)]
    rotation = {"kind": kind, "members": names, "anchor": "2027-12-31"}
    line = {**MORNING, "people": people, "rotation": rotation}
    changes = {
        "oncologists": [{"id": name} for name in names],
        "lines": [{**line, "id": f"line-{number}"} for number in range(lines)],
        **NOTHING_DATED,
    }
    last = date(2026, 12, 1) + timedelta(days=most + 1)

    answer = preview(web, to=last.isoformat(), **changes)

    assert told(answer) == {"to": "too_many_days"}
    assert str(most) in answer.json_body["error"]["fields"][0]["message"]


def test_an_answer_that_is_too_large_is_refused_before_it_is_sent(web, monkeypatch):
    monkeypatch.setattr("chalicelib.rota.web.rota_admin_api.LARGEST_ANSWER", 500)

    answer = preview(web)

    assert (answer.status_code, told(answer)) == (422, {"to": "too_many_shifts"})


JUNK = st.sampled_from(
    [None, True, 0, -1, 10**12, 1e308, "", "a", "b", "mon", "24:00", "2026-12-08", [], {}, [[]]]
) | st.sampled_from(["2200-01-01", "2026-12-08T10:00:00+23:59", "0001-01-01T00:00:00Z", "\ud800"])


def places(body, path=()):
    """Every place in a body, so that anything may be put there."""
    if path:
        yield path
    inside = body.items() if isinstance(body, dict) else enumerate(body)
    for key, value in inside:
        if isinstance(value, dict | list):
            yield from places(value, (*path, key))
        else:
            yield (*path, key)


@given(st.lists(st.tuples(st.sampled_from(list(places(ASKED))), JUNK), min_size=1, max_size=3))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_stands_anywhere_is_answered_field_by_field(web, changes):
    body = copy.deepcopy(ASKED)
    for (*way, last), junk in changes:
        place = body
        try:
            for step in way:
                place = place[step]
            place[last] = junk
        except (LookupError, TypeError):
            continue

    answer = post(web, PREVIEW, body)

    assert answer.status_code in (200, 422), answer.body
    if answer.status_code == 422:
        assert told(answer)
