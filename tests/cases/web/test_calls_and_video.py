"""Calls and video: what the doctor gets, what the provider tells, what the patient's link opens."""

from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.cases.domain.answers import Mode
from chalicelib.cases.domain.timeline import Happening, Result
from chalicelib.cases.wiring import Cases
from chalicelib.messages.services.delivery_receipts import name_in_address
from chalicelib.messages.services.ports import BridgeUnconfigured, CallNotPlaced
from chalicelib.messages.wiring import Messages
from tests.support.builders import NOON, a_case, a_duty_day, a_shift, an_attempt, an_oncologist
from tests.support.contact_fakes import FakeBridge, FakeRooms
from tests.support.fakes import strong_token
from tests.support.helpline import in_use, using

REFERENCE = "K7M240R59XK"
ASHA = "oncologist:dr-asha"
SECRET = "the-secret-of-exotel"
CALL, VIDEO = f"/cases/{REFERENCE}/call", f"/cases/{REFERENCE}/video"
OWN = f"/v/{REFERENCE}?t={strong_token(REFERENCE)}"


@pytest.fixture
def bridge():
    return FakeBridge()


@pytest.fixture
def desk(web, bridge):
    """A doctor with a case in hand, somebody who bridges, and a place for video."""
    web.cases.put(a_case(reference=REFERENCE, mode=Mode.VIDEO))
    with using(*web.parts(), Cases(rooms=FakeRooms()), Messages(call_bridge=bridge)):
        in_use().core.credentials.values = {"exotel-webhook-secret": (SECRET,)}
        web.post("/duty/next", token=ASHA)
        yield web


def code_of(answer) -> tuple[int, str]:
    return answer.status_code, answer.json_body["error"]["code"]


def told_of(web, call: str, status: str):
    path = f"/webhooks/exotel/{SECRET}/calls/{name_in_address(f'{REFERENCE}/{call}')}"
    return web.post(path, {"CallSid": "C1", "Status": status, "From": "+919898989898"})


def test_a_call_rings_the_doctor_first_and_shows_no_number(desk, bridge):
    answer = desk.post(CALL, token=ASHA)

    assert answer.status_code == 200
    assert answer.json_body == {
        "reference": REFERENCE,
        "call": {"at": "2026-11-23T12:00:00+05:30", "state": "under_way"},
        "dial": None,
        "lease_until": "2026-11-23T13:00:00+05:30",
    }
    stored = desk.cases.cases[REFERENCE].call
    assert bridge.rung == [("+919898989898", "+919812345678", f"{REFERENCE}/{stored.id}")]


def test_a_double_click_rings_once(desk, bridge):
    first = desk.post(CALL, token=ASHA).json_body
    desk.clock.advance(timedelta(seconds=59))

    assert desk.post(CALL, token=ASHA).json_body == first
    assert len(bridge.rung) == 1

    desk.clock.advance(timedelta(seconds=1))
    desk.post(CALL, token=ASHA)
    assert len(bridge.rung) == 2


def test_where_nobody_bridges_the_doctor_is_given_the_number(desk):
    with using(*desk.parts(), Messages(call_bridge=None)):
        body = desk.post(CALL, token=ASHA).json_body

    assert (body["dial"], body["lease_until"]) == ("+919812345678", "2026-11-23T13:00:00+05:30")


def test_who_may_call(desk, bridge):
    for who in ("dr-ravi", "dr-away"):
        desk.rota.put_oncologist(an_oncologist(id=who))
    desk.rota.put_duty_day(a_duty_day(shifts=(a_shift(on=("dr-asha", "dr-ravi")),)))
    in_use().rota.duty_view.forget()

    for path in (CALL, VIDEO):
        assert code_of(desk.post(path, token="oncologist:stranger")) == (403, "forbidden")
        assert code_of(desk.post(path, token="oncologist:dr-away")) == (409, "not_on_duty")
        assert code_of(desk.post(path, token="oncologist:dr-ravi")) == (404, "not_found")
    assert code_of(desk.post("/cases/4286W85667F/call", token=ASHA)) == (404, "not_found")
    desk.clock.advance(timedelta(hours=2))
    for path in (CALL, VIDEO):
        assert code_of(desk.post(path, token=ASHA)) == (409, "not_on_duty")
    assert bridge.rung == []


def test_a_case_that_nobody_holds_is_called_by_nobody(desk, bridge):
    desk.post(f"/cases/{REFERENCE}/release", token=ASHA)

    for path in (CALL, VIDEO):
        assert code_of(desk.post(path, token=ASHA)) == (409, "illegal_transition")
    assert bridge.rung == []


@pytest.mark.parametrize(
    ("failure", "told"),
    [
        (CallNotPlaced("exotel_403"), (503, "call_failed")),
        (BridgeUnconfigured(), (409, "calls_not_configured")),
    ],
)
def test_a_call_that_was_not_placed_may_be_tried_at_once(desk, bridge, failure, told):
    bridge.failures = [failure]

    assert code_of(desk.post(CALL, token=ASHA)) == told
    assert desk.post(CALL, token=ASHA).status_code == 200
    assert len(bridge.rung) == 1


@pytest.mark.parametrize(
    ("status", "state"),
    [
        ("completed", "completed"),
        ("no-answer", "no_answer"),
        ("busy", "busy"),
        ("failed", "failed"),
        ("canceled", "failed"),
    ],
)
def test_what_the_provider_says_stands_in_the_timeline(desk, status, state):
    desk.post(CALL, token=ASHA)
    call = desk.cases.cases[REFERENCE].call.id

    for _ in range(2):
        answer = told_of(desk, call, status)
        assert (answer.status_code, answer.body) == (200, b"")

    case = desk.cases.cases[REFERENCE]
    assert case.call.state == state
    ended = [entry for entry in case.timeline if entry.what is Happening.CALL_ENDED]
    assert [entry.detail for entry in ended] == [state]
    assert case.attempts == ()


@pytest.mark.parametrize("how", ["query", "form"])
def test_the_provider_may_tell_it_otherwise(desk, how):
    desk.post(CALL, token=ASHA)
    name = name_in_address(f"{REFERENCE}/{desk.cases.cases[REFERENCE].call.id}")
    path = f"/webhooks/exotel/{SECRET}/calls/{name}"

    if how == "query":
        assert desk.get(f"{path}?Status=busy").status_code == 200
    else:
        form = "application/x-www-form-urlencoded"
        assert desk.call("POST", path, body=b"Status=busy", content_type=form).status_code == 200
    assert desk.cases.cases[REFERENCE].call.state == "busy"


def test_what_is_told_of_no_call_that_is_under_way_changes_nothing(desk):
    desk.post(CALL, token=ASHA)
    case = desk.cases.cases[REFERENCE]

    for call, status in (("another", "busy"), (case.call.id, "ringing")):
        assert told_of(desk, call, status).status_code == 200
    unknown = f"/webhooks/exotel/{SECRET}/calls/{name_in_address('4286W85667F/x')}"
    assert desk.post(unknown, {"Status": "busy"}).status_code == 200
    assert desk.post(f"/webhooks/exotel/{SECRET}/calls/!", {"Status": "busy"}).status_code == 404
    assert desk.cases.cases[REFERENCE] == case


def test_a_late_word_of_a_call_leaves_a_finished_case_as_it_is(desk):
    desk.post(CALL, token=ASHA)
    call = desk.cases.cases[REFERENCE].call.id
    desk.post(f"/cases/{REFERENCE}/attempts", {"result": "answered"}, token=ASHA)
    done = desk.cases.cases[REFERENCE]

    assert told_of(desk, call, "completed").status_code == 200
    assert desk.cases.cases[REFERENCE] == done


def test_a_room_for_the_doctor(desk):
    answer = desk.post(VIDEO, token=ASHA)

    assert answer.status_code == 200
    body = answer.json_body
    assert body["open"] == {"from": "2026-11-23T12:00:00+05:30", "to": "2026-11-23T13:00:00+05:30"}
    assert body["lease_until"] == body["open"]["to"]
    room, _, guest = body["url"].removeprefix("https://meet.example/").partition("#")
    assert (len(room), guest) == (32, "Dr Asha Verma,moderator")
    assert REFERENCE not in room


def test_a_room_that_is_open_stays_the_one_until_it_closes(desk):
    first = desk.post(VIDEO, token=ASHA).json_body
    desk.clock.advance(timedelta(minutes=59))
    assert desk.post(VIDEO, token=ASHA).json_body == first

    desk.clock.advance(timedelta(minutes=1))
    assert desk.post(VIDEO, token=ASHA).json_body["url"] != first["url"]


def test_without_a_place_for_video_nobody_is_sent_for(desk):
    with using(*desk.parts(), Cases(rooms=None)):
        assert code_of(desk.post(VIDEO, token=ASHA)) == (409, "video_not_configured")
    with using(*desk.parts(), Cases(rooms=FakeRooms(configured=False))):
        assert code_of(desk.post(VIDEO, token=ASHA)) == (409, "video_not_configured")
    assert desk.cases.cases[REFERENCE].video is None


def test_the_patients_link_opens_only_while_the_room_is(desk):
    before = desk.get(OWN, accept="text/html")
    assert (before.status_code, b"meet.example" in before.body) == (200, False)

    doctor = desk.post(VIDEO, token=ASHA).json_body["url"]
    room = doctor.partition("#")[0]
    open_ = desk.get(OWN, accept="text/html").body.decode()
    assert f'href="{room}#' in open_
    assert "moderator" not in open_
    assert "सुनीता" not in open_

    desk.clock.advance(timedelta(hours=1))
    assert b"meet.example" not in desk.get(OWN, accept="text/html").body


def test_the_patients_link_closes_with_the_case(desk):
    desk.post(VIDEO, token=ASHA)
    desk.post(f"/cases/{REFERENCE}/attempts", {"result": "answered"}, token=ASHA)

    page = desk.get(OWN, accept="text/html")
    assert (page.status_code, b"meet.example" in page.body) == (200, False)


@pytest.mark.parametrize("path", [f"/v/{REFERENCE}", f"/v/{REFERENCE}?t=x", "/v/4286W85667F?t=x"])
def test_nobody_elses_link_opens_anything(desk, path):
    desk.post(VIDEO, token=ASHA)

    page = desk.get(path, accept="text/html")
    assert (page.status_code, b"meet.example" in page.body) == (404, False)


def test_the_page_speaks_the_patients_language_unless_another_is_asked_for(desk):
    assert '<html lang="hi"' in desk.get(OWN, accept="text/html").body.decode()
    assert '<html lang="en"' in desk.get(f"{OWN}&lang=en", accept="text/html").body.decode()


def test_another_doctor_begins_with_neither_call_nor_room(desk):
    desk.post(VIDEO, token=ASHA)
    desk.post(CALL, token=ASHA)
    attempt = an_attempt(Result.NO_ANSWER)
    case = in_use().cases.work_queue.record(REFERENCE, replace(attempt, at=NOON))

    assert (case.call, case.video) == (None, None)
