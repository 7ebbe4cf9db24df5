"""The first working day of the helpline, from the request to the outcome, on the deployed stack."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime
from urllib.parse import urljoin

import pytest

from tests.stack.harness import StackUnderTest
from tests.stack.working_day import ONE_DAY, Desk, ask, at, publish, soon

ANITA, BALU = "+919812345601", "+919812345602"


@pytest.fixture(autouse=True)
def an_empty_helpline(stack: StackUnderTest) -> None:
    stack.empty()


def references(stack: StackUnderTest, kind: str) -> list[str]:
    return [
        item["pk"]["S"].removeprefix("CASE#")
        for item in stack.items("CasesTable")
        if item["sk"]["S"] == kind
    ]


def test_two_people_ask_and_are_called_in_order(stack: StackUnderTest) -> None:
    monday = date(2027, 3, 1)
    tuesday = monday + ONE_DAY
    publish(stack, [monday, tuesday], "test-oncologist")
    desk = Desk(stack, "test-oncologist")

    stack.set_clock(at(monday, 9, 30))
    form = stack.call(
        "POST",
        "/request?lang=hi",
        data={"phone": "९८१२३ ४५६०१", "consent": "yes", "language": "hi", "name": "अनीता"},
        headers={"Accept-Language": "hi"},
    )
    assert form.status_code == 303, form.text
    page = stack.call("GET", urljoin("/", form.headers["Location"]))
    assert page.status_code == 200
    assert 'lang="hi"' in page.text

    stack.set_clock(at(monday, 9, 31))
    second = ask(stack, BALU, language="en")
    assert (second["duplicate"], second["status"]) == (False, "waiting")

    stack.set_clock(at(monday, 9, 32))
    for _ in range(2):
        stack.send_sms(ANITA, "मुझे जल्दी बात करनी है", "the-same-sms")
    assert len(stack.wait_for(lambda: _at_least(stack.sent_sms(ANITA), 2))) == 2
    assert len(references(stack, "CASE")) == 2

    stack.set_clock(at(monday, 9, 59))
    early = desk.next()
    assert (early.status_code, early.json()["error"]["code"]) == (409, "not_on_duty")

    stack.set_clock(at(monday, 10))
    first = desk.take()
    assert first != second["reference"]
    told = desk.tell(first, "no_answer")
    assert (told["status"], told["not_before"]) == ("waiting", soon(monday, 10, 10))

    assert desk.take() == second["reference"], "the first is not due again before ten past"
    assert desk.tell(second["reference"], "answered", note="spoke")["status"] == "completed"
    assert desk.next().status_code == 204

    stack.set_clock(at(monday, 16, 20))
    assert stack.invoke("due_cases")["offered"] == 1
    assert desk.take() == first
    told = desk.tell(first, "busy")
    assert told["not_before"] == soon(tuesday, 10, 20), "sixty working minutes go over the night"

    stack.set_clock(at(tuesday, 10, 19))
    assert stack.invoke("due_cases")["offered"] == 0
    stack.set_clock(at(tuesday, 10, 20))
    assert stack.invoke("due_cases")["offered"] == 1
    assert desk.take() == first
    told = desk.tell(first, "no_answer")
    assert (told["status"], told["closed_reason"]) == ("closed", "unreachable")

    farewell = stack.wait_for(lambda: _at_least(stack.sent_sms(ANITA), 3))
    assert len(farewell) == 3
    assert "9355520202" in farewell[-1]
    assert references(stack, "CLAIM") == []


def test_sixteen_oncologists_at_once_hold_a_case_each(stack: StackUnderTest) -> None:
    monday = date(2027, 3, 8)
    names = [f"doctor-{number:02}" for number in range(16)]
    publish(stack, [monday], *names)
    stack.set_clock(at(monday, 11))
    asked = [ask(stack, f"+9198123458{number:02}")["reference"] for number in range(20)]
    desks = [Desk(stack, name) for name in names]

    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(Desk.next, desks))
    taken = [answer.json()["reference"] for answer in answers if answer.status_code == 200]

    assert Counter(answer.status_code for answer in answers) == {200: 16}
    assert len(set(taken)) == 16
    assert set(taken) <= set(asked)
    claims = [item for item in stack.items("CasesTable") if item["pk"]["S"] == "CLAIM"]
    assert {claim["sk"]["S"] for claim in claims} == set(names)
    assert {claim["reference"]["S"] for claim in claims} == set(taken)

    with ThreadPoolExecutor(16) as pool:
        again = list(pool.map(Desk.next, desks))
    assert {answer.json()["error"]["code"] for answer in again} == {"has_open_case"}


@pytest.mark.parametrize("same_id", [True, False], ids=["one-request-id", "no-request-id"])
def test_eight_identical_requests_make_one_case(stack: StackUnderTest, *, same_id: bool) -> None:
    monday = date(2027, 3, 15 if same_id else 22)
    phone = "+919812345701" if same_id else "+919812345702"
    publish(stack, [monday], "test-oncologist")
    stack.set_clock(at(monday, 12))
    identity = {"request_id": "double-click"} if same_id else {}

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: ask(stack, phone, **identity), range(8)))

    assert len({answer["reference"] for answer in answers}) == 1
    assert len(references(stack, "CASE")) == 1
    if same_id:
        assert {answer["duplicate"] for answer in answers} == {False}
        assert len({str(answer) for answer in answers}) == 1
    else:
        assert Counter(answer["duplicate"] for answer in answers) == {False: 1, True: 7}
    assert len(stack.wait_for(lambda: stack.sent_sms(phone))) == 1


def test_a_lapsed_lease_puts_the_case_first_in_line_again(stack: StackUnderTest) -> None:
    monday = date(2027, 3, 29)
    publish(stack, [monday], "doctor-00", "doctor-01")
    stack.set_clock(at(monday, 9, 59))
    first = ask(stack, "+919812345703")["reference"]
    stack.set_clock(at(monday, 10))
    ask(stack, "+919812345704")
    assert Desk(stack, "doctor-00").take() == first

    stack.set_clock(at(monday, 10, 30))
    assert stack.invoke("due_cases")["leases_expired"] == 1

    assert Desk(stack, "doctor-01").take() == first


@pytest.mark.parametrize(
    ("sender", "text", "cases"),
    [
        ("+919812345603", "", 1),
        ("+919812345604", "🙏", 1),
        ("+919812345605", "दर्द " * 300, 1),
        ("VM-HDFCBK", "Your OTP is 123456", 0),
        ("+14155552671", "call me", 0),
        ("+919812345606", "STOP", 0),
    ],
)
def test_whatever_an_sms_says_nothing_is_lost(
    stack: StackUnderTest, sender: str, text: str, cases: int
) -> None:
    stack.set_clock(datetime.fromisoformat("2027-04-05T12:00:00+05:30"))
    stack.send_sms(sender, text)

    stack.wait_for(lambda: _arrived(stack, sender))
    assert len(references(stack, "CASE")) == cases


def _at_least(texts: list[str], count: int) -> list[str] | None:
    return texts if len(texts) >= count else None


def _arrived(stack: StackUnderTest, sender: str) -> bool:
    """Whether the SMS became a case, or was recorded or answered as something else."""
    inbound = [item for item in stack.items("MessagesTable") if "INBOUND" in item["sk"]["S"]]
    return bool(references(stack, "CASE") or inbound or stack.sent_sms(sender))
