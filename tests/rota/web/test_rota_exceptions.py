"""Overrides, temporary schedules and leave, as administrators add and drop them."""

import pytest

from tests.support.rota_calls import OVERRIDE, delete, get, on, post, stored
from tests.support.rota_world import MONDAY, TUESDAY
from tests.support.web import told


def test_one_splits_the_published_shift_and_says_who_is_told(web):
    assert on(web, TUESDAY) == [("10:00", "13:30", ["dr-ravi"])]

    answer = post(web, "/admin/overrides", OVERRIDE)

    assert answer.status_code == 201
    body = answer.json_body
    assert {name: body[name] for name in OVERRIDE} == OVERRIDE
    assert {(notice["oncologist"], notice["what"]) for notice in body["notices"]} == {
        ("dr-asha", "on"),
        ("dr-ravi", "changed"),
    }
    assert body["gap"] is False
    assert on(web, TUESDAY) == [
        ("10:00", "12:00", ["dr-asha"]),
        ("12:00", "13:30", ["dr-ravi"]),
    ]
    listed = get(web, f"/admin/overrides?from={TUESDAY}").json_body
    assert listed == {"overrides": [{"id": body["id"], **OVERRIDE}], "temporary": []}


def test_a_list_of_who_is_on_is_a_temporary_schedule(web):
    span = {name: OVERRIDE[name] for name in ("line", "from", "to")}

    body = post(web, "/admin/overrides", {**span, "on": []}).json_body

    assert (body["on"], body["gap"]) == ([], True)
    assert on(web, TUESDAY)[0] == ("10:00", "12:00", [])
    listed = get(web, f"/admin/overrides?from={TUESDAY}").json_body
    assert listed == {"overrides": [], "temporary": [{"id": body["id"], **span, "on": []}]}


@pytest.mark.parametrize("kind", ["override", "temporary"])
@pytest.mark.parametrize("where", ["query", "body"])
def test_it_can_be_dropped(web, kind, where):
    given = dict(OVERRIDE)
    if kind == "temporary":
        given = {**{name: OVERRIDE[name] for name in ("line", "from", "to")}, "on": ["dr-tara"]}
    dropped = post(web, "/admin/overrides", given).json_body["id"]

    path = f"/admin/overrides?id={dropped}" if where == "query" else "/admin/overrides"
    answer = delete(web, path, None if where == "query" else {"id": dropped})

    assert (answer.status_code, answer.body) == (204, b"")
    listed = get(web, f"/admin/overrides?from={TUESDAY}").json_body
    assert listed == {"overrides": [], "temporary": []}
    assert delete(web, f"/admin/overrides?id={dropped}").status_code == 404


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"line": "evening"}, {"line": "unknown"}),
        ({"line": None}, {"line": "required"}),
        ({"remove": "dr-who"}, {"remove": "unknown"}),
        ({"add": "dr-who"}, {"add": "unknown"}),
        ({"add": "dr-ravi"}, {"add": "repeated"}),
        ({"add": None, "remove": None}, {"add": "required"}),
        ({"to": OVERRIDE["from"]}, {"to": "end_before_start"}),
        ({"from": "tomorrow"}, {"from": "bad_instant"}),
        ({"remove": "dr-tara"}, {"remove": "not_on"}),
        (
            {"from": "2026-11-29T10:00:00+05:30", "to": "2026-11-29T12:00:00+05:30"},
            {"remove": "not_on"},
        ),
        (
            {"from": "2026-11-24T14:00:00+05:30", "to": "2026-11-24T15:00:00+05:30"},
            {"remove": "not_on"},
        ),
        ({"on": ["dr-asha"]}, {"remove": "not_with_on", "add": "not_with_on"}),
        ({"on": ["dr-who"], "remove": None, "add": None}, {"on[0]": "unknown"}),
        (
            {"on": ["dr-asha", "dr-asha"], "remove": None, "add": None},
            {"on[1]": "repeated"},
        ),
        (
            {"from": "2026-11-20T10:00:00+05:30", "to": "2026-11-20T12:00:00+05:30"},
            {"to": "in_the_past"},
        ),
        ({"why": "ill"}, {"why": "unknown_field"}),
    ],
)
def test_wrong_overrides(web, changes, expected):
    before = stored(web)

    answer = post(web, "/admin/overrides", {**OVERRIDE, **changes})

    assert (answer.status_code, told(answer)) == (422, expected)
    assert stored(web) == before


def test_somebody_on_leave_cannot_be_added(web):
    leave = {"oncologist": "dr-asha", "from": TUESDAY.isoformat(), "to": "2026-11-25"}
    assert post(web, "/admin/leave", leave).status_code == 201

    answer = post(web, "/admin/overrides", OVERRIDE)

    assert told(answer) == {"add": "on_leave"}


@pytest.mark.parametrize("path", ["/admin/overrides", "/admin/leave"])
def test_what_is_dropped_has_to_be_named(web, path):
    assert told(delete(web, path)) == {"id": "required"}
    assert told(delete(web, f"{path}?id=x&day=y")) == {"day": "unknown_field"}
    assert delete(web, f"{path}?id=20261123-none").status_code == 404


def test_an_administrator_takes_it_for_somebody_and_that_is_recorded(web):
    leave = {"oncologist": "dr-ravi", "from": "2026-11-24", "to": "2026-11-26"}

    answer = post(web, "/admin/leave", leave)

    assert answer.status_code == 201
    body = answer.json_body
    assert {name: body[name] for name in leave} == leave
    assert body["gap"] is True
    assert on(web, TUESDAY) == [("10:00", "13:30", [])]
    assert get(web, "/admin/leave").json_body["leave"] == [{"id": body["id"], **leave}]
    (change,) = get(web, f"/admin/rota/changes?from={MONDAY}").json_body["changes"]
    assert (change["by"], change["acting_for"], change["kind"]) == ("meera", "dr-ravi", "leave")
    assert change["at"] == "2026-11-23T09:00:00+05:30"

    assert delete(web, f"/admin/leave?id={body['id']}").status_code == 204
    assert get(web, "/admin/leave").json_body == {"leave": []}


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"oncologist": "dr-who"}, {"oncologist": "unknown"}),
        ({"oncologist": None}, {"oncologist": "required"}),
        ({"from": "2026-11-22"}, {"from": "in_the_past"}),
        ({"to": "2026-11-24"}, {"to": "end_before_start"}),
        ({"to": "2026-11-23"}, {"to": "end_before_start"}),
        ({"to": "2026-11-31"}, {"to": "bad_date"}),
        ({"reason": "private"}, {"reason": "unknown_field"}),
    ],
)
def test_wrong_leave(web, changes, expected):
    before = stored(web)
    leave = {"oncologist": "dr-ravi", "from": "2026-11-24", "to": "2026-11-26", **changes}

    answer = post(web, "/admin/leave", leave)

    assert (answer.status_code, told(answer)) == (422, expected)
    assert stored(web) == before
