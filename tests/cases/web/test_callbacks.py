import re
from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.cases.domain.answers import Channel, Mode
from chalicelib.core.domain.errors import Busy
from chalicelib.core.wiring import Core
from tests.support.builders import NOON, an_oncologist
from tests.support.helpline import in_use, using
from tests.support.web import SETTINGS, told

FULL = {
    "phone": "+91 98765-43210",
    "consent": True,
    "name": "सुनीता देवी",
    "language": "hi",
    "asking_for": "other",
    "another_person": False,
    "age": 52,
    "sex": "female",
    "cancer_site": "breast",
    "stage": "3-4",
    "city": "इंदौर",
    "hospital": "government",
    "reasons": ["treatment_doubt", "cost", "cost"],
    "mode": "video",
    "window": "afternoon",
    "prefers_woman": True,
    "message": " पहली पंक्ति\r\nदूसरी पंक्ति ",
    "request_id": "form-1234",
}


def only(cases):
    (case,) = cases.cases.values()
    return case


def test_a_request_is_stored_and_answered(web):
    answer = web.ask()

    assert answer.status_code == 201
    reference = answer.json_body["reference"]
    assert answer.json_body == {
        "reference": reference,
        "status": "waiting",
        "duplicate": False,
        "expected": {"from": "2026-11-23T12:00:00+05:30", "to": "2026-11-23T12:30:00+05:30"},
        "manage_url": f"https://helpline.example/c/{reference}?t=token-of-{reference}",
        "added": True,
        "wishes": [],
    }
    case = only(web.cases)
    assert (case.reference, case.phone, case.channel) == (reference, "+919876543210", Channel.API)
    assert case.consent.version == in_use().cases.consent_version


def test_the_helplines_own_number_is_refused(web):
    answer = web.ask("093555 20202")

    assert answer.status_code == 422
    assert told(answer) == {"phone": "own_number"}
    assert not web.cases.cases


def test_a_doctors_number_is_answered_as_any_other(web):
    answer, other = web.ask(an_oncologist().phone), web.ask()

    assert answer.status_code == other.status_code == 201
    assert set(answer.json_body) == set(other.json_body)


def test_who_nobody_serves_is_given_no_window(web):
    web.rota.put_oncologist(an_oncologist(gender="male"))
    answer = web.post("/callbacks", {**FULL, "window": "any"})

    assert answer.status_code == 201
    assert answer.json_body["expected"] is None
    own = web.get(answer.json_body["manage_url"].removeprefix("https://helpline.example"))
    assert own.status_code == 200


def test_everything_that_is_told_is_kept(web):
    assert web.post("/callbacks", FULL).status_code == 201

    case = only(web.cases)
    assert (case.mode, case.prefers_woman, case.language) == (Mode.VIDEO, True, "hi")
    assert case.request_id == "form-1234"
    assert case.not_before > NOON
    told = case.details
    assert (told.name, told.asking_for, told.age, told.sex) == ("सुनीता देवी", "other", 52, "female")
    assert (told.cancer_site, told.stage, told.city, told.hospital) == (
        "breast",
        "3-4",
        "इंदौर",
        "government",
    )
    assert told.reasons == ("treatment_doubt", "cost")
    assert told.messages == ("पहली पंक्ति\nदूसरी पंक्ति",)


def test_null_and_blank_are_absent(web):
    absent = dict.fromkeys(("name", "age", "sex", "language", "reasons", "mode", "window"))

    assert web.ask(**absent, city="  ", message="", stage="").status_code == 201

    assert only(web.cases).details.is_empty()


def test_the_language_of_the_call_follows_the_caller_where_it_is_not_said(web):
    web.post("/callbacks", {"phone": "9876543210", "consent": True}, accept_language="hi-IN,hi")

    assert only(web.cases).language == "hi"


def test_an_open_case_is_a_duplicate_with_the_same_reference_and_window(web):
    first = web.ask().json_body
    web.clock.advance(timedelta(minutes=20))

    again = web.ask("09876543210", message="और एक बात")

    assert again.status_code == 200
    assert again.json_body == {**first, "duplicate": True, "manage_url": None}
    assert only(web.cases).answers.messages == ("और एक बात",)


def test_a_claimed_case_is_still_waiting_to_its_person(web):
    reference = web.ask().json_body["reference"]
    web.cases.claim(reference, "dr-asha", NOON)

    assert web.ask().json_body["status"] == "waiting"


def test_a_resent_request_is_answered_as_the_first_was(web):
    first = web.ask(request_id="abc")

    again = web.ask(request_id="abc")

    assert (again.status_code, again.json_body) == (first.status_code, first.json_body)
    assert len(web.cases.cases) == 1


def test_without_a_request_id_the_gateways_own_names_the_request(web):
    web.ask()

    assert only(web.cases).request_id == f"request-{web.events.count}"


def test_another_person_of_the_same_phone_has_an_own_case_up_to_three(web):
    answers = [web.ask(another_person=True) for _ in range(4)]

    assert [answer.status_code for answer in answers] == [201, 201, 201, 409]
    assert answers[-1].json_body["error"]["code"] == "too_many_open_cases"
    assert "3" in answers[-1].json_body["error"]["message"]


def test_a_blocked_phone_is_told_when_to_come_back(web):
    key = web.secrets.phone_key("+919876543210")
    web.cases.block(key, timedelta(minutes=5), NOON)

    answer = web.ask()

    assert answer.status_code == 429
    assert answer.headers["Retry-After"] == "300"
    assert answer.json_body["error"]["code"] == "blocked"


def test_too_many_new_cases_in_a_day_are_refused_with_the_time_to_come_back(web):
    for _ in range(5):
        reference = web.ask().json_body["reference"]
        web.post(f"/callbacks/{reference}/cancel?t=token-of-{reference}")

    answer = web.ask()

    assert answer.status_code == 429
    assert answer.headers["Retry-After"] == str(24 * 3600)
    assert answer.json_body["error"]["code"] == "too_many_requests"


def test_a_busy_database_asks_for_another_try(web):
    web.cases.fail_next = [Busy()] * 2

    answer = web.ask()

    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) > 0
    assert answer.json_body["error"]["code"] == "busy"


@pytest.mark.parametrize(
    ("headers", "base"),
    [
        ({"host": "127.0.0.1:8000"}, "http://127.0.0.1:8000"),
        (
            {"host": "abc.execute-api.ap-south-1.amazonaws.com", "x_forwarded_proto": "https"},
            "https://abc.execute-api.ap-south-1.amazonaws.com/dev",
        ),
    ],
    ids=["own-host", "gateways-host"],
)
def test_without_a_public_url_the_link_leads_to_where_the_request_came(web, headers, base):
    with using(*web.parts(), Core(settings=replace(SETTINGS, public_url=""))):
        answer = web.post("/callbacks", {"phone": "9876543210", "consent": True}, **headers)

    assert re.fullmatch(re.escape(base) + r"/c/\w{11}\?t=.+", answer.json_body["manage_url"])


def test_an_encoded_body_is_read_as_a_plain_one(web):
    web.events.as_base64 = True

    assert web.ask(message="नमस्ते").status_code == 201
    assert only(web.cases).details.messages == ("नमस्ते",)


def test_a_later_request_s_wishes_count_where_it_names_them(web):
    web.ask(language="hi", mode="video", prefers_woman=True)

    again = web.ask(language="en", window="afternoon", prefers_woman=False, mode=None).json_body

    assert again["wishes"] == ["language", "window", "prefers_woman"]
    case = only(web.cases)
    assert (case.language, case.mode, case.prefers_woman) == ("en", Mode.VIDEO, False)
    assert again["expected"]["from"] == "2026-11-23T13:30:00+05:30"


def test_a_stranger_learns_nothing_of_the_owner_s_wishes(web):
    web.ask(language="hi", mode="video", window="afternoon", prefers_woman=True)

    assert web.ask().json_body["wishes"] == []


def test_what_finds_no_room_is_not_said_to_be_added(web):
    web.ask()
    added = [web.ask(message=f"words {number}").json_body["added"] for number in range(7)]

    assert added == [True] * 6 + [False]
    assert "words 6" not in str(only(web.cases))


@pytest.mark.parametrize("language", ["en", "hi"])
@pytest.mark.parametrize("earlier", [False, True])
def test_a_request_id_with_another_body_is_a_conflict(web, earlier, language):
    if earlier:
        web.ask()
    first = web.ask(request_id="abc", message="one")
    assert web.ask(request_id="abc", message="one").json_body == first.json_body

    other = {"phone": "98765 43210", "consent": True, "request_id": "abc", "message": "two"}
    refused = web.post("/callbacks", other, accept_language=language)

    assert (refused.status_code, refused.json_body["error"]["code"]) == (409, "request_id_reused")
    assert refused.json_body["error"]["message"]
    assert "two" not in str(only(web.cases))
