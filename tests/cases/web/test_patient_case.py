from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.cases.domain.answers import Channel
from chalicelib.cases.domain.timeline import CloseReason
from tests.support.builders import NOON, an_attempt
from tests.support.web import code_of, told

REFERENCE = "K7M240R59XK"
TOKEN = f"token-of-{REFERENCE}"


@pytest.mark.parametrize(
    "written", [REFERENCE, REFERENCE.lower(), "k7m2-40r5-9xk", "K7M2%2D40R5%2D9XK", "K7M2 40R5 9XK"]
)
def test_a_reference_is_taken_however_it_is_written(web, case, written):
    answer = web.get(f"/callbacks/{written}?t={TOKEN}")

    assert answer.status_code == 200
    assert answer.json_body["reference"] == REFERENCE


def test_the_own_view_tells_what_happens_next_and_nothing_personal(web, case):
    answer = web.get(f"/callbacks/{REFERENCE}?t={TOKEN}")

    assert answer.json_body == {
        "reference": REFERENCE,
        "status": "waiting",
        "closed_reason": None,
        "expected": {"from": "2026-11-23T12:30:00+05:30", "to": "2026-11-23T14:00:00+05:30"},
        "requested_at": "2026-11-23T12:00:00+05:30",
        "finished_at": None,
        "language": "hi",
        "mode": "phone",
        "can_cancel": True,
        "can_reschedule": True,
    }
    assert case.details.name not in answer.body.decode()


def test_a_claimed_case_still_waits_for_its_call(web, case):
    web.cases.claim(REFERENCE, "dr-asha", NOON)

    assert web.get(f"/callbacks/{REFERENCE}?t={TOKEN}").json_body["status"] == "waiting"


def test_a_reason_that_would_hurt_is_not_told(web, case):
    web.cases.put(case.close(CloseReason.ABUSIVE, "meera", NOON))

    body = web.get(f"/callbacks/{REFERENCE}?t={TOKEN}").json_body

    assert (body["status"], body["closed_reason"], body["can_cancel"]) == ("closed", None, False)


@pytest.mark.parametrize("method", ["get", "cancel"])
@pytest.mark.parametrize(
    ("reference", "token"),
    [
        (REFERENCE, "wrong"),
        (REFERENCE, ""),
        (REFERENCE, "%F0%9F%98%80"),
        ("4286W85667F", "token-of-4286W85667F"),
        ("K7M240R59XR", TOKEN),
        ("nonsense", TOKEN),
        ("x" * 500, TOKEN),
    ],
    ids=["wrong", "empty", "emoji", "unknown", "check", "malformed", "long"],
)
def test_wrong_reference_and_wrong_token_are_told_apart_by_nobody(
    web, case, method, reference, token
):
    if method == "get":
        answer = web.get(f"/callbacks/{reference}?t={token}")
    else:
        answer = web.post(f"/callbacks/{reference}/cancel?t={token}")

    assert answer.status_code == 404
    assert answer.json_body == {
        "error": {
            "code": "not_found",
            "message": "There is nothing here. Please check the link or the number.",
            "fields": [],
        }
    }
    assert web.cases.cases[REFERENCE].status.is_open


@pytest.mark.parametrize(("query", "body"), [(f"?t={TOKEN}", None), ("", {"t": TOKEN})])
def test_cancelling_by_body_or_query_and_twice(web, case, query, body):
    for _ in range(2):
        answer = web.post(f"/callbacks/{REFERENCE}/cancel{query}", body)
        assert answer.status_code == 200
        assert (answer.json_body["status"], answer.json_body["closed_reason"]) == (
            "closed",
            "cancelled",
        )
    assert len(web.cases.cases[REFERENCE].timeline) == 2


def test_what_is_over_cannot_be_cancelled(web, case):
    claimed = case.claim("dr-asha", NOON)
    web.cases.put(claimed.close(CloseReason.UNREACHABLE, "system", NOON))

    answer = web.post(f"/callbacks/{REFERENCE}/cancel", {"t": TOKEN})

    assert (answer.status_code, code_of(answer)) == (409, "illegal_transition")


@pytest.mark.parametrize(
    ("query", "body"),
    [(f"?t={TOKEN}", {"window": "afternoon"}), ("", {"t": TOKEN, "window": "afternoon"})],
)
def test_another_time_by_body_or_query(web, case, query, body):
    answer = web.post(f"/callbacks/{REFERENCE}/reschedule{query}", body)

    assert answer.status_code == 200
    assert answer.json_body["expected"] == {
        "from": "2026-11-23T13:30:00+05:30",
        "to": "2026-11-23T14:00:00+05:30",
    }
    assert web.cases.cases[REFERENCE].requested_at == NOON


@pytest.mark.parametrize(
    ("body", "status", "fields"),
    [
        ({"t": TOKEN}, 422, {"window": "required"}),
        ({"t": TOKEN, "window": "noon"}, 422, {"window": "not_one_of"}),
        ({"t": TOKEN, "window": "any", "why": "x"}, 422, {"why": "unknown_field"}),
        ({"t": "wrong", "window": "any"}, 404, {}),
        ({"window": "any"}, 404, {}),
    ],
)
def test_another_time_is_refused(web, case, body, status, fields):
    answer = web.post(f"/callbacks/{REFERENCE}/reschedule", body)

    assert (answer.status_code, told(answer)) == (status, fields)
    assert web.cases.cases[REFERENCE] == case


def test_a_claimed_or_finished_case_has_no_other_time(web, case):
    body = {"t": TOKEN, "window": "any"}
    web.cases.claim(REFERENCE, "dr-asha", NOON)
    assert not web.get(f"/callbacks/{REFERENCE}?t={TOKEN}").json_body["can_reschedule"]
    assert web.post(f"/callbacks/{REFERENCE}/reschedule", body).status_code == 409

    web.cases.put(case.close(CloseReason.CANCELLED, "patient", NOON))
    answer = web.post(f"/callbacks/{REFERENCE}/reschedule", body)
    assert (answer.status_code, code_of(answer)) == (409, "illegal_transition")


def test_a_cancellation_takes_no_other_field(web, case):
    answer = web.post(f"/callbacks/{REFERENCE}/cancel", {"t": TOKEN, "why": "x"})

    assert (answer.status_code, told(answer)) == (422, {"why": "unknown_field"})


def test_the_own_page_says_when_it_was_tried_and_when_it_is_late(web, case):
    page = f"/c/{REFERENCE}?t={TOKEN}"
    assert (
        "We expect to call you today (Mon 23 Nov) between 12:30 pm and 2:00 pm."
        in web.get(page).body.decode()
    )

    web.clock.advance(timedelta(hours=3))
    assert "it takes longer than we thought" in web.get(page).body.decode()

    web.cases.put(replace(case, attempts=(an_attempt(),)))
    assert "We called you (12:00 pm) and could not reach you." in web.get(page).body.decode()


@pytest.mark.parametrize(
    ("channel", "chosen", "language"),
    [
        (Channel.SMS, "", "hi"),
        (Channel.SMS, "&lang=en", "en"),
        (Channel.WEB, "", "en"),
    ],
)
def test_who_wrote_by_sms_is_answered_in_its_language(web, case, channel, chosen, language):
    web.cases.put(replace(case, channel=channel, language="hi"))

    for page in ("", "/withdraw", "/data"):
        answer = web.get(f"/c/{REFERENCE}{page}?t={TOKEN}{chosen}", accept_language="en-IN")
        assert f'<html lang="{language}"' in answer.body.decode(), page
