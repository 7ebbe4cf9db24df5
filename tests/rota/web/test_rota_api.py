"""What oncologists do to their own rota: swaps with consent, leave, and what is refused of it."""

import pytest

from tests.support.helpline import in_use
from tests.support.rota_calls import RAVIS_SHIFT, delete, get, on, post, stored
from tests.support.rota_world import TUESDAY, a_doctor
from tests.support.web import told

ASHA, RAVI, TARA = (f"oncologist:dr-{name}" for name in ("asha", "ravi", "tara"))
ASHAS_AFTERNOON = "afternoon-20261123-1330"


def offered(web, to="dr-tara", shift=RAVIS_SHIFT, token=RAVI):
    answer = web.post(f"/shifts/{shift}/swap", {"to": to}, token=token)
    assert answer.status_code == 201, answer.json_body
    return answer.json_body


def refused(answer):
    return answer.status_code, answer.json_body["error"]["code"]


def test_a_colleague_takes_an_offered_shift(web):
    offer = offered(web)
    assert offer == {
        "id": offer["id"],
        "shift": {
            "id": RAVIS_SHIFT,
            "line": "morning",
            "start": "2026-11-24T10:00:00+05:30",
            "end": "2026-11-24T13:30:00+05:30",
            "on": ["dr-ravi"],
        },
        "offered_by": "dr-ravi",
        "offered_at": "2026-11-23T09:00:00+05:30",
        "to": "dr-tara",
        "state": "open",
        "answered_by": None,
        "answered_at": None,
    }
    assert web.get("/swaps", token=TARA).json_body == {"swaps": [offer]}
    assert web.get("/swaps", token=ASHA).json_body == {"swaps": []}
    assert on(web, TUESDAY) == [("10:00", "13:30", ["dr-ravi"])], "not before there is consent"

    taken = web.post(f"/swaps/{offer['id']}/accept", token=TARA)

    assert (taken.status_code, taken.json_body["state"]) == (200, "accepted")
    assert on(web, TUESDAY) == [("10:00", "13:30", ["dr-tara"])]
    assert web.get("/swaps", token=TARA).json_body == {"swaps": []}
    again = web.post(f"/swaps/{offer['id']}/accept", token=TARA)
    assert refused(again) == (409, "offer_closed")


def test_anybody_may_take_what_is_offered_to_anybody(web):
    answer = web.post(f"/shifts/{RAVIS_SHIFT}/swap", token=RAVI)
    assert (answer.status_code, answer.json_body["to"]) == (201, None)

    taken = web.post(f"/swaps/{answer.json_body['id']}/accept", {}, token=TARA)

    assert taken.json_body["answered_by"] == "dr-tara"


def test_declining_leaves_the_shift_where_it_is(web):
    offer = offered(web)["id"]

    assert web.post(f"/swaps/{offer}/decline", token=TARA).json_body["state"] == "declined"

    assert on(web, TUESDAY) == [("10:00", "13:30", ["dr-ravi"])]
    assert refused(web.post(f"/swaps/{offer}/accept", token=TARA)) == (409, "offer_closed")


def test_withdrawing_ones_own_offer(web):
    offer = offered(web)["id"]

    assert refused(web.post(f"/swaps/{offer}/withdraw", token=TARA)) == (409, "not_your_offer")
    assert web.post(f"/swaps/{offer}/withdraw", token=RAVI).json_body["state"] == "withdrawn"


@pytest.mark.parametrize(
    ("to", "expected"),
    [
        ("dr-ravi", {"to": "oneself"}),
        ("dr-who", {"to": "unknown"}),
        (7, {"to": "wrong_type"}),
        ("", {"to": "required"}),
    ],
)
def test_nobody_to_swap_with(web, to, expected):
    before = stored(web)

    answer = web.post(f"/shifts/{RAVIS_SHIFT}/swap", {"to": to}, token=RAVI)

    assert (answer.status_code, told(answer)) == (422, expected)
    assert stored(web) == before


def test_an_oncologist_acts_for_nobody_else(web):
    asked = {"to": "dr-asha", "acting_for": "dr-tara"}

    answer = web.post(f"/shifts/{RAVIS_SHIFT}/swap", asked, token=RAVI)

    assert told(answer) == {"acting_for": "unknown_field"}


@pytest.mark.parametrize(
    ("shift", "token", "expected"),
    [
        ("morning-20261129-1000", RAVI, (404, "not_found")),
        ("nonsense", RAVI, (404, "not_found")),
        ("%E0%A4%85", RAVI, (404, "not_found")),
        (RAVIS_SHIFT, TARA, (409, "not_your_shift")),
    ],
)
def test_a_shift_that_is_not_ones_own(web, shift, token, expected):
    assert refused(web.post(f"/shifts/{shift}/swap", {}, token=token)) == expected


def test_a_shift_that_has_begun(web):
    offer = offered(web)["id"]
    web.clock.now = web.clock.now.replace(day=24, hour=10)

    assert refused(web.post(f"/shifts/{RAVIS_SHIFT}/swap", {}, token=RAVI)) == (
        409,
        "shift_started",
    )
    assert refused(web.post(f"/swaps/{offer}/accept", token=TARA)) == (409, "shift_started")
    listed = get(web, "/admin/swaps?from=2026-11-24").json_body["swaps"]
    assert [each["state"] for each in listed] == ["expired"]


def test_an_offer_is_made_once_and_answered_by_whom_it_was_made_to(web):
    offer = offered(web)["id"]

    assert refused(web.post(f"/shifts/{RAVIS_SHIFT}/swap", {}, token=RAVI)) == (
        409,
        "already_offered",
    )
    for do in ("accept", "decline"):
        assert refused(web.post(f"/swaps/{offer}/{do}", token=ASHA)) == (409, "not_offered_to_you")
    assert refused(web.post("/swaps/none/accept", token=TARA)) == (404, "not_found")


def test_a_taker_who_cannot(web):
    web.rota.put_oncologist(a_doctor("dr-new", joined=TUESDAY.replace(day=30)))
    assert refused(web.post(f"/shifts/{RAVIS_SHIFT}/swap", {"to": "dr-new"}, token=RAVI)) == (
        409,
        "not_serving",
    )
    leave = {"oncologist": "dr-asha", "from": "2026-11-24", "to": "2026-11-25"}
    offer = offered(web, to="dr-asha")["id"]
    assert post(web, "/admin/leave", leave).status_code == 201

    assert refused(web.post(f"/swaps/{offer}/accept", token=ASHA)) == (409, "on_leave")
    assert on(web, TUESDAY) == [("10:00", "13:30", ["dr-ravi"])]


def test_ones_own_leave(web):
    answer = web.post("/leave", {"from": "2026-11-24", "to": "2026-11-25"}, token=RAVI)

    assert answer.status_code == 201
    body = answer.json_body
    assert (body["oncologist"], body["from"], body["gap"]) == ("dr-ravi", "2026-11-24", True)
    assert body["notices"][0]["oncologist"] == "dr-ravi"
    assert on(web, TUESDAY) == [("10:00", "13:30", [])]

    assert delete(web, f"/leave?id={body['id']}", token=TARA).status_code == 404
    assert delete(web, "/leave", {"id": body["id"]}, token=RAVI).status_code == 204
    assert get(web, "/admin/leave").json_body == {"leave": []}


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({}, {"from": "required", "to": "required"}),
        ({"from": "2026-11-22", "to": "2026-11-25"}, {"from": "in_the_past"}),
        ({"from": "2026-11-25", "to": "2026-11-24"}, {"to": "end_before_start"}),
        ({"from": "2026-11-25", "to": 26}, {"to": "wrong_type"}),
        (
            {"from": "2026-11-24", "to": "2026-11-25", "oncologist": "dr-tara"},
            {"oncologist": "unknown_field"},
        ),
    ],
)
def test_wrong_leave(web, body, expected):
    before = stored(web)

    answer = web.post("/leave", body, token=RAVI)

    assert (answer.status_code, told(answer)) == (422, expected)
    assert stored(web) == before


def test_somebody_with_the_role_who_is_nobody_in_the_rota(web):
    answer = web.post(
        "/leave", {"from": "2026-11-24", "to": "2026-11-25"}, token="oncologist:stranger"
    )

    assert told(answer) == {"oncologist": "unknown"}
    assert in_use().rota.edits.kept == {}
