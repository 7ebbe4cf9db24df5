"""The administrators' messages: listed by day and state, found by phone, sent again."""

from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.cases.domain.timeline import PATIENT, CloseReason
from chalicelib.messages.domain.templates import OwedMessage, Template, subject_of_phone
from chalicelib.messages.services.delivery_receipts import name_in_address
from chalicelib.messages.services.ports import Parked
from tests.support.builders import NOON, a_case
from tests.support.web import told

MEERA = "admin:meera"
PHONE = "+919812345678"
DAY = timedelta(days=1)


def add(web, id_="0.requested.patient", at=NOON, state=None, **changes):
    """Store a message, and let a state become of it."""
    message = OwedMessage(
        subject=changes.pop("subject", "K7M240R59XK"),
        id=id_,
        template=Template.RECEIVED,
        phone=PHONE,
        phone_key=web.secrets.phone_key(PHONE),
        language="hi",
        owed_at=at,
        variables={"reference": "K7M240R59XK"},
    )
    message = replace(message, **changes)
    web.messages.store_once(message, at)
    match state:
        case "sent":
            web.messages.mark_sent(message, "provider-1", at)
        case "failed":
            web.messages.mark_failed(message, "InvalidParameter", at)
        case "suppressed":
            web.messages.mark_suppressed(message, at)
    return message


def pages(web, query, limit):
    """Page through a list; returns each page's subjects."""
    found, cursor = [], ""
    while cursor is not None:
        answer = web.get(f"/admin/messages?{query}&limit={limit}&cursor={cursor}", token=MEERA)
        assert answer.status_code == 200, answer.body
        found.append([message["subject"] for message in answer.json_body["messages"]])
        cursor = answer.json_body["cursor"]
    return found


def test_a_message_is_shown_with_its_state_and_without_the_whole_number(web):
    message = add(web, state="failed")

    answer = web.get("/admin/messages", token=MEERA)

    assert answer.json_body == {
        "messages": [
            {
                "id": name_in_address(message.full_id),
                "subject": "K7M240R59XK",
                "template": "received",
                "language": "hi",
                "to": "+91 ••••• •5678",
                "owed_at": "2026-11-23T12:00:00+05:30",
                "status": "failed",
                "since": "2026-11-23T12:00:00+05:30",
                "tries": 1,
                "cause": "InvalidParameter",
                "provider_id": None,
            }
        ],
        "cursor": None,
    }
    assert PHONE[3:] not in answer.body.decode()


@pytest.mark.parametrize("limit", [1, 2, 3, 100])
def test_the_owed_come_first_then_day_by_day_the_latest_first(web, limit):
    states = ["sent", "failed", "sent", None, "suppressed", "sent", None]
    days = [0, 0, 1, 1, 3, 6, 9]
    for number, (state, ago) in enumerate(zip(states, days, strict=True)):
        add(web, subject=f"S{number}", at=NOON - ago * DAY - timedelta(hours=number), state=state)

    def listed(query):
        found = pages(web, query, limit)
        assert all(len(page) <= limit for page in found)
        return [subject for page in found for subject in page]

    assert listed("") == ["S3", "S0", "S1", "S2", "S4", "S5"]
    assert listed("status=sent") == ["S0", "S2", "S5"]
    assert listed("status=owed") == ["S3"]
    assert listed("status=suppressed") == ["S4"]
    assert listed("from=2026-11-14&to=2026-11-15") == ["S6"]
    # Half-open: what was owed on `to` itself is not in it.
    assert listed("from=2026-11-20&to=2026-11-23") == ["S3", "S2", "S4"]


def test_a_status_that_is_seldom_is_found_among_many(web):
    for number in range(250):
        add(web, subject=f"S{number}", at=NOON - timedelta(minutes=number), state="sent")
    for number in (3, 120, 240):
        add(web, "x", subject=f"F{number}", at=NOON - timedelta(minutes=number), state="failed")

    assert [s for page in pages(web, "status=failed", 2) for s in page] == ["F3", "F120", "F240"]


def test_what_is_parked_has_its_own_list(web):
    for number in range(3):
        web.outbox.park(Parked(f"seq-{number}", f"S{number}", "KeyError codec.py:9", NOON))

    body = web.get("/admin/messages?status=parked", token=MEERA).json_body

    assert body["messages"][0] == {
        "id": name_in_address("parked/seq-0"),
        "subject": "S0",
        "status": "parked",
        "since": "2026-11-23T12:00:00+05:30",
        "cause": "KeyError codec.py:9",
    }
    assert pages(web, "status=parked", 2) == [["S0", "S1"], ["S2"]]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("status=lost", {"status": "not_one_of"}),
        ("limit=0", {"limit": "out_of_range"}),
        ("phone=9876543210", {"phone": "unknown_field"}),
        ("from=2026-11-23&to=2026-11-23", {"to": "end_before_start"}),
        ("from=2026-10-01&to=2026-11-02", {"to": "too_many_days"}),
        ("status=parked&from=2026-11-01", {"from": "not_with_status"}),
        ("cursor=nonsense", {"cursor": "invalid"}),
        ("cursor=W10", {"cursor": "invalid"}),
        ("cursor=W251bGwsIm93ZWQiLDddCg", {"cursor": "invalid"}),
        ("status=sent&cursor=WyJzZW50Iiwib3dlZCIsbnVsbF0", {"cursor": "invalid"}),
        ("cursor=W251bGwsIjIwMDEtMDEtMDEiLG51bGxd", {"cursor": "invalid"}),
    ],
)
def test_wrong_queries(web, query, expected):
    answer = web.get(f"/admin/messages?{query}", token=MEERA)

    assert (answer.status_code, told(answer)) == (422, expected)


def test_a_phones_messages_are_found_by_a_body_not_a_path(web):
    case = web.cases.put(a_case(phone=PHONE))
    add(web, subject=case.reference, state="sent")
    add(
        web,
        "m-1.opted_out.patient",
        at=NOON + timedelta(hours=1),
        subject=subject_of_phone(case.phone_key),
        state="sent",
    )
    add(web, subject="SOMEBODY", phone="+919812345600")
    web.messages.opt_out(case.phone_key, NOON)

    body = web.post("/admin/messages/search", {"phone": "98123 45678"}, token=MEERA).json_body

    assert body["opted_out"] is True
    assert [message["subject"][:6] for message in body["messages"]] == ["phone:", "K7M240"]


def test_a_phone_that_nobody_knows_has_none(web):
    body = web.post("/admin/messages/search", {"phone": "98123 45678"}, token=MEERA).json_body

    assert body == {"opted_out": False, "messages": [], "cursor": None}


@pytest.mark.parametrize(
    ("data", "expected"),
    [({}, {"phone": "required"}), ({"phone": "12"}, {"phone": "too_short"})],
)
def test_wrong_searches(web, data, expected):
    answer = web.post("/admin/messages/search", data, token=MEERA)

    assert (answer.status_code, told(answer)) == (422, expected)


def test_a_message_that_no_longer_holds_is_not_owed_again(web):
    message = add(web, state="failed")
    case = a_case(phone_key=message.phone_key)
    web.cases.put(case.close(CloseReason.CANCELLED, PATIENT, NOON))

    answer = web.post(f"/admin/messages/{name_in_address(message.full_id)}/retry", token=MEERA)

    assert (answer.status_code, answer.json_body["error"]["code"]) == (409, "illegal_transition")
    assert web.messages.due(NOON, 10) == []


def test_a_failed_message_is_owed_again(web):
    message = add(web, state="failed")
    web.cases.put(a_case(phone_key=message.phone_key))
    path = f"/admin/messages/{name_in_address(message.full_id)}/retry"

    answer = web.post(path, token=MEERA)

    assert answer.status_code == 202
    (shown,) = answer.json_body["messages"]
    assert (shown["status"], shown["cause"], shown["tries"]) == ("owed", None, 0)
    assert web.messages.due(NOON, 10) == [message]
    again = web.post(path, token=MEERA)
    assert (again.status_code, again.json_body["error"]["code"]) == (409, "illegal_transition")


@pytest.mark.parametrize("state", ["sent", "suppressed"])
def test_what_was_sent_or_stopped_is_not_sent_again(web, state):
    message = add(web, state=state)

    answer = web.post(f"/admin/messages/{name_in_address(message.full_id)}/retry", token=MEERA)

    assert answer.status_code == 409


def test_a_parked_change_is_told_of(web, case):
    web.outbox.park(Parked("seq-1", case.reference, "KeyError", NOON))
    path = f"/admin/messages/{name_in_address('parked/seq-1')}/retry"

    answer = web.post(path, token=MEERA)

    assert answer.status_code == 202
    assert [each["subject"] for each in answer.json_body["messages"]] == [case.reference]
    assert web.outbox.parked_changes == {}
    assert web.post(path, token=MEERA).status_code == 404


@pytest.mark.parametrize("id_", ["nonsense", "%F0%9F%99%8F", "Kg", "eA", "x" * 600])
def test_a_message_that_is_not_there(web, id_):
    assert web.post(f"/admin/messages/{id_}/retry", token=MEERA).status_code == 404


def test_a_cases_history_tells_what_became_of_its_messages(web, case):
    add(web, subject=case.reference, state="sent")
    add(web, "1.asked_again.patient", at=NOON + timedelta(minutes=1), subject=case.reference)

    body = web.get(f"/admin/cases/{case.reference}", token=MEERA).json_body

    states = [(each["template"], each["status"]) for each in body["messages_sent"]]
    assert states == [("received", "sent"), ("received", "owed")]
