"""An administrator's afternoon on the deployed stack: a wrong number, a duplicate, a new doctor."""

from __future__ import annotations

import re
from datetime import date, timedelta
from itertools import count
from typing import Any

import pytest
import requests

from infra import demo, seed
from tests.stack.harness import StackUnderTest
from tests.stack.working_day import at, publish

MONDAY = date(2027, 6, 7)
TYPED, RIGHT, SONS = "+919812348001", "+919812348002", "+919812348003"


@pytest.fixture(autouse=True)
def a_working_day(stack: StackUnderTest) -> None:
    stack.empty()
    publish(stack, [MONDAY], "test-oncologist")
    stack.set_clock(at(MONDAY, 11))


def admin(stack: StackUnderTest, method: str, path: str, **body: Any) -> requests.Response:
    return stack.call(method, f"/admin{path}", token=stack.token("admin"), json=body or None)


def ask(stack: StackUnderTest, phone: str, **fields: Any) -> str:
    body = {"phone": phone, "consent": True, "language": "en", **fields}
    answer = stack.call("POST", "/callbacks", json=body)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["reference"])


def test_a_wrong_number_is_found_by_name_put_right_and_written_to(stack: StackUnderTest) -> None:
    reference = ask(stack, TYPED, name="सुनीता देवी")
    duplicate = ask(stack, SONS, age=44)

    def by_name() -> list[dict[str, Any]]:
        return list(admin(stack, "POST", "/cases/search", name=" सुनीता  देवी").json()["cases"])

    [found] = stack.wait_for(by_name)
    assert (found["reference"], found["phone"]) == (reference, "+91 ••••• •8001")

    right = admin(stack, "PATCH", f"/cases/{reference}", phone=RIGHT, version=1)
    assert right.status_code == 200, right.text
    assert stack.wait_for(lambda: stack.sent_sms(RIGHT))[0].count(reference) >= 1

    merged = admin(stack, "POST", f"/cases/{duplicate}/merge", into=reference)
    assert (merged.status_code, merged.json()["age"]) == (200, 44), merged.text
    again = admin(stack, "POST", f"/cases/{duplicate}/merge", into=reference)
    assert again.json() == merged.json()

    closed = admin(stack, "POST", f"/cases/{reference}/close", reason="expired")
    assert closed.json()["status"] == "closed"
    reopened = admin(stack, "POST", f"/cases/{reference}/reopen")
    assert reopened.json()["status"] == "waiting"
    taken = stack.call("POST", "/duty/next", token=stack.token("oncologist"))
    assert (taken.json()["reference"], taken.json()["phone"]) == (reference, "+91 ••••• •8002")


def test_a_blocked_phone_asks_in_vain_until_it_is_let_go(stack: StackUnderTest) -> None:
    block = {"phone": SONS, "until": "2027-06-14", "reason": "rings all night"}
    made = admin(stack, "POST", "/blocks", **block)
    assert made.status_code == 201, made.text
    refused = stack.call("POST", "/callbacks", json={"phone": SONS, "consent": True})
    assert refused.json()["error"]["code"] == "blocked"
    assert admin(stack, "DELETE", f"/blocks?id={made.json()['id']}").status_code == 204
    assert ask(stack, SONS)


def signed_in(stack: StackUnderTest, name: str) -> requests.Session:
    """Return a browser in which somebody has signed in."""
    browser = requests.Session()
    answer = browser.post(
        f"{stack.url}/sign-in",
        data={"username": name, "password": demo.PASSWORD},
        headers={"Sec-Fetch-Site": "same-origin", "Accept": "text/html"},
        allow_redirects=False,
        timeout=60,
    )
    assert answer.status_code == 303, answer.text
    return browser


def is_in(stack: StackUnderTest, browser: requests.Session) -> bool:
    page = browser.get(f"{stack.url}/account", allow_redirects=False, timeout=60)
    return page.status_code == 200


def test_a_sign_out_in_the_user_pool_ends_sessions(stack: StackUnderTest) -> None:
    seed.put_user(stack.local, "keeper", "admin")
    browser = signed_in(stack, "keeper")
    assert is_in(stack, browser)
    stack.set_clock(at(MONDAY, 11) + timedelta(minutes=6))
    assert is_in(stack, browser)
    users, pool = stack.client("cognito-idp"), stack.outputs["UserPoolId"]
    checks = count(2)

    def is_out() -> bool:
        # The engine compares whole seconds: one in the second of the sign-in revokes nothing.
        users.admin_user_global_sign_out(UserPoolId=pool, Username="keeper")
        stack.set_clock(at(MONDAY, 11) + next(checks) * timedelta(minutes=6))
        return not is_in(stack, browser)

    stack.wait_for(is_out, seconds=10)


def test_a_password_changed_on_ones_page_ends_all_sessions(stack: StackUnderTest) -> None:
    seed.put_user(stack.local, "changer", "admin")
    here, phone = signed_in(stack, "changer"), signed_in(stack, "changer")
    page = here.get(f"{stack.url}/account", timeout=60).text
    csrf = re.search(r'name="csrf" value="(\w+)"', page)
    assert csrf
    new = {"new_password": "Another-one-2027", "new_password_again": "Another-one-2027"}
    answer = here.post(
        f"{stack.url}/account/password",
        data={"csrf": csrf[1], "password": demo.PASSWORD, **new},
        headers={"Sec-Fetch-Site": "same-origin"},
        allow_redirects=False,
        timeout=60,
    )

    assert "password_changed" in answer.headers.get("Location", ""), answer.text
    assert not is_in(stack, phone)


def test_who_joins_can_sign_in_and_who_leaves_cannot(stack: StackUnderTest) -> None:
    person = {
        "id": "dr-joins",
        "name": "Dr Joins",
        "registration": "1",
        "phone": "9812348004",
        "languages": ["en"],
        "gender": "female",
        "email": "joins@hospital.example",
    }
    added = admin(stack, "POST", "/oncologists", **person)
    assert (added.status_code, added.json()["invited"]) == (201, True), added.text
    pool, users = stack.outputs["UserPoolId"], stack.client("cognito-idp")
    known = {"UserPoolId": pool, "Username": "dr-joins"}
    groups = users.admin_list_groups_for_user(**known)["Groups"]
    assert [group["GroupName"] for group in groups] == ["oncologists"]

    assert admin(stack, "POST", "/oncologists/dr-joins/sign-in/close").status_code == 200
    edited = admin(stack, "PATCH", "/oncologists/dr-joins", name="Dr J.", version=1)
    assert edited.status_code == 200, edited.text
    assert users.admin_get_user(**known)["Enabled"] is False, "an edit opens nothing"
    opened = admin(stack, "POST", "/oncologists/dr-joins/sign-in/open")
    assert opened.json() == {"sign_in": "open"}
    assert users.admin_get_user(**known)["Enabled"] is True

    left = admin(stack, "PATCH", "/oncologists/dr-joins", left=MONDAY.isoformat(), version=2)

    assert left.status_code == 200, left.text
    assert users.admin_get_user(**known)["Enabled"] is False
    assert users.admin_list_groups_for_user(**known)["Groups"] == []
