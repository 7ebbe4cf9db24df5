"""The published days: what they are, what they lack, and who would get a call."""

from datetime import timedelta

import pytest

from tests.support.rota_calls import SUNDAY, get, post, put, stored
from tests.support.rota_world import NAMES, TUESDAY
from tests.support.web import told


def test_published_days_with_who_confirmed(web):
    day = get(web, f"/admin/rota?from={TUESDAY}&to=2026-11-25").json_body["days"][0]

    assert (day["day"], day["version"]) == (TUESDAY.isoformat(), 1)
    assert day["shifts"][0] == {
        "id": "morning-20261124-1000",
        "line": "morning",
        "start": "2026-11-24T10:00:00+05:30",
        "end": "2026-11-24T13:30:00+05:30",
        "on": ["dr-ravi"],
        "confirmed": [],
    }
    assert len(get(web, "/admin/rota").json_body["days"]) == 28


def test_a_closed_day_is_published_without_a_shift(web):
    days = get(web, f"/admin/rota?from={SUNDAY}&to=2026-11-30").json_body["days"]

    assert days == [{"day": SUNDAY.isoformat(), "version": 1, "shifts": []}]


def test_quality_of_what_is_published(web):
    body = get(web, "/admin/rota/quality?from=2026-11-23&to=2026-11-30").json_body

    assert set(body) == {"coverage", "balance", "score", "hours"}
    assert (body["coverage"], body["score"]) == (1.0, 100)
    assert body["hours"] == dict.fromkeys(NAMES, 14.0)


def test_gaps_of_what_is_published(web):
    assert get(web, "/admin/rota/gaps").json_body == {"gaps": []}
    post(web, "/admin/leave", {"oncologist": "dr-ravi", "from": "2026-11-24", "to": "2026-11-25"})

    gaps = get(web, "/admin/rota/gaps").json_body["gaps"]

    assert gaps[0] == {
        "line": "morning",
        "start": "2026-11-24T10:00:00+05:30",
        "end": "2026-11-24T13:30:00+05:30",
        "missing": 1,
        "languages": ["hi"],
    }


def test_gaps_of_which_nobody_is_told_come_with_a_warning(web):
    post(web, "/admin/leave", {"oncologist": "dr-ravi", "from": "2026-11-24", "to": "2026-11-25"})

    assert "Nobody is told of gaps by SMS" in get(web, "/admin/rota/gaps").json_body["warning"]

    phones = {"version": 0, "recipients": [{"phone": "9811111111", "language": "hi"}]}
    put(web, "/admin/rota/recipients", phones)
    assert "warning" not in get(web, "/admin/rota/gaps").json_body


@pytest.mark.parametrize(
    "path",
    [
        "/admin/rota",
        "/admin/rota/quality",
        "/admin/rota/gaps",
        "/admin/rota/changes",
        "/admin/swaps",
        "/admin/overrides",
        "/admin/leave",
    ],
)
@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("from=2026-11-23&to=2027-11-25", {"to": "too_many_days"}),
        ("from=2026-11-23&to=2026-11-23", {"to": "end_before_start"}),
        ("from=2026-11-23&to=2026-11-22", {"to": "end_before_start"}),
        ("from=now", {"from": "bad_date"}),
        ("from=1999-12-31", {"from": "bad_date"}),
        ("to=2026-02-30&week=48", {"week": "unknown_field", "to": "bad_date"}),
    ],
)
def test_wrong_days(web, path, query, expected):
    answer = get(web, f"{path}?{query}")

    assert (answer.status_code, told(answer)) == (422, expected)


@pytest.mark.parametrize(
    "query", ["from=2026-11-23&to=2027-11-24", "to=2026-10-01", "from=2020-01-01"]
)
def test_days_that_are_not_published_are_empty(web, query):
    assert get(web, f"/admin/rota/gaps?{query}").status_code == 200


def test_publishing_again_changes_nothing(web):
    before = stored(web)

    answer = post(web, "/admin/rota/publish")

    assert answer.json_body == {"days": 0, "through": "2026-12-23", "refused": 0}
    assert stored(web) == before
    web.clock.advance(timedelta(days=2))
    assert post(web, "/admin/rota/publish", {}).json_body["days"] == 2
    assert told(post(web, "/admin/rota/publish", {"days": 9})) == {"days": "unknown_field"}


def test_who_would_get_a_call(web):
    query = "language=hi&prefers_woman=true&at=2026-11-24T11:00:00%2B05:30"

    body = get(web, f"/admin/rota/route?{query}").json_body

    assert body == {
        "at": "2026-11-24T11:00:00+05:30",
        "oncologists": [
            {
                "id": "dr-ravi",
                "name": "Dr-Ravi",
                "languages": ["hi", "en"],
                "gender": "female",
            }
        ],
        "opens_at": None,
    }


def test_now_while_closed(web):
    body = get(web, "/admin/rota/route?language=ta").json_body

    assert body == {
        "at": "2026-11-23T09:00:00+05:30",
        "oncologists": [],
        "opens_at": "2026-11-23T10:00:00+05:30",
    }


def test_a_plus_sign_that_nobody_escaped(web):
    query = "language=hi&at=2026-11-24T11:00:00+05:30"

    body = get(web, f"/admin/rota/route?{query}").json_body

    assert body["at"] == "2026-11-24T11:00:00+05:30"


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", {"language": "required"}),
        ("language=klingon", {"language": "not_one_of"}),
        ("language=hi&prefers_woman=perhaps", {"prefers_woman": "not_one_of"}),
        ("language=hi&at=2026-11-24", {"at": "bad_instant"}),
        ("language=hi&at=2026-11-24T25:00:00Z", {"at": "bad_instant"}),
        ("language=hi&who=me", {"who": "unknown_field"}),
    ],
)
def test_wrong_questions(web, query, expected):
    answer = get(web, f"/admin/rota/route?{query}")

    assert (answer.status_code, told(answer)) == (422, expected)
