"""People through the API: joining, changing, leaving."""

import pytest

from tests.support.web import told

MEERA = "admin:meera"
TARA = {
    "id": "dr-tara",
    "name": "Dr Tara Iyer",
    "registration": "TNMC-777",
    "phone": "98123 45699",
    "languages": ["ta", "en"],
    "gender": "female",
    "sites": ["breast"],
    "joined": "2026-12-01",
}
SHOWN = {**TARA, "phone": "+919812345699", "left": None, "version": 1}


def add(web, **changes):
    return web.post("/admin/oncologists", {**TARA, **changes}, token=MEERA)


def change(web, who="dr-tara", **body):
    return web.call_json("PATCH", f"/admin/oncologists/{who}", body, token=MEERA)


def test_somebody_is_added_invited_and_listed(web):
    answer = add(web, email="tara@hospital.example")

    assert (answer.status_code, answer.headers["ETag"]) == (201, '"1"')
    assert answer.json_body == {**SHOWN, "invited": True}
    assert web.accounts.invited == [("dr-tara", "tara@hospital.example")]
    listed = web.get("/admin/oncologists", token=MEERA).json_body["oncologists"]
    assert [each["id"] for each in listed] == ["dr-asha", "dr-tara"]
    assert listed[1] == {**SHOWN, "sent_stop": False}


def test_the_same_person_again_is_the_same_and_another_under_that_id_is_refused(web):
    add(web)
    assert add(web).status_code == 201
    other = add(web, name="Somebody Else")
    assert (other.status_code, other.json_body["error"]["code"]) == (409, "already_there")


def test_somebody_changes_and_leaves(web):
    add(web, email="tara@hospital.example")
    changed = change(web, version=1, languages=["ta", "en", "ta"], sites=None)
    assert (changed.json_body["languages"], changed.json_body["sites"]) == (["ta", "en"], [])
    left = change(web, version=2, joined=None, left="2026-11-23")
    assert (left.json_body["joined"], left.json_body["left"]) == (None, "2026-11-23")
    assert web.accounts.may_sign_in == {"dr-tara": False}
    late = change(web, version=1, name="x")
    assert late.status_code == 409
    assert late.json_body["error"]["current"]["version"] == 3
    assert late.headers["ETag"] == '"3"'


@pytest.mark.parametrize(
    ("changes", "problems"),
    [
        ({"id": "dr tara"}, {"id": "not_text"}),
        ({"phone": "12"}, {"phone": "too_short"}),
        ({"languages": []}, {"languages": "required"}),
        ({"languages": ["ta", "xx"]}, {"languages[1]": "not_one_of"}),
        ({"gender": "x"}, {"gender": "not_one_of"}),
        ({"name": " "}, {"name": "required"}),
        ({"joined": "2026-02-30"}, {"joined": "bad_date"}),
        ({"joined": "2026-12-01", "left": "2026-11-30"}, {"left": "end_before_start"}),
        ({"email": "tara at hospital"}, {"email": "invalid"}),
        ({"version": 1}, {"version": "unknown_field"}),
    ],
)
def test_what_cannot_be_is_told_and_nobody_is_added(web, changes, problems):
    answer = add(web, **changes)
    assert (answer.status_code, told(answer)) == (422, problems)
    assert len(web.rota.oncologists()) == 1
    assert web.accounts.invited == []


@pytest.mark.parametrize(
    ("body", "problems"),
    [
        ({"name": "x"}, {"version": "required"}),
        ({"version": 1, "name": None}, {"name": "required"}),
        ({"version": 1, "id": "dr-other"}, {"id": "unknown_field"}),
    ],
)
def test_a_change_that_makes_no_sense_is_told(web, body, problems):
    add(web)
    answer = change(web, **body)
    assert (answer.status_code, told(answer)) == (422, problems)


def test_nobody_changes_who_is_not_there(web):
    assert change(web, "dr-nobody", version=1, name="x").status_code == 404


def test_a_sign_in_that_is_out_of_reach_is_told_and_made_up_for(web):
    web.accounts.broken = 1
    assert add(web, email="tara@hospital.example").status_code == 503
    assert add(web, email="tara@hospital.example").status_code == 201
    assert web.accounts.may_sign_in == {"dr-tara": True}


def sign_in(web, act=""):
    path = "/admin/oncologists/dr-tara/sign-in"
    if not act:
        return web.get(path, token=MEERA).json_body
    return web.post(f"{path}/{act}", {}, token=MEERA)


def test_a_sign_in_is_closed_and_opened_by_explicit_calls_alone(web):
    add(web)
    assert sign_in(web) == {"sign_in": "none"}
    assert sign_in(web, "open").json_body["error"]["code"] == "not_invited"
    change(web, version=1, email="tara@hospital.example")
    assert sign_in(web, "close").json_body == {"sign_in": "closed"}

    assert change(web, version=2, name="Dr T. Iyer").status_code == 200
    assert sign_in(web) == {"sign_in": "closed"}
    invited = change(web, version=3, email="tara@hospital.example")
    assert (invited.status_code, invited.json_body["error"]["code"]) == (409, "sign_in_closed")

    assert sign_in(web, "open").json_body == {"sign_in": "open"}
    assert [entry.action for entry in web.audit.entries if entry.action.startswith("sign_in.")] == [
        *("sign_in.read", "sign_in.open", "sign_in.open", "sign_in.close"),
        *("sign_in.read", "sign_in.open"),
    ]


def test_who_has_left_can_not_be_let_in(web):
    add(web, email="tara@hospital.example", joined=None)
    change(web, version=1, left="2026-11-23")

    answer = sign_in(web, "open")

    assert (answer.status_code, answer.json_body["error"]["code"]) == (409, "has_left")
    assert web.accounts.may_sign_in == {"dr-tara": False}
