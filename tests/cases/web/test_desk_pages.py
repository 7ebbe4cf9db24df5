"""The oncologist's desk: one case from "next" to its outcome, and nothing written is lost."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.cases.domain.answers import Channel, Consent, Details, Mode
from chalicelib.cases.domain.case import Status
from chalicelib.cases.domain.queue import LineSnapshot
from chalicelib.cases.domain.timeline import Result
from chalicelib.cases.wiring import Cases
from chalicelib.messages.domain.telephony import CallState
from chalicelib.messages.services.ports import CallNotPlaced
from chalicelib.messages.wiring import Messages
from tests.support.builders import NOON, a_case, a_duty_day, an_attempt
from tests.support.contact_fakes import FakeBridge, FakeRooms
from tests.support.helpline import in_use, using

REFERENCE = "K7M240R59XK"
CASE = f"/desk/cases/{REFERENCE}"
NOTES = {"note": "Biopsy <seen>\nsecond line", "advice": "Chemo first", "follow_up": "In June"}
ACTIONS = ("keep", "call", "video", "outcome", "release")


@pytest.fixture
def bridge():
    return FakeBridge()


@pytest.fixture
def asha(web, bridge):
    """Dr Asha's browser, with a case in hand."""
    web.cases.put(a_case(reference=REFERENCE, mode=Mode.VIDEO))
    with using(*web.parts(), Cases(rooms=FakeRooms()), Messages(call_bridge=bridge)):
        browser = web.signed_in("oncologist", "dr-asha")
        browser.send("/desk/next")
        yield browser


def words(answer) -> str:
    return answer.body.decode()


def typed_in(page: str) -> dict[str, str]:
    """What the form holds: its texts as they would be sent, and the chosen outcome."""
    texts = dict(re.findall(r'<textarea id="(\w+)"[^>]*>\n(.*?)</textarea>', page, re.DOTALL))
    chosen = re.findall(r'name="result" value="(\w+)" checked', page)
    return {**texts, "result": chosen[0] if chosen else ""}


def test_on_duty_without_a_case(web):
    web.cases.put_snapshot(LineSnapshot(NOON, {"hi": 3, "hi#woman": 2, "en": 1}, 15))
    page = words(web.signed_in("oncologist", "dr-asha").get("/desk"))

    assert "You are on duty until 2:00 pm." in page
    assert '<span class="big">6</span>' in page
    assert "Hindi: 5" in page
    assert "Next case" in page


def test_off_duty_there_is_no_next_case(web):
    web.rota.put_duty_day(a_duty_day(shifts=()))
    browser = web.signed_in("oncologist", "dr-asha")

    assert "Next case" not in words(browser.get("/desk"))
    answer = browser.send("/desk/next")
    assert (answer.status_code, answer.headers["Location"]) == (303, "../desk?done=not_on_duty")


def test_nobody_waits(web):
    answer = web.signed_in("oncologist", "dr-asha").send("/desk/next")

    assert (answer.status_code, answer.headers["Location"]) == (303, "../desk?done=none_waits")


def test_pressing_next_twice_is_pressing_it_once(asha):
    answer = asha.send("/desk/next")

    assert (answer.status_code, answer.headers["Location"]) == (303, "../desk")


def test_the_case_at_a_glance_without_the_number(web, asha):
    held = web.cases.cases[REFERENCE]
    details = Details(
        name="Sunita <b>",
        asking_for="other",
        age=47,
        sex="female",
        cancer_site="Breast",
        stage="3-4",
        city="Indore",
        hospital="government",
        reasons=("cost",),
        messages=("Is surgery needed?",),
    )
    tried = an_attempt(note="rang out")
    web.cases.put(replace(held, details=details, prefers_woman=True, attempts=(tried,)))
    page = words(asha.get("/desk"))

    for text in (
        "Sunita &lt;b&gt;",
        "47 years, Woman",
        "Breast, Stage 3 or 4",
        "Indore",
        "Government hospital",
        "The cost",
        "Is surgery needed?",
        "to speak with a woman",
        "somebody else, for the patient",
        "Nobody answered",
        "rang out",
        "K7M",
        "registration number MPMC-12345",
        "until 12:30 pm",
    ):
        assert text in page
    assert "9812345678" not in page
    assert "Ask for consent first" not in page
    assert "is a minor" not in page


def test_who_only_rang_is_asked_for_consent_and_a_minor_for_an_adult(web, asha):
    held = web.cases.cases[REFERENCE]
    rang = Consent("2026-11", "hi", NOON, Channel.MISSED_CALL)
    web.cases.put(replace(held, consent=rang, details=Details(age=17)))
    page = words(asha.get("/desk"))

    assert "Ask for consent first" in page
    assert "The patient is a minor" in page


@pytest.mark.parametrize("action", ["keep", "call", "video"])
def test_whatever_does_not_end_the_case_gives_every_text_back(web, asha, action):
    answer = asha.send(f"{CASE}/{action}", {**NOTES, "result": "busy"})

    assert answer.status_code == 200
    page = words(answer)
    assert typed_in(page) == {**NOTES, "note": "Biopsy &lt;seen&gt;\nsecond line", "result": "busy"}
    assert web.cases.cases[REFERENCE].status is Status.CLAIMED


def test_keep_renews_the_lease(web, asha):
    web.clock.advance(timedelta(minutes=20))

    assert "until 12:50 pm" in words(asha.send(f"{CASE}/keep"))
    assert web.cases.find_claim("dr-asha").lease_until == NOON + timedelta(minutes=50)


def test_the_button_that_enter_presses_does_no_harm(asha):
    form = words(asha.get("/desk")).partition("<main")[2]
    action = re.search(r'<form method="post" action="([^"]+)"', form)
    first = re.search(r"<button[^>]*>", form)

    assert action[1].endswith("/keep")
    assert "formaction" not in first[0]


def test_a_call_is_put_through(asha, bridge):
    page = words(asha.send(f"{CASE}/call"))

    assert "Your phone rings in a moment" in page
    assert [rung[:2] for rung in bridge.rung] == [("+919898989898", "+919812345678")]
    assert "9812345678" not in page


def test_a_call_by_hand_shows_the_number_in_answer_to_that_alone(web, asha):
    with using(*web.parts(), Cases(rooms=None), Messages(call_bridge=None)):
        page = words(asha.send(f"{CASE}/call"))
        again = words(asha.get("/desk"))

    assert 'href="tel:+919812345678"' in page
    assert "9812345678" not in again


def test_a_call_that_failed_is_told_beside_the_case(asha, bridge):
    bridge.failures = [CallNotPlaced("exotel_500")]
    answer = asha.send(f"{CASE}/call", NOTES)

    assert answer.status_code == 503
    assert "could not be put through" in words(answer)
    assert typed_in(words(answer))["advice"] == "Chemo first"


@pytest.mark.parametrize(
    ("state", "result"),
    [
        (CallState.COMPLETED, Result.ANSWERED),
        (CallState.NO_ANSWER, Result.NO_ANSWER),
        (CallState.BUSY, Result.BUSY),
        (CallState.FAILED, Result.FAILED),
    ],
)
def test_what_the_provider_says_is_proposed(web, asha, state, result):
    asha.send(f"{CASE}/call")
    call = web.cases.cases[REFERENCE].call.id
    in_use().cases.calls.note(f"{REFERENCE}/{call}", state, web.clock())

    assert typed_in(words(asha.get("/desk")))["result"] == result
    chosen = words(asha.send(f"{CASE}/keep", {"result": "wrong_number"}))
    assert typed_in(chosen)["result"] == "wrong_number"


def test_the_way_into_the_room_is_there_while_it_is_open(web, asha):
    assert "meet.example" not in words(asha.get("/desk"))

    asha.send(f"{CASE}/video")
    assert 'href="https://meet.example/' in words(asha.get("/desk"))
    web.clock.advance(timedelta(hours=1))
    assert "meet.example" not in words(asha.get("/desk"))


@pytest.mark.parametrize(
    ("result", "done"),
    [
        ("answered", "case_completed"),
        ("no_answer", "case_waiting"),
        ("wrong_number", "case_closed"),
    ],
)
def test_an_outcome(web, asha, result, done):
    answer = asha.send(f"{CASE}/outcome", {**NOTES, "result": result})

    assert (answer.status_code, answer.headers["Location"]) == (303, f"../../../desk?done={done}")
    (attempt,) = web.cases.cases[REFERENCE].attempts
    assert (attempt.by, attempt.result) == ("dr-asha", result)
    assert attempt.note == "Biopsy <seen>\nsecond line"
    assert 'class="state good" role="status"' in words(asha.get(f"/desk?done={done}"))


def test_an_outcome_that_is_wrong_is_told_at_its_field_and_nothing_is_lost(web, asha):
    answer = asha.send(f"{CASE}/outcome", {**NOTES, "advice": "x" * 2001})
    page = words(answer)

    assert answer.status_code == 422
    assert "<title>Error:" in page
    assert 'href="#result"' in page
    assert 'href="#advice"' in page
    assert typed_in(page)["follow_up"] == "In June"
    assert len(typed_in(page)["advice"]) == 2001
    assert web.cases.cases[REFERENCE].attempts == ()


def test_a_released_case_is_back_in_line(web, asha):
    answer = asha.send(f"{CASE}/release")

    assert answer.headers["Location"] == "../../../desk?done=released"
    assert web.cases.waiting() == [REFERENCE]


def test_after_many_releases_the_desk_asks_why_and_keeps_what_was_typed(web, asha):
    for _ in range(5):
        asha.send(f"{CASE}/release")
        asha.send("/desk/next")
    assert 'name="reason"' not in words(asha.get("/desk"))

    asked = asha.send(f"{CASE}/release", NOTES)
    assert asked.status_code == 409
    assert "choose a reason" in words(asked)
    assert 'name="reason" value="language"' in words(asked)
    assert typed_in(words(asked))["advice"] == "Chemo first"

    wrong = asha.send(f"{CASE}/release", {**NOTES, "reason": "bored"})
    assert wrong.status_code == 422
    assert typed_in(words(wrong))["advice"] == "Chemo first"

    done = asha.send(f"{CASE}/release", {**NOTES, "reason": "language"})
    assert done.headers["Location"] == "../../../desk?done=released"


@pytest.mark.parametrize("action", [each for each in ACTIONS if each != "outcome"])
def test_whoever_has_lost_the_case_is_told_kindly_and_records_all_the_same(web, asha, action):
    web.clock.advance(timedelta(minutes=31))
    in_use().cases.due_cases(web.clock())
    answer = asha.send(f"{CASE}/{action}", {**NOTES, "result": "answered"})

    assert answer.status_code == 409
    page = words(answer)
    assert "This case is no longer yours" in page
    assert typed_in(page) == {
        **NOTES,
        "note": "Biopsy &lt;seen&gt;\nsecond line",
        "result": "answered",
    }
    assert f'action="../../../desk/cases/{REFERENCE}/outcome"' in page

    done = asha.send(f"{CASE}/outcome", {**NOTES, "result": "answered"})
    assert done.headers["Location"] == "../../../desk?done=case_completed"
    assert web.cases.cases[REFERENCE].attempts[-1].advice == "Chemo first"


def test_what_was_written_of_a_case_that_another_has_is_kept_on_it(web, asha):
    web.clock.advance(timedelta(minutes=31))
    in_use().cases.due_cases(web.clock())
    web.cases.claim(REFERENCE, "dr-ravi", web.clock())

    done = asha.send(f"{CASE}/outcome", {**NOTES, "result": "answered"})

    assert done.headers["Location"] == "../../../desk?done=outcome_kept"
    assert "is kept on it" in words(asha.get("/desk?done=outcome_kept"))
    kept = web.cases.cases[REFERENCE]
    assert (kept.owner, kept.attempts[-1].follow_up) == ("dr-ravi", "In June")


def test_a_mistake_in_a_late_outcome_gives_back_what_was_typed_and_shows_no_other_case(web, asha):
    web.clock.advance(timedelta(minutes=31))
    in_use().cases.due_cases(web.clock())
    other = web.cases.put(a_case(reference="4286W85667F", phone="+919812345600", request_id="x"))
    web.cases.claim(other.reference, "dr-asha", web.clock())

    answer = asha.send(f"{CASE}/outcome", {**NOTES, "result": "nonsense"})

    assert answer.status_code == 422
    assert typed_in(words(answer))["advice"] == "Chemo first"
    assert f"desk/cases/{REFERENCE}/outcome" in words(answer)
    assert other.reference not in words(answer)


def test_a_talk_with_a_minor_without_a_note_loses_nothing(web, asha):
    case = web.cases.cases[REFERENCE]
    web.cases.put(replace(case, details=replace(case.details, age=9)))

    answer = asha.send(f"{CASE}/outcome", {**NOTES, "note": " ", "result": "answered"})

    assert answer.status_code == 422
    assert typed_in(words(answer))["advice"] == "Chemo first"
    assert 'id="note-wrong"' in words(answer)


@pytest.mark.parametrize(
    ("talking", "said"), [(True, "stays yours while you talk"), (False, "back in line within")]
)
def test_after_the_shift_it_says_how_long_the_case_stays(web, asha, talking, said):
    if talking:
        asha.send(f"{CASE}/video")
    web.rota.put_duty_day(replace(a_duty_day(), shifts=()))
    web.clock.advance(timedelta(minutes=5))

    assert said in words(asha.get("/desk"))


@pytest.mark.parametrize("action", ACTIONS)
def test_nothing_is_done_without_the_token_of_the_form(web, asha, action):
    before = web.cases.cases[REFERENCE]

    assert asha.send(f"{CASE}/{action}", {"csrf": "x", "result": "answered"}).status_code == 403
    assert web.cases.cases[REFERENCE] == before


def test_the_desk_is_for_oncologists(web):
    assert web.signed_in("admin").get("/desk").status_code == 403
