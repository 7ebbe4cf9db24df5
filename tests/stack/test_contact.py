"""Doctor and patient meet: from "next" over the video room and a call to the outcome."""

from __future__ import annotations

import re
from datetime import date, timedelta
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest

from infra import demo
from tests.stack.harness import StackUnderTest
from tests.stack.working_day import Desk, ask, at, publish

DEVI = "+919812345961"
DOCTOR = "contact-doctor"


@pytest.fixture(autouse=True)
def an_empty_helpline(stack: StackUnderTest) -> None:
    stack.empty()


def room_in(page: str) -> str:
    return re.findall(r'href="(https://meet[^"]+)"', page)[0]


def test_a_video_call_from_next_to_the_outcome(stack: StackUnderTest) -> None:
    monday = date(2027, 5, 24)
    publish(stack, [monday], DOCTOR)
    stack.set_clock(at(monday, 11))
    asked = ask(stack, DEVI, language="en", mode="video")
    desk = Desk(stack, DOCTOR)
    reference = desk.take()
    token = stack.token("oncologist", DOCTOR)

    first = stack.call("POST", f"/cases/{reference}/video", token=token)
    again = stack.call("POST", f"/cases/{reference}/video", token=token)
    assert (first.status_code, again.json()) == (200, first.json())
    doctors = first.json()["url"]

    texts = stack.wait_for(lambda: _at_least(stack.sent_sms(DEVI), 2))
    (link,) = re.findall(r"https?://\S+/v/\S+", texts[-1])
    assert link.startswith(f"{stack.url}/v/{asked['reference']}?t=")
    page = stack.call("GET", link.removeprefix(stack.url), headers={"Accept": "text/html"})
    patients = room_in(page.text)

    claims = [_claims(each) for each in (doctors, patients)]
    assert [each["context"]["user"]["moderator"] for each in claims] == ["true", "false"]
    assert claims[0]["room"] == claims[1]["room"]
    assert reference not in claims[0]["room"]

    called = stack.call("POST", f"/cases/{reference}/call", token=token)
    assert (called.status_code, called.json()["dial"]) == (200, None)

    stack.set_clock(at(monday, 11) + timedelta(minutes=50))
    assert stack.invoke("due_cases")["leases_expired"] == 0, "they are still talking"
    assert desk.tell(reference, "answered", advice="Chemo first")["status"] == "completed"
    over = stack.call("GET", link.removeprefix(stack.url), headers={"Accept": "text/html"})
    assert (over.status_code, "meet.example" in over.text) == (200, False)

    farewell = stack.wait_for(lambda: _at_least(stack.sent_sms(DEVI), 3))
    assert len(farewell) == 3
    assert "MPMC-12345" in farewell[-1]


def _claims(address: str) -> dict[str, object]:
    token = parse_qs(urlsplit(address).query)["jwt"][0]
    untimed = {"verify_exp": False, "verify_nbf": False, "verify_iat": False}
    return jwt.decode(
        token, demo.VIDEO_SECRET, algorithms=["HS256"], audience="helpline", options=untimed
    )


def _at_least(texts: list[str], count: int) -> list[str]:
    return texts if len(texts) >= count else []
