"""A family on a cheap phone: what they do on the deployed helpline, from asking to cancelling."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.visit import Visit, fits, tab_to
from tests.stack.harness import StackUnderTest

pytestmark = pytest.mark.browser
Visits = Callable[..., Visit]
OWN_PAGE = re.compile(r"/c/[0-9A-Z]+\?t=[^&]+$")


def test_a_family_asks_in_hindi_makes_mistakes_and_cancels(visit: Visits, stack: StackUnderTest):
    family = visit(width=320, language="hi", javascript=False)
    page = family.open("/")
    expect(page.locator("html")).to_have_attribute("lang", "hi")
    expect(page.get_by_role("link", name="93555 20202")).to_have_attribute(
        "href", "tel:+919355520202"
    )

    page.get_by_role("link", name="हमसे फ़ोन करवाएँ").click()
    page.get_by_label("आपका फ़ोन नंबर").fill("९८१२३")
    page.get_by_text("डॉक्टर को और बताएँ").click()
    page.get_by_label("मरीज़ का नाम").fill("सुनीता")
    page.get_by_label("मरीज़ की उम्र").fill("४००")
    page.get_by_role("button", name="फ़ोन करने को कहें").last.click()

    expect(page).to_have_title(re.compile("^गलती:"))
    expect(page.get_by_role("alert")).to_be_focused()
    problems = page.get_by_role("alert").get_by_role("link")
    expect(problems).to_have_text(
        [
            "यह फ़ोन नंबर छोटा है। इसमें 10 अंक होने चाहिए।",
            "उम्र 0 से 120 के बीच लिखें।",
            "फ़ोन करने से पहले हमें आपकी सहमति चाहिए।",
        ]
    )
    expect(page.get_by_label("मरीज़ का नाम")).to_have_value("सुनीता")
    expect(page.get_by_label("मरीज़ की उम्र")).to_have_value("४००")
    problems.first.click()
    expect(page.get_by_label("आपका फ़ोन नंबर")).to_be_focused()

    page.get_by_label("आपका फ़ोन नंबर").fill("९८१२३ ४५६७८")
    page.get_by_label("मरीज़ की उम्र").fill("४०")
    page.get_by_label("मैं सहमति").check()
    page.get_by_role("button", name="फ़ोन करने को कहें").last.click()

    expect(page.get_by_role("heading", level=1)).to_have_text("हम आपको फ़ोन करेंगे")
    case = case_of(stack, "+919812345678")
    assert case["name"]["S"] == "सुनीता"
    kept = page.locator(".link a").get_attribute("href")
    assert kept == page.url

    page.reload()
    page.get_by_text("मुझे किसी और समय फ़ोन करें").click()
    page.get_by_role("button", name="सुबह").click()
    expect(page.get_by_role("status")).to_contain_text("हमने समय बदल दिया है")
    moved = case_of(stack, "+919812345678")
    assert moved["requested_at"] == case["requested_at"]
    assert moved["version"] != case["version"]

    page.get_by_text("अब मुझे फ़ोन की ज़रूरत नहीं है").click()
    page.get_by_role("button", name="मेरा अनुरोध रद्द करें").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("आपका अनुरोध रद्द हो गया")
    assert page.url == kept
    fits(page, 320)
    texts = stack.wait_for(lambda: _at_least(stack.sent_sms("+919812345678"), 2))
    assert "रद्द" in texts[-1]


@pytest.mark.parametrize("javascript", [False, True])
def test_a_half_filled_form_changes_its_language_and_loses_nothing(
    visit: Visits, stack: StackUnderTest, javascript: bool
):
    page = visit(width=390, javascript=javascript).open("/request")
    page.get_by_label("Your phone number").fill("98123 4567")
    page.get_by_text("Tell the doctor more").click()
    page.get_by_label("Town or city").fill("Indore")
    page.get_by_label("The cost").check()
    page.get_by_label("I agree").check()

    page.get_by_role("button", name="हिन्दी").click()

    expect(page.locator("html")).to_have_attribute("lang", "hi")
    expect(page.get_by_role("alert")).to_have_count(0)
    expect(page.get_by_label("आपका फ़ोन नंबर")).to_have_value("98123 4567")
    expect(page.get_by_label("शहर या गाँव")).to_have_value("Indore")
    expect(page.get_by_label("खर्च")).to_be_checked()
    expect(page.get_by_label("मैं सहमति")).to_be_checked()
    expect(page.get_by_label("फ़ोन पर किस भाषा में")).to_have_value("hi")

    number = f"98123 4567{int(javascript)}"
    page.get_by_label("आपका फ़ोन नंबर").fill(number)
    page.get_by_role("button", name="फ़ोन करने को कहें").last.click()
    expect(page).to_have_url(OWN_PAGE)
    assert case_of(stack, "+91" + number.replace(" ", ""))["city"]["S"] == "Indore"


def test_a_chosen_language_stays_chosen(visit: Visits):
    family = visit(width=320, javascript=False)
    page = family.open("/")
    page.get_by_role("link", name="हिन्दी").click()
    expect(page.locator("html")).to_have_attribute("lang", "hi")

    family.open("/request")
    expect(page.locator("html")).to_have_attribute("lang", "hi")
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Ask us to call you")


@pytest.mark.parametrize("javascript", [False, True])
def test_from_asking_to_cancelling_by_keyboard_alone(visit: Visits, javascript: bool):
    page = visit(width=1280, javascript=javascript).open("/")
    press(page, page.get_by_role("link", name="Ask us to call you"), "Enter")

    tab_to(page, page.get_by_label("Your phone number"))
    page.keyboard.type(f"98123 4568{int(javascript)}")
    page.keyboard.press("Enter")
    expect(page).to_have_title(re.compile("^Error:"))
    expect(page.get_by_role("alert")).to_be_focused()
    press(page, page.get_by_role("alert").get_by_role("link"), "Enter")
    expect(page.get_by_label("I agree")).to_be_focused()
    page.keyboard.press("Space")
    press(page, page.get_by_role("button", name="Ask for a call").last, "Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("We will call you")

    press(page, page.locator("summary", has_text="Call me at another time"), "Enter")
    press(page, page.get_by_role("button", name="In the afternoon"), "Space")
    expect(page.get_by_role("status")).to_contain_text("We have changed the time.")

    press(page, page.locator("summary", has_text="I do not need a call"), "Space")
    press(page, page.get_by_role("button", name="Cancel my request"), "Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Your request is cancelled")


def test_consent_is_withdrawn_as_easily_as_it_is_given(visit: Visits, stack: StackUnderTest):
    page = visit(width=320, javascript=False).open("/request")
    page.get_by_label("Your phone number").fill("98123 45673")
    page.get_by_text("Tell the doctor more").click()
    page.get_by_label("Patient's name").fill("Sunita")
    page.get_by_label("I agree").check()
    page.get_by_role("button", name="Ask for a call").last.click()

    page.get_by_role("link", name="Withdraw my consent").click()
    expect(page.get_by_text("What the law has us keep")).to_be_visible()
    reference = case_of(stack, "+919812345673")["pk"]
    page.get_by_role("button", name="Withdraw my consent and erase").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Your consent is withdrawn")
    (left,) = [
        item
        for item in stack.items("CasesTable")
        if item["pk"] == reference and item["sk"]["S"] == "CASE"
    ]
    assert "name" not in left
    assert left["phone"]["S"] == ""


def test_a_wrong_link_is_a_page_that_helps(visit: Visits):
    page = visit(width=320, javascript=False).open("/c/K7M240R59XK?t=wrong")

    expect(page.get_by_role("heading", level=1)).to_have_text("Something is not right")
    expect(page.get_by_role("link", name="93555 20202")).to_be_visible()


def press(page: Page, control: Any, key: str) -> None:
    tab_to(page, control)
    page.keyboard.press(key)


def case_of(stack: StackUnderTest, phone: str) -> dict[str, Any]:
    (case,) = [item for item in stack.items("CasesTable") if item.get("phone") == {"S": phone}]
    return case


def _at_least(found: list[str], number: int) -> list[str]:
    return found if len(found) >= number else []
