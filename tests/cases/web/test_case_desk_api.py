"""What administrators do to cases and phones, through the API."""

from datetime import timedelta
from hashlib import sha256

import pytest

from chalicelib.cases.domain.answers import Details
from chalicelib.cases.domain.timeline import PATIENT, CloseReason
from chalicelib.core.domain.reference import new_reference
from tests.support.builders import NOON, a_case
from tests.support.helpline import in_use
from tests.support.rota_world import a_doctor
from tests.support.web import code_of, told

MEERA = "admin:meera"
REF = "K7M240R59XK"
PATH = f"/admin/cases/{REF}"


def patch(web, body, **headers):
    return web.call_json("PATCH", PATH, body, token=MEERA, **headers)


def do(web, name, body=None, reference=REF):
    return web.post(f"/admin/cases/{reference}/{name}", body, token=MEERA)


# -- searching --------------------------------------------------------------------------------


def test_a_phone_finds_its_cases_with_the_phone_masked(web, case):
    answer = web.post("/admin/cases/search", {"phone": "098123 45678"}, token=MEERA)

    assert answer.json_body == {
        "cases": [
            {
                "reference": REF,
                "status": "waiting",
                "closed_reason": None,
                "name": "सुनीता",
                "phone": "+91 ••••• •5678",
                "language": "hi",
                "owner": None,
                "requested_at": "2026-11-23T12:00:00+05:30",
                "finished_at": None,
            }
        ],
        "cursor": None,
    }
    assert "98123" not in answer.body.decode()


def test_all_cases_of_a_phone_are_found_a_page_at_a_time(web):
    key = in_use().core.secrets.phone_key("+919812345670")
    for number in range(30):
        web.cases.put(
            a_case(
                reference=_reference(number),
                request_id=str(number),
                phone="+919812345670",
                phone_key=key,
                requested_at=NOON - timedelta(days=30 * number),
            )
        )

    found, cursor, pages = [], None, 0
    while pages == 0 or cursor:
        body = {"phone": "98123 45670", **({"cursor": cursor} if cursor else {})}
        page = web.post("/admin/cases/search", body, token=MEERA).json_body
        found += [case["reference"] for case in page["cases"]]
        cursor, pages = page["cursor"], pages + 1

    assert (len(set(found)), len(found), pages) == (30, 30, 2)


def test_who_asked_with_a_name_is_found_by_it_however_it_is_typed(web):
    asked = [
        web.ask(f"98123 4567{number}", name=name).json_body["reference"]
        for number, name in enumerate(["सुनीता देवी", "Sunita Devi", "sunita  DEVI "])
    ]

    def search(**body):
        return web.post("/admin/cases/search", body, token=MEERA).json_body

    hindi = search(name=" सुनीता  देवी")
    assert [case["reference"] for case in hindi["cases"]] == [asked[0]]
    first = search(name="SUNITA DEVI", limit=1)
    second = search(name="SUNITA DEVI", limit=1, cursor=first["cursor"])
    assert {page["cases"][0]["reference"] for page in (first, second)} == set(asked[1:])
    assert second["cursor"] is None
    assert search(name="Sunita")["cases"] == []


@pytest.mark.parametrize(
    ("body", "problems"),
    [
        ({}, {"phone": "required"}),
        ({"phone": "98123 45678", "name": "Sunita"}, {"name": "one_only"}),
        ({"phone": "12"}, {"phone": "too_short"}),
        ({"name": "Sunita", "limit": 0}, {"limit": "out_of_range"}),
        ({"name": "Sunita", "city": "Indore"}, {"city": "unknown_field"}),
    ],
)
def test_a_search_names_one_thing(web, body, problems):
    answer = web.post("/admin/cases/search", body, token=MEERA)
    assert (answer.status_code, told(answer)) == (422, problems)


# -- correcting -------------------------------------------------------------------------------


def test_a_correction_is_upon_the_version_that_was_seen(web, case):
    seen = web.get(PATH, token=MEERA)
    assert (seen.json_body["version"], seen.headers["ETag"]) == (1, '"1"')

    answer = patch(web, {"city": "Bhopal", "stage": None, "version": 1})

    assert (answer.status_code, answer.headers["ETag"]) == (200, '"2"')
    assert (answer.json_body["city"], answer.json_body["version"]) == ("Bhopal", 2)
    assert answer.json_body["timeline"][-1] == {
        "at": "2026-11-23T12:00:00+05:30",
        "by": "meera",
        "what": "corrected",
        "detail": "city",
    }
    late = patch(web, {"city": "Indore"}, if_match='"1"')
    assert (late.status_code, code_of(late)) == (409, "version_conflict")
    assert late.json_body["error"]["current"]["city"] == "Bhopal"
    assert late.headers["ETag"] == '"2"'


def test_a_right_phone_takes_the_case_along(web, case):
    answer = patch(web, {"phone": "98123 45699", "version": 1})
    assert answer.json_body["phone"] == "+91 ••••• •5699"
    found = web.post("/admin/cases/search", {"phone": "98123 45699"}, token=MEERA)
    assert [each["reference"] for each in found.json_body["cases"]] == [REF]
    assert web.ask("98123 45699").json_body["reference"] == REF
    assert web.ask("98123 45678").json_body["duplicate"] is False


def test_a_phone_that_is_in_line_takes_no_second_case(web, case):
    web.ask("98123 45699")
    answer = patch(web, {"phone": "98123 45699", "version": 1})
    assert (answer.status_code, code_of(answer)) == (409, "too_many_open_cases")


@pytest.mark.parametrize(
    ("body", "problems"),
    [
        ({"city": "Bhopal"}, {"version": "required"}),
        ({"version": 1, "phone": None}, {"phone": "required"}),
        ({"version": 1, "language": ""}, {"language": "required"}),
        ({"version": 1, "language": "xx"}, {"language": "not_one_of"}),
        ({"version": 1, "priority": 0}, {"priority": "out_of_range"}),
        ({"version": 1, "prefers_woman": "yes"}, {"prefers_woman": "wrong_type"}),
        ({"version": 1, "status": "closed"}, {"status": "unknown_field"}),
        ({"version": 1, "reasons": ["fear"]}, {"reasons[0]": "not_one_of"}),
    ],
)
def test_what_cannot_be_right_is_told(web, case, body, problems):
    answer = patch(web, body)
    assert answer.status_code == 422
    assert told(answer) == problems
    assert web.cases.cases[REF] == case


# -- assigning, closing, reopening, merging ---------------------------------------------------


def test_a_case_is_assigned_closed_and_reopened(web, case):
    assigned = do(web, "assign", {"oncologist": "dr-asha"})
    assert (assigned.status_code, assigned.json_body["owner"]) == (200, "dr-asha")
    closed = do(web, "close", {"reason": "abusive", "note": "shouted"})
    assert closed.json_body["closed_reason"] == "abusive"
    assert closed.json_body["notes"] == [
        {"at": "2026-11-23T12:00:00+05:30", "by": "meera", "text": "shouted"}
    ]
    reopened = do(web, "reopen")
    assert (reopened.json_body["status"], reopened.json_body["closed_reason"]) == ("waiting", None)
    assert web.cases.waiting() == [REF]


def test_administrators_notes_are_not_the_oncologists(web, case):
    do(web, "assign", {"oncologist": "dr-asha"})
    shown = web.get("/duty", token="oncologist:dr-asha").json_body["case"]
    assert shown["reference"] == REF
    assert "notes" not in shown


@pytest.mark.parametrize(
    ("name", "body", "status", "expected"),
    [
        ("assign", {"oncologist": "dr-nobody"}, 422, {"oncologist": "unknown"}),
        ("assign", {}, 422, {"oncologist": "required"}),
        ("close", {"reason": "duplicate"}, 422, {"reason": "not_one_of"}),
        ("close", {"reason": "erased"}, 422, {"reason": "not_one_of"}),
        ("close", {}, 422, {"reason": "required"}),
        ("reopen", {}, 409, "illegal_transition"),
        ("reopen", {"another_person": 1}, 422, {"another_person": "wrong_type"}),
        ("merge", {"into": REF}, 422, {"into": "itself"}),
        ("merge", {"into": "no reference"}, 422, {"into": "unknown"}),
        ("merge", {"into": "  "}, 422, {"into": "required"}),
    ],
)
def test_what_is_refused_is_told(web, case, name, body, status, expected):
    answer = do(web, name, body)
    assert answer.status_code == status, answer.body
    assert (told(answer) or code_of(answer)) == expected
    assert web.cases.cases[REF] == case


def test_an_administrator_is_told_that_the_doctor_is_off_duty_or_busy(web, case):
    web.rota.put_oncologist(a_doctor("dr-tara"))
    off = do(web, "assign", {"oncologist": "dr-tara"}).json_body["error"]
    assert (off["code"], off["message"]) == ("not_on_duty", "This oncologist is not on duty now.")
    other = web.cases.put(a_case(reference="4286W85667F", phone="+919812345697"))
    web.cases.claim(other.reference, "dr-asha", NOON)

    busy = do(web, "assign", {"oncologist": "dr-asha"}).json_body["error"]
    assert busy["code"] == "has_open_case"
    assert busy["message"] == "This oncologist has another case in hand."


@pytest.mark.parametrize("name", ["assign", "close", "reopen", "merge"])
def test_an_unknown_case_is_not_found(web, name):
    body = {
        "assign": {"oncologist": "dr-asha"},
        "close": {"reason": "expired"},
        "merge": {"into": REF},
    }.get(name)
    assert do(web, name, body, reference="ABCDEFGH").status_code == 404


def test_a_duplicate_is_merged_under_a_reference_as_people_type_it(web, case):
    later = NOON + timedelta(minutes=5)
    web.clock.now = later
    duplicate = web.ask("98123 45699", age=44).json_body["reference"]
    typed = f" {REF[:4].lower()} {REF[4:8]}-{REF[8:]}"

    answer = do(web, "merge", {"into": typed}, reference=duplicate)

    assert (answer.status_code, answer.json_body["reference"]) == (200, REF), answer.body
    assert answer.json_body["age"] == 44
    shown = web.get(f"/admin/cases/{duplicate}", token=MEERA).json_body
    assert (shown["closed_reason"], shown["merged_into"]) == ("duplicate", REF)
    back = do(web, "merge", {"into": duplicate})
    assert (back.status_code, code_of(back)) == (409, "illegal_transition")


def test_a_reopened_case_may_belong_to_another_person_of_the_phone(web):
    over = a_case().close(CloseReason.CANCELLED, PATIENT, NOON)
    web.cases.put(over)
    web.cases.put(a_case(reference="NEW", request_id="new"))
    assert code_of(do(web, "reopen", {})) == "too_many_open_cases"
    assert do(web, "reopen", {"another_person": True}).status_code == 200


# -- blocks -----------------------------------------------------------------------------------


def block(web, **body):
    return web.post("/admin/blocks", {"until": "2026-12-01", "reason": "x", **body}, token=MEERA)


def lift(web, query="", **body):
    return web.call_json("DELETE", f"/admin/blocks{query}", body or None, token=MEERA)


def test_a_phone_is_blocked_listed_and_let_go(web, case):
    made = block(web, phone="98123 45678", reason="rings all night")

    assert made.status_code == 201
    assert made.json_body == {
        "id": case.phone_key,
        "phone": "+91 ••••• •5678",
        "until": "2026-12-01T00:00:00+05:30",
        "reason": "rings all night",
        "by": "meera",
        "at": "2026-11-23T12:00:00+05:30",
        "open_cases": [REF],
    }
    [listed] = web.get("/admin/blocks", token=MEERA).json_body["blocks"]
    assert listed == {name: value for name, value in made.json_body.items() if name != "open_cases"}
    refused = web.ask("98123 45678")
    assert (refused.status_code, code_of(refused)) == (429, "blocked")
    assert "night" not in refused.body.decode()

    assert lift(web, phone="98123 45678").status_code == 204
    assert web.get("/admin/blocks", token=MEERA).json_body == {"blocks": []}
    assert lift(web, phone="98123 45678").status_code == 404


def test_a_block_by_a_case_is_lifted_by_its_id(web, case):
    made = block(web, reference=REF).json_body
    assert lift(web, f"?id={made['id']}").status_code == 204


@pytest.mark.parametrize(
    ("body", "problems"),
    [
        ({}, {"phone": "required"}),
        ({"phone": "98123 45678", "reference": REF}, {"reference": "one_only"}),
        ({"reference": "ABCDEFGH"}, {"reference": "unknown"}),
        ({"phone": "98123 45678", "until": "2026-11-23"}, {"until": "in_the_past"}),
        ({"phone": "98123 45678", "until": "2027-12-01"}, {"until": "too_far"}),
        ({"phone": "98123 45678", "until": None}, {"until": "required"}),
        ({"phone": "98123 45678", "reason": "  "}, {"reason": "required"}),
    ],
)
def test_a_block_has_an_end_and_a_reason(web, case, body, problems):
    answer = block(web, **body)
    assert (answer.status_code, told(answer)) == (422, problems)
    assert web.cases.blocked_until == {}


def test_no_phone_stands_in_an_address(web):
    answer = lift(web, "?phone=9812345678")
    assert (answer.status_code, told(answer)) == (422, {"phone": "unknown_field"})


def test_an_erased_case_is_not_brought_back(web):
    web.cases.put(a_case().erase(Details(), "asked", "meera", NOON))
    assert code_of(do(web, "reopen")) == "illegal_transition"
    assert code_of(patch(web, {"version": 2, "name": "Sunita"})) == "illegal_transition"


def _reference(number):
    return new_reference(lambda length: sha256(b"%d" % number).digest()[:length])


def test_the_whole_number_is_shown_by_an_explicit_call_alone(web, case):
    export = web.get(f"{PATH}/fhir", token=MEERA)
    for answer in (web.get(PATH, token=MEERA), export):
        assert case.phone[-10:] not in answer.body.decode()

    shown = do(web, "phone", {})
    exported = do(web, "fhir", {})

    assert shown.json_body == {"phone": case.phone}
    assert case.phone in exported.body.decode()
    recorded = [(entry.action, entry.subject) for entry in web.audit.entries[-2:]]
    assert recorded == [("case.phone", REF)] * 2
    assert told(do(web, "phone", {"x": 1})) == {"x": "unknown_field"}


def test_an_erased_case_has_no_number_to_show(web, case):
    web.post(f"/admin/cases/{REF}/erase", {}, token=MEERA)

    assert do(web, "phone", {}).status_code == 404
