"""An administrator acts for somebody: it is done in their name, and the record says by whom."""

from datetime import timedelta

import pytest

from tests.support.rota_calls import RAVIS_SHIFT, get, on, post
from tests.support.rota_world import MONDAY, TUESDAY, a_doctor
from tests.support.web import told


def test_an_administrator_offers_and_accepts_in_two_names(web):
    asked = {"acting_for": "dr-ravi", "to": "dr-tara"}
    made = post(web, f"/admin/shifts/{RAVIS_SHIFT}/swap", asked)
    assert made.status_code == 201
    offer = made.json_body
    assert (offer["offered_by"], offer["to"], offer["state"]) == ("dr-ravi", "dr-tara", "open")
    assert get(web, "/admin/swaps").json_body == {"swaps": [offer]}

    web.clock.advance(timedelta(minutes=1))
    taken = post(web, f"/admin/swaps/{offer['id']}/accept", {"acting_for": "dr-tara"})

    assert (taken.status_code, taken.json_body["state"]) == (200, "accepted")
    assert taken.json_body["answered_by"] == "dr-tara"
    assert on(web, TUESDAY) == [("10:00", "13:30", ["dr-tara"])]
    changes = get(web, f"/admin/rota/changes?from={MONDAY}").json_body["changes"]
    assert [(each["by"], each["acting_for"]) for each in changes] == [
        ("meera", "dr-ravi"),
        ("meera", "dr-tara"),
    ]


def test_declining_and_withdrawing(web):
    for answer, who in (("decline", "dr-tara"), ("withdraw", "dr-ravi")):
        asked = {"acting_for": "dr-ravi", "to": "dr-tara"}
        offer = post(web, f"/admin/shifts/{RAVIS_SHIFT}/swap", asked).json_body["id"]

        closed = post(web, f"/admin/swaps/{offer}/{answer}", {"acting_for": who})

        assert closed.json_body["state"] in ("declined", "withdrawn")
    assert on(web, TUESDAY) == [("10:00", "13:30", ["dr-ravi"])]


@pytest.mark.parametrize(
    "path",
    [
        "/admin/shifts/x/swap",
        *(f"/admin/swaps/x/{do}" for do in ("accept", "decline", "withdraw")),
    ],
)
def test_for_whom_has_to_be_said(web, path):
    assert told(post(web, path, {})) == {"acting_for": "required"}
    assert post(web, path, {"acting_for": "dr-ravi"}).status_code == 404


def test_an_id_that_could_be_a_phone_does_not_reach_the_audit(web):
    web.rota.put_oncologist(a_doctor("98765432101"))
    leave = {"oncologist": "98765432101", "from": "2026-12-03", "to": "2026-12-05"}

    answer = post(web, "/admin/leave", leave)

    assert answer.status_code == 201
    assert [entry.detail for entry in web.audit.entries] == [{}]
