from datetime import timedelta

import pytest

from tests.support.builders import NOON, a_case, an_oncologist
from tests.support.helpline import in_use
from tests.support.web import code_of, told

REFERENCE = "K7M240R59XK"
ASHA = "oncologist:dr-asha"


@pytest.fixture
def held(web, case):
    """The case, in the hands of Dr Asha."""
    return web.post("/duty/next", token=ASHA)


def test_how_things_stand_on_duty_without_a_case(web):
    body = web.get("/duty", token=ASHA).json_body

    assert body["on_duty"] is True
    assert body["case"] is None
    assert body["shift"] == {
        "id": "2026-11-23.morning",
        "line": "morning",
        "start": "2026-11-23T10:00:00+05:30",
        "end": "2026-11-23T14:00:00+05:30",
        "on": ["dr-asha"],
    }
    assert body["next_shifts"] == [body["shift"]]


def test_off_duty_nothing_can_be_claimed(web, case):
    web.clock.advance(timedelta(hours=3))

    assert web.get("/duty", token=ASHA).json_body["on_duty"] is False
    answer = web.post("/duty/next", token=ASHA)
    assert (answer.status_code, code_of(answer)) == (409, "not_on_duty")
    assert web.cases.cases[REFERENCE] == case


def test_somebody_with_the_role_who_is_no_oncologist_of_the_rota(web):
    answer = web.post("/duty/next", token="oncologist:stranger")

    assert (answer.status_code, code_of(answer)) == (403, "forbidden")


def test_waiting_is_counted_by_language(web):
    from chalicelib.cases.domain.queue import LineSnapshot

    web.cases.put_snapshot(LineSnapshot(NOON, {"hi": 3, "hi#woman": 2, "ta": 7, "en": 1}, 15))

    assert web.get("/duty", token=ASHA).json_body["waiting"] == {"hi": 5, "en": 1}


def test_the_next_case_with_all_that_the_doctor_needs(web, case):
    answer = web.post("/duty/next", token=ASHA)

    assert answer.status_code == 200
    body = answer.json_body
    assert (body["reference"], body["status"], body["owner"]) == (REFERENCE, "claimed", "dr-asha")
    assert (body["phone"], body["name"], body["city"]) == (
        "+91 \N{BULLET}\N{BULLET}\N{BULLET}\N{BULLET}\N{BULLET} \N{BULLET}5678",
        "सुनीता",
        "इंदौर",
    )
    assert body["messages"] == list(case.details.messages)
    assert [entry["what"] for entry in body["timeline"]] == ["requested", "claimed"]
    assert body["lease_until"] == "2026-11-23T12:30:00+05:30"
    assert web.get("/duty", token=ASHA).json_body["case"] == body


def test_one_case_at_a_time(web, held):
    answer = web.post("/duty/next", {}, token=ASHA)

    assert (answer.status_code, code_of(answer)) == (409, "has_open_case")


def test_none_suits(web):
    web.cases.put(a_case(language="ta"))

    answer = web.post("/duty/next", token=ASHA)

    assert (answer.status_code, answer.body) == (204, b"")


def test_next_takes_no_field(web):
    answer = web.post("/duty/next", {"language": "hi"}, token=ASHA)

    assert (answer.status_code, told(answer)) == (422, {"language": "unknown_field"})


def test_an_attempt_that_nobody_answered_puts_it_back_and_shows_nothing_personal(web, held):
    answer = web.post(
        f"/cases/{REFERENCE[:4].lower()}-{REFERENCE[4:]}/attempts",
        {"result": "no_answer", "note": "busy line"},
        token=ASHA,
    )

    assert answer.status_code == 200
    assert answer.json_body == {
        "reference": REFERENCE,
        "status": "waiting",
        "closed_reason": None,
        "tries": 1,
        "not_before": "2026-11-23T12:10:00+05:30",
        "finished_at": None,
        "kept_as": "outcome",
    }
    assert web.cases.cases[REFERENCE].attempts[0].note == "busy line"


@pytest.mark.parametrize(
    ("taken", "kept_as", "status"), [(False, "outcome", "completed"), (True, "note", "claimed")]
)
def test_whoever_lost_the_case_records_the_outcome_all_the_same(web, held, taken, kept_as, status):
    now = web.cases.cases[REFERENCE]
    back = web.cases.save(now, now.hand_over(NOON), NOON)
    if taken:
        web.cases.save(back, back.claim("dr-ravi", NOON), NOON)

    answer = web.post(
        f"/cases/{REFERENCE}/attempts", {"result": "answered", "note": "told all"}, token=ASHA
    )

    assert (answer.status_code, answer.json_body["kept_as"]) == (200, kept_as)
    assert answer.json_body["status"] == status
    assert web.cases.cases[REFERENCE].attempts[-1].note == "told all"


def test_calls_that_keep_failing_are_logged_for_the_alarm(web, case, caplog):
    for number in range(3):
        web.post("/duty/next", token=ASHA)
        answer = web.post(f"/cases/{REFERENCE}/attempts", {"result": "failed"}, token=ASHA)
        assert answer.json_body["status"] == "waiting"
        assert ("calls_keep_failing" in caplog.text) is (number == 2)
        web.clock.now = web.cases.cases[REFERENCE].not_before
        in_use().cases.due_cases(web.clock())


def test_an_answered_call_completes_it(web, held):
    told_all = {"result": "answered", "note": "n", "advice": "a\nb", "follow_up": "f"}
    body = web.post(f"/cases/{REFERENCE}/attempts", told_all, token=ASHA).json_body

    assert (body["status"], body["finished_at"]) == ("completed", "2026-11-23T12:00:00+05:30")
    (attempt,) = web.cases.cases[REFERENCE].attempts
    assert (attempt.by, attempt.advice, attempt.follow_up) == ("dr-asha", "a\nb", "f")


def test_who_gives_back_one_case_after_another_says_why_and_is_in_the_audit(web, case):
    path = f"/cases/{REFERENCE}/release"
    for _ in range(5):
        web.post("/duty/next", token=ASHA)
        assert web.post(path, token=ASHA).status_code == 200
    web.post("/duty/next", token=ASHA)
    refused = web.post(path, token=ASHA)

    assert (refused.status_code, code_of(refused)) == (409, "too_many_releases")
    assert web.cases.cases[REFERENCE].owner == "dr-asha"
    assert told(web.post(path, {"reason": "bored"}, token=ASHA)) == {"reason": "not_one_of"}

    assert web.post(path, {"reason": "known"}, token=ASHA).status_code == 200
    assert web.cases.cases[REFERENCE].timeline[-1].detail == "known"
    found = [each for each in web.audit.entries if each.action == "queue.many_releases"]
    assert [(each.who, each.subject) for each in found] == [("dr-asha", REFERENCE)]


def test_release_puts_it_back_at_its_place(web, held):
    answer = web.post(f"/cases/{REFERENCE}/release", token=ASHA)

    assert (answer.status_code, answer.json_body["status"]) == (200, "waiting")
    assert web.cases.waiting() == [REFERENCE]


@pytest.mark.parametrize("action", ["attempts", "release"])
def test_unknown_and_anothers_case_are_told_apart_by_nobody(web, case, action):
    web.rota.put_oncologist(an_oncologist(id="dr-ravi"))
    web.post("/duty/next", token=ASHA)
    body = {"result": "busy"} if action == "attempts" else None

    for reference in (REFERENCE, "4286W85667F", "nonsense"):
        answer = web.post(f"/cases/{reference}/{action}", body, token="oncologist:dr-ravi")
        assert (answer.status_code, code_of(answer)) == (404, "not_found")


def test_what_nobody_holds_cannot_be_worked_on(web, case):
    answer = web.post(f"/cases/{REFERENCE}/attempts", {"result": "busy"}, token=ASHA)

    assert (answer.status_code, code_of(answer)) == (409, "illegal_transition")


def test_a_wrong_attempt_is_told_field_by_field(web, held):
    answer = web.post(
        f"/cases/{REFERENCE}/attempts",
        {"result": "maybe", "note": 1, "advice": "x" * 2001, "mood": "good"},
        token=ASHA,
    )

    assert answer.status_code == 422
    assert told(answer) == {
        "result": "not_one_of",
        "note": "wrong_type",
        "advice": "too_long",
        "mood": "unknown_field",
    }
    nothing = web.post(f"/cases/{REFERENCE}/attempts", {}, token=ASHA)
    assert told(nothing) == {"result": "required"}
